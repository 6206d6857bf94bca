package matcher

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"aloi"
)

// names reads the names of the record.
func (p *preparer) names() {
	for i := range p.record.Names {
		n := &p.record.Names[i]
		parts := p.nameParts(n)
		p.addName(parts)
		full := p.nameField("name.full", n.Full)
		if len(full) == 0 {
			continue
		}
		whole, t := fullName(full)
		p.tell("name.full", t)
		if !parts.holds(&whole) {
			p.addName(whole)
			if len(full) == 2 && full[0].bare() == "M" { // M. Dupont: Monsieur, or Marie
				whole.Given = nil
				p.addName(whole)
			}
		}
	}
}

// tell notes what the titles of a name field say.
func (p *preparer) tell(field string, t title) {
	if p.titled == 0 {
		p.titled = t.gender
	}
	if t.several {
		p.flag(field, FlagSeveral)
	}
}

// addName adds a reading that is not empty and not there yet.
func (p *preparer) addName(n PreparedName) {
	if n.Given == nil && n.Family == nil && n.Birth == nil && n.Loose == nil && n.Middle == nil || len(p.out.Names) >= maxNameReadings {
		return
	}
	for i := range p.out.Names {
		if reflect.DeepEqual(p.out.Names[i], n) {
			return
		}
	}
	p.out.Names = append(p.out.Names, n)
}

// nameField returns the words of a field of a name, none for a placeholder, and flags
// what is left out. E-mail addresses in it are kept for those of the record.
func (p *preparer) nameField(field, value string) []nameWord {
	if isBlank(value) {
		return nil
	}
	value = unescaped(value)
	if strings.Contains(value, "@") {
		value = p.withoutEmails(value)
		p.flag(field, FlagInvalid)
	}
	if value == "" {
		return nil
	}
	if reason := nameless(value); reason != "" {
		p.flag(field, reason)
		return nil
	}
	words := appendNameWords(p.wordRoom[p.words:p.words], value)
	p.words = min(p.words+len(words), len(p.wordRoom))
	words = slices.Clip(words) // what follows is of the next field
	if kept := dropPlaceholders(words); len(kept) < len(words) {
		p.flag(field, FlagPlaceholder)
		words = kept
	}
	return words
}

// nameless says why a text that is not empty is no name, empty where it may be one.
func nameless(value string) string {
	if foldsToValue(value) && (isLetter(value[0]) || isLetter(value[1])) {
		return ""
	}
	var room [foldedBytes]byte
	folded := foldedIn(room[:0], value)
	switch {
	case isPlaceholderFolded(folded), value[0] == '#', strings.IndexFunc(value, unicode.IsLetter) < 0:
		return FlagPlaceholder
	case !slices.ContainsFunc(folded, isLetter):
		return FlagNoLatin
	}
	return ""
}

// withoutEmails cuts the words with an @ out of a name and keeps them as e-mail addresses.
func (p *preparer) withoutEmails(name string) string {
	var kept []string
	for word := range strings.FieldsSeq(name) {
		if strings.Contains(word, "@") {
			p.strays = append(p.strays, word)
		} else {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

// nameParts reads the parts of a name that has them.
func (p *preparer) nameParts(n *aloi.Name) PreparedName {
	given := p.titleless("name.given", n.Given)
	family := p.titleless("name.family", n.Family)
	if isPlaceholderPair(n.Given, n.Family) { // Passage | Client
		p.flag("name.given", FlagPlaceholder)
		p.flag("name.family", FlagPlaceholder)
		given, family = nil, nil
	}
	birth := p.nameField("name.birth", n.Birth)
	middle := p.nameField("name.middle", n.Middle)

	var generation string
	family, generation = cutGeneration(family)
	if generation == "" {
		given, generation = cutGeneration(given)
	}
	if whole := wholeIn(given, family); len(birth) == 0 && len(whole) > 1 {
		if out, ok := oneFieldName(whole); ok {
			first, more := givenNamesOf(middle)
			for _, m := range slices.Concat(first, more) {
				out.Middle = appendNew(out.Middle, m)
			}
			out.Generation = generation
			return out
		}
	}
	given, family, birth = splitParts(given, family, birth)
	given, family = withoutRepeats(given, family), withoutRepeats(family, given)
	out := PreparedName{Generation: generation}
	out.Given, out.Middle = givenNamesOf(undigited(given))
	first, more := givenNamesOf(middle)
	for _, m := range slices.Concat(first, more) {
		out.Middle = appendNew(out.Middle, m)
	}
	f, b := familyNameOf(undigited(family)), familyNameOf(undigited(birth))
	out.Family, out.FamilyWhole, out.Birth, out.BirthWhole = f.words, f.whole, b.words, b.whole
	return out
}

// isPlaceholderPair reports whether two texts stand for no value together.
func isPlaceholderPair(given, family string) bool {
	if foldsToValue(given) {
		return false
	}
	var one, other [foldedBytes]byte
	both := append(foldedIn(one[:0], given), ' ')
	return isPlaceholderFolded(append(both, foldedIn(other[:0], family)...))
}

// titleless returns the words of a part of a name without its titles, whose gender it
// notes.
func (p *preparer) titleless(field, value string) []nameWord {
	words := p.nameField(field, value)
	words, t := cutTitles(words, len(words) > 1 && isMonsieur(words[1], field == "name.given"))
	p.tell(field, t)
	return words
}

// isMonsieur reports whether M before a word of a part of a name is Monsieur: M. Jean and
// M. Dupont, but not M. Paule, M. C. and M BAYE.
func isMonsieur(next nameWord, given bool) bool {
	name := next.bare()
	switch {
	case len(name) < 2:
		return false
	case given:
		return givenNames.find(name) != nil && genderOf(name) != 'F'
	}
	return familyNames.find("M"+name) == nil
}

// wholeIn returns the words of the one part of a name that has any, or of both where they
// are the same: a form that was filled in twice.
func wholeIn(given, family []nameWord) []nameWord {
	switch {
	case len(given) == 0:
		return family
	case len(family) == 0 || slices.Equal(given, family):
		return given
	}
	return nil
}

// splitParts moves a name at birth and one by marriage to where they belong.
func splitParts(given, family, birth []nameWord) (g, f, b []nameWord) {
	if m := readMarks(given); m.born != nil || m.wed != nil { // Marie née Dupont | Martin
		given = m.before
		switch {
		case len(birth) > 0:
		case m.born != nil:
			birth = m.born
		default:
			family, birth = m.wed, family
		}
	}
	if len(birth) == 0 {
		family, birth = splitMarried(family)
	} else {
		birth = withoutMarks(birth)
	}
	return given, family, birth
}

// oneFieldName reads a whole name that stands in one part; it is not ok where the
// words are all of that part: a double family name, two given names.
func oneFieldName(words []nameWord) (PreparedName, bool) {
	use, birth := splitMarried(words)
	given, family, _ := splitRoles(use)
	if len(given) == 0 || len(family) == 0 {
		return PreparedName{}, false
	}
	sure := false
	for _, u := range unitsOf(given) {
		sure = sure || u.given >= sureOfField
	}
	for _, u := range unitsOf(family) {
		sure = sure && u.given < sureOfField
	}
	var n PreparedName
	n.setParts(given, family, nil)
	f := familyNameOf(birth)
	n.Birth, n.BirthWhole = f.words, f.whole
	return n, sure
}

// withoutRepeats drops the words of a part that the other part has too, where words
// remain: the given name written once more before the family name.
func withoutRepeats(part, other []nameWord) []nameWord {
	if len(part) < 2 || len(other) == 0 {
		return part
	}
	kept := slices.DeleteFunc(slices.Clone(part), func(w nameWord) bool {
		return len(w.text) > 1 && slices.ContainsFunc(other, func(o nameWord) bool { return o.text == w.text })
	})
	if len(kept) == 0 || len(other) > 1 {
		return part
	}
	return kept
}

// holds reports whether all words of another reading are in this one.
func (n *PreparedName) holds(other *PreparedName) bool {
	if n.Given == nil && n.Family == nil {
		return false
	}
	for _, list := range [][]string{other.Given, other.Middle, other.Family, other.Birth, other.Loose} {
		for _, word := range list {
			if !slices.Contains(n.Given, word) && !slices.Contains(n.Middle, word) && !slices.Contains(n.Family, word) &&
				!slices.Contains(n.Birth, word) && n.FamilyWhole != word {
				return false
			}
		}
	}
	return true
}
