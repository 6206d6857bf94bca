package matcher

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unescaped reads the character references of HTML in a name: Fran&ccedil;ois.
func unescaped(s string) string {
	if strings.Contains(s, "&") && strings.Contains(s, ";") {
		return html.UnescapeString(s)
	}
	return s
}

// maxLost is the most lost letters of a word that are looked for.
const maxLost = 2

// muchCommoner is how much commoner than the name without it a name with a letter for the
// ? at its end must be: Ren? is René, Martin? is Martin.
const muchCommoner = 4 * Bit

// lostLetters are the letters that have accents in French, the most frequent first.
const lostLetters = "EICAOUN"

// restoreLost fills in the letters of a word that a program replaced by ? or by U+FFFD,
// because its character set lacks them: FRAN?OIS. The letter is the one that makes the
// commonest name, else E. A ? after a name in use is mostly a doubt, and is dropped.
func restoreLost(word string) string {
	if !strings.Contains(word, "?") && !strings.Contains(word, "\uFFFD") && utf8.ValidString(word) {
		return word
	}
	text := strings.ReplaceAll(strings.ToValidUTF8(word, "?"), "\uFFFD", "?")
	text = strings.ReplaceAll(text, "??", "?") // the two bytes of one letter
	stem := strings.TrimRight(text, "?")
	if strings.IndexFunc(stem, unicode.IsLetter) < 0 {
		return stem
	}
	known := commonness(stem)
	if strings.Count(text, "?") <= maxLost {
		if name, c := completed(text); c > 0 && (stem == text || known == 0 || c > known+muchCommoner) {
			return name
		}
	}
	if stem != text && known > 0 {
		return stem
	}
	return strings.ReplaceAll(text, "?", "E")
}

// completed puts the letters that make the commonest name in the place of each ?.
func completed(text string) (best string, most Weight) {
	before, after, ok := strings.Cut(text, "?")
	if !ok {
		return text, commonness(text)
	}
	for _, c := range lostLetters {
		if name, w := completed(before + string(c) + after); w > most {
			best, most = name, w
		}
	}
	return best, most
}

// commonest is above the rarity of every name in the tables, in bits.
const commonest = 64 * Bit

// commonness is how common a word is as a given or family name, 0 for one in neither
// table.
func commonness(word string) Weight {
	word = strings.ReplaceAll(Fold(word), " ", "")
	var c Weight
	for _, table := range [...]frequencies{givenNames, familyNames} {
		if r, ok := table.rarity(word); ok {
			c = max(c, commonest-r)
		}
	}
	return c
}

// digitLetters are the letters that digits inside a word are typed or read for.
var digitLetters = strings.NewReplacer("0", "O", "1", "I", "3", "E", "4", "A", "5", "S", "8", "B")

// undigited takes digits out of the words of a part of a name: JEAN2 is JEAN, DUP0NT is
// DUPONT.
func undigited(words []nameWord) []nameWord {
	for i, w := range words {
		if !hasDigit(w.text) {
			continue
		}
		trimmed := strings.Trim(w.text, "0123456789")
		if len(trimmed) > 1 && len(trimmed) < len(w.text) {
			w.text = trimmed
		}
		if hasDigit(w.text) {
			w.text = digitLetters.Replace(w.text)
		}
		if w.text != words[i].text {
			words = append(append(append([]nameWord(nil), words[:i]...), w), words[i+1:]...)
		}
	}
	return words
}
