package matcher

import (
	"slices"
	"strings"
	"sync"
)

//go:generate go run commune_gen.go $COG/communes.json $COG/historique-communes.json $COG/communes-0.7.0.json

// commune is a commune of France. Texts are in the form of PreparedAddress.City.
type commune struct {
	name  string
	codes []string // its postal codes, those of CEDEX aside
	// keys are cityKey of its name and then of the names of the communes that it was or
	// that it took in.
	keys []string
}

// communeTable finds the communes by postal code and by cityKey.
type communeTable struct {
	byCode map[string][]*commune
	byKey  map[string][]*commune
}

// communes is the shipped table. Source: Insee and La Poste, see data/NOTICE.md.
var communes = sync.OnceValue(func() communeTable {
	const places, codes = 40_000, 6_500
	t := communeTable{make(map[string][]*commune, codes), make(map[string][]*commune, places)}
	for line := range linesOf("communes.tsv") {
		cells := strings.Split(line, "\t")
		c := &commune{name: cityName(Fold(cells[0])), codes: strings.Split(cells[1], ",")}
		c.keys = append(c.keys, cityKey(c.name))
		if len(cells) > 2 {
			for former := range strings.SplitSeq(cells[2], ",") {
				c.keys = appendNew(c.keys, cityKey(cityName(Fold(former))))
			}
		}
		if _, ok := arrondissements[c.name]; ok { // 75116 is read as 75016
			c.codes = slices.DeleteFunc(c.codes, func(code string) bool { return postalOfInsee(code) != code })
		}
		for _, code := range c.codes {
			t.byCode[code] = append(t.byCode[code], c)
		}
		for _, key := range c.keys {
			t.byKey[key] = append(t.byKey[key], c)
		}
	}
	return t
})

// named returns the communes of France that have this name or, where there are none,
// those that had it.
func (t communeTable) named(city string) []*commune {
	key := cityKey(city)
	all := t.byKey[key]
	var now []*commune
	for _, c := range all {
		if c.keys[0] == key {
			now = append(now, c)
		}
	}
	if now != nil {
		return now
	}
	return all
}

// at returns the commune of a postal code that a city names: by its name or a former
// one, cut short, or a slip of the hand away. It is nil where none fits, or several do.
func (t communeTable) at(code, city string) *commune {
	list, key := t.byCode[code], cityKey(city)
	var former *commune
	for _, c := range list {
		if c.keys[0] == key {
			return c
		}
		if former == nil && slices.Contains(c.keys, key) {
			former = c
		}
	}
	if former != nil {
		return former
	}
	if c := onlyOne(list, func(c *commune) bool { return shortens(city, c.name) || shortens(c.name, city) }); c != nil {
		return c
	}
	return onlyOne(list, func(c *commune) bool { return likenessOf(spaceless(city), spaceless(c.name)) >= alike })
}

// onlyOne returns the only commune of a list that fits, nil for none or several.
func onlyOne(list []*commune, fits func(*commune) bool) *commune {
	var found *commune
	for _, c := range list {
		if fits(c) {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}

// cityKey is a city without spaces and without the article in front.
func cityKey(city string) string {
	first, rest, ok := strings.Cut(city, " ")
	if ok && (first == "LE" || first == "LA" || first == "LES" || first == "L") {
		city = rest
	}
	return spaceless(city)
}

func spaceless(s string) string { return strings.ReplaceAll(s, " ", "") }

// shortens reports whether short is name with words cut short or left out at the end,
// little ones anywhere: CLERMONT FD, AIX EN PCE, VILLENEUVE ASCQ, CHAMONIX. The first word stays whole.
func shortens(short, name string) bool {
	s, n := keyWords(short), keyWords(name)
	if len(s) == 0 || len(s) > len(n) || s[0] != n[0] || len(s[0]) < minStreet || s[0] == "SAINT" && len(s) == 1 || s[0] == "SAINTE" && len(s) == 1 {
		return false
	}
	for i, w := range s {
		if !abbreviates(w, n[i]) {
			return false
		}
	}
	return true
}

// keyWords are the words of a place, the little ones aside.
func keyWords(place string) []string {
	return slices.DeleteFunc(strings.Fields(place), func(w string) bool {
		return isWordOf(littleWords, w) || w == "SUR" || w == "SOUS" || w == "LEZ" || w == "ET"
	})
}

// abbreviates reports whether a word is another with letters left out, the first
// one kept: FD and FERRAND.
func abbreviates(short, word string) bool {
	if short == "" || word == "" || short[0] != word[0] {
		return false
	}
	i := 0
	for j := 0; j < len(word) && i < len(short); j++ {
		if word[j] == short[i] {
			i++
		}
	}
	return i == len(short)
}
