package matcher

import "strings"

// compareEmails adds the best agreement among the e-mail addresses. Role addresses
// belong to no person and are left out.
func (m *Matcher) compareEmails(a, b *Prepared, common Common, o *outcomes) {
	c := contestOf(m.known[compareEmail], emailDifferent)
	var namedA, namedB madeOfNames
	personal := func(x *PreparedEmail) bool { return !x.Role && x.Local != "" }
	if common != nil {
		for i := range first(a.Emails) {
			for j := range first(b.Emails) {
				x, y := &a.Emails[i], &b.Emails[j]
				if !personal(x) || !personal(y) || !sameLocal(x, y) {
					continue
				}
				l := gradeEmails(x, y, func() bool { return namedA.has(i, a) && namedB.has(j, b) })
				if key := sharedEmailKey(x, l); key != "" && common(key) {
					c.setAside(l, i, j)
				}
			}
		}
	}
	for i := range a.Emails {
		for j := range b.Emails {
			if x, y := &a.Emails[i], &b.Emails[j]; personal(x) && personal(y) {
				c.see(gradeEmails(x, y, func() bool { return namedA.has(i, a) && namedB.has(j, b) }), i, j)
			}
		}
	}
	c.end(o)
}

func sameLocal(x, y *PreparedEmail) bool { return x.Local == y.Local || sameButMarks(x.Local, y.Local) }

// sharedEmailKey returns the key of what an address and another with the same text
// before the @ have in common at a level, empty where there is none.
func sharedEmailKey(x *PreparedEmail, l level) string {
	switch l {
	case emailExact:
		return emailKey(x)
	case emailDifferent:
		return ""
	}
	return localKey(x)
}

// localBytes is how many characters before the @ are enough to mean the same person
// at another domain.
const localBytes = 5

// gradeEmails grades two addresses; named tells whether both are made of the names of
// their records.
func gradeEmails(x, y *PreparedEmail, named func() bool) level {
	sameLocal, sameDomain, long := sameLocal(x, y), x.Domain == y.Domain, min(len(x.Local), len(y.Local)) >= localBytes
	switch {
	case sameLocal && sameDomain:
		return emailExact
	case sameLocal && long && editDistance(x.Domain, y.Domain) <= 2:
		return emailClose
	case sameLocal && long:
		if named() {
			return emailNamed
		}
		return emailLocal
	case sameDomain && long && oneSlip(x.Local, y.Local):
		return emailClose
	}
	return emailDifferent
}

// oneSlip reports whether two texts are one edit apart, and the edit is not of a
// digit: marie1 and marie2 are two addresses.
func oneSlip(a, b string) bool {
	if !isOneEdit(a, b) {
		return false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return !(i < len(a) && isDigit(a[i])) && !(i < len(b) && isDigit(b[i]))
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// madeOfNames remembers which e-mail addresses of a record are made of its names: to find
// it out is most of the work for a pair of records with many.
type madeOfNames struct{ asked, yes [maxValues]bool }

func (m *madeOfNames) has(i int, p *Prepared) bool {
	if i >= maxValues { // one that was added to try it
		return isNamed(p.Emails[i].Local, p)
	}
	if !m.asked[i] {
		m.asked[i], m.yes[i] = true, isNamed(p.Emails[i].Local, p)
	}
	return m.yes[i]
}

// isNamed reports whether the part before the @ is made of the record's names and
// nothing else, so that everyone of that name could have it.
func isNamed(local string, p *Prepared) bool {
	for i := 0; i < len(local); i++ {
		if isDigit(local[i]) {
			return false
		}
	}
	for i := range p.Names {
		n := &p.Names[i]
		for _, list := range [...][]string{n.Family, n.Birth, n.Loose} {
			for _, w := range list {
				if len(w) >= mentionBytes && names(local, w) {
					return true
				}
			}
		}
	}
	return false
}

// prefixFold returns how much of text is the folded word that it starts with, marks
// left out on both sides; 0 when it does not start with it.
func prefixFold(text, word string) int {
	j := 0
	for i := 0; i < len(word); i++ {
		if word[i] == ' ' {
			continue
		}
		for j > 0 && j < len(text) && isMark(text[j]) {
			j++
		}
		if j >= len(text) || upper(text[j]) != word[i] {
			return 0
		}
		j++
	}
	return j
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// comparePhones adds the best agreement among the phone numbers.
func (m *Matcher) comparePhones(a, b *Prepared, common Common, o *outcomes) {
	c := contestOf(m.known[comparePhone], phoneDifferent)
	if common != nil {
		for i, x := range first(a.Phones) {
			for j, y := range first(b.Phones) {
				if l := gradePhones(x, y); l <= phoneExact && phoneKey(x) == phoneKey(y) && common(phoneKey(x)) {
					c.setAside(l, i, j)
				}
			}
		}
	}
	for i, x := range a.Phones {
		for j, y := range b.Phones {
			c.see(gradePhones(x, y), i, j)
		}
	}
	c.end(o)
}

// phoneBytes is the length from which a phone number may be close to another.
const phoneBytes = 8

func gradePhones(x, y string) level {
	if x == y && isMobile(x) {
		return phoneMobile
	}
	if x == y || nationalEqual(x, y) {
		return phoneExact
	}
	p, q := withinCountry(x), withinCountry(y)
	if len(p) < phoneBytes || len(q) < phoneBytes || len(p)-len(q) > 2 || len(q)-len(p) > 2 {
		return phoneDifferent
	}
	switch editDistance(p, q) {
	case 0, 1:
		return phoneClose
	case 2:
		return phoneSlips
	}
	return phoneDifferent
}

// withinCountry returns the digits of a number without the country code of France or the
// zero in its place, so that a number that is a digit short is near the whole one.
func withinCountry(x string) string {
	switch {
	case x[0] == '0':
		return x[1:]
	case len(x) == len(frenchPrefix)+frenchDigitsShort && strings.HasPrefix(x, frenchPrefix):
		return x[len(frenchPrefix):]
	}
	return x
}

// maxCountryCode is the most digits of a country code.
const maxCountryCode = 3

// nationalEqual reports whether one is the other as dialled inside the country:
// without the country code, and in most countries with a leading 0 in its place.
func nationalEqual(x, y string) bool {
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) > phoneBytes && len(y) > len(x) && len(y)-len(x) <= maxCountryCode && strings.HasSuffix(y, x) {
		return true
	}
	return len(x) >= phoneBytes && x[0] == '0' && len(y) > len(x) && len(y)-len(x) <= 2 && strings.HasSuffix(y, x[1:])
}

// isMobile reports whether a number is a French mobile one.
func isMobile(x string) bool { return strings.HasPrefix(x, "336") || strings.HasPrefix(x, "337") }
