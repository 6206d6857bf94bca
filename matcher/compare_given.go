package matcher

import (
	"slices"
	"strings"
)

// compareGivenNames grades two given names.
func compareGivenNames(a, b string, middleA, middleB []string) graded {
	switch {
	case a == "" || b == "":
		return graded{level: none}
	case len(a) == 1 || len(b) == 1:
		if a[0] == b[0] {
			return graded{givenInitial, a, b}
		}
		return otherGiven(&listing{name: a}, &listing{name: b}, middleA, middleB)
	case a == b || sameButMarks(a, b):
		return graded{givenExact, a, b}
	}
	if min(len(a), len(b)) <= abbreviationBytes || strings.IndexByte(a, ' ') >= 0 || strings.IndexByte(b, ' ') >= 0 {
		if part, ok := compoundPart(a, b); ok {
			return graded{givenPart, part, part}
		}
		if initialsOf(a, b, middleB) || initialsOf(b, a, middleA) {
			return graded{givenInitial, a, b}
		}
	}
	x, y := listing{name: a}, listing{name: b}
	opposed := opposedGenders(x.gender(), y.gender())
	if !opposed {
		if sameListed(&x, &y) {
			return graded{givenDiminutive, a, b}
		}
		if l := likeGiven(&x, &y); l != none {
			return graded{l, a, b}
		}
	}
	g := otherGiven(&x, &y, middleA, middleB)
	if opposed && g.level != givenSecond {
		g.level = givenOpposed
	}
	return g
}

// likeGiven grades two given names by spelling and sound, none when they are unlike.
// Two names that are both in use, Julien and Lucien, are different names rather than a
// slip of the hand, unless they sound alike.
func likeGiven(a, b *listing) level {
	like := likenessOf(a.name, b.name)
	if like == unlike {
		return none
	}
	listed := a.inUse() && b.inUse()
	switch {
	case like == alike && !listed:
		return givenClose
	case soundAlike(a.name, b.name):
		return givenPhonetic
	case listed && like == alike:
		return givenNeighbour
	case listed:
		return none
	case like == vague:
		return givenVague
	}
	return givenSimilar
}

// otherGiven looks for one's given name among the further ones of the other. Two names
// in use are different; where one is not, it may be a pseudonym or badly written.
func otherGiven(x, y *listing, middleA, middleB []string) graded {
	a, b := x.name, y.name
	isA, isB := len(a) > 1 && slices.Contains(middleB, a), len(b) > 1 && slices.Contains(middleA, b)
	switch {
	case isA && isB:
		return graded{givenSecond, min(a, b), min(a, b)}
	case isA:
		return graded{givenSecond, a, a}
	case isB:
		return graded{givenSecond, b, b}
	case x.inUse() && y.inUse():
		return graded{givenDifferent, a, b}
	}
	return graded{givenUnlike, a, b}
}

// compoundPart finds a half of a compound that equals the other name or half: Jean
// of Jean-Pierre. Two whole compounds that share a half are different names.
func compoundPart(a, b string) (string, bool) {
	firstA, restA, compoundA := strings.Cut(a, " ")
	firstB, restB, compoundB := strings.Cut(b, " ")
	switch {
	case compoundA == compoundB:
		return "", false
	case compoundA && (firstA == b || restA == b):
		return b, true
	case compoundB && (firstB == a || restB == a):
		return a, true
	}
	return "", false
}

// abbreviationBytes is the most letters of a name without a space that may be the initials
// of another.
const abbreviationBytes = 2

// initialsOf reports whether a is b, or b and its second given name, with at least one of
// its parts cut down to initials: J PIERRE, J P and JP for JEAN PIERRE, PH for PHILIPPE.
// J P for JEAN alone is not: Jean and Jean-Pierre are often father and son.
func initialsOf(a, b string, middleB []string) bool {
	firstA, restA, compoundA := strings.Cut(a, " ")
	firstB, restB, compoundB := strings.Cut(b, " ")
	if compoundA && !compoundB && len(middleB) > 0 {
		restB, compoundB = middleB[0], true
	}
	switch {
	case compoundA && compoundB:
		return (firstA == firstB || isAbbreviation(firstA, firstB)) && (restA == restB || isAbbreviation(restA, restB))
	case compoundB && firstB != "" && restB != "":
		return len(a) == abbreviationBytes && a[0] == firstB[0] && a[1] == restB[0]
	}
	return len(a) == abbreviationBytes && len(b) > 2*len(a) && isAbbreviation(a, b)
}

// shortBytes is the most letters of an abbreviation of a given name: PH, CHR.
const shortBytes = 3

// isAbbreviation reports whether a is the first letters of b and no name by itself.
func isAbbreviation(a, b string) bool {
	return a != "" && len(a) <= shortBytes && len(a) < len(b) && strings.HasPrefix(b, a) && (len(a) == 1 || givenNames.find(a) == nil)
}

// opposedGenders reports whether two genders of names are known, and two.
func opposedGenders(x, y byte) bool { return x != 0 && y != 0 && x != y }
