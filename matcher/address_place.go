package matcher

import "strings"

// readCity returns the city of a folded field in one form, and the postal code that
// may stand before it: SAINT in full, without CEDEX and without arrondissement.
func readCity(folded string) (code, city string) {
	words := strings.Fields(folded)
	if len(words) > 1 && isCodeWord(words[0]) {
		code, words = words[0], words[1:]
	}
	for i, w := range words {
		if i > 0 && (w == "CEDEX" || w == "ARRONDISSEMENT" || w == "ARR" || w == "ARRDT") {
			words = words[:i]
			break
		}
	}
	for i, w := range words {
		switch w {
		case "ST":
			words[i] = "SAINT"
		case "STE":
			words[i] = "SAINTE"
		case "S":
			if i > 0 && i < len(words)-1 {
				words[i] = "SUR"
			}
		}
	}
	for len(words) > 1 && isOrdinal(words[len(words)-1]) { // Paris 12e, Lyon 03
		words = words[:len(words)-1]
	}
	return code, bounded(strings.Join(words, " "))
}

// isCodeWord reports whether a word may be a postal code of digits.
func isCodeWord(word string) bool {
	return (len(word) == 5 || len(word) == 6) && strings.Trim(word, "0123456789") == ""
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

// readPostalCode returns a postal code in one form, or the reason why there is none.
// Codes of four digits lost a zero, unless the country is known not to be France.
func readPostalCode(typed, country string) (string, string) {
	folded := Fold(typed)
	if first, _, ok := strings.Cut(folded, " CEDEX"); ok {
		folded = first
	}
	code := strings.ReplaceAll(folded, " ", "")
	french := country == "" || country == "FR"
	if french {
		code = strings.TrimPrefix(strings.TrimPrefix(code, "FR"), "F")
		if len(code) == frenchCodeDigits && isDigit(code[0]) {
			code = digitsForLetters(code)
		}
	}
	digits := strings.Trim(code, "0123456789") == ""
	switch {
	case code == "" || len(code) > maxPostalBytes || !hasDigit(code):
		return "", FlagInvalid
	case isRepeated(code, minRepeated) || code == "12345" || code == "01234":
		return "", FlagPlaceholder
	case digits && len(code) == frenchCodeDigits-1 && french:
		code = "0" + code
	case digits && len(code) == 9: // US ZIP+4
		code = code[:5]
	}
	return code, ""
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

// states are the states and provinces that addresses abbreviate, by their names.
var states = map[string]string{
	"ALABAMA": "AL", "ALASKA": "AK", "ARIZONA": "AZ", "ARKANSAS": "AR", "CALIFORNIA": "CA", "COLORADO": "CO", "CONNECTICUT": "CT", "DELAWARE": "DE", "FLORIDA": "FL",
	"GEORGIA": "GA", "HAWAII": "HI", "IDAHO": "ID", "ILLINOIS": "IL", "INDIANA": "IN", "IOWA": "IA", "KANSAS": "KS", "KENTUCKY": "KY", "LOUISIANA": "LA", "MAINE": "ME", "MARYLAND": "MD",
	"MASSACHUSETTS": "MA", "MICHIGAN": "MI", "MINNESOTA": "MN", "MISSISSIPPI": "MS", "MISSOURI": "MO", "MONTANA": "MT", "NEBRASKA": "NE", "NEVADA": "NV", "NEW HAMPSHIRE": "NH", "NEW JERSEY": "NJ",
	"NEW MEXICO": "NM", "NEW YORK": "NY", "NORTH CAROLINA": "NC", "NORTH DAKOTA": "ND", "OHIO": "OH", "OKLAHOMA": "OK", "OREGON": "OR", "PENNSYLVANIA": "PA", "RHODE ISLAND": "RI",
	"SOUTH CAROLINA": "SC", "SOUTH DAKOTA": "SD", "TENNESSEE": "TN", "TEXAS": "TX", "UTAH": "UT", "VERMONT": "VT", "VIRGINIA": "VA", "WASHINGTON": "WA", "WEST VIRGINIA": "WV", "WISCONSIN": "WI", "WYOMING": "WY",
	"DISTRICT OF COLUMBIA": "DC", "NEW SOUTH WALES": "NSW", "VICTORIA": "VIC", "QUEENSLAND": "QLD", "SOUTH AUSTRALIA": "SA", "WESTERN AUSTRALIA": "WA", "TASMANIA": "TAS",
	"NORTHERN TERRITORY": "NT", "AUSTRALIAN CAPITAL TERRITORY": "ACT", "ONTARIO": "ON", "QUEBEC": "QC", "BRITISH COLUMBIA": "BC", "ALBERTA": "AB", "MANITOBA": "MB", "NOVA SCOTIA": "NS",
}

var stateCodes = func() map[string]bool {
	codes := make(map[string]bool, len(states))
	for _, code := range states {
		codes[code] = true
	}
	return codes
}()

func isState(word string) bool { return stateCodes[word] }

// regionOf returns a folded region, a state by its code.
func regionOf(folded string) string {
	if code, ok := states[folded]; ok {
		return code
	}
	return bounded(folded)
}
