package matcher

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// The digits of telephone numbers. E.164 allows 15; what has fewer than 6 is a short
// number or a slip.
const (
	minPhoneDigits    = 6
	maxPhoneDigits    = 15
	frenchDigits      = 10 // with the leading zero
	frenchDigitsShort = 9  // without it
	minSplitDigits    = 8  // of a number that stands among other things, which may be 18h30
)

// readPhones reads a field that holds one telephone number or several, with or without words
// beside them, into the empty slice room, or into a new one. region is the country that numbers
// without a country code are of, FR where it is empty. Each number is E.164 without the plus sign or, where the region has
// no such number, the digits as they stand. The reason is set where the field gives no number.
func readPhones(room []string, field, region string) (numbers []string, reason string) {
	text := withoutExponent(foldPunctuated(field))
	if foldsToPlaceholder(text) {
		return nil, FlagPlaceholder
	}
	if number, why := readPhone(text, region); why != FlagInvalid {
		return appendNumber(room, number), why
	}
	numbers = room
	reason = FlagInvalid
	for _, split := range []func(string) []string{splitPhones, splitStarts, splitWords} {
		parts := split(text)
		for _, part := range parts[:min(len(parts), maxParts)] {
			number, why := readPhone(part, region)
			if len(number) < minSplitDigits {
				number = ""
			}
			numbers = appendNumber(numbers, number)
			if why == FlagPlaceholder || why == FlagService {
				reason = why
			}
		}
		if len(numbers) > 0 {
			return numbers, ""
		}
	}
	return nil, reason
}

func appendNumber(numbers []string, number string) []string {
	if number == "" {
		return numbers
	}
	return append(numbers, number)
}

// readPhone reads one number out of a folded text.
func readPhone(text, region string) (string, string) {
	if mayHaveStray(text) {
		text = withoutStrayLetters(withoutExtension(text))
	}
	digits, international, ok := dialled(text)
	if !ok {
		return "", FlagInvalid
	}
	if isShortNumber(digits) && !international {
		return "", FlagService
	}
	if n := len(digits); n < minPhoneDigits || n > maxPhoneDigits+len("00") {
		if n > 0 && isRepeated(digits, 1) {
			return "", FlagPlaceholder
		}
		return "", FlagInvalid
	}
	french := frenchNational(digits, international, region)
	if isPhonePlaceholder(digits) || french != "" && isPhonePlaceholder(french) {
		return "", FlagPlaceholder
	}
	if french != "" {
		if french[0] == '8' && (international || region != "" || !inFours(text)) {
			return "", FlagService
		}
		return frenchCode(french) + french, ""
	}
	if number := foreignPhone(digits, international, region); number != "" {
		return number, ""
	}
	if len(digits) > maxPhoneDigits {
		return "", FlagInvalid
	}
	return digits, ""
}

// withoutExponent writes out a number that a spreadsheet made a decimal fraction: 6.12436578E+08,
// 612436578.0. One that lost digits stays, and is not understood.
func withoutExponent(text string) string {
	text = strings.TrimSuffix(strings.TrimSuffix(text, ".0"), ",0")
	mantissa, exponent, ok := strings.Cut(text, "E+")
	if !ok {
		return text
	}
	n, err := strconv.Atoi(exponent)
	if err != nil {
		return text
	}
	digits := strings.Replace(strings.Replace(mantissa, ",", "", 1), ".", "", 1)
	if missing := n + 1 - len(digits); isNumber(digits) && (missing == 0 || missing == 1) { // a zero at the end is not written
		return digits + "0"[:missing]
	}
	return text
}

// mayHaveStray reports whether a text has a letter or the sign before an extension: else there
// is nothing to leave out of it.
func mayHaveStray(text string) bool {
	for i := range len(text) {
		if isLetter(text[i]) || text[i] == '#' {
			return true
		}
	}
	return false
}

// withoutExtension cuts "poste 12", "p.12", "ext. 12", "x12" and "#12".
func withoutExtension(text string) string {
	for _, mark := range []string{"POSTE", "EXT", " P.", "#", "X"} {
		if i := strings.Index(text, mark); i >= 0 && len(digitsOf(text[:i])) >= minSplitDigits {
			text = text[:i]
		}
	}
	if i := strings.Index(text, " P"); i >= minPhoneDigits && i+2 < len(text) && isDigit(text[i+2]) {
		text = text[:i]
	}
	return text
}

// phoneWords are words that may stand beside a number.
const phoneWords = " TEL T TL TELEPHONE PHONE PH PORTABLE PORT MOBILE MOB M GSM FIXE F FAX DOM DOMICILE BUREAU BUR PRO PERSO N NO NUM NUMERO CELL HOME WORK H W "

// dialled returns the digits of a number, without its (0) after a country code and
// without 00 in front, and whether they start with a country code. It is not ok
// where the text holds other words. The letters O, I and L between digits are read as 0
// and 1.
func dialled(text string) (digits string, international, ok bool) {
	var out [maxPhoneDigits + 8]byte
	n := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '+':
			if n > 0 {
				return "", false, false
			}
			international = true
		case c == '*' || c == '?' || c == '_': // masked
			return "", false, false
		case isLetter(c):
			j := i
			for j < len(text) && isLetter(text[j]) {
				j++
			}
			digit := digitLike(text[i:j])
			if digit == 0 && !strings.Contains(phoneWords, " "+text[i:j]+" ") {
				return "", false, false
			}
			for ; digit != 0 && i < j && n < len(out); i++ {
				out[n] = digitLike(text[i : i+1])
				n++
			}
			i = j - 1
		case isDigit(c):
			if n == len(out) {
				return "", false, false
			}
			out[n] = c
			n++
		}
	}
	if digits = text; digits != string(out[:n]) {
		digits = string(out[:n])
	}
	if !international && strings.HasPrefix(digits, "00") && len(digits) > frenchDigits {
		digits, international = digits[2:], true
	}
	if international && strings.Contains(text, "(0)") {
		if i := strings.Index(digits, "0"); i > 0 && i <= 3 {
			digits = digits[:i] + digits[i+1:]
		}
	}
	return digits, international, true
}

// digitLike returns the digit that every letter of a short word is mistaken for, that
// of the first one; 0 where there is none.
func digitLike(word string) byte {
	if len(word) > 2 {
		return 0
	}
	var first byte
	for i := range len(word) {
		var d byte
		switch word[i] {
		case 'O':
			d = '0'
		case 'I', 'L':
			d = '1'
		default:
			return 0
		}
		if first == 0 {
			first = d
		}
	}
	return first
}

// maxStrayLetters is how many letters a number may have in the place of digits.
const maxStrayLetters = 2

// withoutStrayLetters leaves out letters that stand alone at a digit, in a text that has
// about as many digits as a number: what is left is a digit short where one took the
// place of a digit, and still to be compared.
func withoutStrayLetters(text string) string {
	n, stray := len(digitsOf(text)), 0
	for i := range text {
		if isLetterInNumber(text, i) && digitLike(text[i:i+1]) == 0 {
			stray++
		}
	}
	if stray == 0 || stray > maxStrayLetters || n < minSplitDigits || n+stray > maxPhoneDigits-2 {
		return text
	}
	var out strings.Builder
	for i := range text {
		if !isLetterInNumber(text, i) || digitLike(text[i:i+1]) != 0 {
			out.WriteByte(text[i])
		}
	}
	return out.String()
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

// foreignPhone asks the library, which knows the plans of all countries.
func foreignPhone(digits string, international bool, region string) string {
	if international {
		digits = "+" + digits
	}
	number, err := phonenumbers.Parse(digits, region)
	if err != nil || !phonenumbers.IsPossibleNumber(number) { // a slip in a digit is no reason to drop it
		return ""
	}
	e164 := strings.TrimPrefix(phonenumbers.Format(number, phonenumbers.E164), "+")
	if len(e164) < minPhoneDigits || len(e164) > maxPhoneDigits {
		return ""
	}
	return e164
}

// homeRegion is where a number without a country code is dialled.
const homeRegion = "FR"

// PhoneNumbers returns the telephone numbers of a field as Prepared has them, read as a
// person in France would dial them. A number that is no evidence of who somebody is, such
// as 06 12 34 56 78 or one of a service, is a number all the same here.
func PhoneNumbers(field string) []string {
	numbers, _ := readPhones(nil, field, "")
	if len(numbers) > 0 {
		return numbers
	}
	digits, international, ok := dialled(withoutExponent(foldPunctuated(field)))
	if !ok || digits == "" {
		return nil
	}
	return appendNumber(nil, foreignPhone(digits, international, homeRegion))
}
