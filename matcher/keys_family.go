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
// families never meet, and how many records share a key.
var keyFamilies = [...]struct {
	mark  string
	class keyClass
}{
	keyPhone: {"p:", wideKey}, keyEmail: {"e:", wideKey}, keyLocal: {"l:", wideKey}, keyIdentifier: {"i:", wideKey},
	keyName: {"n:", nameKey}, keyCoarse: {"s:", broadKey}, keyWritten: {"w:", broadKey}, keyNameYear: {"ny:", wideKey},
	keyFamilyPlace: {"fp:", nameKey}, keyFamilyBirth: {"fb:", wideKey}, keyInitialDay: {"id:", broadKey},
	keyPhoneEnd: {"ie:", broadKey}, keyPhoneStart: {"is:", broadKey}, keyPhoneTail: {"pt:", broadKey}, keyPhoneHead: {"ph:", broadKey},
	keyNameStart: {"nf:", broadKey}, keyStartDay: {"fd:", broadKey}, keyStartMonth: {"fm:", broadKey}, keyStartYear: {"fy:", broadKey},
	keyInitialHome: {"ip:", broadKey}, keyBirth: {"b:", broadKey}, keyHouse: {"h:", wideKey},
}

// keyClass says how many people share a key with others. It is held in the lowest bits of
// a HashKey, so that a cap is known without the key.
type keyClass uint8

// The classes.
const (
	// broadKey is of what strangers have in common by chance, the more of them the larger
	// the store is: half a name, a date, digits of a number. It helps a pair with slips in
	// all else, and costs the most.
	broadKey keyClass = iota
	// nameKey is of a name alone, or a family name with a place.
	nameKey
	// wideKey is nearly one person's own: contacts and identifiers, a name with the birth
	// date, and a house.
	wideKey
)

// classBits is how many of the lowest bits of a HashKey are the class of the key.
const classBits = 2

// The most records that may share a blocking key for the key to produce candidates;
// past it the key is too common to resolve by. They are part of the definition of the
// partition: to change one is to change the result. A block costs half the square of its
// cap, and a record of a large store the cap of each of its broad keys.
const (
	// BroadCap is that of a broad key. It is more than a customer has records, and little
	// enough for the work on a record not to grow with the store.
	BroadCap = 12
	// NameCap is that of a key which is a name.
	NameCap = 50
	// WideCap is that of a key which is nearly one person's own, so that the many
	// records of one good customer stay together.
	WideCap = 300
)

var caps = [1 << classBits]int{broadKey: BroadCap, nameKey: NameCap, wideKey: WideCap}

// classOf holds the class of each family by its name.
var classOf = func() map[string]keyClass {
	all := make(map[string]keyClass, len(keyFamilies))
	for _, f := range keyFamilies {
		all[KeyFamily(f.mark)] = f.class
	}
	return all
}()

// HashKey returns a hash of a blocking key. Its two lowest bits are the class of the key,
// which says how many records may share it.
func HashKey(key string) uint64 { return classed(xxhash.Sum64String(key), classOf[KeyFamily(key)]) }

// CapOfHash returns the most records that may share the key of a HashKey.
func CapOfHash(hash uint64) int { return caps[hash&(1<<classBits-1)] }

// classed puts the class of a key into the lowest bits of its hash.
func classed(hash uint64, class keyClass) uint64 {
	return hash>>classBits<<classBits | uint64(class)
}
