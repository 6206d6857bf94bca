package matcher

import "strings"

// splitPhones cuts a folded field between numbers: at signs and words that stand
// between values, and where the digits are just those of French numbers in a row.
func splitPhones(text string) []string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(";,|\n&", r) })
	var out []string
	for _, p := range parts {
		for _, word := range []string{" OU ", " ET ", " OR ", " AND ", " PUIS ", " / ", " - "} {
			p = strings.ReplaceAll(p, word, ";")
		}
		out = append(out, strings.Split(p, ";")...)
	}
	if len(out) > 1 {
		return out
	}
	digits := digitsOf(text)
	if n := len(digits); n > frenchDigits && n%frenchDigits == 0 {
		out = nil
		for ; len(digits) > 0; digits = digits[frenchDigits:] {
			if digits[0] != '0' {
				return nil
			}
			out = append(out, digits[:frenchDigits])
		}
	}
	return out
}

// splitStarts cuts a folded field where a number may begin and enough digits stand before:
// at a plus sign, and at a zero behind a space or a sign.
func splitStarts(text string) []string {
	var out []string
	start, digits := 0, 0
	for i := range len(text) {
		c := text[i]
		if digits >= frenchDigitsShort && (c == '+' || c == '0' && !isDigit(text[i-1])) {
			out = append(out, text[start:i])
			start, digits = i, 0
		}
		if isDigit(c) {
			digits++
		}
	}
	return append(out, text[start:])
}

// splitWords cuts a folded field at its words: 06 12 43 65 78 (mari), appeler après 18 h. A
// letter that looks like a digit is no word.
func splitWords(text string) []string {
	b := []byte(text)
	for i := 0; i < len(b); i++ {
		j := i
		for j < len(b) && isLetter(b[j]) {
			j++
		}
		if j > i && digitLike(text[i:j]) == 0 {
			for ; i < j; i++ {
				b[i] = ';'
			}
		}
		i = max(i, j)
	}
	return strings.FieldsFunc(string(b), func(r rune) bool { return r == ';' || r == '\n' })
}
