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
	s := Capital(e.Clause(lang)) + lang.Colon() + e.Weight.signed(lang)
	if e.TermWeight != 0 {
		s += fmt.Sprintf(lexiconOf(lang).rarity, e.TermWeight.signed(lang))
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

// Text writes the weight with its unit: 5.2 bits, 5,2 bits.
func (w Weight) Text(lang aloi.Language) string { return lang.Decimal(w.Bits()) + w.unit(lang) }

// signed is Text with a plus sign where there is no minus.
func (w Weight) signed(lang aloi.Language) string { return lang.Signed(w.Bits()) + w.unit(lang) }

// unit is the unit of a weight. The French plural begins at two.
func (w Weight) unit(lang aloi.Language) string {
	if lang == aloi.French && w < 2*Bit-Bit/20 && w > Bit/20-2*Bit {
		return " bit"
	}
	return " bits"
}
