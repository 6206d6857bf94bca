package matcher

import "strings"

// compareAddresses adds the best agreement among the addresses.
func (m *Matcher) compareAddresses(a, b *Prepared, o *outcomes) {
	k := m.known[compareAddress]
	if k == nil {
		return
	}
	best := outcome{of: k, level: none}
	for i := range a.Addresses {
		for j := range b.Addresses {
			l, place := compareAddress2(&a.Addresses[i], &b.Addresses[j])
			t := k.term(l, place, place)
			if l != none && (best.level == none || l < best.level || l == best.level && t > best.term) {
				best.level, best.term, best.a, best.b = l, t, int16(i), int16(j)
			}
		}
	}
	o.add(best)
}

// compareAddress2 grades two addresses and returns the place that they share. City
// and postal code are one place, so that they do not count twice.
func compareAddress2(x, y *PreparedAddress) (level, string) {
	place, samePlace, comparable := sharedPlace(x, y)
	street := unlike
	if x.Street != "" && y.Street != "" {
		street = streetLikeness(x.Street, y.Street)
	}
	if street >= close1 && (samePlace || !comparable || street == likeSame && x.Number != "" && x.Number == y.Number) {
		switch {
		case x.Number == "" || y.Number == "":
			return addressStreet, place
		case x.Number == y.Number || sameHouse(x.Number, y.Number):
			return addressExact, place
		case samePlace:
			return addressNeighbour, place
		}
	}
	switch {
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
		if x.City == y.City || likenessOf(x.City, y.City) >= close1 {
			return min(x.City, y.City), true, true
		}
		comparable = true
	}
	return "", false, comparable
}

// sameArea reports whether two addresses lie in one département, or in one region
// or country when that is all that is known.
func sameArea(x, y *PreparedAddress) bool {
	if len(x.PostalCode) == 5 && len(y.PostalCode) == 5 {
		return x.PostalCode[:2] == y.PostalCode[:2]
	}
	if x.Region != "" && y.Region != "" {
		return x.Region == y.Region
	}
	bare := x.City == "" && y.City == "" && x.PostalCode == "" && y.PostalCode == ""
	return bare && x.Country != "" && x.Country == y.Country
}

// sameHouse reports whether two house numbers differ by their bis or ter alone.
func sameHouse(a, b string) bool {
	return strings.TrimRight(a, "ABCDT") == strings.TrimRight(b, "ABCDT") && (len(a) > 1 || len(b) > 1) && isDigit(a[0])
}

// streetLikeness grades two street names. The type (RUE, AVENUE) is often left out or
// wrong, so the names after it are compared too.
func streetLikeness(a, b string) likeness {
	if l := likenessOf(a, b); l >= close1 {
		return l
	}
	p, q := streetName(a), streetName(b)
	if len(p) < 3 || len(q) < 3 {
		return unlike
	}
	if l := likenessOf(p, q); l >= close1 {
		return l
	}
	if len(p) >= 6 && strings.HasSuffix(q, p) || len(q) >= 6 && strings.HasSuffix(p, q) {
		return close1
	}
	return unlike
}

// streetName returns a street without its type and the little words after it.
func streetName(s string) string {
	_, rest, ok := strings.Cut(s, " ")
	if !ok {
		return s
	}
	for {
		word, after, more := strings.Cut(rest, " ")
		if !more || !isLittleWord(word) {
			return rest
		}
		rest = after
	}
}

func isLittleWord(w string) bool {
	switch w {
	case "DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "A", "AU", "AUX", "EN":
		return true
	}
	return false
}
