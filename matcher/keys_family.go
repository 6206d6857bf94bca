package matcher

import "github.com/cespare/xxhash/v2"

// keyFamily is a kind of blocking key. docs/matching.md says what each is for.
type keyFamily uint8

// The families of blocking keys.
const (
	keyPhone       keyFamily = iota // a phone number
	keyEmail                        // an e-mail address
	keyLocal                        // an e-mail address before the @
	keyIdentifier                   // an identifier with its type
	keyName                         // both names by sound, in either order
	keyCoarse                       // both names by Soundex, in either order, which forgives more slips
	keyWritten                      // both names in one word, or the letters of an e-mail address or handle
	keyNameYear                     // and the year of birth
	keyFamilyPlace                  // family name by sound, postal code or city
	keyFamilyBirth                  // family name by sound, month and year of birth
	keyInitialDay                   // initials, day and month of birth in either order
	keyPhoneEnd                     // initials, end of a phone number
	keyPhoneStart                   // initials, beginning of a phone number
	keyPhoneTail                    // last digits of a phone number
	keyPhoneHead                    // all but the last digits of a phone number
	keyNameStart                    // family name by sound, first letters of the given name
	keyStartDay                     // first letters of the family name, day and month of birth
	keyStartMonth                   // first letters of the family name, month and year of birth
	keyStartYear                    // first letters of the family name, day and year of birth
	keyInitialHome                  // initials, postal code or city
	keyBirth                        // date of birth, less the century
	keyHouse                        // house number, street, postal code or city
)

// keyFamilies are the marks, a letter or two that a key begins with, so that keys of two
// families never meet, and whether few people share a key with others: contacts and
// identifiers, a name with the birth date, initials with half of a phone number, and a
// house. Names alone, or dates, are shared by more people the larger the store is.
var keyFamilies = [...]struct {
	mark string
	wide bool
}{
	keyPhone: {"p:", true}, keyEmail: {"e:", true}, keyLocal: {"l:", true}, keyIdentifier: {"i:", true},
	keyName: {"n:", false}, keyCoarse: {"s:", false}, keyWritten: {"w:", false}, keyNameYear: {"ny:", true},
	keyFamilyPlace: {"fp:", false}, keyFamilyBirth: {"fb:", true}, keyInitialDay: {"id:", false},
	keyPhoneEnd: {"ie:", true}, keyPhoneStart: {"is:", true}, keyPhoneTail: {"pt:", false}, keyPhoneHead: {"ph:", false},
	keyNameStart: {"nf:", false}, keyStartDay: {"fd:", false}, keyStartMonth: {"fm:", false}, keyStartYear: {"fy:", false},
	keyInitialHome: {"ip:", false}, keyBirth: {"b:", false}, keyHouse: {"h:", true},
}

// The most records that may share a blocking key for the key to produce candidates;
// past it the key is too common to resolve by. They are part of the definition of the
// partition: to change one is to change the result.
const (
	// BlockCap is that of a key which many people share.
	BlockCap = 100
	// WideCap is that of a key which is nearly one person's own, so that the many
	// records of one good customer stay together. A block costs half the square of it.
	WideCap = 300
)

// wideFamilies holds the names of the wide families.
var wideFamilies = func() map[string]bool {
	wide := map[string]bool{}
	for _, f := range keyFamilies {
		wide[KeyFamily(f.mark)] = f.wide
	}
	return wide
}()

// IsWide reports whether a blocking key is nearly one person's own: its cap is WideCap.
func IsWide(key string) bool { return wideFamilies[KeyFamily(key)] }

// CapOf returns the cap of the wide keys, or that of the others.
func CapOf(wide bool) int {
	if wide {
		return WideCap
	}
	return BlockCap
}

// HashKey returns a hash of a blocking key. Its lowest bit tells whether the key is wide.
func HashKey(key string) uint64 { return markWide(xxhash.Sum64String(key), IsWide(key)) }

// CapOfHash returns the cap of the key of a HashKey.
func CapOfHash(hash uint64) int { return CapOf(hash&1 == 1) }

// markWide puts into the lowest bit of a hash whether its key is wide.
func markWide(hash uint64, wide bool) uint64 {
	hash &^= 1
	if wide {
		hash |= 1
	}
	return hash
}
