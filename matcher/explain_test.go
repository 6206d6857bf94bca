package matcher

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"aloi"
)

// TestSentences shows that each evidence names both values and its bits, in both
// languages.
func TestSentences(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	a := m.Prepare(person("Sylvie", "Kerbrat", "", mail("sylvie.kerbrat@orange.fr"), card("2981234567890")))
	b := m.Prepare(person("Slyvie", "Kerbrat", "", mail("sylvie.kerbrat@orange.fr"), card("2981234567891")))
	for lang, wants := range map[aloi.Language][]string{
		aloi.English: {
			`The given names "SYLVIE" and "SLYVIE" are a slip of the hand apart: +`,
			`Both have the same family name "KERBRAT": +`,
			`The loyalty cards "2981234567890" and "2981234567891" are one character apart: +`,
			`Two people of one household or family could agree in all this too: -`,
		},
		aloi.French: {
			"Les prénoms «\u00a0SYLVIE\u00a0» et «\u00a0SLYVIE\u00a0» ne diffèrent que d’une faute de frappe\u00a0: +",
			"Les deux fiches ont le même nom de famille «\u00a0KERBRAT\u00a0»\u00a0: +",
			"Les cartes de fidélité «\u00a02981234567890\u00a0» et «\u00a02981234567891\u00a0» ne diffèrent que d’un caractère\u00a0: +",
			"Deux personnes d’un même foyer ou d’une même famille pourraient aussi avoir tout cela en commun\u00a0: -",
			" pour la rareté de la valeur.",
		},
	} {
		var all []string
		for _, e := range m.Compare(a, b, nil).Evidence {
			s := e.Sentence(lang)
			all = append(all, s)
			if e.Comparison != householdEvidence && (!strings.Contains(s, e.A) || !strings.Contains(s, e.B) || e.A == "") {
				t.Errorf("%s does not name its values", s)
			}
			if !strings.Contains(s, e.Weight.signed(lang)) {
				t.Errorf("%s does not tell its weight", s)
			}
		}
		text := strings.Join(all, "\n")
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in\n%s", want, text)
			}
		}
	}
}

// everyLevel calls fn with each level of each comparison that a model may have.
func everyLevel(fn func(comparison, level string)) {
	for _, k := range knownLevels {
		for _, l := range k.levels {
			fn(k.name, l)
		}
	}
	for _, name := range []string{"identifier.loyalty_card", "identifier.customer_number", "identifier.social_handle",
		"identifier.device", "identifier.ip", anyIdentifier, "identifier.soc_sec_id", "attribute.profession"} {
		for _, l := range valueLevels {
			fn(name, l)
		}
	}
	for _, name := range []string{"email", "phone", "identifier.loyalty_card"} {
		fn(name, commonLevel)
	}
	fn(householdEvidence, householdLevel)
}

// clean is a sentence without what a template that does not fit would leave behind.
var clean = regexp.MustCompile(`^\p{Lu}[^%_]*[^% :,]\.$`)

// TestWords holds that every level of every comparison has its words in every language,
// and that no words are left over.
func TestWords(t *testing.T) {
	for _, lang := range aloi.Languages {
		x, used := lexiconOf(lang), map[string]bool{}
		everyLevel(func(comparison, level string) {
			used[level] = true
			for _, values := range [][2]string{{"X", "X"}, {"X", "Y"}, {"", "Y"}} {
				e := Evidence{Comparison: comparison, Level: level, Weight: -1500, TermWeight: 500, A: values[0], B: values[1]}
				if s := e.Sentence(lang); !clean.MatchString(s) || strings.Contains(s, "  ") {
					t.Errorf("%s %s %s: %q", lang, comparison, level, s)
				}
			}
			if comparison == householdEvidence {
				return
			}
			if x.of(comparison, level) == "" {
				t.Errorf("%s: no words for %s %s", lang, comparison, level)
			}
			if label := LevelLabel(lang, level); lang != aloi.English && label == level && level != "possible" && level != "vague" {
				t.Errorf("%s: no label for %s", lang, level)
			}
			if label := ComparisonLabel(lang, comparison); label == "" || strings.ContainsAny(label, "_.%") {
				t.Errorf("%s: label %q of %s", lang, label, comparison)
			}
		})
		for _, k := range knownLevels {
			for level := range x.says[k.name] {
				if !slices.Contains(k.levels, level) {
					t.Errorf("%s: words for %s, which is no level of %s", lang, level, k.name)
				}
			}
		}
		for level := range x.labels {
			if !used[level] {
				t.Errorf("%s: a label for %s, which is no level", lang, level)
			}
		}
	}
}

// TestReasons holds that the shipped model gives its reasons in every language.
func TestReasons(t *testing.T) {
	for _, c := range slices.Concat(Default().Vetoes, Default().Doubts) {
		r := Reason{c.Reason, c.ReasonFR}
		if r.English == "" || r.French == "" || r.In(aloi.English) != r.English || r.In("") != r.English || r.In(aloi.French) != r.French {
			t.Errorf("%+v", r)
		}
	}
	if r := (Reason{English: "other names"}); r.In(aloi.French) != "other names" {
		t.Errorf("%q: want the only one there is", r.In(aloi.French))
	}
}
