package mapping

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/mozillazg/go-unidecode"
)

// numberSign writes out the French sign for a number.
var numberSign = strings.NewReplacer("n°", "no ", "N°", "no ", "nº", "no ", "Nº", "no ")

// words splits the name of a column into lower-case ASCII words: at separators, at
// a capital after a small letter, and between letters and digits. `AddressLine1`,
// `ADDRESS_LINE_1` and `Address line 1` all give address, line, 1.
func words(header string) []string {
	var list []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			list = append(list, compound(strings.ToLower(word.String()))...)
			word.Reset()
		}
	}
	previous := ' '
	for _, r := range unidecode.Unidecode(numberSign.Replace(header)) {
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

// compound cuts the word for a number off the end of a German or Dutch word: Klantnr.
func compound(word string) []string {
	for _, end := range []string{"nummer", "nr"} {
		if of, ok := strings.CutSuffix(word, end); ok && of != "" {
			return []string{of, end}
		}
	}
	return []string{word}
}

// folded is the name of a column without case, accents and separators.
func folded(header string) string { return strings.Join(words(header), "") }

// qualifiers are words that say whose value or which of several a column holds, and
// nothing of what it is.
var qualifiers = set(`primary main principal principale current actuel actuelle customer contact
	user utilisateur person personne personal perso personnel personnelle home dom domicile maison work office bureau
	pro professionnel professionnelle billing facturation shipping delivery livraison mailing default holder
	titulaire record rec ref value native business lib libelle er ere eme nd rd th secondary secondaire other autre second alt alternate res desc fake
	fiche externe externo extern external privat prive privato privado prywatny geschaftlich dienstlich beruflich zakelijk
	fijo fisso fixo vast stacjonarny casa thuis trabajo lavoro trabalho servizio daytime evening
	du de la le les des l d un une the of e c`)

// fillers are words that often say nothing, and sometimes everything.
var fillers = set(`number code postal postale`)

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
	// format is the form of a date that stands in the name: DOB (MM/DD/YYYY).
	format string
}

// dateForm finds the form of a date in the name of a column, in brackets or by itself:
// DOB (MM/DD/YYYY), JJMMAAAA_NAISSANCE, Geb.-Datum TT.MM.JJJJ.
var dateForm = func() *regexp.Regexp {
	const day, month, year, between = `(?:dd|jj|tt|gg)`, `mm`, `(?:yyyy|aaaa|jjjj|rrrr|yy|aa)`, `[/._ -]?`
	forms := []string{day + between + month + between + year, month + between + day + between + year, year + between + month + between + day}
	return regexp.MustCompile(`(?i)(?:^|[^a-z])(` + strings.Join(forms, "|") + `)(?:[^a-z]|$)`)
}()

// cutForm takes the form of a date off the name of a column.
func cutForm(header string) (name, format string) {
	m := dateForm.FindStringSubmatchIndex(header)
	if m == nil {
		return header, ""
	}
	return header[:m[2]] + header[m[3]:], header[m[2]:m[3]]
}

// understand returns what the name of a column means: as it stands, else by its words
// in any order, else without the words that say nothing, else what all its words say.
func understand(header string) (meaning, bool) {
	if path := strings.ToLower(strings.TrimSpace(header)); path != "" {
		if k, _ := parsePath(path); k != kindNone {
			return meaning{alias: alias{to: path}}, true
		}
	}
	header, format := cutForm(header)
	var list []string
	number := 0
	for _, w := range words(header) {
		if n, err := strconv.Atoi(w); err == nil && n > 0 && number == 0 {
			number = n
		} else {
			list = append(list, w)
		}
	}
	if a, ok := aliases[strings.Join(list, "")]; ok {
		return meaning{a, number, format}, true
	}
	for removed, drop := range []map[string]bool{nil, qualifiers, fillers} {
		list = slices.DeleteFunc(list, func(w string) bool { return drop[canonical(w)] })
		if a, ok := bags[bag(list)]; ok && len(list) > 0 && (removed == 0 || !a.whole) {
			return meaning{a, number, format}, true
		}
	}
	a, ok := agreed(list)
	return meaning{a, number, format}, ok
}

// agreed returns what each of the words says by itself, where all say the same:
// titre_civilite.
func agreed(words []string) (a alias, ok bool) {
	for i, w := range words {
		b, known := aliases[w]
		if !known || b.whole || i > 0 && b.to != a.to {
			return alias{}, false
		}
		if i == 0 {
			a = b
		}
	}
	return a, len(words) > 0
}
