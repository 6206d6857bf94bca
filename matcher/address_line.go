package matcher

import (
	"slices"
	"strings"
)

// addressLine is what the lines above the postal code say.
type addressLine struct {
	number, street string
	complement     []string
	// rest are the words after an English street type, which may be the city.
	rest []addressWord
}

// readLine reads the words of a line: complements go aside, then the part with a house
// number or a street type is the street, and the others are complements too.
func readLine(words []addressWord) addressLine {
	var line addressLine
	words = line.takeComplements(words)
	var room [usualParts][]addressWord
	parts := appendParts(room[:0], words)
	main := mainPart(parts)
	for i, p := range parts {
		if i != main {
			line.complement = append(line.complement, joinWords(p))
		}
	}
	if main >= 0 {
		line.readStreet(parts[main])
	}
	if line.street == "" {
		line.takeNamedPlace()
	}
	return line
}

// takeNamedPlace makes a residence that stands alone, or with a number, the street: it is
// where they live.
func (l *addressLine) takeNamedPlace() {
	for i, c := range l.complement {
		first, _, _ := strings.Cut(c, " ")
		if !namedPlaces[first] {
			continue
		}
		l.street = c
		l.complement = slices.Delete(l.complement, i, i+1)
		if at := strings.LastIndexByte(c, ' '); l.number == "" && at > len(first) && isHouseNumber(c[at+1:]) {
			l.street, l.number = c[:at], houseNumber(c[at+1:], false)
		}
		return
	}
}

// takeComplements moves building, floor, residence, box and the like aside and
// returns the other words.
func (l *addressLine) takeComplements(words []addressWord) []addressWord {
	kept := words[:0] // never past the words that are still to be read
	parted := false
	for i := 0; i < len(words); {
		words[i].parted = words[i].parted || parted
		n := complementAt(words, i)
		if n == 0 {
			kept = append(kept, words[i])
			parted = false
			i++
			continue
		}
		parted = true
		l.complement = append(l.complement, complementText(words[i:i+n]))
		i += n
	}
	return kept
}

// complementText writes a complement with its first word in full.
func complementText(words []addressWord) string {
	if full := complementTypes[words[0].text]; full != "" && !(words[0].text == "LOT" && len(words) > 1 && hasDigit(words[1].text)) {
		words = slices.Clone(words)
		words[0].text = full
	}
	return joinWords(words)
}

// complementAt returns how many words from i are one complement, 0 for none.
func complementAt(words []addressWord, i int) int {
	w := words[i].text
	if isOrdinal(w) && i+1 < len(words) && (words[i+1].text == "ETAGE" || words[i+1].text == "ETG") {
		return 2
	}
	if i+1 < len(words) && w == "C" && words[i+1].text == "O" { // c/o
		return 2 + nameAfter(words, i+2)
	}
	if i+1 < len(words) && (w == "PO" || w == "GPO") && words[i+1].text == "BOX" {
		return 2 + min(1, len(words)-i-2)
	}
	if i+2 < len(words) && w == "P" && words[i+1].text == "O" && words[i+2].text == "BOX" {
		return 3 + min(1, len(words)-i-3)
	}
	if i+1 < len(words) && w == "POSTE" && words[i+1].text == "RESTANTE" {
		return 2
	}
	kind := complementWords[w]
	if kind == noExtra || i > 0 && !words[i].parted && belongsToName(words[i-1].text) {
		return 0
	}
	next := i + 1
	switch {
	case kind == extraAlone || next == len(words):
		return 1
	case kind == extraFloor:
		if isNumber(words[next].text) && (next+1 == len(words) || !isType(frenchTypes, words[next+1].text)) {
			return 2
		}
		return 1
	case kind == extraName && w == "LOT" && hasDigit(words[next].text):
		return 2
	case kind == extraName:
		return 1 + nameAfter(words, next)
	case isShort(words[next].text):
		return 2
	case w == "TOUR" || w == "PORTE" || w == "HALL" || w == "ENTREE" || w == "CODE" || w == "CHAMBRE": // or a word of a street name
		return 0
	case w == "CEDEX" || w == "FL" || w == "BOX" || w == "FLOOR":
		return 1
	}
	return 1 + nameAfter(words, next)
}

// nameAfter returns how many words from i are a name: up to the next part, the next complement
// or the start of a street.
func nameAfter(words []addressWord, i int) int {
	n := 0
	for ; i+n < len(words); n++ {
		w := words[i+n]
		if w.parted && n > 0 || n > 0 && complementWords[w.text] != noExtra && !belongsToName(words[i+n-1].text) || startsStreet(words, i+n) {
			break
		}
	}
	return n
}

// startsStreet reports whether a house number and a street type stand at i, or a
// street type that is written out.
func startsStreet(words []addressWord, i int) bool {
	w := words[i].text
	if isHouseNumber(w) && i+1 < len(words) {
		return isType(frenchTypes, words[i+1].text) || i+2 < len(words)
	}
	full, ok := frenchTypes[w]
	return ok && full == "" && len(w) > 2 && (i == 0 || !belongsToName(words[i-1].text)) && i+1 < len(words)
}

// belongsToName reports whether the word after this one is part of the same name.
func belongsToName(word string) bool {
	return particles[word] || word == "ET" || word == "SUR" || word == "SOUS" || word == "EN"
}

// isShort reports whether a word numbers or letters a building, a door or a box.
func isShort(word string) bool {
	return len(word) == 1 || hasDigit(word) || word == "GAUCHE" || word == "DROITE" || word == "DROIT" || word == "FACE" || word == "CENTRE"
}

func hasDigit(word string) bool {
	for i := range len(word) {
		if isDigit(word[i]) {
			return true
		}
	}
	return false
}

// isOrdinal reports whether a word is 1ER, 2E, 3EME.
func isOrdinal(word string) bool {
	rest := word[digitsInFront(word):]
	return rest != word && (rest == "" || rest == "ER" || rest == "E" || rest == "EME" || rest == "ND" || rest == "ST" || rest == "RD" || rest == "TH")
}

// usualParts is as many parts as most lines have.
const usualParts = 4

// appendParts cuts words where commas and line ends stand; a number alone goes with
// what follows it, the last one with what is before it.
func appendParts(parts [][]addressWord, words []addressWord) [][]addressWord {
	start := 0
	for i := range words {
		last := i == len(words)-1 && isHouseNumber(words[i].text) && numberIn(words[start:i]) < 0
		if i > start && words[i].parted && !last && !(i == start+1 && isHouseNumber(words[start].text)) {
			parts = append(parts, words[start:i])
			start = i
		}
	}
	if start < len(words) {
		parts = append(parts, words[start:])
	}
	return parts
}

// mainPart returns the part that is the street: the first of those that look most
// like one, -1 where there is no part.
func mainPart(parts [][]addressWord) int {
	best, bestScore := -1, -1
	for i, p := range parts {
		score := 0
		if numberIn(p) >= 0 {
			score++
		}
		if slices.ContainsFunc(p, func(w addressWord) bool {
			return len(w.text) > 2 && (isType(frenchTypes, w.text) || isType(englishTypes, w.text))
		}) {
			score += 2
		}
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	return best
}

func isType(types map[string]string, word string) bool { return typeOf(types, word) != "" }
