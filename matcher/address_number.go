package matcher

import (
	"slices"
	"strconv"
	"strings"
)

// maxNumberBytes is the longest house number, with its suffix or its range.
const maxNumberBytes = 9

// isHouseNumber reports whether a word is a house number: 12, 12B, 12BIS, 12-14, 3/45.
func isHouseNumber(word string) bool {
	if word == "" || len(word) > maxNumberBytes || !isDigit(word[0]) {
		return false
	}
	rest := word
	for rest != "" && (isDigit(rest[0]) || rest[0] == '-' || rest[0] == '/') {
		rest = rest[1:]
	}
	return rest == "" || len(rest) == 1 || houseSuffix(rest) != ""
}

// houseSuffix returns the letter for bis, ter, quater, empty for another word.
func houseSuffix(word string) string {
	switch word {
	case "BIS":
		return "B"
	case "TER":
		return "T"
	case "QUATER":
		return "Q"
	}
	return ""
}

// houseNumber writes a number in one way: the first of a range, the second of
// unit/number in English addresses, no zeros in front, a letter for bis.
func houseNumber(word string, english bool) string {
	digits := withoutSuffix(word)
	suffix := word[len(digits):]
	if s := houseSuffix(suffix); s != "" {
		suffix = s
	}
	if i := strings.LastIndexByte(digits, '/'); i >= 0 && english {
		digits = digits[i+1:]
	}
	if i := strings.IndexAny(digits, "-/"); i >= 0 {
		digits = digits[:i]
	}
	if trimmed := strings.TrimLeft(digits, "0"); trimmed != "" {
		digits = trimmed
	}
	return digits + suffix
}

// withoutSuffix returns a folded word without the letters at its end.
func withoutSuffix(word string) string {
	for n := len(word); n > 0; n-- {
		if !isLetter(word[n-1]) {
			return word[:n]
		}
	}
	return ""
}

// joinNumbers makes each house number of a line one word: 12 BIS, 12 B RUE, N° 12, 12 A 14, and
// parts it from a street type that sticks to it: 12RUE. Numbers in the names of streets stay.
func joinNumbers(words []addressWord) []addressWord {
	out, apart := words[:0], false // in place, as long as no word is added
	for i := 0; i < len(words); {
		n := joinNumber(words[i:], len(out) > 0 && isHouseNumber(out[len(out)-1].text))
		w := words[i]
		w.text, w.parted = n.text, w.parted && i > 0
		if n.text != "" {
			out = append(out, w)
		}
		if n.stuck != "" {
			if !apart {
				out, apart = slices.Clone(out), true
			}
			out = append(out, addressWord{text: n.stuck})
		}
		i += n.words
	}
	return out
}

// joined is what the first words of a line come to: one text, empty to leave them out, and
// what stuck to it, parted from it.
type joined struct {
	text, stuck string
	words       int
}

// joinNumber joins the words at the front; after tells that a house number stands before.
func joinNumber(words []addressWord, after bool) joined {
	w := words[0].text
	at := func(i int) string {
		if i < len(words) {
			return words[i].text
		}
		return ""
	}
	switch {
	case !after && isWordOf(numberMarks, w) && isNumber(at(1)):
		return joined{words: 1}
	case w == "SN" || w == "SANS" && at(1) == "NUMERO":
		return joined{words: min(len(w)/2, 2)}
	case !isDigit(w[0]):
		if !isDigit(w[len(w)-1]) {
			return joined{text: w, words: 1}
		}
		if kind := strings.TrimRight(w, "0123456789"); len(kind) > 2 && kind != w && complementWords[kind] == extraOne { // BAT12
			return joined{kind, w[len(kind):], 1}
		}
		return joined{text: w, words: 1}
	}
	digits := withoutSuffix(w)
	if stuck := w[len(digits):]; stuck != "" && isType(frenchTypes, stuck) && !isType(frenchTypes, at(1)) && houseSuffix(stuck) == "" && (len(stuck) > 1 || stuck == "R") && at(1) != "" {
		return joined{digits, stuck, 1}
	}
	if !isNumber(w) {
		return joined{text: w, words: 1}
	}
	next := at(1)
	switch {
	case houseSuffix(next) != "":
		return joined{text: w + next, words: 2}
	case (next == "A" || next == "ET" || next == "AU") && isNumber(at(2)) && isType(frenchTypes, at(3)):
		return joined{text: w, words: 3}
	case next == "M" && isNumber(at(2)) && at(3) == "": // a flat in Poland
		return joined{text: w, words: 3}
	case isRange(w, next) && isType(frenchTypes, at(2)):
		return joined{text: w, words: 2}
	case len(next) == 1 && !isDigit(next[0]) && (isType(frenchTypes, at(2)) || at(2) == "" && words[1].stuck):
		return joined{text: w + next, words: 2}
	}
	return joined{text: w, words: 1}
}

// numberMarks are words for "number" that stand before one.
const numberMarks = " N NO NR NUM NUMERO "

func isNumber(word string) bool {
	n := digitsInFront(word)
	return n > 0 && n == len(word)
}

// digitsInFront returns how many digits a text begins with.
func digitsInFront(text string) int {
	for i := range len(text) {
		if !isDigit(text[i]) {
			return i
		}
	}
	return len(text)
}

// maxRange is the most by which the numbers of one house differ: 12-14.
const maxRange = 20

// isRange reports whether two numbers are those of one house.
func isRange(from, to string) bool {
	if to == "" || !isDigit(to[0]) { // for most, and an error costs memory
		return false
	}
	a, errA := strconv.Atoi(from)
	b, errB := strconv.Atoi(to)
	return errA == nil && errB == nil && a < b && b-a <= maxRange
}
