package matcher

import (
	"slices"
	"strings"
	"testing"
)

// shortensPlain is shortens by lists of words.
func shortensPlain(short, name string) bool {
	s, n := keyWordsPlain(short), keyWordsPlain(name)
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

func keyWordsPlain(place string) []string {
	return slices.DeleteFunc(strings.Fields(place), func(w string) bool {
		return isWordOf(littleWords, w) || w == "SUR" || w == "SOUS" || w == "LEZ" || w == "ET"
	})
}

// monthPlain is monthOf by the names one after another.
func monthPlain(word string) int {
	if len(word) < 3 || word == "JUI" {
		return 0
	}
	for i, names := range monthNames {
		for _, name := range names {
			if strings.HasPrefix(name, word) {
				return i + 1
			}
		}
	}
	return 0
}

// lettersOnly returns the lower-case letters of s alone.
func lettersOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, s)
}

// bareDigits is bareNumber for digits.
func bareDigits(s string) string {
	if bare := strings.TrimLeft(s, "0"); len(bare) >= minBareDigits {
		return bare
	}
	return s
}

// placeholderAtPlain is placeholderAt by the list of placeholders.
func placeholderAtPlain(words []nameWord) int {
	b := words[0].bare()
	if len(words) > 1 {
		if isPlaceholder(b + " " + words[1].bare()) {
			return 2
		}
		if b == "NOM" && strings.HasPrefix(words[1].text, "D") {
			return 0
		}
	}
	if words[0].text != "X" && (len(b) == 1 || !isPlaceholder(b)) {
		return 0
	}
	return 1
}

// TestRoles fails for a role that is too long to be found.
func TestRoles(t *testing.T) {
	for role := range roles {
		if !isRoleWord(role) || !isRoleWord("1."+strings.Join(strings.Split(role, ""), "-")) {
			t.Errorf("%s is not found", role)
		}
	}
}

// FuzzPreparePlain holds what looks at texts once to what is easier to read.
func FuzzPreparePlain(f *testing.F) {
	for _, pair := range [][2]string{
		{"CLERMONT FD", "CLERMONT FERRAND"}, {"AIX EN PCE", "AIX EN PROVENCE"}, {"SAINT", "SAINT DENIS"}, {"CHAMONIX", "CHAMONIX MONT BLANC"},
		{"JUI", "JUIL"}, {"MAR", "MARS"}, {"LE MANS", "L HAY LES ROSES"}, {"06 12 43 65 78", "AZERTY"}, {"TOTO", "TATA"}, {"martin, jean", "d'Arc\n"}, {"LES", "LE"}, {"non", "renseigné"}, {"nom", "de jeune fille"}, {"Client", "Web"}, {"Martin", "test"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, s, other string) {
		a, b := Fold(s), Fold(other)
		for _, pair := range [][2]string{{a, b}, {b, a}, {a, a}} {
			if got, want := shortens(pair[0], pair[1]), shortensPlain(pair[0], pair[1]); got != want {
				t.Errorf("shortens(%q, %q) = %v, want %v", pair[0], pair[1], got, want)
			}
		}
		if got, want := monthOf(a), monthPlain(a); got != want {
			t.Errorf("monthOf(%q) = %d, want %d", a, got, want)
		}
		if got, want := string(appendCityKey(nil, a)), cityKey(a); got != want {
			t.Errorf("appendCityKey(%q) = %q, want %q", a, got, want)
		}
		if got, want := foldsToPlaceholder(s), isPlaceholder(Fold(s)); got != want {
			t.Errorf("foldsToPlaceholder(%q) = %v, want %v", s, got, want)
		}
		if foldsToValue(s) && (isPlaceholder(a) || a == "" || isPlaceholder(a+" "+b)) {
			t.Errorf("foldsToValue(%q), which is %q", s, a)
		}
		if words := appendNameWords(nil, s+" "+other); len(words) > 0 && placeholderAt(words) != placeholderAtPlain(words) {
			t.Errorf("placeholderAt(%v) = %d, want %d", words, placeholderAt(words), placeholderAtPlain(words))
		}
		if got, want := isRoleWord(s), roles[lettersOnly(s)]; got != want {
			t.Errorf("isRoleWord(%q) = %v, want %v", s, got, want)
		}
		if text := foldPunctuated(s); !mayHaveStray(text) && withoutStrayLetters(withoutExtension(text)) != text {
			t.Errorf("mayHaveStray(%q) is false", text)
		}
		if got, want := bareNumber(s), bareDigits(s); isNumber(s) && len(s) < maxFoldedBytes && got != want {
			t.Errorf("bareNumber(%q) = %q, want %q", s, got, want)
		}
		if got, want := isPlaceholderPair(s, other), isPlaceholder(a+" "+b); got != want {
			t.Errorf("isPlaceholderPair(%q, %q) = %v, want %v", s, other, got, want)
		}
		if got, want := isBlank(s), strings.TrimSpace(s) == ""; got != want {
			t.Errorf("isBlank(%q) = %v, want %v", s, got, want)
		}
		if got, want := foldPunctuated(s), string(appendFolded(nil, s, keepPunctuation)); got != want {
			t.Errorf("foldPunctuated(%q) = %q, want %q", s, got, want)
		}
		if got, want := isSlip(s, other), max(len(s)-len(other), len(other)-len(s)) <= 1 && editDistance(s, other) <= 1; got != want {
			t.Errorf("isSlip(%q, %q) = %v, want %v", s, other, got, want)
		}
		if got, want := repair(s), repairPlain(s); got != want {
			t.Errorf("repair(%q) = %q, want %q", s, got, want)
		}
	})
}

// repairPlain is repair with a search for the marks in every text.
func repairPlain(s string) string {
	for range repairRounds {
		r := s
		if strings.ContainsAny(s, encodedMarks) {
			r = repairOnce(s)
		}
		if r == s {
			break
		}
		s = r
	}
	if strings.ContainsAny(s, dosMarks) {
		s = repairDOS(s)
	}
	return s
}
