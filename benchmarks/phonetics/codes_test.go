//go:build !permissive

package main

import "testing"

// The French groups, on names that genealogists index together or apart.
func TestFrenchSoundex(t *testing.T) {
	for name, want := range map[string]string{
		"MARTIN": "M635", "BERNARD": "B656", "FAURE": "F600", "PEREZ": "P680", "GROS": "G680", "CHAPUIS": "C180", "BOYER": "B600",
		"GAUTHIER": "G360", "REY": "R000", "BARTHELEMY": "B634", "HENRY": "H560", "MOULIN": "M450", "ROUSSEAU": "R800", "": "",
	} {
		if got := frenchSoundex(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// A record teaches about a code only where a slip alone separates it from the person.
func TestAdd(t *testing.T) {
	for _, c := range []struct {
		tags    []string
		written string
		want    []slip
	}{
		{[]string{"phonetic_surname"}, "Lefaivre", []slip{{"by sound", "LEFAIVRE", "LEFEVRE"}}},
		{[]string{"typo_given"}, "Lefaivre", nil},
		{[]string{"typo_surname", "phonetic_surname"}, "Lefaivvre", nil},
		{[]string{"ocr_surname"}, "LEFÈVRE", nil},
		{[]string{"typo_surname"}, "", nil},
		{[]string{"typo_surname"}, "Kerbart", []slip{{"by hand", "KERBART", "KERBRAT"}}},
	} {
		var n fieldNames
		n.add(c.tags, "surname", c.written, "Lefèvre", "Kerbrat")
		if len(n.slips) != len(c.want) || len(c.want) == 1 && n.slips[0] != c.want[0] {
			t.Errorf("%v %q: %v, want %v", c.tags, c.written, n.slips, c.want)
		}
	}
}
