package matcher

import (
	"strconv"
	"strings"
)

// readStreet reads house number and street out of one part of a line.
func (l *addressLine) readStreet(words []addressWord) {
	at := numberIn(words)
	switch {
	case at < 0:
		l.street = l.streetName(words)
		return
	case at == len(words)-1 && at > 0: // Ansbacher Strasse 23
		l.number = houseNumber(words[at].text, false)
		if l.street = l.streetName(words[:at]); strings.HasSuffix(l.street, " STREET") && words[at-1].text == "STR" {
			l.street = strings.TrimSuffix(l.street, "STREET") + "STRASSE"
		}
		return
	case at > 0:
		l.complement = append(l.complement, joinWords(words[:at]))
	}
	rest := words[at+1:]
	l.street = l.streetName(rest)
	l.number = houseNumber(words[at].text, len(rest) > 0 && !isType(frenchTypes, rest[0].text))
}

// maxLastNumber is the most digits of a house number behind its street; a year has more.
const maxLastNumber = 3

// numberIn returns where the house number stands: first, before a street type, or
// last after a name. It is -1 where there is none; the year in a street name is none.
func numberIn(words []addressWord) int {
	for i, w := range words {
		if !isHouseNumber(w.text) {
			continue
		}
		if i == 0 && !isOrdinalName(words) {
			return 0
		}
		if i+1 < len(words) && isType(frenchTypes, words[i+1].text) {
			return i
		}
	}
	n := len(words) - 1
	if n < 1 || !isHouseNumber(words[n].text) {
		return -1
	}
	before := words[n-1].text
	if digitsInFront(words[n].text) > maxLastNumber || monthOf(before) > 0 || isType(frenchTypes, before) || isWordOf(numberedRoads, before) {
		return -1
	}
	return n
}

// numberedRoads are words after which a number is that of a road: RD 12, route nationale 7.
const numberedRoads = " D RD N RN CD NATIONALE DEPARTEMENTALE KM PK ZONE LOT "

// isOrdinalName reports whether a number in front is part of a street name: 15TH STREET.
func isOrdinalName(words []addressWord) bool {
	return len(words) > 1 && !isDigit(words[0].text[len(words[0].text)-1]) && isOrdinal(words[0].text) && isType(englishTypes, words[1].text)
}

// streetName writes a street with its type in full. What follows an English type is
// kept in rest.
func (l *addressLine) streetName(words []addressWord) string {
	if len(words) == 0 {
		return ""
	}
	if end := englishEnd(words); end > 0 {
		l.rest = words[end:]
		return directed(joinWords(words[:end-1])) + " " + typeOf(englishTypes, words[end-1].text)
	}
	return frenchStreet(words)
}

// frenchStreet writes a street whose type stands in front: the abbreviations in full, days of
// the month in digits and without the year, the first and the second by their words.
func frenchStreet(words []addressWord) string {
	switch first := words[0].text; {
	case len(words) > 2 && first == "LIEU" && words[1].text == "DIT":
		words = words[2:]
	case len(words) > 1 && (first == "LD" || first == "LIEUDIT" || first == "UL" || first == "ULICA"):
		words = words[1:]
	case len(words) > 1 && isWordOf(" GRAND GRANDE GD GDE GR ", first) && (words[1].text == "RUE" || words[1].text == "R"):
		return joinWords(append([]addressWord{{text: "GRANDE RUE"}}, words[2:]...))
	}
	var room [maxAddressBytes]byte
	out := room[:0]
	for i := 0; i < len(words); {
		if i > 0 {
			out = append(out, ' ')
		}
		if day, month, n := dateAt(words[i:]); n > 0 {
			out = append(append(append(out, day...), ' '), month...)
			i += n
			continue
		}
		w := words[i].text
		if full := typeOf(frenchTypes, w); full != "" && len(words) > 1 && (i == 0 || full == "FAUBOURG") {
			w = full
		} else if full := wordAbbreviations[w]; full != "" {
			w = full
		} else if full, ok := strings.CutSuffix(w, "STR"); ok && len(full) > minStreet {
			w = full + "STRASSE"
		} else if isOrdinal(w) && !isNumber(w) && i > 0 {
			w = strings.TrimRight(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") + "E"
		}
		out = append(out, w...)
		i++
	}
	return string(out)
}

// dayWords are the days of a month in words, from one up; those of two words are joined.
var dayWords = strings.Fields("PREMIER DEUX TROIS QUATRE CINQ SIX SEPT HUIT NEUF DIX ONZE DOUZE TREIZE QUATORZE QUINZE SEIZE " +
	"DIXSEPT DIXHUIT DIXNEUF VINGT VINGTETUN VINGTDEUX VINGTTROIS VINGTQUATRE VINGTCINQ VINGTSIX VINGTSEPT VINGTHUIT VINGTNEUF TRENTE TRENTEETUN")

// dayStarts are all beginnings of dayWords: a word that is none of them begins no date.
var dayStarts = func() map[string]bool {
	starts := make(map[string]bool, 100)
	for _, word := range dayWords {
		for n := 1; n <= len(word); n++ {
			starts[word[:n]] = true
		}
	}
	return starts
}()

// dateAt reads a date in the name of a street, with how many words it has: 8 MAI 1945, HUIT MAI,
// DIX NEUF MARS 1962, 11 11 1918. n is 0 where there is none.
func dateAt(words []addressWord) (day, month string, n int) {
	if first := words[0].text; !isDigit(first[0]) && !dayStarts[first] {
		return "", "", 0
	}
	if len(words) > 2 && isNumber(words[1].text) && isNumber(words[2].text) && len(words[2].text) == 4 {
		if m, err := strconv.Atoi(words[1].text); err == nil && m >= 1 && m <= len(monthNames) && dayOf(words[:1]) != "" {
			return dayOf(words[:1]), monthNames[m-1][0], 3
		}
	}
	for n = 1; n <= 3 && n < len(words); n++ {
		m := monthOf(words[n].text)
		if m == 0 {
			continue
		}
		if day = dayOf(words[:n]); day == "" {
			return "", "", 0
		}
		n++
		if n < len(words) && isNumber(words[n].text) && !words[n].parted { // the year
			n++
		}
		return day, monthNames[m-1][0], n
	}
	return "", "", 0
}

// dayOf returns the day of a month in digits, empty for other words.
func dayOf(words []addressWord) string {
	text := spaceless(joinWords(words))
	if digits := strings.TrimSuffix(text, "ER"); isNumber(digits) && len(digits) <= 2 {
		return strings.TrimLeft(digits, "0")
	}
	for i, word := range dayWords {
		if text == word {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}

// englishEnd returns where an English street name ends, past its type; 0 where it is
// none. A French type in front makes it French. Types written out count anywhere, the
// first of them; short ones at the end, or else where a name and no particle is before
// them.
func englishEnd(words []addressWord) int {
	if isType(frenchTypes, words[0].text) {
		return 0
	}
	short := 0
	for i := 1; i < len(words); i++ {
		full, ok := englishTypes[words[i].text]
		last := i == len(words)-1 || words[i+1].parted
		switch {
		case !ok || !last && isType(englishTypes, words[i+1].text):
		case full == "" || last:
			return i + 1
		case short == 0 && !belongsToName(words[i-1].text):
			short = i + 1
		}
	}
	return short
}

// directions are the points of the compass as English street names abbreviate them.
var directions = map[string]string{"N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST"}

// directed writes the direction in front of an English street name in full.
func directed(name string) string {
	first, rest, ok := strings.Cut(name, " ")
	if full := directions[first]; ok && full != "" {
		return full + " " + rest
	}
	return name
}
