package matcher

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a name. A longer one is cut: what compares names takes time by their length.
const (
	maxNameReadings = 8
	maxNameWords    = 12 // of one field
	maxWordLetters  = 40
)

// nameWord is one word of a name field, folded, with - ' and . kept; or one of the
// signs , ( ) / alone. A word between two names that are alternatives or of two
// people (et, ou, &, dit) is a /.
type nameWord struct {
	text string
	// upper is set for a word written all in capitals, two letters at least.
	upper bool
}

// appendNameWords appends the words of a name field to an empty list. What holds no letter is
// dropped.
func appendNameWords(words []nameWord, s string) []nameWord {
	for len(s) > 0 && len(words) < maxNameWords {
		if n := plainWord(s); n > 0 {
			words = append(words, nameWord{Fold(s[:n][:min(n, maxWordLetters)]), isUpper(s[:n])})
			s = s[n:]
			continue
		}
		i := strings.IndexFunc(s, endsNameWord)
		switch {
		case i < 0:
			i = len(s)
		case i == 0:
			switch c := s[0]; c {
			case ',', '(', ')', '/', ';':
				words = append(words, nameWord{text: s[:1]})
			case '&', '+':
				words = append(words, nameWord{text: "/"})
			}
			_, size := utf8.DecodeRuneInString(s)
			s = s[size:]
			continue
		}
		raw := restoreLost(s[:i])
		s = s[i:]
		upper := isUpper(raw)
		for text := range strings.FieldsFuncSeq(foldPunctuated(raw), isNoNameSign) {
			dotted := text[len(text)-1] == '.'
			text = strings.Trim(text, "-'.")
			if strings.IndexFunc(text, func(r rune) bool { return r >= 'A' && r <= 'Z' }) < 0 || len(words) == maxNameWords {
				continue
			}
			text = text[:min(len(text), maxWordLetters)]
			if dotted {
				text += "."
			}
			words = append(words, nameWord{text, upper})
		}
	}
	for i := 1; i < len(words)-1; i++ {
		if connectors[words[i].text] {
			words[i] = nameWord{text: "/"}
		}
	}
	return words
}

// plainWord returns the length of the word of ASCII letters alone that a text begins with, 0
// where it begins with something else.
func plainWord(s string) int {
	n := 0
	for n < len(s) && isLetter(s[n]) {
		n++
	}
	if n == len(s) || s[n] < utf8.RuneSelf && endsNameWord(rune(s[n])) {
		return n
	}
	return 0
}

// connectors are words between two names that are alternatives or of two people.
var connectors = setOf("ET", "OU", "AND", "UND", "DIT", "DITE", "ALIAS", "AKA")

func endsNameWord(r rune) bool {
	switch r {
	case ',', ';', '(', ')', '/', '"', '«', '»', '&', '+', '_':
		return true
	}
	return unicode.IsSpace(r)
}

func isNoNameSign(r rune) bool {
	return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '\'' && r != '.'
}

func isUpper(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n >= 2
}

// bare returns a word without its dots.
func (w nameWord) bare() string {
	if strings.IndexByte(w.text, '.') < 0 {
		return w.text
	}
	return strings.ReplaceAll(w.text, ".", "")
}

// generations tell namesakes of one family apart, by the last word of a name.
var generations = map[string]string{
	"JR": "JR", "JUNIOR": "JR", "SR": "SR", "SENIOR": "SR", "II": "II", "III": "III", "IV": "IV", "FILS": "JR", "PERE": "SR", "2ND": "II", "3RD": "III",
}

// cutGeneration takes the generation off the end of a name that has other words, with
// the comma before it or the parentheses around it.
func cutGeneration(words []nameWord) ([]nameWord, string) {
	n := len(words)
	if n > 2 && words[n-1].text == ")" {
		n--
	}
	if n < 2 {
		return words, ""
	}
	g := generations[words[n-1].bare()]
	if g == "" {
		return words, ""
	}
	words = words[:n-1]
	if sign := words[n-2].text; n > 2 && (sign == "," || sign == "(") {
		words = words[:n-2]
	}
	return words, g
}

// dropPlaceholders removes words that stand for no value beside others that do, one or
// two together.
func dropPlaceholders(words []nameWord) []nameWord {
	kept, copied := words, false // a copy of its own from the first word that goes
	for i := 0; i < len(words); i++ {
		n := placeholderAt(words[i:])
		if n > 0 && !copied {
			kept, copied = slices.Clone(words[:i]), true
		} else if n == 0 && copied {
			kept = append(kept, words[i])
		}
		i += max(n-1, 0)
	}
	return kept
}

// placeholderAt returns how many words at the front stand for no value.
func placeholderAt(words []nameWord) int {
	b := words[0].bare()
	if foldsToValue(b) {
		return 0
	}
	if len(words) > 1 {
		next := words[1].bare()
		var room [maxPlaceholderBytes]byte
		if isPlaceholderFolded(append(append(append(room[:0], b...), ' '), next...)) {
			return 2
		}
		if b == "NOM" && strings.HasPrefix(words[1].text, "D") { // nom de jeune fille
			return 0
		}
	}
	if words[0].text != "X" && (len(b) == 1 || !isPlaceholder(b)) { // X. may be Xavier
		return 0
	}
	return 1
}
