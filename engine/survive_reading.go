package engine

import (
	"slices"
	"strings"

	"aloi"
	"aloi/matcher"
)

// readName finds in the names of a record the words of which a reading is made, so
// that "Maisse épouse Jeannot" gives Jeannot, and Maisse as the name at birth, in
// the letters of the record.
func (s *survival) readName(names []aloi.Name, r *matcher.PreparedName) (n nameSaid) {
	wholes := [nameParts]string{joined(r.Given), joined(r.Middle), r.FamilyWhole, r.BirthWhole}
	// Names that differ in their particles only agree: La Tour, de La Tour.
	keys := [nameParts]string{wholes[partGiven], wholes[partMiddle], joined(r.Family), joined(r.Birth)}
	for part, whole := range wholes {
		if whole == "" {
			continue
		}
		if text := findWords(names, part, whole); text != "" {
			n.parts[part] = s.place(saying{key: keys[part], text: text, complete: len(whole), low: initials(r, part) || part == partMiddle && !inOwnField(names, part, whole)})
		}
	}
	return n
}

func joined(tokens []string) string {
	if len(tokens) == 1 {
		return strings.ReplaceAll(tokens[0], " ", "")
	}
	return strings.ReplaceAll(strings.Join(tokens, ""), " ", "")
}

// initials reports whether a part is one letter, or letters that stand alone.
func initials(r *matcher.PreparedName, part int) bool {
	for _, token := range [nameParts][]string{r.Given, r.Middle, r.Family, r.Birth}[part] {
		for w := range strings.FieldsSeq(token) {
			if len(w) > 1 {
				return false
			}
		}
	}
	return true
}

// findWords returns the words in a row that fold to whole: from the field of that
// part if they are there, else from another. Empty when there are none.
func findWords(names []aloi.Name, part int, whole string) string {
	for i := range names {
		fields := rawParts(&names[i])
		for _, text := range [...]string{fields[part], names[i].Full, fields[0], fields[1], fields[2], fields[3]} {
			if run := wordRun(text, whole); run != "" {
				return run
			}
		}
	}
	return ""
}

// inOwnField reports whether the words that fold to whole stand in the field of that part.
// A middle name read out of another field may be half of a compound, or a family name.
func inOwnField(names []aloi.Name, part int, whole string) bool {
	return slices.ContainsFunc(names, func(n aloi.Name) bool { return wordRun(rawParts(&n)[part], whole) != "" })
}

// wordRun returns the words of a text in a row that fold to whole, empty when there are none.
func wordRun(text, whole string) string {
	const some = 8 // words, for which no memory is asked
	var room [2 * some]string
	words, folded := room[:0:some], room[some:some]
	for w := range strings.FieldsSeq(text) {
		words, folded = append(words, w), append(folded, strings.ReplaceAll(matcher.Fold(w), " ", ""))
	}
	for start := range words {
		rest := whole
		for end := start; end < len(words) && rest != ""; end++ {
			var begins bool
			if rest, begins = strings.CutPrefix(rest, folded[end]); !begins {
				break
			}
			if rest == "" {
				return strings.Trim(strings.Join(words[start:end+1], " "), ",;")
			}
		}
	}
	return ""
}

// The evidence for which of two names is the given name, in millibits.
const (
	unlistedGiven  = 22 * matcher.Bit // how rare a word that no list has is as a given name
	unlistedFamily = 19 * matcher.Bit // and as a family name: there are many more of them
	otherRecord    = 8 * matcher.Bit  // what one other record says of one of the two words
	sureOfSwap     = 4 * matcher.Bit  // less than this, and names stay as they came
)

// orient turns round the names whose given and family name were swapped, as the
// other records of the person and the lists of names tell.
func orient(said []nameSaid) {
	type role struct {
		key  string
		part int
	}
	votes := map[role]int{}
	for _, n := range said {
		for _, part := range []int{partGiven, partFamily} {
			if x := n.parts[part]; x != nil {
				votes[role{x.key, part}]++
			}
		}
	}
	for i := range said {
		p := &said[i].parts
		given, family := p[partGiven], p[partFamily]
		if given == nil || family == nil || given.key == family.key {
			continue
		}
		others := votes[role{given.key, partGiven}] + votes[role{family.key, partFamily}] - 2 -
			votes[role{given.key, partFamily}] - votes[role{family.key, partGiven}]
		if roleBits(given.key)-roleBits(family.key)+matcher.Weight(others)*otherRecord <= -sureOfSwap {
			p[partGiven], p[partFamily] = family, given
		}
	}
}

// roleBits is how much a folded word speaks for being a given name rather than a
// family name.
func roleBits(word string) matcher.Weight {
	given, ok := matcher.GivenNameRarity(word)
	if !ok {
		given = unlistedGiven
	}
	family, ok := matcher.FamilyNameRarity(word)
	if !ok {
		family = unlistedFamily
	}
	return family - given
}
