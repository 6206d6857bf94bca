package mapping

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/mozillazg/go-unidecode"
)

// words splits the name of a column into lower-case ASCII words: at separators, at
// a capital after a small letter, and between letters and digits. `AddressLine1`,
// `ADDRESS_LINE_1` and `Address line 1` all give address, line, 1.
func words(header string) []string {
	var list []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			list = append(list, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	previous := ' '
	for _, r := range unidecode.Unidecode(header) {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
		default:
			if unicode.IsLower(previous) && unicode.IsUpper(r) || unicode.IsDigit(previous) != unicode.IsDigit(r) {
				flush()
			}
			word.WriteRune(r)
		}
		previous = r
	}
	flush()
	return list
}

// folded is the name of a column without case, accents and separators.
func folded(header string) string { return strings.Join(words(header), "") }

// qualifiers are words that say whose value or which of several a column holds, and
// nothing of what it is.
var qualifiers = set(`primary main principal principale current actuel actuelle customer client cliente cust contact
	user utilisateur person personne personal perso personnel personnelle home domicile maison work office bureau
	pro professionnel professionnelle billing facturation shipping delivery livraison postal postale holder
	titulaire record rec ref value native secondary secondaire other autre second alt alternate
	du de la le les des l d un une the of no nr num numero c`)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// meaning is what the name of a column says.
type meaning struct {
	alias
	// number is the number at the end of the name: adresse2; 0 is none.
	number int
}

// understand returns what the name of a column means: as it stands, else without the
// number at its end, else without its qualifiers too.
func understand(header string) (meaning, bool) {
	if k, _ := parsePath(strings.ToLower(strings.TrimSpace(header))); k != kindNone {
		return meaning{alias: alias{to: strings.ToLower(strings.TrimSpace(header))}}, true
	}
	list := words(header)
	if len(list) == 0 {
		return meaning{}, false
	}
	if a, ok := aliases[strings.Join(list, "")]; ok {
		return meaning{alias: a}, true
	}
	number := 0
	if n, err := strconv.Atoi(list[len(list)-1]); err == nil && n > 0 {
		number, list = n, list[:len(list)-1]
	}
	if a, ok := aliases[strings.Join(list, "")]; ok {
		return meaning{a, number}, true
	}
	var bare []string
	for _, w := range list {
		if !qualifiers[w] {
			bare = append(bare, w)
		}
	}
	a, ok := aliases[strings.Join(bare, "")]
	return meaning{a, number}, ok && len(bare) > 0 && !a.whole
}
