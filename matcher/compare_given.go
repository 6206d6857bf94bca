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
		return otherGiven(a, b, middleA, middleB)
	case a == b || sameButMarks(a, b):
		return graded{givenExact, a, b}
	}
	if part, ok := compoundPart(a, b); ok {
		return graded{givenPart, part, part}
	}
	if initialsOf(a, b, middleB) || initialsOf(b, a, middleA) {
		return graded{givenInitial, a, b}
	}
	opposed := opposedGenders(a, b)
	if !opposed {
		if SameGivenName(a, b) {
			return graded{givenDiminutive, a, b}
		}
		if l := likeGiven(a, b); l != none {
			return graded{l, a, b}
		}
	}
	g := otherGiven(a, b, middleA, middleB)
	if opposed && g.level != givenSecond {
		g.level = givenOpposed
	}
	return g
}

// likeGiven grades two given names by spelling and sound, none when they are unlike.
// Two names that are both in use, Julien and Lucien, are different names rather than a
// slip of the hand, unless they sound alike.
func likeGiven(a, b string) level {
	like := likenessOf(a, b)
	if like == unlike {
		return none
	}
	listed := isListed(a) && isListed(b)
	switch {
	case like == alike && !listed:
		return givenClose
	case soundAlike(a, b):
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

// isListed reports whether a text is a given name in use, in the tables or the lists of
// diminutives. One letter may be any.
func isListed(name string) bool {
	return len(name) == 1 || givenNames.find(name) != nil || len(givenGroups()[name]) > 0
}

// otherGiven looks for one's given name among the further ones of the other. Two names
// in use are different; where one is not, it may be a pseudonym or badly written.
func otherGiven(a, b string, middleA, middleB []string) graded {
	isA, isB := len(a) > 1 && slices.Contains(middleB, a), len(b) > 1 && slices.Contains(middleA, b)
	switch {
	case isA && isB:
		return graded{givenSecond, min(a, b), min(a, b)}
	case isA:
		return graded{givenSecond, a, a}
	case isB:
		return graded{givenSecond, b, b}
	case isListed(a) && isListed(b):
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
		return len(a) == 2 && a[0] == firstB[0] && a[1] == restB[0]
	}
	return len(a) == 2 && len(b) > 2*len(a) && isAbbreviation(a, b)
}

// shortBytes is the most letters of an abbreviation of a given name: PH, CHR.
const shortBytes = 3

// isAbbreviation reports whether a is the first letters of b and no name by itself.
func isAbbreviation(a, b string) bool {
	return a != "" && len(a) <= shortBytes && len(a) < len(b) && strings.HasPrefix(b, a) && (len(a) == 1 || givenNames.find(a) == nil)
}

// opposedGenders reports whether two names are listed for different genders.
func opposedGenders(a, b string) bool {
	x, y := genderOf(a), genderOf(b)
	return x != 0 && y != 0 && x != y
}
