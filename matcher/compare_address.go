package matcher

// compareAddresses adds the best agreement among the addresses.
func (m *Matcher) compareAddresses(a, b *Prepared, o *outcomes) {
	k := m.known[compareAddress]
	if k == nil {
		return
	}
	best := outcome{of: k, level: none}
	for i := range a.Addresses {
		for j := range b.Addresses {
			l, place := gradeAddresses(&a.Addresses[i], &b.Addresses[j])
			t := k.term(l, place, place)
			if l != none && (best.level == none || l < best.level || l == best.level && t > best.term) {
				best.level, best.term, best.a, best.b = l, t, int16(i), int16(j)
			}
		}
	}
	o.add(best)
}

// gradeAddresses grades two addresses and returns the place that they share. City
// and postal code are one place, so that they do not count twice.
func gradeAddresses(x, y *PreparedAddress) (level, string) {
	place, samePlace, comparable := sharedPlace(x, y)
	if l := compareStreets(x, y, samePlace, comparable); l != none {
		return l, place
	}
	switch {
	case samePlace && x.Street != "" && y.Street != "":
		return addressTown, place
	case samePlace:
		return addressPlace, place
	case sameArea(x, y):
		return addressArea, place
	case comparable || x.Country != "" && y.Country != "" && x.Country != y.Country ||
		x.Region != "" && y.Region != "":
		return addressDifferent, place
	}
	return none, place
}

// compareStreets grades two addresses that lie in one street, none when they do not. What
// stands behind the name of a street (a residence, the town) does not part two addresses of one number.
// A street of the same name in another town is another street, but the town may be
// badly written: then the area must agree, and the number too.
func compareStreets(x, y *PreparedAddress, samePlace, comparable bool) level {
	if x.Street == "" || y.Street == "" {
		return none
	}
	sameNumber := x.Number == y.Number || sameHouse(x.Number, y.Number)
	if !sameStreet(x.Street, y.Street) && !(sameNumber && x.Number != "" && samePlace && continues(x.Street, y.Street)) {
		return none
	}
	switch {
	case comparable && !samePlace:
		if x.Number != "" && sameNumber && sameArea(x, y) {
			return addressStreet
		}
	case x.Number == "" || y.Number == "":
		return addressStreet
	case sameNumber:
		return addressExact
	case samePlace:
		return addressNeighbour
	}
	return none
}

// sharedPlace returns the postal code or city that two addresses share, whether they
// share one, and whether there was anything to compare.
func sharedPlace(x, y *PreparedAddress) (place string, same, comparable bool) {
	if x.PostalCode != "" && y.PostalCode != "" {
		if x.PostalCode == y.PostalCode {
			return x.PostalCode, true, true
		}
		comparable = true
	}
	if x.City != "" && y.City != "" {
		if x.City == y.City || nearly(x.City, y.City) >= alike {
			return min(x.City, y.City), true, true
		}
		comparable = true
	}
	return "", false, comparable
}

// sameArea reports whether two addresses lie in one département, or in one region
// or country when that is all that is known.
func sameArea(x, y *PreparedAddress) bool {
	if p, q := areaOf(x.PostalCode), areaOf(y.PostalCode); p != "" && q != "" {
		return p == q && len(x.PostalCode) == len(y.PostalCode)
	}
	if x.Region != "" && y.Region != "" {
		return x.Region == y.Region
	}
	bare := x.City == "" && y.City == "" && x.PostalCode == "" && y.PostalCode == ""
	return bare && x.Country != "" && x.Country == y.Country
}

// areaOf returns the part of a postal code that names an area: the département, or in a
// code of four digits the first. It is empty for other codes.
func areaOf(code string) string {
	switch len(code) {
	case frenchCodeDigits - 1:
		return code[:1]
	case frenchCodeDigits:
		return department(code)
	}
	return ""
}

// sameHouse reports whether two house numbers differ by their bis or ter alone.
func sameHouse(a, b string) bool {
	return a != "" && b != "" && houseOnly(a) == houseOnly(b)
}

// houseOnly returns a house number without its bis or ter.
func houseOnly(number string) string {
	n := len(number)
	for n > 0 && number[n-1] >= 'A' && number[n-1] <= 'Z' {
		n--
	}
	return number[:n]
}
