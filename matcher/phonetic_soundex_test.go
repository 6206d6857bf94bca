package matcher

import "testing"

func TestSoundex(t *testing.T) {
	for name, want := range map[string]string{
		"Robert": "R163", "Rupert": "R163", "Ashcraft": "A261", "Ashcroft": "A261", "Tymczak": "T522", "Pfister": "P236", "Honeyman": "H555", "Jackson": "J250",
		"Washington": "W252", "Lee": "L000", "Gutierrez": "G362", "VanDeusen": "V532", "Élodie": "E430", "Elodie": "E430", "Łukasz": "L220", "  Martin": "M635", "": "", "12": "",
		"Lloyd": "L300", "Schmidt": "S530", "Müller": "M460",
	} {
		if got := Soundex(name); got != want {
			t.Errorf("Soundex(%q) = %q, want %q", name, got, want)
		}
	}
}
