//go:build !permissive

package main

import (
	"strings"

	"github.com/antzucaro/matchr"

	"aloi/matcher"
)

// A code says of two names, upper-case ASCII letters, whether they sound alike.
type code struct {
	name string
	same func(a, b string) bool
}

// The codes that are compared. The first is ours.
var codes = []code{
	{"FrenchCode (ours)", equal(matcher.FrenchCode)},
	{"Soundex", equal(matchr.Soundex)},
	{"Soundex, French table", equal(frenchSoundex)},
	{"NYSIIS", equal(matchr.NYSIIS)},
	{"Double Metaphone", doubleMetaphone},
	{"Phonex (Lait and Randell)", equal(matchr.Phonex)},
	{"ours or Soundex", func(a, b string) bool {
		return equal(matcher.FrenchCode)(a, b) || equal(matchr.Soundex)(a, b)
	}},
}

func equal(encode func(string) string) func(a, b string) bool {
	return func(a, b string) bool {
		x := encode(a)
		return x != "" && x == encode(b)
	}
}

// doubleMetaphone is whether the names share either of their two codes.
func doubleMetaphone(a, b string) bool {
	a1, a2 := matchr.DoubleMetaphone(a)
	b1, b2 := matchr.DoubleMetaphone(b)
	return a1 != "" && (a1 == b1 || a1 == b2) || a2 != "" && (a2 == b1 || a2 == b2)
}

// frenchDigits are the groups of letters of the Soundex that French genealogists use:
// BP 1, CKQ 2, DT 3, L 4, MN 5, R 6, GJ 7, SXZ 8, FV 9; the others are not coded.
//
//	ABCDEFGHIJKLMNOPQRSTUVWXYZ
const frenchDigits = "01230970072455012683090808"

// frenchSoundex is Soundex by the French groups: the first letter and three digits.
func frenchSoundex(name string) string {
	if name == "" {
		return ""
	}
	out := name[:1]
	last := frenchDigits[name[0]-'A']
	for i := 1; i < len(name) && len(out) < 4; i++ {
		digit := frenchDigits[name[i]-'A']
		if digit != '0' && digit != last {
			out += string(digit)
		}
		if name[i] != 'H' && name[i] != 'W' {
			last = digit
		}
	}
	return out + strings.Repeat("0", 4-len(out))
}
