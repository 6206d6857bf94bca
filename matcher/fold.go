package matcher

import (
	"strings"

	"github.com/mozillazg/go-unidecode"
)

// Fold returns s in upper-case ASCII letters, digits and single spaces.
func Fold(s string) string {
	up := strings.ToUpper(unidecode.Unidecode(s))
	return strings.Join(strings.FieldsFunc(up, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }), " ")
}
