package matcher

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/adrg/strutil/metrics"
)

// alignment is the textbook optimal string alignment distance.
func alignment(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// word returns a random word over few letters, so that words are often alike.
func word(rng *rand.Rand, most int) string {
	b := make([]byte, rng.IntN(most+1))
	for i := range b {
		b[i] = "AEINRST "[rng.IntN(8)]
	}
	return string(b)
}

// slipped returns s after a few edits.
func slipped(rng *rand.Rand, s string) string {
	b := []byte(s)
	for range rng.IntN(4) {
		i := rng.IntN(len(b) + 1)
		switch {
		case rng.IntN(3) == 0:
			b = append(b[:i], append([]byte{'X'}, b[i:]...)...)
		case i < len(b) && rng.IntN(2) == 0:
			b = append(b[:i], b[i+1:]...)
		case i+1 < len(b):
			b[i], b[i+1] = b[i+1], b[i]
		}
	}
	return string(b)
}

func TestEditDistance(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	levenshtein := metrics.NewLevenshtein()
	for range 30_000 {
		a := word(rng, 70)
		b := slipped(rng, a)
		if rng.IntN(2) == 0 {
			b = word(rng, 12)
		}
		got := editDistance(a, b)
		if want := alignment(a, b); got != want && len(a) <= wordBytes {
			t.Fatalf("editDistance(%q, %q) = %d, want %d", a, b, got, want)
		}
		if back := editDistance(b, a); back != got {
			t.Fatalf("editDistance(%q, %q) = %d, but %d the other way", a, b, got, back)
		}
		if (got == 1) != isOneEdit(a, b) || isOneEdit(a, b) != isOneEdit(b, a) {
			t.Fatalf("editDistance(%q, %q) = %d, one edit %v", a, b, got, isOneEdit(a, b))
		}
		// Swaps only ever save: strutil counts without them.
		if plain := levenshtein.Distance(a, b); len(a) <= wordBytes && (got > plain || plain > 2*got) {
			t.Fatalf("editDistance(%q, %q) = %d, Levenshtein %d", a, b, got, plain)
		}
	}
}

func TestEditDistanceLong(t *testing.T) {
	a, b := strings.Repeat("A", 200)+"X", "Y"+strings.Repeat("B", 200)
	if got := editDistance(a, b); got != 201 {
		t.Errorf("distance of long texts = %d, want 201", got)
	}
}

func TestLikeness(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want likeness
	}{
		{"MARTIN", "MARTIN", likeSame},
		{"MARTIN", "MARTNI", alike},
		{"AGELLE", "GAELLE", alike},
		{"LEO", "LEA", alike},
		{"JO", "JU", unlike},
		{"", "A", unlike},
		{"VENNEROSY", "VENEROZY", similar},
		{"DELACROIX", "DELAKROA", similar},
		{"MARTIN", "BERNARD", unlike},
		{"MONTGOLFIERES", "MONTGOLFIXRXS", alike},
	} {
		if got := likenessOf(c.a, c.b); got != c.want {
			t.Errorf("likenessOf(%s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := likenessOf(c.b, c.a); got != c.want {
			t.Errorf("likenessOf(%s, %s) = %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

func TestSameButMarks(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"jean.martin", "jeanmartin", true},
		{"jean-martin_", ".jeanmartin", true},
		{"", "..", true},
		{"jean.martin", "jeanmartin1", false},
		{"a", "", false},
	} {
		if got := sameButMarks(c.a, c.b); got != c.want {
			t.Errorf("sameButMarks(%q, %q) = %v", c.a, c.b, got)
		}
	}
}

func BenchmarkEditDistance(b *testing.B) {
	for b.Loop() {
		editDistance("LEFEBVRE", "LEFEVRES")
	}
}

func BenchmarkEditDistanceStrutil(b *testing.B) {
	m := metrics.NewLevenshtein()
	for b.Loop() {
		m.Distance("LEFEBVRE", "LEFEVRES")
	}
}
