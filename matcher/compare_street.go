package matcher

import "strings"

// sameStreet reports whether two streets are one, as people write it: with slips of the
// hand, another type or none (RUE, AVENUE, STREET), without little words and titles, given names
// as initials or left out.
func sameStreet(a, b string) bool {
	if likenessOf(a, b) >= alike {
		return true
	}
	p, q := streetName(a), streetName(b)
	if len(p) < minStreet || len(q) < minStreet {
		return false
	}
	if likenessOf(p, q) >= alike {
		return true
	}
	return len(p) >= 2*minStreet && endsWithWord(q, p) || len(q) >= 2*minStreet && endsWithWord(p, q) || sameStreetWords(p, q)
}

// minStreet is the least letters of a street's name.
const minStreet = 3

// endsWithWord reports whether a text ends with whole words.
func endsWithWord(text, words string) bool {
	rest, ok := strings.CutSuffix(text, words)
	return ok && strings.HasSuffix(rest, " ")
}

// continues reports whether the name of one street goes on where that of the other ends.
func continues(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(streetName(a)) >= 2*minStreet && strings.HasPrefix(b, a+" ")
}

// maxStreetWords is how many telling words of a street's name are compared.
const maxStreetWords = 6

// sameStreetWords compares two names word by word from the last, which must be alike. A given
// name may be an initial or, before a long last word, missing.
func sameStreetWords(a, b string) bool {
	var bufferA, bufferB [maxStreetWords]string
	p, q := tellingWords(a, bufferA[:0]), tellingWords(b, bufferB[:0])
	if len(p) > len(q) {
		p, q = q, p
	}
	if len(p) == 0 || len(p) < len(q) && len(p[len(p)-1]) < 2*minStreet {
		return false
	}
	for i := 1; i <= len(p); i++ {
		x, y := p[len(p)-i], q[len(q)-i]
		initial := i > 1 && (len(x) == 1 || len(y) == 1) && x[0] == y[0]
		if x != y && !initial && (min(len(x), len(y)) <= minStreet || hasDigit(x) || hasDigit(y) || likenessOf(x, y) < alike) {
			return false
		}
	}
	return true
}

// tellingWords appends the words of a name that are neither little words nor titles.
func tellingWords(name string, words []string) []string {
	for word := range strings.SplitSeq(name, " ") {
		if word != "" && !isWordOf(littleWords, word) && !isWordOf(titles, word) && len(words) < maxStreetWords {
			words = append(words, word)
		}
	}
	return words
}

// The words of a street's name that people leave out.
const (
	littleWords = " DE DU DES D LA LE LES L A AU AUX EN ET "
	titles      = " GENERAL MARECHAL AMIRAL COLONEL COMMANDANT CAPITAINE LIEUTENANT SERGENT ADJUDANT DOCTEUR PROFESSEUR PRESIDENT " +
		"ABBE MONSEIGNEUR CARDINAL CHANOINE "
)

// streetTypes are the words that open a French street's name or close an English one.
const streetTypes = " RUE AVENUE BOULEVARD CHEMIN ALLEE ALLEES IMPASSE PLACE ROUTE SQUARE COURS QUAI RESIDENCE LOTISSEMENT PASSAGE CITE CLOS COTE COUR " +
	"DOMAINE ESPLANADE FAUBOURG HAMEAU MAIL MONTEE PLACETTE PROMENADE ROCADE RUELLE SENTE SENTIER CHAUSSEE QUARTIER PARVIS ROND POINT GRANDE " +
	"TRAVERSE VENELLE VILLA VOIE STREET ROAD LANE DRIVE COURT CRESCENT CIRCUIT CLOSE TERRACE PARADE WAY STRASSE CALLE AVENIDA PLAZA VIA VIALE PIAZZA CORSO OSIEDLE "

func isWordOf(list, word string) bool {
	for i := 0; i+len(word)+1 < len(list); i++ {
		if list[i] == ' ' && list[i+1:i+1+len(word)] == word && list[i+1+len(word)] == ' ' {
			return true
		}
	}
	return false
}

// maxStreetTypes is how many words before a street's name are cut off: ROND POINT DE LA.
const maxStreetTypes = 6

// streetName returns a street without its type and the little words after it.
func streetName(s string) string {
	word, rest, ok := strings.Cut(s, " ")
	for n := 0; ok && n < maxStreetTypes && (isWordOf(streetTypes, word) || isWordOf(littleWords, word)); n++ {
		s = rest
		word, rest, ok = strings.Cut(s, " ")
	}
	if i := strings.LastIndexByte(s, ' '); i > 0 && isWordOf(streetTypes, s[i+1:]) {
		s = s[:i]
	}
	return s
}
