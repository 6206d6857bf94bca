package matcher

// graded is a level and the two values that it stands on.
type graded struct {
	level level
	x, y  string
}

// offer keeps the better of two grades. Of equal ones it keeps the one whose values
// come first, so that the order of the records does not matter.
func (g *graded) offer(o graded) {
	if o.level == none {
		return
	}
	if g.level == none || o.level < g.level || o.level == g.level && o.before(g) {
		*g = o
	}
}

func (g *graded) before(o *graded) bool {
	low, lowest := min(g.x, g.y), min(o.x, o.y)
	if low != lowest {
		return low < lowest
	}
	return max(g.x, g.y) < max(o.x, o.y)
}

// compareFamilyNames grades the family names of two readings, names at birth
// included.
func compareFamilyNames(a, b *reading, woman bool) graded {
	best := compareSurnames(a.family, b.family, a.familyWhole(), b.familyWhole())
	if best.level != familyExact && (len(a.birth) > 0 || len(b.birth) > 0) {
		for _, c := range [...]graded{
			compareSurnames(a.birth, b.family, a.birthWhole(), b.familyWhole()),
			compareSurnames(a.family, b.birth, a.familyWhole(), b.birthWhole()),
			compareSurnames(a.birth, b.birth, a.birthWhole(), b.birthWhole()),
		} {
			if c.level == familyExact {
				c.level = familyBirth
			}
			best.offer(c)
		}
	}
	if best.level == familyDifferent && woman {
		best.level = familyChanged
	}
	return best
}

// compareSurnames grades two surnames, each as its words and as one.
func compareSurnames(a, b []string, wholeA, wholeB string) graded {
	if len(a) == 0 || len(b) == 0 {
		return graded{level: none}
	}
	x, y := a[0], b[0]
	if sameWords(a, b) || sameWhole(a, b, wholeA, wholeB) {
		if wholeA != "" && wholeB != "" {
			x, y = wholeA, wholeB
		}
		return graded{familyExact, x, y}
	}
	if len(a) > 1 || len(b) > 1 {
		return comparePartly(a, b, wholeA, wholeB)
	}
	if len(x) == 1 || len(y) == 1 {
		if x[0] == y[0] {
			return graded{familySimilar, x, y}
		}
		return graded{familyDifferent, x, y}
	}
	return graded{likeFamily(x, y), x, y}
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

// partBytes is the least letters of a word that two double names may share.
const partBytes = 3

// comparePartly compares names of which at least one is of several words: a word in
// common is a part, else the names are as alike as their best words or wholes.
func comparePartly(a, b []string, wholeA, wholeB string) graded {
	best := graded{familyDifferent, a[0], b[0]}
	if wholeA != "" && wholeB != "" {
		best.offer(graded{likeFamily(wholeA, wholeB), wholeA, wholeB})
	}
	for _, p := range a {
		for _, q := range b {
			if len(p) < partBytes || len(q) < partBytes {
				continue
			}
			g := graded{likeFamily(p, q), p, q}
			if g.level == familyExact {
				g.level = familyPart
			}
			best.offer(g)
		}
	}
	return best
}

// likeFamily grades two surnames of one word each by spelling and sound.
func likeFamily(a, b string) level {
	switch like := likenessOf(a, b); {
	case like == likeSame:
		return familyExact
	case like == alike:
		return familyClose
	case maybeAlike(a, b) && soundAlike(a, b):
		return familyPhonetic
	case like == similar:
		return familySimilar
	case like == vague:
		return familyVague
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
