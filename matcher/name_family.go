package matcher

import (
	"slices"
	"strings"
)

// particles are words before a family name that people write or leave out.
var particles = setOf("DE", "DU", "DES", "D", "L", "LA", "LE", "LES", "VAN", "VON", "DER", "DEN", "TER", "TEN", "ZU", "ZUM", "ZUR", "VOM",
	"BEN", "BIN", "BINT", "IBN", "EL", "AL", "OULD", "AIT", "ABU", "ABOU", "DA", "DO", "DOS", "DAS", "DI", "DEL", "DELLA", "DELLO", "DEGLI", "DALLA", "DELL", "DALL", "O", "Y", "E", "A", "AUX")

// familyName is a family name, word by word and in one word.
type familyName struct {
	words []string
	whole string
}

// maxFamilyWords is how many words of a family name are compared.
const maxFamilyWords = 6

// familyNameOf reads words as one family name.
func familyNameOf(words []nameWord) familyName {
	if len(words) == 0 {
		return familyName{}
	}
	if len(words) == 1 && isPlainFamily(words[0].text) {
		text := words[0].text
		return familyName{words: []string{text}, whole: text[:min(len(text), maxWordLetters)]}
	}
	var room, wholeRoom [maxFamilyWords]string
	all, whole := room[:0], wholeRoom[:0]
	for _, w := range words {
		all = appendFamilyParts(all, w.text)
	}
	var name familyName
	for _, part := range all {
		if n := len(name.words); n > 0 && name.words[n-1] == part {
			continue
		}
		whole = append(whole, part)
		if !particles[part] && len(name.words) < maxFamilyWords {
			name.words = appendNew(name.words, part)
		}
	}
	if name.words == nil && len(whole) > 0 {
		name.words = slices.Clone(whole[:min(len(whole), maxFamilyWords)])
	}
	switch {
	case len(whole) == 1:
		name.whole = whole[0]
	default:
		name.whole = strings.Join(whole, "")
	}
	name.whole = name.whole[:min(len(name.whole), maxWordLetters)]
	return name
}

// isPlainFamily reports whether a word is a family name as it stands.
func isPlainFamily(text string) bool {
	for i := range len(text) {
		if !isLetter(text[i]) {
			return false
		}
	}
	return text != "" && text != "ST" && text != "STE"
}

// appendFamilyParts appends the parts of a word of a family name: cut at hyphens and
// dots, and after D', L', O'; Prud'homme and N'Diaye are one part. ST is SAINT, and Mc
// goes with what follows it.
func appendFamilyParts(all []string, text string) []string {
	if len(text) == 1 && !isLetter(text[0]) {
		return all
	}
	for part := range strings.FieldsFuncSeq(text, isWordBreak) {
		before, after, cut := strings.Cut(part, "'")
		switch {
		case cut && particles[before] && after != "":
			all = append(all, before)
			part = strings.ReplaceAll(after, "'", "")
		case cut:
			part = strings.ReplaceAll(part, "'", "")
		}
		switch part {
		case "":
			continue
		case "ST":
			part = "SAINT"
		case "STE":
			part = "SAINTE"
		}
		if n := len(all); n > 0 && (all[n-1] == "MC" || all[n-1] == "MAC") {
			all[n-1] += part
			continue
		}
		all = append(all, part)
	}
	return all
}
