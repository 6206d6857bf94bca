package matcher

// compareFamilyNames grades the family names of two readings, names at birth
// included, and returns the two values that the grade stands on.
func compareFamilyNames(a, b *reading, woman bool) (level, string, string) {
	best, x, y := compareSurnames(a.family, b.family, a.familyWhole, b.familyWhole)
	if best == familyExact || len(a.birth) == 0 && len(b.birth) == 0 {
		return marry(best, woman), x, y
	}
	for _, c := range [...]struct {
		a, b           []string
		wholeA, wholeB string
	}{
		{a.birth, b.family, a.birthWhole, b.familyWhole},
		{a.family, b.birth, a.familyWhole, b.birthWhole},
		{a.birth, b.birth, a.birthWhole, b.birthWhole},
	} {
		l, p, q := compareSurnames(c.a, c.b, c.wholeA, c.wholeB)
		if l == familyExact {
			return familyBirth, p, q
		}
		if l != none && (best == none || l < best) {
			best, x, y = l, p, q
		}
	}
	return marry(best, woman), x, y
}

// marry turns a difference into a change of name where that is usual: for a woman.
func marry(l level, woman bool) level {
	if l == familyDifferent && woman {
		return familyChanged
	}
	return l
}

// compareSurnames grades two surnames, each as its words and as one.
func compareSurnames(a, b []string, wholeA, wholeB string) (level, string, string) {
	if len(a) == 0 || len(b) == 0 {
		return none, "", ""
	}
	textA, textB := a[0], b[0]
	if sameWords(a, b) || sameWhole(a, b, wholeA, wholeB) {
		if wholeA != "" && wholeB != "" {
			return familyExact, wholeA, wholeB
		}
		return familyExact, textA, textB
	}
	if len(a) == 1 && len(b) == 1 && (len(textA) == 1 || len(textB) == 1) {
		if textA[0] == textB[0] {
			return familySimilar, textA, textB
		}
		return familyDifferent, textA, textB
	}
	if len(a) > 1 || len(b) > 1 {
		return comparePartly(a, b, wholeA, wholeB)
	}
	return likeFamily(textA, textB), textA, textB
}

func sameWords(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// sameWhole reports whether two surnames are one when written as one word, as in
// LE GOFF and LEGOFF, or LA TOUR and DE LA TOUR.
func sameWhole(a, b []string, wholeA, wholeB string) bool {
	return wholeA != "" && wholeA == wholeB ||
		len(a) == 1 && a[0] == wholeB || len(b) == 1 && b[0] == wholeA
}

// comparePartly compares names of which at least one is of several words: a word in
// common is a part, else the names are as alike as their best words or wholes.
func comparePartly(a, b []string, wholeA, wholeB string) (level, string, string) {
	best, x, y := familyDifferent, a[0], b[0]
	if wholeA != "" && wholeB != "" {
		if l := likeFamily(wholeA, wholeB); l < best {
			best, x, y = l, wholeA, wholeB
		}
	}
	for _, p := range a {
		for _, q := range b {
			if len(p) < 3 || len(q) < 3 {
				continue
			}
			if p == q {
				return familyPart, p, q
			}
			if l := likeFamily(p, q); l < best {
				best, x, y = l, p, q
			}
		}
	}
	return best, x, y
}

// likeFamily grades two surnames of one word each by spelling and sound.
func likeFamily(a, b string) level {
	switch like := likenessOf(a, b); {
	case like == likeSame:
		return familyExact
	case like == close1:
		return familyClose
	case maybeAlike(a, b) && soundAlike(a, b):
		return familyPhonetic
	case like == similar:
		return familySimilar
	}
	return familyDifferent
}

// maybeAlike is a quick look at whether two names could sound alike at all: a letter
// in common among the first two of each, and lengths that are not too far apart.
func maybeAlike(a, b string) bool {
	if len(a) < 3 || len(b) < 3 || len(a) > 2*len(b) || len(b) > 2*len(a) {
		return false
	}
	return a[0] == b[0] || a[1] == b[1] || a[0] == b[1] || a[1] == b[0]
}

// soundAlike reports whether two names have one phonetic code.
func soundAlike(a, b string) bool {
	c := FrenchCode(a)
	return c != "" && c == FrenchCode(b)
}
