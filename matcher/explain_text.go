package matcher

import (
	"fmt"
	"strings"
)

// wording is how a comparison is told: the plural of what was compared, and what each
// level says of the two values, in the order of the levels.
type wording struct {
	values string
	levels []string
}

// wordings are those of the known comparisons.
var wordings = [knownComparisons]wording{
	compareGiven: {"given names", []string{
		"are the same", "are one half and the whole of a compound", "are a first and a further given name",
		"may be short for one another", "are a slip of the hand apart", "sound alike", "resemble one another",
		"are two names in use, a slip of the hand apart",
		"are one missing or cut short, but it stands in an e-mail address or handle of that record",
		"are an initial and a name that it fits", "are one missing, but it stands in the e-mail address or handle that both have",
		"have half of their letters in common, one being no given name in use", "are unlike, one being no given name in use", "are two names in use", "are those of a woman and of a man",
	}},
	compareFamily: {"family names", []string{
		"are the same", "are the same through a name at birth", "share one name of a double name", "are a slip of the hand apart",
		"sound alike", "resemble one another", "have half of their letters in common", "are unlike, but one stands in an e-mail address or handle of the other",
		"are unlike, as a woman's may be before and after marriage", "are unlike",
	}},
	compareOrder:      {"names", []string{"are in the same order", "agree when given and family name are swapped"}},
	compareGeneration: {"generations", []string{"are the same", "are different"}},
	compareBirth: {"birth dates", []string{
		"are the same", "agree when day and month are swapped", "are one digit apart", "agree in two of year, month and day",
		"agree in the year, and one says no more", "are at most two months apart", "are about a year apart",
		"are as far apart as those of parent and child", "are different",
	}},
	compareGender: {"genders", []string{"are the same", "are different"}},
	compareEmail: {"e-mail addresses", []string{
		"are the same", "are a slip of the hand apart", "are the same before the @",
		"are the same before the @, which is but the name", "are different",
	}},
	comparePhone: {"phone numbers", []string{"are one mobile number", "are the same", "are one digit apart", "are different"}},
	compareAddress: {"addresses", []string{
		"are the same", "are in one street, a number missing", "are in one street at two numbers",
		"are in one town, a street missing", "are in two streets of one town",
		"are in one area", "are in two places",
	}},
}

// valueWords tell the levels of identifiers and free attributes.
var valueWords = []string{"are the same", "are one character apart", "are different"}

// sentence tells an evidence in English, with both values and the bits.
func sentence(of *compiled, e *Evidence, l level) string {
	values, says := plural(of.name), valueWords
	for id := range knownLevels {
		if knownLevels[id].name == of.name {
			values, says = wordings[id].values, wordings[id].levels
		}
	}
	but := ""
	if e.Level == commonLevel {
		but = ", but too many records have that"
	}
	s := fmt.Sprintf("The %s %s and %s %s%s: %s", values, quoted(e.A), quoted(e.B), says[l], but, signed(e.Weight))
	if e.TermWeight != 0 {
		s += fmt.Sprintf(", of which %s for how rare the value is", signed(e.TermWeight))
	}
	return s + "."
}

// plural names the values of an identifier or attribute: loyalty_card → loyalty card
// values.
func plural(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, identifierPrefix), attributePrefix)
	if name == "*" {
		return "identifiers"
	}
	return strings.ReplaceAll(name, "_", " ") + " values"
}

func quoted(s string) string {
	if s == "" {
		return "(none)"
	}
	return `"` + s + `"`
}

// signed writes a weight with its sign.
func signed(w Weight) string { return fmt.Sprintf("%+.1f bits", w.Bits()) }
