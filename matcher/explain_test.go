package matcher

import (
	"strings"
	"testing"
)

// TestSentences shows that each evidence names both values and its bits.
func TestSentences(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	a := m.Prepare(person("Sylvie", "Kerbrat", "", mail("sylvie.kerbrat@orange.fr"), card("2981234567890")))
	b := m.Prepare(person("Slyvie", "Kerbrat", "", mail("sylvie.kerbrat@orange.fr"), card("2981234567891")))
	var all []string
	for _, e := range m.Compare(a, b, nil).Evidence {
		all = append(all, e.Text)
		if e.Comparison != householdEvidence && (!strings.Contains(e.Text, e.A) || !strings.Contains(e.Text, e.B) || e.A == "") {
			t.Errorf("%s does not name its values", e.Text)
		}
		if !strings.Contains(e.Text, signed(e.Weight)) {
			t.Errorf("%s does not tell its weight", e.Text)
		}
	}
	text := strings.Join(all, "\n")
	for _, want := range []string{
		`The given names "SYLVIE" and "SLYVIE" are a slip of the hand apart: +`,
		`The family names "KERBRAT" and "KERBRAT" are the same: +`,
		`The loyalty card values "2981234567890" and "2981234567891" are one character apart: +`,
		`Two people of one household or family could agree in this too: -`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

// TestWordings shows that every level of every comparison has its words.
func TestWordings(t *testing.T) {
	for id := range knownLevels {
		if len(wordings[id].levels) != len(knownLevels[id].levels) {
			t.Errorf("%s has %d wordings for %d levels", knownLevels[id].name, len(wordings[id].levels), len(knownLevels[id].levels))
		}
	}
}
