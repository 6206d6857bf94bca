package matcher

import (
	"strconv"
	"strings"
)

// dates adds the birth date, alone and with names.
func (k *keyring) dates() {
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
func (k *keyring) phones() {
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

// phoneTailBytes is how many digits two numbers share at one end of them, where the slip is
// at the other.
const phoneTailBytes = 6

// phoneHead returns the first digits of a number: of French ones as many as of a tail,
// so that one which is a digit short has them too, of others all but three.
func phoneHead(x string) string {
	if n := withinCountry(x); len(n) < len(x) {
		return n[:phoneTailBytes]
	}
	return x[:len(x)-3]
}

// places adds the addresses, alone and with names.
func (k *keyring) places() {
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
				k.add(keyHouse, a.Number, code(lastWord(a.Street)), place)
			}
		}
	}
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }
