package matcher

import "strings"

// dates adds the birth date, alone and with names.
func (k *keyring) dates() {
	d := k.p.Birth
	if d.IsZero() {
		d = k.p.BirthTyped
	}
	if d.IsZero() {
		return
	}
	year, month, day := int(d.Year), int(d.Month), int(d.Day)
	for i := range k.names.pairs.list() {
		k.pair(keyNameYear, i).number(year)
		k.add()
	}
	if d.Day == 0 || d.yearOnly() {
		return
	}
	for i := range k.names.family.list() {
		k.of(keyFamilyBirth).sound(&k.names.family.values[i]).number(year).number(month)
		k.add()
	}
	for i := range k.names.initials.list() {
		k.initials(keyInitialDay, i).number(min(day, month)*100 + max(day, month))
		k.add()
	}
	short := year % 100
	for _, start := range k.names.starts.list() {
		k.of(keyStartDay).part(start).number(day).number(month)
		k.add()
		k.of(keyStartMonth).part(start).number(month).number(short)
		k.add()
		k.of(keyStartYear).part(start).number(day).number(short)
		k.add()
	}
	k.of(keyBirth).number(short).number(month).number(day) // a slip in the century leaves the rest
	k.add()
}

// initials begins a key with initials.
func (k *keyring) initials(family keyFamily, i int) *keyText {
	return k.of(family).part(string(k.names.initials.values[i][:]))
}

// phones adds names with halves of the phone numbers, which survive a wrong digit.
func (k *keyring) phones() {
	for _, x := range first(k.p.Phones) {
		if len(x) <= phoneBytes {
			continue
		}
		k.of(keyPhoneTail).part(x[len(x)-phoneTailBytes:])
		k.add()
		k.of(keyPhoneHead).part(phoneHead(x))
		k.add()
		short := x[0] == '0' && len(x) == frenchDigitsShort // a digit is missing
		x = x[len(x)-phoneBytes:]
		start := x[:phoneBytes/2]
		if short {
			start = x[1 : 1+phoneBytes/2]
		}
		for i := range k.names.initials.list() {
			k.initials(keyPhoneEnd, i).part(x[phoneBytes/2:])
			k.add()
			k.initials(keyPhoneStart, i).part(start)
			k.add()
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
	for i := range first(k.p.Addresses) {
		a := &k.p.Addresses[i]
		k.place(a, a.PostalCode)
		k.place(a, a.City)
	}
}

// place adds an address by its postal code or city, which may be empty.
func (k *keyring) place(a *PreparedAddress, place string) {
	if place == "" {
		return
	}
	for i := range k.names.family.list() {
		k.of(keyFamilyPlace).sound(&k.names.family.values[i]).part(place)
		k.add()
	}
	for i := range k.names.initials.list() {
		k.initials(keyInitialHome, i).part(place)
		k.add()
	}
	if a.Street != "" && a.Number != "" {
		street := k.names.sounds.of(lastWord(a.Street))
		k.of(keyHouse).part(a.Number).sound(&street).part(place)
		k.add()
	}
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }
