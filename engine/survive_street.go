package engine

import (
	"slices"
	"strings"
)

// sameStreetName reports whether two prepared streets are one: alike as they stand, or
// without the small words that people leave out, or with some words as initials:
// RUE DE LA TOUR, RUE TOUR; RUE VICTOR HUGO, RUE V HUGO.
func sameStreetName(a, b string) bool {
	if likeness(a, b) >= sameStreet {
		return true
	}
	x, y := streetWords(a), streetWords(b)
	return likeness(strings.Join(x, " "), strings.Join(y, " ")) >= sameStreet || initialed(x, y)
}

// streetParticles are the small words of a street name.
var streetParticles = []string{"A", "AU", "AUX", "D", "DE", "DES", "DU", "EN", "ET", "L", "LA", "LE", "LES", "SUR"}

func streetWords(street string) []string {
	return slices.DeleteFunc(strings.Fields(street), func(w string) bool { return slices.Contains(streetParticles, w) })
}

// initialed reports whether two rows of words agree where one letter stands for a word
// that begins with it; at least one word, other than the first, agrees in full.
func initialed(x, y []string) bool {
	if len(x) != len(y) {
		return false
	}
	whole := false
	for i := range x {
		switch {
		case likeness(x[i], y[i]) >= sameStreet:
			whole = whole || i > 0
		case (len(x[i]) == 1 || len(y[i]) == 1) && x[i][0] == y[i][0]:
		default:
			return false
		}
	}
	return whole
}
