package matcher

import "sync"

// listing is what the lists say of a folded given name: each is asked when it must be, and
// once.
type listing struct {
	name  string
	hash  uint32
	entry []byte // in the table of given names, nil for none
	asked bool
}

// find returns the entry of the name in the table.
func (l *listing) find() []byte {
	if !l.asked {
		l.asked, l.hash = true, hashSpaceless(l.name)
		l.entry = givenNames.findHash(l.hash)
	}
	return l.entry
}

// gender returns the gender of the name, as genderOf.
func (l *listing) gender() byte { return genderOfEntry(l.find()) }

// inUse reports whether the name is a given name in use, in the table or the lists of
// diminutives. One letter may be any.
func (l *listing) inUse() bool {
	return len(l.name) == 1 || l.find() != nil || len(l.groups()) > 0
}

// groups returns those of the givenGroups that the name is in.
func (l *listing) groups() []uint16 {
	l.find()
	if !grouped().has(l.hash) {
		return nil
	}
	return givenGroups()[l.name]
}

// hashSet holds the leading bits of some hashes: one that it has not is none of them.
type hashSet [1 << hashSetBits / 64]uint64

// hashSetBits is how many bits of a hash a hashSet holds: few of the names that are in no
// group meet one that is.
const hashSetBits = 16

func (s *hashSet) at(hash uint32) (word *uint64, bit uint64) {
	n := hash >> (32 - hashSetBits)
	return &s[n/64], 1 << (n % 64)
}

func (s *hashSet) has(hash uint32) bool {
	word, bit := s.at(hash)
	return *word&bit != 0
}

// grouped are the names of givenGroups, by their hashes.
var grouped = sync.OnceValue(func() *hashSet {
	var set hashSet
	for name := range givenGroups() {
		word, bit := set.at(hashSpaceless(name))
		*word |= bit
	}
	return &set
})
