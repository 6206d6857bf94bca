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
	return placeholders[folded] || isRepeated(folded, minRepeated) || isKeyboardRun(folded)
}

func isKeyboardRun(s string) bool {
	if len(s) < minKeys {
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
func isRepeated(s string, n int) bool {
	s = strings.TrimLeft(s, " ")
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
