package matcher

import (
	"slices"
	"strings"
)

// cityText is what the fields for postal code and city say.
type cityText struct {
	name           string // in the form of PreparedAddress.City
	code           string // postal code as typed, empty for none
	country        string // ISO 3166 alpha-2, where a country stands there too
	arrondissement int    // of Paris, Lyon or Marseille; 0 for none
	cedex          bool   // the code is of a large user
	short          bool   // the code lost a zero in front, or is another country's
}

// readPlace reads the fields for postal code and city. People swap them and put both
// into one.
func readPlace(code, city string) cityText {
	var c cityText
	if i := strings.LastIndexAny(city, ",("); i > 0 { // Bruxelles, Belgique
		end := Fold(city[i:])
		if country := countryOf(end); country != "" && len(end) > 2 && states[end] == "" { // not San Francisco, CA
			c.country, city = country, city[:i]
		}
	}
	var codeRoom, cityRoom [usualPlaceWords]string
	codeWords, cityWords := placeWords(codeRoom[:0], code), placeWords(cityRoom[:0], city)
	if digits := isCodeField(cityWords); digits && len(codeWords) > 0 && !slices.ContainsFunc(codeWords, hasDigit) {
		codeWords, cityWords = cityWords, codeWords
	}
	typed, rest := takeCode(codeWords)
	inCity, words := takeCode(cityWords)
	switch {
	case typed != "" && (len(rest) == 0 || isWord(rest[0])):
		c.code, c.cedex = typed, len(rest) > 0 && rest[0] == "CEDEX"
		if len(words) == 0 { // 75011 PARIS
			words = rest
		}
	case len(codeWords) > 0:
		c.code = strings.Join(codeWords, " ")
	default:
		c.code = inCity
	}
	c.read(words)
	return c
}

// usualPlaceWords is as many words as most cities have.
const usualPlaceWords = 6

// placeWords folds a field for a postal code or a city, into the empty slice out or into a new
// one.
func placeWords(out []string, field string) []string {
	field = strings.TrimSpace(field)
	if n := len(field) - len(".0"); n > 0 && (field[n:] == ".0" || field[n:] == ",0") { // a number in a spreadsheet
		field = field[:n]
	}
	if field == "" {
		return nil
	}
	var room [usualPlaceWords]addressWord
	words := appendAddressWords(room[:0], foldPunctuated(field))
	for _, w := range words {
		if strings.IndexByte(w.text, '-') < 0 && strings.IndexByte(w.text, '/') < 0 {
			out = append(out, w.text)
			continue
		}
		out = slices.AppendSeq(out, strings.FieldsFuncSeq(w.text, func(r rune) bool { return r == '-' || r == '/' }))
	}
	return out
}

// isCodeField reports whether a field holds a postal code of digits alone.
func isCodeField(words []string) bool {
	code, rest := takeCode(words)
	return code != "" && len(rest) == 0
}

// isWord reports whether a word is of letters, and long enough for the name of a place.
func isWord(word string) bool { return len(word) > 1 && !hasDigit(word) }

// takeCode takes a postal code of five digits, whole or as 75 011, from the front or the end
// of the words. The mark of France before it goes too.
func takeCode(words []string) (code string, rest []string) {
	if len(words) > 1 && (words[0] == "F" || words[0] == "FR") && startsWithDigit(words[1]) {
		words = words[1:]
	}
	switch n := len(words); {
	case n > 0 && isCodeWord(words[0]):
		return words[0], words[1:]
	case n > 1 && isSplitCode(words[0], words[1]):
		return words[0] + words[1], words[2:]
	case n > 1 && isCodeWord(words[n-1]):
		return words[n-1], words[:n-1]
	}
	return "", words
}

func startsWithDigit(word string) bool { return word != "" && isDigit(word[0]) }

// isSplitCode reports whether two words are département and end of a postal code: 75 011.
func isSplitCode(a, b string) bool {
	return len(a) == 2 && len(b) == 3 && isNumber(a) && isNumber(b)
}

// read reads the words of a city: SAINT in full, without CEDEX, without arrondissement
// and without the country after it.
func (c *cityText) read(words []string) {
	for n := min(maxCountryWords, len(words)-1); n > 0 && frenchEnds()[words[len(words)-1]]; n-- { // of others, a city may end so: West Jordan
		head, tail := words[:len(words)-n], strings.Join(words[len(words)-n:], " ")
		if countryOf(tail) == "FR" && len(tail) > 2 && !belongsToName(head[len(head)-1]) {
			c.country, words = "FR", head
			break
		}
	}
	for i, w := range words {
		if i > 0 && (w == "CEDEX" || w == "CDX") {
			c.cedex = true
			c.arrondissement = numberOf(words[i+1:])
			words = words[:i]
			break
		}
	}
	for n := len(words); n > 2 && isWordOf(arrondissementWords, words[n-1]); n-- {
		words = words[:n-1]
	}
	if len(words) == 2 {
		a, ok := arrondissements[words[0]]
		if number := numberOf(words[1:]); ok && number > 0 {
			words = words[:1]
			if number <= a.count && number != a.postal/1000 { // Marseille 13 may be the département
				c.arrondissement = number
			}
		}
	}
	for len(words) > 1 && isOrdinal(words[len(words)-1]) { // Rennes 9, Paris 75
		words = words[:len(words)-1]
	}
	c.name = cityName(strings.Join(words, " "))
}

// arrondissementWords may stand after the number of an arrondissement.
const arrondissementWords = " ARRONDISSEMENT ARR ARRDT ARDT EME ER E "

// numberOf returns the number of an arrondissement: 11, 11E, 11EME, XI, ONZIEME. It is 0 for other words.
func numberOf(words []string) int {
	if len(words) != 1 {
		return 0
	}
	word := words[0]
	if isOrdinal(word) {
		n := 0
		for i := 0; i < len(word) && isDigit(word[i]) && n < 100; i++ {
			n = n*10 + int(word[i]-'0')
		}
		return n
	}
	for _, suffix := range []string{"", "EME", "E"} {
		if roman, ok := strings.CutSuffix(word, suffix); ok {
			for n, numeral := range romanNumerals {
				if roman == numeral {
					return n + 1
				}
			}
		}
	}
	for n, numeral := range ordinalNumerals {
		if word == numeral {
			return n + 1
		}
	}
	return 0
}

// The numbers of arrondissements in words, from one up.
var (
	romanNumerals   = strings.Fields("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX")
	ordinalNumerals = strings.Fields("PREMIER DEUXIEME TROISIEME QUATRIEME CINQUIEME SIXIEME SEPTIEME HUITIEME NEUVIEME DIXIEME " +
		"ONZIEME DOUZIEME TREIZIEME QUATORZIEME QUINZIEME SEIZIEME DIXSEPTIEME DIXHUITIEME DIXNEUVIEME VINGTIEME")
)

// cityName returns a folded city in one form, the abbreviations in full.
func cityName(folded string) string {
	if isCityName(folded) {
		return bounded(folded)
	}
	words := strings.Fields(folded)
	for i, w := range words {
		switch w {
		case "ST":
			words[i] = "SAINT"
		case "STE":
			words[i] = "SAINTE"
		case "S":
			if i > 0 && i < len(words)-1 {
				words[i] = "SUR"
			}
		}
	}
	return bounded(strings.Join(words, " "))
}

// isCityName reports whether a folded city has no abbreviation in it.
func isCityName(folded string) bool {
	start := 0
	for i := range len(folded) + 1 {
		if i < len(folded) && folded[i] != ' ' {
			continue
		}
		switch folded[start:i] {
		case "", "S", "ST", "STE":
			return false
		}
		start = i + 1
	}
	return true
}
