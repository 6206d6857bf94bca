package matcher

import "testing"

// FuzzEditDistance holds the bit-parallel distance to the textbook one on any bytes.
func FuzzEditDistance(f *testing.F) {
	f.Add("LEFEBVRE", "LEFEVRE")
	f.Add("", "A")
	f.Add("\xff\x00É", "É\x00\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > wordBytes || len(b) > wordBytes {
			t.Skip()
		}
		if got, want := editDistance(a, b), alignment(a, b); got != want || editDistance(b, a) != got {
			t.Errorf("editDistance(%q, %q) = %d, want %d", a, b, got, want)
		}
		if isOneEdit(a, b) != (alignment(a, b) == 1) {
			t.Errorf("isOneEdit(%q, %q) = %t", a, b, isOneEdit(a, b))
		}
	})
}

// FuzzLikeness shows that no text breaks the graders of names and addresses, and that
// each is symmetric.
func FuzzLikeness(f *testing.F) {
	f.Add("JEAN PIERRE", "J P", "12 RUE DE LA GARE", "RUE GARE")
	f.Add("", " ", "\xf0\x9f", "RUE ")
	f.Fuzz(func(t *testing.T, a, b, street, other string) {
		if x, y := compareGivenNames(a, b, nil, nil), compareGivenNames(b, a, nil, nil); x.level != y.level {
			t.Errorf("given names %q and %q: %d and %d", a, b, x.level, y.level)
		}
		if a != "" && b != "" {
			if x, y := compareSurnames([]string{a}, []string{b}, a, b), compareSurnames([]string{b}, []string{a}, b, a); x.level != y.level {
				t.Errorf("surnames %q and %q: %d and %d", a, b, x.level, y.level)
			}
		}
		if x, y := sameStreet(street, other), sameStreet(other, street); x != y {
			t.Errorf("streets %q and %q: %t and %t", street, other, x, y)
		}
		if sameButMarks(a, b) != sameButMarks(b, a) || compareValues(a, b) != compareValues(b, a) {
			t.Errorf("values %q and %q", a, b)
		}
	})
}
