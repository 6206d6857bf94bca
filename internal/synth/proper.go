package synth

import (
	"strings"
	"unicode"
)

// particles stay small inside a family name.
var particles = map[string]bool{"DE": true, "DU": true, "DES": true, "D": true}

// proper writes a name that is in capitals as people write it: Jean-François, de La
// Tour, L'Hostis, Le Floc'h.
func proper(name string) string {
	var b strings.Builder
	word := 0       // where the word begins
	inside := false // after an apostrophe that is no article
	for i, r := range name + " " {
		if r != ' ' && r != '-' && r != '\'' {
			continue
		}
		part := name[word:min(i, len(name))]
		switch {
		case particles[part] && i < len(name) && (r == ' ' || part == "D"), inside:
			b.WriteString(strings.ToLower(part))
		default:
			b.WriteString(capital(part))
		}
		inside = r == '\'' && len(part) > 1
		if i < len(name) {
			b.WriteRune(r)
		}
		word = i + 1
	}
	return b.String()
}

// capital writes a word with its first letter alone in capitals.
func capital(word string) string {
	for i := range word {
		if i > 0 {
			return strings.ToUpper(word[:i]) + strings.ToLower(word[i:])
		}
	}
	return strings.ToUpper(word)
}

// accents are the letters of the lists that are no plain ones.
var accents = strings.NewReplacer(
	"à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "æ", "ae", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"í", "i", "ì", "i", "î", "i", "ï", "i", "ñ", "n", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ö", "o", "ø", "o", "œ", "oe",
	"ú", "u", "ù", "u", "û", "u", "ü", "u", "ÿ", "y",
	"À", "A", "Á", "A", "Â", "A", "Ã", "A", "Ä", "A", "Å", "A", "Æ", "AE", "Ç", "C", "É", "E", "È", "E", "Ê", "E", "Ë", "E",
	"Í", "I", "Ì", "I", "Î", "I", "Ï", "I", "Ñ", "N", "Ó", "O", "Ò", "O", "Ô", "O", "Õ", "O", "Ö", "O", "Ø", "O", "Œ", "OE",
	"Ú", "U", "Ù", "U", "Û", "U", "Ü", "U", "Ÿ", "Y",
)

// plain removes accents.
func plain(s string) string { return accents.Replace(s) }

// letters keeps the letters and digits of a text, small and without accents, as in an
// e-mail address.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, plain(s))
}
