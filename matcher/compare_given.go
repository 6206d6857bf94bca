package matcher

import "strings"

// compareGivenNames grades two given names, and returns the two values that the
// grade stands on.
func compareGivenNames(a, b string, middleA, middleB []string) (level, string, string) {
	switch {
	case a == "" || b == "":
		return none, "", ""
	case len(a) == 1 || len(b) == 1:
		if a[0] == b[0] {
			return givenInitial, a, b
		}
		return otherGiven(a, b, middleA, middleB)
	case a == b || sameButMarks(a, b):
		return givenExact, a, b
	}
	if part, ok := compoundPart(a, b); ok {
		return givenPart, part, part
	}
	if initialsOf(a, b) || initialsOf(b, a) {
		return givenInitial, a, b
	}
	opposed := opposedGenders(a, b)
	switch {
	case opposed:
	case isDiminutive(a, b):
		return givenDiminutive, a, b
	default:
		if l := likeGiven(a, b); l != none {
			return l, a, b
		}
	}
	if l, x, y := otherGiven(a, b, middleA, middleB); l == givenSecond || !opposed {
		return l, x, y
	}
	return givenOpposed, a, b
}

// likeGiven grades two given names by spelling and sound, none when they are unlike.
// Two names that are both in use, Julien and Lucien, are different names and not a
// slip of the hand, unless they sound alike.
func likeGiven(a, b string) level {
	like := likenessOf(a, b)
	if like == unlike {
		return none
	}
	_, listedA := givenNames.rarity(a)
	_, listedB := givenNames.rarity(b)
	switch {
	case like == close1 && !(listedA && listedB):
		return givenClose
	case soundAlike(a, b):
		return givenPhonetic
	case listedA && listedB:
		return none
	}
	return givenSimilar
}

// otherGiven looks for one's given name among the further ones of the other.
func otherGiven(a, b string, middleA, middleB []string) (level, string, string) {
	for _, x := range middleA {
		if len(x) > 1 && x == b {
			return givenSecond, b, b
		}
	}
	for _, x := range middleB {
		if len(x) > 1 && x == a {
			return givenSecond, a, a
		}
	}
	return givenDifferent, a, b
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

// initialsOf reports whether a is b with at least one of its parts, or all in one
// word, cut down to initials: J PIERRE, J P and JP for JEAN PIERRE.
func initialsOf(a, b string) bool {
	firstB, restB, ok := strings.Cut(b, " ")
	if !ok || restB == "" {
		return false
	}
	firstA, restA, ok := strings.Cut(a, " ")
	if !ok {
		return len(a) == 2 && a[0] == firstB[0] && a[1] == restB[0]
	}
	return restA != "" && (firstA == firstB || len(firstA) == 1 && firstA[0] == firstB[0]) &&
		(restA == restB || len(restA) == 1 && restA[0] == restB[0])
}

// opposedGenders reports whether two names are listed for different genders.
func opposedGenders(a, b string) bool {
	x, y := genderOf(a), genderOf(b)
	return x != 0 && y != 0 && x != y
}
