package matcher

import (
	"slices"
	"strconv"
	"strings"

	"aloi"
)

// plainKeys is the definition of Keys, written plainly with a string for everything.
func plainKeys(p *Prepared) []string {
	k := &plainKeyring{p: p}
	k.contacts()
	k.names()
	k.dates()
	k.places()
	k.phones()
	slices.Sort(k.keys)
	return k.keys
}

// plainKeyring gathers the keys of one record.
type plainKeyring struct {
	p             *Prepared
	given, family []string // phonetic codes
	coarse        []string // pairs of Soundex codes
	keys          []string
	pairs         []string
	initials      []string // the first letters of given and family name
	starts        []string // the first letters of family names
	begun         []string // family names by sound with the first letters of the given name
}

func (k *plainKeyring) add(family keyFamily, parts ...string) {
	k.keys = includeUpTo(k.keys, plainKeyOf(family, parts...))
}

// plainKeyOf returns the key of a family, cut to its longest.
func plainKeyOf(family keyFamily, parts ...string) string {
	key := keyFamilies[family].mark + strings.Join(parts, "|")
	return key[:min(len(key), maxKeyBytes)]
}

func (k *plainKeyring) contacts() {
	for i := range first(k.p.Identifiers) {
		k.keys = include(k.keys, plainIdentifierKey(&k.p.Identifiers[i]))
	}
	for _, x := range first(k.p.Phones) {
		k.keys = include(k.keys, plainPhoneKey(x))
	}
	for i := range first(k.p.Emails) {
		if x := &k.p.Emails[i]; !x.Role {
			k.keys = include(include(k.keys, plainEmailKey(x)), plainLocalKey(x))
		}
	}
}

func plainIdentifierKey(x *PreparedIdentifier) string {
	return plainKeyOf(keyIdentifier, x.Type, x.Value)
}

func plainPhoneKey(x string) string { return plainKeyOf(keyPhone, x[max(0, len(x)-phoneBytes):]) }

func plainEmailKey(x *PreparedEmail) string {
	return plainKeyOf(keyEmail, plainUnmarked(x.Local), x.Domain)
}

// plainLocalKey is empty where what stands before the @ is too short to mean a person.
func plainLocalKey(x *PreparedEmail) string {
	if local := plainUnmarked(x.Local); len(local) >= localBytes {
		return plainKeyOf(keyLocal, local)
	}
	return ""
}

// plainUnmarked drops the dots, dashes and underscores.
func plainUnmarked(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && isMark(byte(r)) {
			return -1
		}
		return r
	}, s)
}

// names finds the phonetic codes of the names, in all their readings.
func (k *plainKeyring) names() {
	var buf [maxReadings]reading
	for _, r := range readingsOf(k.p, &buf) {
		given := plainCode(firstWord(r.given))
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
				k.begun = include(k.begun, plainKeyOf(keyNameStart, f, startOf(r.given)))
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
		k.keys = includeUpTo(k.keys, key)
	}
}

// written adds the names as people write them in e-mail addresses and handles, and
// what those hold.
func (k *plainKeyring) written() {
	for _, n := range first(k.p.Names) {
		if len(n.Given) == 0 || len(n.Given[0]) == 1 {
			continue
		}
		for _, words := range [...][]string{n.Family, n.Birth} {
			if family := strings.Join(words, ""); family != "" {
				given := plainLetters(n.Given[0])
				k.add(keyWritten, given+family)
				k.add(keyWritten, family+given)
			}
		}
	}
	for _, e := range first(k.p.Emails) {
		if w := plainLetters(e.Local); !e.Role && len(w) >= writtenBytes {
			k.add(keyWritten, w)
		}
	}
	for _, h := range k.p.Identifiers {
		if w := plainLetters(h.Value); h.Type == aloi.IdentifierSocialHandle && len(w) >= writtenBytes {
			k.add(keyWritten, w)
		}
	}
}

// plainLetters returns the letters of s, in upper case.
func plainLetters(s string) string {
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
				out = include(out, plainCode(w))
			}
		}
	}
	return out
}

func includeUpTo(list []string, s string) []string {
	if len(list) >= MaxKeys {
		return list
	}
	return include(list, s)
}

func include(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func plainCode(name string) string {
	if name == "" {
		return ""
	}
	return FrenchCode(name)
}

// dates adds the birth date, alone and with names.
func (k *plainKeyring) dates() {
	d := k.p.Birth
	if d.IsZero() {
		d = k.p.BirthTyped
	}
	if d.IsZero() {
		return
	}
	year := strconv.Itoa(int(d.Year))
	for _, pair := range first(k.pairs) {
		k.add(keyNameYear, pair, year)
	}
	if d.Day == 0 || d.yearOnly() {
		return
	}
	day := strconv.Itoa(int(min(d.Day, d.Month))*100 + int(max(d.Day, d.Month)))
	for _, f := range first(k.family) {
		k.add(keyFamilyBirth, f, year, strconv.Itoa(int(d.Month)))
	}
	for _, i := range first(k.initials) {
		k.add(keyInitialDay, i, day)
	}
	monthText, dayText, short := strconv.Itoa(int(d.Month)), strconv.Itoa(int(d.Day)), strconv.Itoa(int(d.Year)%100)
	for _, f := range first(k.starts) {
		k.add(keyStartDay, f, dayText, monthText)
		k.add(keyStartMonth, f, monthText, short)
		k.add(keyStartYear, f, dayText, short)
	}
	k.add(keyBirth, short, monthText, dayText) // a slip in the century leaves the rest
}

// phones adds names with halves of the phone numbers, which survive a wrong digit.
func (k *plainKeyring) phones() {
	for _, x := range first(k.p.Phones) {
		if len(x) <= phoneBytes {
			continue
		}
		k.add(keyPhoneTail, x[len(x)-phoneTailBytes:])
		k.add(keyPhoneHead, phoneHead(x))
		short := x[0] == '0' && len(x) == frenchDigitsShort // a digit is missing
		x = x[len(x)-phoneBytes:]
		start := x[:phoneBytes/2]
		if short {
			start = x[1 : 1+phoneBytes/2]
		}
		for _, i := range first(k.initials) {
			k.add(keyPhoneEnd, i, x[phoneBytes/2:])
			k.add(keyPhoneStart, i, start)
		}
	}
}

// places adds the addresses, alone and with names.
func (k *plainKeyring) places() {
	for _, a := range first(k.p.Addresses) {
		for _, place := range [...]string{a.PostalCode, a.City} {
			if place == "" {
				continue
			}
			for _, f := range first(k.family) {
				k.add(keyFamilyPlace, f, place)
			}
			for _, i := range first(k.initials) {
				k.add(keyInitialHome, i, place)
			}
			if a.Street == "" {
				continue
			}
			if a.Number != "" {
				k.add(keyHouse, a.Number, plainCode(lastWord(a.Street)), place)
			}
		}
	}
}
