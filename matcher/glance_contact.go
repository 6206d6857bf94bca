package matcher

import mathbits "math/bits"

// mailLevels returns the levels that two e-mail addresses may reach.
func mailLevels(x, y *outline) levels {
	switch both, either := x.marks&y.marks, x.marks|y.marks; {
	case !both.has(hasMail):
		return missing
	case either.has(manyMails):
		return allLevels
	}
	if x.local == y.local {
		return allLevels
	}
	if n, m := int(x.localBytes), int(y.localBytes); x.domain == y.domain && max(differ(x.letters, y.letters), n-m, m-n) <= 1 {
		return missing | only(emailClose, emailDifferent)
	}
	return only(emailDifferent)
}

// phoneLevels returns the levels that two lists of telephone numbers may reach.
func phoneLevels(x, y *outline) levels {
	switch both, either := x.marks&y.marks, x.marks|y.marks; {
	case !both.has(hasPhones):
		return missing
	case either.has(otherPhones):
		return allLevels
	}
	set := only(phoneDifferent)
	for _, p := range x.phones {
		for _, q := range y.phones {
			switch {
			case p == 0 || q == 0:
			case p == q:
				return allLevels
			case mayBeSlips(inNibbles(p), inNibbles(q)):
				set |= missing | only(phoneClose, phoneSlips)
			}
		}
	}
	return set
}

// thousands are the three digits of numbers below 1000, of four bits each.
var thousands = func() (t [1000]uint16) {
	for n := range t {
		t[n] = uint16(n/100<<8 | n/10%10<<4 | n%10)
	}
	return t
}()

// inNibbles returns the nine digits of a number, of four bits each.
func inNibbles(n uint32) uint64 {
	return uint64(thousands[n/1e6])<<24 | uint64(thousands[n/1000%1000])<<12 | uint64(thousands[n%1000])
}

// maxSlips is how many edits two telephone numbers may lie apart.
const maxSlips = 2

// mayBeSlips reports whether two numbers of nine digits may lie no more than two edits
// apart. Two replacements or swaps touch four digits at most; where a digit is lost and
// another one comes in, each digit but one stands where it was or one place on.
func mayBeSlips(p, q uint64) bool {
	straight := unequal(p ^ q)
	if mathbits.OnesCount64(straight) <= 2*maxSlips {
		return true
	}
	return mathbits.OnesCount64(straight&unequal(p<<4^q)) <= 1 || mathbits.OnesCount64(straight&unequal(p^q<<4)) <= 1
}

// unequal returns a bit for each of the nine digits that is not 0.
func unequal(x uint64) uint64 {
	const ones = 0x111111111
	return (x | x>>1 | x>>2 | x>>3) & ones
}

// addressLevels returns the levels that two addresses may reach.
func addressLevels(x, y *outline) levels {
	both, either := x.marks&y.marks, x.marks|y.marks
	switch {
	case !both.has(hasAddress):
		return missing
	case either.has(manyAddresses):
		return allLevels
	}
	comparable, streets := both.has(hasPostal|hasCity), both.has(hasStreet)
	var set levels
	if samePlace := mayBePlace(x, y); samePlace && streets {
		set |= only(addressTown) | numberLevels(x, y)
	} else if samePlace {
		set |= only(addressPlace)
	}
	area := x.area == y.area || x.area == 0 || y.area == 0
	switch {
	case !comparable && streets:
		set |= only(addressExact, addressStreet)
	case streets && area && x.number == y.number:
		set |= only(addressStreet)
	}
	if area && (x.area != 0 && y.area != 0 || both.has(hasCountry)) {
		set |= only(addressArea)
	}
	if !comparable {
		set |= missing
	}
	return set | only(addressDifferent)
}

// numberLevels returns the levels of two addresses that may lie in one street.
func numberLevels(x, y *outline) levels {
	switch {
	case x.number == 0 || y.number == 0:
		return only(addressStreet)
	case x.number == y.number:
		return only(addressExact)
	}
	return only(addressNeighbour)
}

// mayBePlace reports whether two addresses may share a postal code or a city.
func mayBePlace(x, y *outline) bool {
	if x.postal == y.postal && x.postal != 0 {
		return true
	}
	n, m := int(x.cityBytes), int(y.cityBytes)
	return (x.marks & y.marks).has(hasCity) && max(differ(x.city, y.city), n-m, m-n) <= mostAlike(max(n, m))
}
