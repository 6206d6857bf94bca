package matcher

import (
	"strings"
	"sync"
)

// compounds are the compound given names in use, Jean-Pierre.
type compounds struct {
	spaced   map[string]bool   // JEAN PIERRE
	glued    map[string]string // JEANPIERRE → JEAN PIERRE, JPIERRE → J PIERRE
	initials map[string]bool   // J PIERRE
	firsts   map[string]bool   // JEAN: what several of them begin with
}

var compoundNames = sync.OnceValue(func() *compounds {
	c := &compounds{make(map[string]bool, 400), make(map[string]string, 800), make(map[string]bool, 400), make(map[string]bool, 20)}
	times := make(map[string]int, 100)
	for name := range linesOf("compounds_fr.txt") {
		first, rest, _ := strings.Cut(name, " ")
		c.spaced[name] = true
		c.glued[first+rest] = name
		if short := first[:1] + rest; len(rest) >= minGlued && givenNames.find(short) == nil {
			c.glued[short] = first[:1] + " " + rest
		}
		c.initials[first[:1]+" "+rest] = true
		if times[first]++; times[first] >= manyCompounds {
			c.firsts[first] = true
		}
	}
	return c
})

// manyCompounds is how many compounds in use a name begins before any name may follow
// it: Jean, Marie, Anne, Pierre, Paul.
const manyCompounds = 8

// apart splits a compound that is no listed name written in one word: JEANEUDES. It is
// empty for any other word.
func (c *compounds) apart(name string) string {
	if full := c.glued[name]; full != "" {
		return full
	}
	if givenNames.find(name) != nil {
		return ""
	}
	for i := minGlued + 1; i <= len(name)-minGlued-1; i++ {
		if c.firsts[name[:i]] && givenNames.find(name[i:]) != nil {
			return name[:i] + " " + name[i:]
		}
	}
	return ""
}

// isCompound reports whether two words are one given name: a compound in use, with an initial
// for its first part or for both.
func (c *compounds) isCompound(first, second string) bool {
	var room [2*maxWordLetters + 2]byte
	both := append(append(append(room[:0], first...), ' '), second...)
	return c.spaced[string(both)] || len(first) == 1 && (c.initials[string(both)] || len(second) == 1 && isLetter(second[0]))
}

// givenNamesOf reads words as given names: the first, and the further ones.
func givenNamesOf(words []nameWord) (given, middle []string) {
	inParentheses := false
	for i := 0; i < len(words); i++ {
		switch words[i].text {
		case "(":
			inParentheses = true
			continue
		case ")", ",", "/", ";":
			continue
		}
		name, used := givenAt(words[i:])
		i += used - 1
		switch {
		case name == "":
		case given == nil && !inParentheses:
			given = []string{name}
		default:
			middle = appendNew(middle, name)
		}
	}
	switch {
	case len(middle) == 0:
	case given == nil && len(middle) == 1:
		given, middle = middle, nil
	case given == nil:
		given, middle = middle[:1:1], middle[1:]
	case given[0] == "THI": // of Vietnamese women, before the name that they go by
		given, middle = middle[:1:1], append(middle[1:], given[0])
	}
	return given, middle
}

// givenAt reads one given name at the start of words and returns how many words
// it took.
func givenAt(words []nameWord) (string, int) {
	name, ok := onePart(words[0].text)
	if !ok {
		switch parts := partsOf(words[0].text); len(parts) {
		case 0:
			return "", 1
		case 1:
			name = parts[0]
		default:
			return strings.Join(parts, " "), 1
		}
	}
	c := compoundNames()
	if full := c.apart(name); full != "" {
		return full, 1
	}
	if isInitials(name) {
		return name[:1] + " " + name[1:], 1
	}
	if len(words) > 1 {
		if glued, used := arabicName(name, words); used > 1 {
			return glued, used
		}
		next, ok := onePart(words[1].text)
		if !ok {
			if parts := partsOf(words[1].text); len(parts) == 1 {
				next, ok = parts[0], true
			}
		}
		if ok {
			if leading[name] && len(next) > 1 { // a family name in the place of the given one
				return name + next, 2
			}
			if c.isCompound(name, next) {
				return name + " " + next, 2
			}
		}
	}
	return name, 1
}

// leading are particles that begin no given name.
var leading = setOf("LE", "LA", "DE", "DU", "DES", "EL", "VON", "DI", "DOS", "DELLA")

// partsOf cuts a word at its hyphens, dots and apostrophes; an apostrophe joins where
// what stands before it is longer than a letter.
func partsOf(text string) []string {
	text = strings.ReplaceAll(text, "'", "")
	if strings.IndexByte(text, '-') < 0 && strings.IndexByte(text, '.') < 0 {
		return []string{text}
	}
	return strings.FieldsFunc(text, isWordBreak)
}

func isWordBreak(r rune) bool { return r == '-' || r == '.' }

// onePart returns partsOf a text where that is one, which is what most are; ok is false where
// it may be another number.
func onePart(text string) (part string, ok bool) {
	if text == "" || strings.IndexByte(text, '-') >= 0 || strings.IndexByte(text, '.') >= 0 || strings.IndexByte(text, '\'') >= 0 {
		return "", false
	}
	return text, true
}

// isInitials reports whether a word of two letters is the initials of a compound
// given name: JP, MC, AM. Short names in use, Jo and Al, are names; PH, CH and TH are
// the beginning of one.
func isInitials(name string) bool {
	if len(name) != 2 || givenNames.find(name) != nil {
		return false
	}
	first, second := name[0], name[1]
	switch {
	case second == 'H':
		return first != 'C' && first != 'P' && first != 'T'
	case !isVowel(second):
		return !isVowel(first) || first == 'A'
	}
	return second == 'A' && (first == 'M' || first == 'J' || first == 'P')
}

// arabicName joins a name of servant, Abd el Kader, in one word as most people write it.
func arabicName(name string, words []nameWord) (string, int) {
	switch name {
	case "ABD", "ABDEL", "ABDUL", "ABDOUL", "ABDAL":
	default:
		return name, 1
	}
	used := 1
	if next := words[used].bare(); (next == "EL" || next == "AL" || next == "UL") && len(words) > 2 {
		name += next
		used++
	}
	next := strings.Join(partsOf(words[used].text), "")
	if !isLetter(next[0]) { // a sign
		return name, used
	}
	return name + next, used + 1
}
