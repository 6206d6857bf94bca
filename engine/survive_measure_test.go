package engine

import (
	"strings"
	"testing"

	"aloi/matcher"
)

// plainLikeness is the definition of likeness, with a table of all the ends of both texts.
func plainLikeness(a, b string) int {
	if a == b {
		return 100
	}
	n := max(len(a), len(b))
	if n > maxLikenessBytes {
		return 0
	}
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
		for j := range table[i] {
			switch {
			case i == 0 || j == 0:
				table[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				table[i][j] = table[i-1][j-1]
			default:
				table[i][j] = 1 + min(table[i-1][j-1], table[i-1][j], table[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				table[i][j] = min(table[i][j], table[i-2][j-2]+1)
			}
		}
	}
	return 100 * (n - table[len(a)][len(b)]) / n
}

// TestLikenessIsTheDefinition compares texts of few letters, of all lengths up to the longest
// that are compared and one past it.
func TestLikenessIsTheDefinition(t *testing.T) {
	rng := lawRand(1, 1)
	text := func() string {
		var b strings.Builder
		for range rng.IntN(maxLikenessBytes + 2) {
			b.WriteByte("ABC"[rng.IntN(3)])
		}
		return b.String()
	}
	for range 3000 {
		a := text()
		for _, b := range []string{text(), a[rng.IntN(len(a)+1):], a + "A"} {
			if got, want := likeness(a, b), plainLikeness(a, b); got != want {
				t.Fatalf("%q and %q: %d, want %d", a, b, got, want)
			}
		}
	}
}

// FuzzWordRun holds that words are found where their folded forms, one after the other, are
// the whole.
func FuzzWordRun(f *testing.F) {
	for _, s := range []string{"Anne Marie", "de La Tour", "- Anne ,", "a a b a a b c", "", " \u00a0 x"} {
		f.Add(s, "ANNEMARIE")
		f.Add(s, keyOf(s))
		f.Add(s, "AAB")
	}
	f.Fuzz(func(t *testing.T, text, whole string) {
		if whole == "" {
			return
		}
		if got, want := wordRun(text, whole), plainWordRun(text, whole); got != want {
			t.Errorf("%q in %q: %q, want %q", whole, text, got, want)
		}
	})
}

// plainWordRun tries all runs of words.
func plainWordRun(text, whole string) string {
	words := strings.Fields(text)
	for start := range words {
		for end := start + 1; end <= len(words); end++ {
			folded := ""
			for _, w := range words[start:end] {
				folded += strings.ReplaceAll(matcher.Fold(w), " ", "")
			}
			if folded == whole {
				return strings.Trim(strings.Join(words[start:end], " "), ",;")
			}
		}
	}
	return ""
}
