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

// compareStreets grades two addresses that lie in one street, none when they do not.
// A street of the same name in another town is another street, but the town may be
// badly written: then the area must agree, and the number too.
func compareStreets(x, y *PreparedAddress, samePlace, comparable bool) level {
	if x.Street == "" || y.Street == "" || streetLikeness(x.Street, y.Street) < alike {
		return none
	}
	sameNumber := x.Number == y.Number || sameHouse(x.Number, y.Number)
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
		if x.City == y.City || likenessOf(x.City, y.City) >= alike {
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
	return strings.TrimRight(a, "ABCDT") == strings.TrimRight(b, "ABCDT") && (len(a) > 1 || len(b) > 1) && isDigit(a[0])
}

// streetLikeness grades two street names. The type (RUE, AVENUE, STREET) is often left
// out or wrong, so the names without it are compared too.
func streetLikeness(a, b string) likeness {
	if l := likenessOf(a, b); l >= alike {
		return l
	}
	p, q := streetName(a), streetName(b)
	if len(p) < minStreet || len(q) < minStreet {
		return unlike
	}
	if l := likenessOf(p, q); l >= alike {
		return l
	}
	if len(p) >= 2*minStreet && endsWithWord(q, p) || len(q) >= 2*minStreet && endsWithWord(p, q) {
		return alike
	}
	return unlike
}

// minStreet is the least letters of a street's name.
const minStreet = 3

// endsWithWord reports whether a text ends with whole words.
func endsWithWord(text, words string) bool {
	rest, ok := strings.CutSuffix(text, words)
	return ok && strings.HasSuffix(rest, " ")
}

// streetTypes are the words that open a French street's name or close an English one,
// and the little words that may follow them.
const (
	streetTypes = " ALLEE AVENUE BOULEVARD CHEMIN CITE CLOS COTE COUR COURS DOMAINE ESPLANADE FAUBOURG HAMEAU IMPASSE " +
		"LOTISSEMENT MAIL MONTEE PASSAGE PLACE PLACETTE PROMENADE QUAI RESIDENCE ROCADE ROUTE RUE RUELLE SENTE SENTIER " +
		"SQUARE TRAVERSE VENELLE VILLA VOIE STREET ROAD LANE DRIVE COURT CRESCENT CIRCUIT CLOSE TERRACE PARADE WAY "
	littleWords = " DE DU DES D LA LE LES L A AU AUX EN "
)

func isWordOf(list, word string) bool {
	for i := 0; i+len(word)+1 < len(list); i++ {
		if list[i] == ' ' && list[i+1:i+1+len(word)] == word && list[i+1+len(word)] == ' ' {
			return true
		}
	}
	return false
}

// streetName returns a street without its type and the little words after it.
func streetName(s string) string {
	word, rest, ok := strings.Cut(s, " ")
	for ok && (isWordOf(streetTypes, word) || isWordOf(littleWords, word)) {
		s = rest
		word, rest, ok = strings.Cut(s, " ")
	}
	if i := strings.LastIndexByte(s, ' '); i > 0 && isWordOf(streetTypes, s[i+1:]) {
		s = s[:i]
	}
	return s
}
