package matcher

import (
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"aloi"
)

// sameLevels are the levels at which two equal values are told as one.
var sameLevels = []string{"exact", "mobile", "same", commonLevel}

// Clause tells the evidence without its bits, beginning in lower case, both values
// included: `the given names "SYLVIE" and "SILVIE" sound alike`. Personal data.
func (e *Evidence) Clause(lang aloi.Language) string {
	x := lexiconOf(lang)
	if e.Comparison == householdEvidence {
		return x.household
	}
	s, but := x.subject(e.Comparison), ""
	if e.Level == commonLevel {
		but = x.common
	}
	if e.A == e.B && e.A != "" && slices.Contains(sameLevels, e.Level) {
		return fmt.Sprintf(x.both, s.same, lang.Quote(e.A)) + but
	}
	return fmt.Sprintf(x.pair, s.many, x.quoted(lang, e.A), x.quoted(lang, e.B), x.of(e.Comparison, e.Level)) + but
}

// Sentence tells the evidence with its bits, in one sentence. Personal data.
func (e *Evidence) Sentence(lang aloi.Language) string {
	s := Capital(e.Clause(lang)) + lang.Colon() + signed(lang, e.Weight)
	if e.TermWeight != 0 {
		s += fmt.Sprintf(lexiconOf(lang).rarity, signed(lang, e.TermWeight))
	}
	return s + "."
}

// Capital begins a text with a capital letter.
func Capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

func (x *lexicon) quoted(lang aloi.Language, s string) string {
	if s == "" {
		return x.missing
	}
	return lang.Quote(s)
}

// signed writes a weight with its sign and unit, which is the same word in both languages.
func signed(lang aloi.Language, w Weight) string { return lang.Signed(w.Bits()) + " bits" }
