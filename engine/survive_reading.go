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
func readName(names []aloi.Name, r *matcher.PreparedName) (n nameSaid) {
	wholes := [nameParts]string{joined(r.Given), joined(r.Middle), r.FamilyWhole, r.BirthWhole}
	// Names that differ in their particles only agree: La Tour, de La Tour.
	keys := [nameParts]string{wholes[partGiven], wholes[partMiddle], joined(r.Family), joined(r.Birth)}
	for part, whole := range wholes {
		if whole == "" {
			continue
		}
		if text := findWords(names, part, whole); text != "" {
			n.parts[part] = &saying{key: keys[part], text: text, complete: len(whole), low: initials(r, part) || part == partMiddle && !inOwnField(names, part, whole)}
		}
	}
	return n
}

func joined(tokens []string) string { return strings.ReplaceAll(strings.Join(tokens, ""), " ", "") }

// initials reports whether a part is one letter, or letters that stand alone.
func initials(r *matcher.PreparedName, part int) bool {
	tokens := [nameParts][]string{r.Given, r.Middle, r.Family, r.Birth}[part]
	return !slices.ContainsFunc(strings.Fields(strings.Join(tokens, " ")), func(w string) bool { return len(w) > 1 })
}

// findWords returns the words in a row that fold to whole: from the field of that
// part if they are there, else from another. Empty when there are none.
func findWords(names []aloi.Name, part int, whole string) string {
	for i := range names {
		fields := rawParts(&names[i])
		order := append([]string{fields[part], names[i].Full}, fields[:]...)
		for _, text := range order {
			if run := wordRun(strings.Fields(text), whole); run != "" {
				return run
			}
		}
	}
	return ""
}

// inOwnField reports whether the words that fold to whole stand in the field of that part.
// A middle name read out of another field may be half of a compound, or a family name.
func inOwnField(names []aloi.Name, part int, whole string) bool {
	return slices.ContainsFunc(names, func(n aloi.Name) bool { return wordRun(strings.Fields(rawParts(&n)[part]), whole) != "" })
}

// wordRun returns the words in a row that fold to whole, empty when there are none.
func wordRun(words []string, whole string) string {
	for start := range words {
		var folded string
		for end := start; end < len(words) && len(folded) < len(whole); end++ {
			folded += strings.ReplaceAll(matcher.Fold(words[end]), " ", "")
			if folded == whole {
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
