package matcher

import "strings"

// sameStreet reports whether two streets are one, as people write it: with slips of the
// hand, another type or none (RUE, AVENUE, STREET), without little words and titles, given names
// as initials or left out.
func sameStreet(a, b string) bool {
	if nearly(a, b) >= alike {
		return true
	}
	p, q := streetName(a), streetName(b)
	if len(p) < minStreet || len(q) < minStreet {
		return false
	}
	if nearly(p, q) >= alike {
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
	if !sameStreetWord(lastTelling(a), lastTelling(b)) { // quickly, for most
		return false
	}
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
		if !initial && !sameStreetWord(x, y) {
			return false
		}
	}
	return true
}

// sameStreetWord reports whether two words of a street's name are one. Short words and
// numbers have no slips: they would be others.
func sameStreetWord(x, y string) bool {
	return x == y || min(len(x), len(y)) > minStreet && nearly(x, y) >= alike && !hasDigit(x) && !hasDigit(y)
}

// lastTelling returns the last of the tellingWords of a name, empty without any.
func lastTelling(name string) string {
	if strings.Count(name, " ") >= maxStreetWords { // it may lie past those that count
		var buffer [maxStreetWords]string
		words := tellingWords(name, buffer[:0])
		if len(words) == 0 {
			return ""
		}
		return words[len(words)-1]
	}
	for {
		i := strings.LastIndexByte(name, ' ')
		if word := name[i+1:]; isTelling(word) {
			return word
		}
		if i < 0 {
			return ""
		}
		name = name[:i]
	}
}

func isTelling(word string) bool {
	return word != "" && !littleWordSet.has(word) && !titleSet.has(word)
}

// tellingWords appends the words of a name that are neither little words nor titles.
func tellingWords(name string, words []string) []string {
	for len(words) < maxStreetWords && name != "" {
		var word string
		word, name, _ = strings.Cut(name, " ")
		if isTelling(word) {
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

// The same lists, for those who ask often.
var (
	littleWordSet = wordSetOf(littleWords)
	titleSet      = wordSetOf(titles)
	streetTypeSet = wordSetOf(streetTypes)
)

// wordSet is a list of words by their first letters; a digit may stand for a letter.
type wordSet [32][]string

func wordSetOf(list string) *wordSet {
	var set wordSet
	for word := range strings.FieldsSeq(list) {
		at := word[0] & 31
		set[at] = append(set[at], word)
	}
	return &set
}

func (s *wordSet) has(word string) bool {
	if word == "" {
		return false
	}
	for _, w := range s[word[0]&31] {
		if w == word {
			return true
		}
	}
	return false
}

// isWordOf reports whether a list has a word, between spaces.
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
	for n := 0; ok && n < maxStreetTypes && (streetTypeSet.has(word) || littleWordSet.has(word)); n++ {
		s = rest
		word, rest, ok = strings.Cut(s, " ")
	}
	if i := strings.LastIndexByte(s, ' '); i > 0 && streetTypeSet.has(s[i+1:]) {
		s = s[:i]
	}
	return s
}
