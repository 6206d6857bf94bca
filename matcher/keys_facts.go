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
	k.add(keyBirth, d.String())
}

// phones adds names with halves of the phone numbers, which survive a wrong digit.
func (k *keyring) phones() {
	for _, x := range first(k.p.Phones) {
		if len(x) <= phoneBytes {
			continue
		}
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
