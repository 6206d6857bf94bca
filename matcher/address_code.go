package matcher

import "strings"

// isCodeWord reports whether a word may be a postal code of digits.
func isCodeWord(word string) bool {
	return (len(word) == 5 || len(word) == 6) && isNumber(word)
}

// isLetterCode reports whether two words are a postal code of letters and digits, as
// in Britain (SW1A 1AA) and Canada (M1S 1T4).
func isLetterCode(a, b string) bool {
	return len(a) >= 2 && len(a) <= 4 && len(b) == 3 && isLetter(a[0]) && hasDigit(a) && isDigit(b[0]) && isLetter(b[2])
}

// The length of a French postal code, and the longest one that is kept of any country.
const (
	frenchCodeDigits = 5
	maxPostalBytes   = 10
)

// readPostalCode returns a postal code in one form, or the reason why there is none; short is
// set where it is of four digits, to which a zero was added. country is changed where the
// code names one: B-1000. It is empty where it is not known.
func readPostalCode(typed string, country *string) (code, reason string, short bool) {
	folded := Fold(typed)
	if first, _, ok := strings.Cut(folded, " CEDEX"); ok {
		folded = first
	}
	code = strings.ReplaceAll(folded, " ", "")
	if c, digits := codeCountry(code); c != "" && (*country == "" || *country == c) {
		code, *country = digits, c
	}
	french := *country == "" || *country == "FR"
	if french && len(code) == frenchCodeDigits && isDigit(code[0]) {
		code = digitsForLetters(code)
	}
	digits := isNumber(code)
	switch {
	case code == "" || len(code) > maxPostalBytes || !hasDigit(code):
		return "", FlagInvalid, false
	case isRepeated(code, minRepeated) || code == "12345" || code == "01234":
		return "", FlagPlaceholder, false
	case digits && len(code) == frenchCodeDigits-1 && french:
		return "0" + code, "", true
	case digits && len(code) == 9: // US ZIP+4
		code = code[:5]
	}
	return code, "", false
}

// codeCountries are the marks that stand before postal codes of four or five digits.
var codeCountries = map[string]string{
	"F": "FR", "FR": "FR", "B": "BE", "BE": "BE", "CH": "CH", "L": "LU", "LU": "LU", "D": "DE", "DE": "DE", "A": "AT", "AT": "AT",
	"I": "IT", "IT": "IT", "E": "ES", "ES": "ES", "NL": "NL", "DK": "DK", "MC": "MC",
}

// codeCountry splits a mark of a country from the digits of a postal code.
func codeCountry(code string) (country, digits string) {
	if len(code) > 0 && isDigit(code[0]) { // no mark
		return "", code
	}
	digits = strings.TrimLeft(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if n := len(digits); n != 4 && n != 5 || !isNumber(digits) {
		return "", ""
	}
	return codeCountries[code[:len(code)-len(digits)]], digits
}

// digitsForLetters reads the letters O, I and L as the digits that they look like.
func digitsForLetters(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, s)
}
