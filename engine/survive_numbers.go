package engine

import (
	"strings"
	"unicode"
)

// wellFormed is 0 for a number that its own plan does not have, else 1.
func wellFormed(path, key string) int {
	switch {
	case path == pathPhone && strings.HasPrefix(key, frenchPrefix):
		if !inFrenchPlan(key[len(frenchPrefix):]) {
			return 0
		}
	case strings.HasPrefix(path, pathIdentifier+"."):
		_, number, _ := strings.Cut(key, ":")
		if len(number) == eanDigits && isDigits(number) && !eanChecks(number) {
			return 0
		}
	}
	return 1
}

const (
	frenchPrefix   = "33" // of E.164
	frenchNational = 9    // digits after the prefix
	eanDigits      = 13
)

// inFrenchPlan reports whether a national number, without its zero, is of a range that
// is in use: geographic and mobile numbers, boxes, and of those that begin with 7 the
// ones from 73 on (Arcep, decision 2018-0881, plan national de numérotation).
func inFrenchPlan(national string) bool {
	switch {
	case len(national) != frenchNational, national[0] == '0':
		return false
	case national[0] == '7':
		return national[1] >= '3'
	}
	return true
}

// eanChecks reports whether the last of 13 digits is their check digit, as on the bar
// code of a loyalty card (GS1 General Specifications, section 7.9.1).
func eanChecks(number string) bool {
	sum := 0
	for i, c := range []byte(number) {
		weight := 1
		if i%2 == 1 {
			weight = 3
		}
		sum += weight * int(c-'0')
	}
	return sum%10 == 0
}

func isDigits(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsDigit(r) })
}

// slip is the likeness from which two numbers or addresses differ by a slip, in
// percent: of eleven digits, one or two are wrong.
const slip = 80

// distinct is 0 for a value of which another is a slip, else 1.
func distinct(values []value, i int) int {
	for j := range values {
		if j != i && likeness(values[j].key, values[i].key) >= slip {
			return 0
		}
	}
	return 1
}
