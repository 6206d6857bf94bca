package matcher

import (
	"slices"
	"strings"

	"aloi"
)

// The families of blocking keys. Each is a letter or two before the key, so that
// keys of two families never meet. docs/matching.md says what each is for.
const (
	keyPhone       = "p:"  // a phone number
	keyEmail       = "e:"  // an e-mail address
	keyLocal       = "l:"  // an e-mail address before the @
	keyIdentifier  = "i:"  // an identifier with its type
	keyName        = "n:"  // both names by sound, in either order
	keyCoarse      = "s:"  // both names by Soundex, in either order, which forgives more slips
	keyWritten     = "w:"  // both names in one word, or the letters of an e-mail address or handle
	keyNameYear    = "ny:" // and the year of birth
	keyFamilyPlace = "fp:" // family name by sound, postal code or city
	keyFamilyBirth = "fb:" // family name by sound, month and year of birth
	keyInitialDay  = "id:" // initials, day and month of birth in either order
	keyPhoneEnd    = "ie:" // initials, end of a phone number
	keyPhoneStart  = "is:" // initials, beginning of a phone number
	keyPhoneTail   = "pt:" // last digits of a phone number
	keyPhoneHead   = "ph:" // all but the last digits of a phone number
	keyNameStart   = "nf:" // family name by sound, first letters of the given name
	keyStartDay    = "fd:" // first letters of the family name, day and month of birth
	keyStartMonth  = "fm:" // first letters of the family name, month and year of birth
	keyStartYear   = "fy:" // first letters of the family name, day and year of birth
	keyInitialHome = "ip:" // initials, postal code or city
	keyBirth       = "b:"  // date of birth, less the century
	keyHouse       = "h:"  // house number, street, postal code or city
)

// maxKeyBytes is the longest key, in bytes; longer ones are cut.
const maxKeyBytes = 64

// Keys returns the blocking keys of a prepared record: sorted, distinct, at most
// MaxKeys, each at most 64 bytes. Records that share one are candidates.
func (m *Matcher) Keys(p *Prepared) []string {
	k := &keyring{p: p}
	k.contacts()
	k.names()
	k.dates()
	k.places()
	k.phones()
	slices.Sort(k.keys)
	return k.keys
}

// keyring gathers the keys of one record, the most telling families first: when
// there are too many, the last ones are left out.
type keyring struct {
	p             *Prepared
	given, family []string // phonetic codes
	coarse        []string // pairs of Soundex codes
	keys          []string
	pairs         []string
	initials      []string // the first letters of given and family name
	starts        []string // the first letters of family names
	begun         []string // family names by sound with the first letters of the given name
}

func (k *keyring) add(family string, parts ...string) {
	if len(k.keys) >= MaxKeys {
		return
	}
	k.keys = include(k.keys, keyOf(family, parts...))
}

// keyOf returns the key of a family, cut to its longest.
func keyOf(family string, parts ...string) string {
	key := family + strings.Join(parts, "|")
	return key[:min(len(key), maxKeyBytes)]
}

// maxEach is how many values of one kind give keys.
const maxEach = 3

func first[T any](list []T) []T { return list[:min(len(list), maxEach)] }

func (k *keyring) contacts() {
	for i := range first(k.p.Identifiers) {
		k.keys = include(k.keys, identifierKey(&k.p.Identifiers[i]))
	}
	for _, x := range first(k.p.Phones) {
		k.keys = include(k.keys, phoneKey(x))
	}
	for i := range first(k.p.Emails) {
		if x := &k.p.Emails[i]; !x.Role {
			k.keys = include(include(k.keys, emailKey(x)), localKey(x))
		}
	}
}

// ContactKeys returns those of the Keys of a record that a Common may be asked for:
// of its phone numbers, e-mail addresses and identifiers.
func ContactKeys(p *Prepared) []string {
	k := &keyring{p: p}
	k.contacts()
	return k.keys
}

func identifierKey(x *PreparedIdentifier) string { return keyOf(keyIdentifier, x.Type, x.Value) }

func phoneKey(x string) string { return keyOf(keyPhone, x[max(0, len(x)-phoneBytes):]) }

func emailKey(x *PreparedEmail) string { return keyOf(keyEmail, unmarked(x.Local), x.Domain) }

// localKey is empty where what stands before the @ is too short to mean a person.
func localKey(x *PreparedEmail) string {
	if local := unmarked(x.Local); len(local) >= localBytes {
		return keyOf(keyLocal, local)
	}
	return ""
}

// unmarked drops the dots, dashes and underscores.
func unmarked(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && isMark(byte(r)) {
			return -1
		}
		return r
	}, s)
}

// names finds the phonetic codes of the names, in all their readings.
func (k *keyring) names() {
	var buf [maxReadings]reading
	for _, r := range readingsOf(k.p, &buf) {
		given := code(firstWord(r.given))
		if given != "" && len(r.given) > 1 {
			k.given = include(k.given, given)
		}
		families := familyCodes(&r)
		if r.given != "" && len(r.family) > 0 && r.family[0] != "" {
			k.initials = include(k.initials, initialsKey(r.given, r.family[0]))
			if x, y := Soundex(r.given), Soundex(r.family[0]); len(r.given) > 1 && y != "" {
				k.coarse = include(k.coarse, min(x, y)+max(x, y))
			}
		}
		if len(r.family) > 0 {
			k.starts = include(k.starts, startOf(r.family[0]))
		}
		for _, f := range families {
			k.family = include(k.family, f)
			if len(r.given) >= startBytes {
				k.begun = include(k.begun, keyOf(keyNameStart, f, startOf(r.given)))
			}
			if given != "" && len(r.given) > 1 {
				k.pairs = include(k.pairs, min(given, f)+"|"+max(given, f))
			}
		}
	}
	for _, pair := range first(k.pairs) {
		k.add(keyName, pair)
	}
	for _, pair := range first(k.coarse) {
		k.add(keyCoarse, pair)
	}
	k.written()
	for _, key := range first(k.begun) {
		k.add(key)
	}
}

// startBytes is how many of the first letters of a name go into a key.
const startBytes = 2

func startOf(name string) string { return name[:min(len(name), startBytes)] }

// written adds the names as people write them in e-mail addresses and handles, and
// what those hold.
func (k *keyring) written() {
	for _, n := range first(k.p.Names) {
		if len(n.Given) == 0 || len(n.Given[0]) == 1 {
			continue
		}
		for _, words := range [...][]string{n.Family, n.Birth} {
			if family := strings.Join(words, ""); family != "" {
				given := letters(n.Given[0])
				k.add(keyWritten, given+family)
				k.add(keyWritten, family+given)
			}
		}
	}
	for _, e := range first(k.p.Emails) {
		if w := letters(e.Local); !e.Role && len(w) >= writtenBytes {
			k.add(keyWritten, w)
		}
	}
	for _, h := range k.p.Identifiers {
		if w := letters(h.Value); h.Type == aloi.IdentifierSocialHandle && len(w) >= writtenBytes {
			k.add(keyWritten, w)
		}
	}
}

// writtenBytes is how many letters of an e-mail address or handle may be a whole name.
const writtenBytes = 6

// letters returns the letters of s, in upper case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && isLetter(byte(r)) {
			return rune(upper(byte(r)))
		}
		return -1
	}, s)
}

// initialsKey returns the first letter of each of two names, in either order the same,
// which most slips and all endings leave alone.
func initialsKey(given, family string) string {
	return min(given[:1], family[:1]) + max(given[:1], family[:1])
}

// familyCodes returns the codes of a reading's family names: in use and at birth,
// whole and, of a double name, each word.
func familyCodes(r *reading) []string {
	var out []string
	for _, words := range [...][]string{r.family, r.birth} {
		for _, w := range first(words) {
			if len(w) > 2 {
				out = include(out, code(w))
			}
		}
	}
	return out
}

func include(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func code(name string) string {
	if name == "" {
		return ""
	}
	return FrenchCode(name)
}
