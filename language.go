package aloi

import (
	"math"
	"strconv"
	"strings"
)

// Language is the language of a text that explains something. The zero value is
// English.
type Language string

// The languages that every text is written in.
const (
	English Language = "en"
	French  Language = "fr"
)

// Languages lists them.
var Languages = []Language{English, French}

// Validate returns a CodeInvalid error that names the field `language` for any other.
func (l Language) Validate() error {
	switch l {
	case "", English, French:
		return nil
	}
	return Invalid(Violation{Field: "language", Reason: "must be en or fr"})
}

// noBreak is the space that French typography puts inside « », before a colon and
// between thousands.
const noBreak = "\u00a0"

// Quote writes a value in the quotation marks of the language.
func (l Language) Quote(value string) string {
	if l == French {
		return "«" + noBreak + value + noBreak + "»"
	}
	return `"` + value + `"`
}

// Colon is what stands between a sentence and what it announces.
func (l Language) Colon() string {
	if l == French {
		return noBreak + ": "
	}
	return ": "
}

// Semicolon is what stands between two clauses.
func (l Language) Semicolon() string {
	if l == French {
		return noBreak + "; "
	}
	return "; "
}

// Decimal writes a number with one decimal: 5.2, 5,2. Zero has no sign.
func (l Language) Decimal(x float64) string {
	text := strconv.FormatFloat(math.Round(x*10)/10+0, 'f', 1, 64)
	if l == French {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// Signed is Decimal with a plus sign where there is no minus.
func (l Language) Signed(x float64) string {
	text := l.Decimal(x)
	if !strings.HasPrefix(text, "-") {
		text = "+" + text
	}
	return text
}

// Whole writes a number that is not negative without decimals, in groups of three
// digits: 5,400, 5 400.
func (l Language) Whole(x float64) string {
	digits, separator := strconv.FormatFloat(x, 'f', 0, 64), ","
	if l == French {
		separator = noBreak
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + separator + digits[at:]
	}
	return digits
}

// List writes "a, b and c".
func (l Language) List(items []string) string {
	and := " and "
	if l == French {
		and = " et "
	}
	if n := len(items); n > 1 {
		return strings.Join(items[:n-1], ", ") + and + items[n-1]
	}
	return strings.Join(items, "")
}
