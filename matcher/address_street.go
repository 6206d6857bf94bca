package matcher

import "strings"

// readStreet reads house number and street out of one part of a line.
func (l *addressLine) readStreet(words []addressWord) {
	if len(words) > 1 && (words[0].text == "N" || words[0].text == "NO" || words[0].text == "NUM" || words[0].text == "NUMERO") && isHouseNumber(words[1].text) {
		words = words[1:]
	}
	at := numberIn(words)
	switch {
	case at < 0:
		l.street = l.streetName(words)
		return
	case at == len(words)-1 && at > 0: // Ansbacher Strasse 23
		l.number = words[at].text
		l.street = l.streetName(words[:at])
		return
	case at > 0:
		l.complement = append(l.complement, joinWords(words[:at]))
	}
	number, rest := words[at].text, words[at+1:]
	if len(rest) > 1 {
		if s := houseSuffix(rest[0].text); s != "" && (len(rest[0].text) > 1 || isType(frenchTypes, rest[1].text)) {
			number, rest = number+s, rest[1:]
		}
	}
	l.street = l.streetName(rest)
	l.number = houseNumber(number, len(rest) > 0 && !isType(frenchTypes, rest[0].text))
}

// numberIn returns where the house number stands: first, before a street type, or
// last after a name. It is -1 where there is none; the year in a street name is none.
func numberIn(words []addressWord) int {
	for i, w := range words {
		if !isHouseNumber(w.text) {
			continue
		}
		if i == 0 && len(words) > 1 && !isOrdinalName(words) {
			return 0
		}
		next := i + 1
		if next+1 < len(words) && houseSuffix(words[next].text) != "" {
			next++
		}
		if next < len(words) && isType(frenchTypes, words[next].text) {
			return i
		}
	}
	if n := len(words) - 1; n > 0 && isHouseNumber(words[n].text) && len(words[n].text) < 4 && monthOf(words[n-1].text) == 0 && !isType(frenchTypes, words[n-1].text) {
		return n
	}
	return -1
}

// isOrdinalName reports whether a number in front is part of a street name: 15TH STREET.
func isOrdinalName(words []addressWord) bool {
	return !isDigit(words[0].text[len(words[0].text)-1]) && isOrdinal(words[0].text) && isType(englishTypes, words[1].text)
}

// maxNumberBytes is the longest house number, with its suffix or its range.
const maxNumberBytes = 9

// isHouseNumber reports whether a word is a house number: 12, 12B, 12BIS, 12-14, 3/45.
func isHouseNumber(word string) bool {
	if len(word) > maxNumberBytes || !isDigit(word[0]) {
		return false
	}
	rest := strings.TrimLeft(word, "0123456789-/")
	return rest == "" || len(rest) == 1 || houseSuffix(rest) != ""
}

// houseSuffix returns the letter for bis, ter, quater or a letter after a house number,
// empty for another word. N, S and O are directions, R is a street.
func houseSuffix(word string) string {
	switch word {
	case "BIS":
		return "B"
	case "TER":
		return "T"
	case "QUATER":
		return "Q"
	case "A", "B", "C", "D", "F", "G", "H", "T":
		return word
	}
	return ""
}

// houseNumber writes a number in one way: the first of a range, the second of
// unit/number in English addresses, no zeros in front, a letter for bis.
func houseNumber(word string, english bool) string {
	digits := strings.TrimRight(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	suffix := word[len(digits):]
	if s := houseSuffix(suffix); s != "" {
		suffix = s
	}
	if i := strings.LastIndexByte(digits, '/'); i >= 0 && english {
		digits = digits[i+1:]
	}
	if i := strings.IndexAny(digits, "-/"); i >= 0 {
		digits = digits[:i]
	}
	if trimmed := strings.TrimLeft(digits, "0"); trimmed != "" {
		digits = trimmed
	}
	return digits + suffix
}

// streetName writes a street with its type in full. What follows an English type is
// kept in rest.
func (l *addressLine) streetName(words []addressWord) string {
	if len(words) == 0 {
		return ""
	}
	if end := englishEnd(words); end > 0 {
		l.rest = words[end:]
		text := joinWords(words[:end-1])
		return text + " " + typeOf(englishTypes, words[end-1].text)
	}
	if len(words) > 2 && (words[0].text == "LIEU" && words[1].text == "DIT") {
		words = words[2:]
	} else if len(words) > 1 && (words[0].text == "LD" || words[0].text == "LIEUDIT") {
		words = words[1:]
	}
	var b strings.Builder
	for i, w := range words {
		text := w.text
		if full := typeOf(frenchTypes, text); i == 0 && full != "" && len(words) > 1 {
			text = full
		} else if full := wordAbbreviations[text]; full != "" {
			text = full
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(text)
	}
	return b.String()
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
