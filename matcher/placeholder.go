package matcher

import "strings"

// placeholders are what people type where they have no value, folded, in French and
// English. Words that are also a name in use are not here.
var placeholders = setOf(
	"NC", "N C", "N A", "NR", "N R", "ND", "N D", "NSP", "NON", "NO", "NONE", "NIL", "NULL", "NAN", "UNDEFINED", "EMPTY", "VIDE", "NEANT", "RIEN",
	"INCONNU", "INCONNUE", "INCONU", "UNKNOWN", "UNK", "ANONYME", "ANONYMOUS", "ANONYMOUSE", "AUCUN", "AUCUNE",
	"NON RENSEIGNE", "NON RENSEIGNEE", "NON COMMUNIQUE", "NON COMMUNIQUEE", "NON CONNU", "NON CONNUE", "NON DEFINI", "NON DEFINIE",
	"NON FOURNI", "NON FOURNIE", "NON SAISI", "NON DISPONIBLE", "NON APPLICABLE", "NON PRECISE", "NON INDIQUE", "NE SAIT PAS", "NE SAIS PAS",
	"NONRENSEIGNE", "NONCOMMUNIQUE", "PAS DE NOM", "PAS DE PRENOM", "SANS NOM", "SANS PRENOM", "SANS ADRESSE", "SANS OBJET", "SANS",
	"NOT AVAILABLE", "NOT APPLICABLE", "NOT PROVIDED", "NOT KNOWN", "NOT GIVEN", "NO NAME", "NONAME", "MISSING", "DEFAULT", "DEFAUT", "PAR DEFAUT",
	"A COMPLETER", "A RENSEIGNER", "A DEFINIR", "A SAISIR", "A PRECISER", "TBD", "TBC", "TODO", "DUMMY",
	"TEST", "TESTS", "TEST TEST", "TESTING", "ESSAI", "ESSAIS", "TOTO", "TOTO TOTO", "TOTO TATA", "TATA TOTO", "TITI TOTO", "TOTO TITI", "FOO", "FOOBAR", "AZERTY", "QWERTY", "ASDF", "QSDF",
	"CLIENT", "CLIENTE", "CLIENTS", "CLIENT COMPTOIR", "COMPTOIR", "CLIENT PASSAGE", "CLIENT DE PASSAGE", "CLIENT MAGASIN", "CLIENT INCONNU",
	"PASSAGE CLIENT", "CLIENT WEB", "CLIENT INTERNET", "CLIENT ANONYME", "COMPTE CLIENT", "COMPTE COMPTOIR", "VENTE COMPTOIR", "VENTE INTERNET", "VENTE WEB",
	"DCD", "DECEDE", "DECEDEE", "NPAI", "DOUBLON", "A SUPPRIMER", "NE PAS UTILISER", "NE PLUS UTILISER", "NE PAS CONTACTER", "ANCIEN CLIENT", "R A S",
	"CLIENT DIVERS", "DIVERS", "CUSTOMER", "GUEST", "INVITE", "USER", "UTILISATEUR", "JOHN DOE", "JANE DOE",
	"ABC", "ABCD", "ABCDE", "ABCDEF", "ABC DEF", "XYZ", "UIOP", "HJKL", "JKLM", "WXCV", "ZXCV",
	"NOM", "PRENOM", "NOM PRENOM", "ADRESSE", "ADDRESS", "EMAIL", "E MAIL", "MAIL", "TELEPHONE", "TEL", "PHONE", "VILLE", "CITY",
	"FIRST NAME", "FIRSTNAME", "LAST NAME", "LASTNAME", "NAME", "SURNAME", "X", "XX", "ZZ", "AA", "0",
)

func setOf(values ...string) map[string]bool {
	set := make(map[string]bool, len(values))
	for _, v := range values {
		set[v] = true
	}
	return set
}

// minRepeated is how often a character alone makes no value: XXX, 000, AAAA.
const minRepeated = 3

// keyboardRows are the letters of a keyboard side by side, French and English.
var keyboardRows = [...]string{"AZERTYUIOP", "QSDFGHJKLM", "WXCVBN", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"}

// minKeys is how many keys side by side make no value: AZERT.
const minKeys = 5

// isPlaceholder reports whether a folded text stands for no value.
func isPlaceholder(folded string) bool {
	return mayBePlaceholder(folded) && placeholders[folded] || isRepeated(folded, minRepeated) || isKeyboardRun(folded)
}

// mayBePlaceholder reports whether a placeholder has the length and the first letter of a text,
// which most texts share with none.
func mayBePlaceholder(folded string) bool {
	return folded != "" && len(folded) <= maxPlaceholderBytes && placeholderLengths[folded[0]]>>len(folded)&1 != 0
}

// placeholderLengths are the lengths of placeholders, as bits, by their first letters.
var placeholderLengths = func() (lengths [256]uint64) {
	for text := range placeholders {
		lengths[text[0]] |= 1 << len(text)
	}
	return lengths
}()

// maxPlaceholderBytes is the longest of placeholders. A text of this length can be looked
// up without memory of its own.
const maxPlaceholderBytes = 32

// foldsToPlaceholder reports whether a text as it came stands for no value.
func foldsToPlaceholder(s string) bool {
	if foldsToValue(s) {
		return false
	}
	var room [foldedBytes]byte
	return isPlaceholderFolded(foldedIn(room[:0], s))
}

// isPlaceholderFolded is isPlaceholder for a text that is no string yet.
func isPlaceholderFolded(folded []byte) bool {
	if len(folded) > maxPlaceholderBytes {
		return isRepeated(folded, minRepeated)
	}
	return isPlaceholder(string(folded))
}

// isNextKey tells of two letters, from A, whether the second stands right of the first on
// a keyboard.
var isNextKey = func() (table ['Z' - 'A' + 1]['Z' - 'A' + 1]bool) {
	for _, row := range keyboardRows {
		for i := range len(row) - 1 {
			table[row[i]-'A'][row[i+1]-'A'] = true
		}
	}
	return table
}()

func isKeyboardRun(s string) bool {
	if len(s) < minKeys || s[0]-'A' > 'Z'-'A' || s[1]-'A' > 'Z'-'A' || !isNextKey[s[0]-'A'][s[1]-'A'] {
		return false
	}
	for _, row := range keyboardRows {
		if strings.Contains(row, s) {
			return true
		}
	}
	return false
}

// isRepeated reports whether a text is one character at least n times, spaces aside.
func isRepeated[T string | []byte](s T, n int) bool {
	for len(s) > 0 && s[0] == ' ' {
		s = s[1:]
	}
	count := 0
	for i := range len(s) {
		if s[i] == ' ' {
			continue
		}
		if s[i] != s[0] {
			return false
		}
		count++
	}
	return count >= n
}
