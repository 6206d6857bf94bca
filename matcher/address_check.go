package matcher

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// checkPlace holds postal code and city of an address in France against the communes: a
// city gets the name that it has today, what is missing is filled in where there is
// only one choice, and a code that is none of the city's, but a slip of the hand away
// from just one, is corrected. What does not fit stays as it came.
func (p *preparer) checkPlace(out *PreparedAddress, c *cityText) {
	if out.Country != "" && out.Country != "FR" {
		return
	}
	t := communes()
	if !isState(out.Region) {
		t.readArrondissement(out, c.arrondissement)
		switch {
		case out.PostalCode != "" && out.City != "":
			p.flag("address.postal_code", t.check(out, c.cedex))
		case out.PostalCode != "":
			if list := t.byCode.of(out.PostalCode); len(list) == 1 {
				out.City = list[0].name
			}
		case out.City != "":
			if list := t.named(out.City); len(list) == 1 {
				out.City = list[0].name
			}
		}
	}
	if c.short && len(t.byCode.of(out.PostalCode)) == 0 { // of another country, where codes have four digits
		out.PostalCode = strings.TrimPrefix(out.PostalCode, "0")
	}
}

// readArrondissement sets the postal code of an arrondissement, which stands behind the city
// or is written as the code of Insee.
func (t communeTable) readArrondissement(out *PreparedAddress, number int) {
	if x := postalOfInsee(out.PostalCode); x != out.PostalCode && t.isOf(out.PostalCode, x, out.City) {
		out.PostalCode = x
	}
	if code := arrondissementCode(out.City, number); code != "" && !slices.Contains(t.codesNamed(out.City), out.PostalCode) {
		out.PostalCode = code
	}
}

// check makes city and code agree, and returns the flag for a code that was changed or
// that is another city's.
func (t communeTable) check(out *PreparedAddress, cedex bool) string {
	if c := t.at(out.PostalCode, out.City); c != nil {
		out.City = c.name
		return ""
	}
	list := t.named(out.City)
	if len(list) == 0 {
		return ""
	}
	if c, code := rightCode(list, out.PostalCode); code != "" {
		out.City, out.PostalCode = c.name, code
		return FlagCorrected
	}
	if len(t.byCode.of(out.PostalCode)) > 0 {
		return FlagDisagrees
	}
	// A code of no place: of a large user (CEDEX), or a slip too far.
	near := slices.DeleteFunc(slices.Clone(list), func(c *commune) bool { return department(c.codes[0]) != department(out.PostalCode) })
	if len(near) != 1 {
		return ""
	}
	out.City = near[0].name
	if len(near[0].codes) > 1 {
		return ""
	}
	out.PostalCode = near[0].codes[0]
	if cedex {
		return ""
	}
	return FlagCorrected
}

// rightCode returns the one code of the communes that a code is a slip of the hand away from.
func rightCode(list []*commune, code string) (found *commune, right string) {
	for _, c := range list {
		for _, x := range c.codes {
			lost := len(code) == frenchCodeDigits && code[0] == '0' // perhaps a zero that was never there
			if editDistance(code, x) != 1 && (!lost || editDistance(code[1:], x) != 1) {
				continue
			}
			if right != "" && right != x {
				return nil, ""
			}
			found, right = c, x
		}
	}
	return found, right
}

// isOf reports whether a code that may be one of Insee is that of an arrondissement of the
// city: it is no postal code, or that of the same place.
func (t communeTable) isOf(insee, postal, city string) bool {
	list := t.byCode.of(insee)
	return len(list) == 0 || len(list) == 1 && list[0] == t.byCode.of(postal)[0] || city == t.byCode.of(postal)[0].name
}

// codesNamed returns the postal codes of the communes of a name.
func (t communeTable) codesNamed(city string) (codes []string) {
	for _, c := range t.named(city) {
		codes = append(codes, c.codes...)
	}
	return codes
}

// department returns the département that a French postal code is of: three digits overseas.
func department(code string) string {
	switch {
	case len(code) < frenchCodeDigits:
		return ""
	case code[:2] == "97" || code[:2] == "98":
		return code[:3]
	case code[:2] == "2A" || code[:2] == "2B":
		return "20"
	}
	return code[:2]
}

// arrondissement is a city with municipal arrondissements: how many, and the codes that they
// are counted from.
type arrondissement struct {
	count  int
	postal int // postal code of arrondissement 0
	insee  int // code of Insee of arrondissement 0
}

// arrondissements are the cities with municipal arrondissements.
var arrondissements = map[string]arrondissement{
	"PARIS":     {20, 75000, 75100},
	"LYON":      {9, 69000, 69380},
	"MARSEILLE": {16, 13000, 13200},
}

// arrondissementList is arrondissements for a search by code.
var arrondissementList = slices.Collect(maps.Values(arrondissements))

// arrondissementCode returns the postal code of an arrondissement, empty where there is none.
func arrondissementCode(city string, number int) string {
	a, ok := arrondissements[city]
	if !ok || number < 1 || number > a.count {
		return ""
	}
	return strconv.Itoa(a.postal + number)
}

// postalOfInsee returns the postal code of an arrondissement for its code of Insee, and of the
// sixteenth of Paris for its second one, 75116. Other codes stay.
func postalOfInsee(code string) string {
	if code == "" || !isDigit(code[len(code)-1]) { // for most that are no number, and an error costs memory
		return code
	}
	n, err := strconv.Atoi(code)
	if err != nil {
		return code
	}
	for _, a := range arrondissementList {
		if n > a.insee && n <= a.insee+a.count {
			return strconv.Itoa(a.postal + n - a.insee)
		}
	}
	return code
}
