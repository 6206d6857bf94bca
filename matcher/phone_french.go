package matcher

import "strings"

// frenchNational returns the nine digits of a French number after its zero, empty
// where the digits are none. It knows the forms +33 6…, 0033 6…, 33 6…, 06…, the
// numbers of the territories overseas after their own codes, and 6… of which a
// spreadsheet took the zero.
func frenchNational(digits string, international bool, region string) string {
	n := len(digits)
	switch {
	case international || n > frenchDigits:
		code := frenchCodeOf(digits)
		if code == "" {
			return ""
		}
		rest := strings.TrimPrefix(digits[len(code):], "0")
		if len(rest) == frenchDigitsShort && rest[0] != '0' && (code == frenchPrefix || frenchCode(rest) == code) {
			return rest
		}
	case region != "" && region != "FR":
	case n == frenchDigits && digits[0] == '0' && digits[1] != '0':
		return digits[1:]
	case n == frenchDigitsShort && digits[0] != '0':
		return digits
	}
	return ""
}

// frenchPrefix is the country code of France in Europe.
const frenchPrefix = "33"

// overseas are the country codes of the French territories that share the national
// numbers of France, by the first three digits of those.
var overseas = map[string]string{
	"262": "262", "263": "262", "269": "262", "639": "262", "692": "262", "693": "262",
	"590": "590", "690": "590", "691": "590", "594": "594", "694": "594", "596": "596", "696": "596", "697": "596",
}

// fictional is the beginning of the mobile numbers that Arcep keeps for works of
// fiction (decision 2012-0856). They are of no territory, and samples use them.
const fictional = "63998"

// frenchCode returns the country code of a French national number.
func frenchCode(national string) string {
	if strings.HasPrefix(national, fictional) {
		return frenchPrefix
	}
	if code, ok := overseas[national[:3]]; ok {
		return code
	}
	return frenchPrefix
}

// frenchCodeOf returns the French country code that digits start with, empty for none.
func frenchCodeOf(digits string) string {
	if strings.HasPrefix(digits, frenchPrefix) {
		return frenchPrefix
	}
	switch code := digits[:3]; code {
	case "262", "590", "594", "596":
		return code
	}
	return ""
}

// isShortNumber reports whether digits are a short number of France, which belongs to a
// service: 3xxx, 10xx, 118 xxx.
func isShortNumber(digits string) bool {
	return len(digits) == 4 && (digits[0] == '3' || digits[:2] == "10") || len(digits) == 6 && digits[:3] == "118"
}

// inFours reports whether a number is written in two digits and groups of four, as in
// Australia, where 08 is no service.
func inFours(text string) bool {
	groups := strings.Fields(text)
	return len(groups) == 3 && len(groups[0]) == 2 && len(groups[1]) == 4 && len(groups[2]) == 4
}

// isPhonePlaceholder reports whether a number is one that people make up: its last
// eight digits, or seven, are one digit, one pair over and over, digits in a row or
// pairs that count up or down.
func isPhonePlaceholder(digits string) bool {
	if isSequence(digits) || len(digits) < minPhoneDigits {
		return true
	}
	tail := digits[max(0, len(digits)-8):]
	return isRepeated(tail[max(0, len(tail)-7):], minPhoneDigits) || isSequence(tail) || len(tail) == 8 && isPairs(tail)
}

// isPairs reports whether a text is pairs of digits that are as far apart as the first two:
// 06 06 06 06, 02 03 04 05, 11 22 33 44.
func isPairs(s string) bool {
	for i := 4; i+1 < len(s); i += 2 {
		if pairAt(s, i)-pairAt(s, i-2) != pairAt(s, 2)-pairAt(s, 0) {
			return false
		}
	}
	return true
}

func pairAt(s string, i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
