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
	plain string   // the name without spaces
	codes []string // its postal codes, those of CEDEX aside
	// keys are cityKey of its name and then of the names of the communes that it was or
	// that it took in.
	keys []string
}

// communeTable finds the communes by postal code and by cityKey.
type communeTable struct {
	byCode *codeIndex
	byKey  map[string][]*commune // those that have it now, else those that had it
}

// communes is the shipped table. Source: Insee and La Poste, see data/NOTICE.md.
var communes = sync.OnceValue(func() communeTable {
	const places = 40_000
	t := communeTable{byKey: make(map[string][]*commune, places)}
	var all []*commune
	for line := range linesOf("communes.tsv") {
		cells := strings.Split(line, "\t")
		c := &commune{name: cityName(Fold(cells[0])), codes: strings.Split(cells[1], ",")}
		c.plain = spaceless(c.name)
		c.keys = append(c.keys, cityKey(c.name))
		if len(cells) > 2 {
			for former := range strings.SplitSeq(cells[2], ",") {
				c.keys = appendNew(c.keys, cityKey(cityName(Fold(former))))
			}
		}
		if _, ok := arrondissements[c.name]; ok { // 75116 is read as 75016
			c.codes = slices.DeleteFunc(c.codes, func(code string) bool { return postalOfInsee(code) != code })
		}
		all = append(all, c)
		for _, key := range c.keys {
			t.byKey[key] = append(t.byKey[key], c)
		}
	}
	for key, list := range t.byKey {
		t.byKey[key] = inForce(list, key)
	}
	t.byCode = indexedByCode(all)
	return t
})

// named returns the communes of France that have this name or, where there are none,
// those that had it.
func (t communeTable) named(city string) []*commune {
	var room [maxAddressBytes]byte
	return t.byKey[string(appendCityKey(room[:0], city))]
}

// inForce returns those of the communes of a key that have it now, all where none has.
func inForce(all []*commune, key string) []*commune {
	isNow := func(c *commune) bool { return c.keys[0] == key }
	switch n := countOf(all, isNow); n {
	case 0, len(all):
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(c *commune) bool { return !isNow(c) })
}

// at returns the commune of a postal code that a city names: by its name or a former
// one, cut short, or a slip of the hand away. It is nil where none fits, or several do.
func (t communeTable) at(code, city string) *commune {
	var room [maxAddressBytes]byte
	key := appendCityKey(room[:0], city)
	if c := t.byCode.named(code, key); c != nil {
		return c
	}
	list := t.byCode.of(code)
	for _, c := range list {
		if slices.ContainsFunc(c.keys, func(k string) bool { return k == string(key) }) { // a former one
			return c
		}
	}
	if c := onlyOne(list, func(c *commune) bool { return shortens(city, c.name) || shortens(c.name, city) }); c != nil {
		return c
	}
	plain := spaceless(city)
	return onlyOne(list, func(c *commune) bool { return likenessOf(plain, c.plain) >= alike })
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

func countOf[T any](list []T, is func(T) bool) int {
	n := 0
	for _, x := range list {
		if is(x) {
			n++
		}
	}
	return n
}

// cityKey is a city without spaces and without the article in front.
func cityKey(city string) string { return spaceless(withoutArticle(city)) }

// appendCityKey appends cityKey of a city.
func appendCityKey(key []byte, city string) []byte {
	city = withoutArticle(city)
	for i := range len(city) {
		if city[i] != ' ' {
			key = append(key, city[i])
		}
	}
	return key
}

func withoutArticle(city string) string {
	first, rest, ok := strings.Cut(city, " ")
	if ok && (first == "LE" || first == "LA" || first == "LES" || first == "L") {
		return rest
	}
	return city
}

func spaceless(s string) string { return strings.ReplaceAll(s, " ", "") }

// shortens reports whether short is name with words cut short or left out at the end,
// little ones anywhere: CLERMONT FD, AIX EN PCE, VILLENEUVE ASCQ, CHAMONIX. The first word stays whole.
func shortens(short, name string) bool {
	first, short := keyWord(short)
	same, name := keyWord(name)
	if first != same || len(first) < minStreet {
		return false
	}
	words := 1
	for w, rest := keyWord(short); w != ""; w, rest = keyWord(rest) {
		full, others := keyWord(name)
		if !abbreviates(w, full) {
			return false
		}
		name = others
		words++
	}
	return words > 1 || first != "SAINT" && first != "SAINTE"
}

// keyWord returns the first word of a place that is no little one, empty where there is none,
// and what stands behind it.
func keyWord(place string) (word, rest string) {
	for place != "" {
		word, place, _ = strings.Cut(place, " ")
		if word != "" && !isWordOf(littleWords, word) && word != "SUR" && word != "SOUS" && word != "LEZ" && word != "ET" {
			return word, place
		}
	}
	return "", ""
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
