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
		whole, gender := fullName(full)
		if p.titled == 0 {
			p.titled = gender
		}
		if !parts.holds(&whole) {
			p.addName(whole)
		}
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
// what is left out.
func (p *preparer) nameField(field, value string) []nameWord {
	if strings.TrimSpace(value) == "" {
		return nil
	}
	folded := Fold(value)
	switch {
	case isPlaceholder(folded), strings.IndexFunc(value, unicode.IsLetter) < 0:
		p.flag(field, FlagPlaceholder)
		return nil
	case strings.IndexFunc(folded, unicode.IsLetter) < 0:
		p.flag(field, FlagNoLatin)
		return nil
	}
	words := nameWords(value)
	if kept := dropPlaceholders(words); len(kept) < len(words) {
		p.flag(field, FlagPlaceholder)
		words = kept
	}
	return words
}

// nameParts reads the parts of a name that has them.
func (p *preparer) nameParts(n *aloi.Name) PreparedName {
	given := p.nameField("name.given", n.Given)
	family := p.nameField("name.family", n.Family)
	birth := p.nameField("name.birth", n.Birth)
	middle := p.nameField("name.middle", n.Middle)

	var out PreparedName
	given, p.titled = p.withoutTitle(given)
	family, p.titled = p.withoutTitle(family)
	family, out.Generation = cutGeneration(family)
	if out.Generation == "" {
		given, out.Generation = cutGeneration(given)
	}
	if len(birth) == 0 {
		family, birth = splitMarried(family)
	} else {
		birth = withoutMarks(birth)
	}
	if len(given) == 0 && len(birth) == 0 && len(family) > 1 || len(family) == 0 && len(birth) == 0 && len(given) > 1 {
		if whole, ok := oneFieldName(slices.Concat(given, family)); ok {
			whole.Generation = out.Generation
			out = whole
			_, more := givenNamesOf(middle)
			out.Middle = append(out.Middle, more...)
			return out
		}
	}
	given, family = withoutRepeats(given, family), withoutRepeats(family, given)
	out.Given, out.Middle = givenNamesOf(given)
	first, more := givenNamesOf(middle)
	for _, m := range slices.Concat(first, more) {
		out.Middle = appendNew(out.Middle, m)
	}
	f, b := familyNameOf(family), familyNameOf(birth)
	out.Family, out.FamilyWhole, out.Birth, out.BirthWhole = f.words, f.whole, b.words, b.whole
	return out
}

// withoutTitle cuts titles off a part of a name and returns the gender that the
// record's titles tell so far.
func (p *preparer) withoutTitle(words []nameWord) ([]nameWord, byte) {
	words, gender := cutCivilities(words, false)
	if p.titled != 0 {
		gender = p.titled
	}
	return words, gender
}

// oneFieldName reads a whole name that stands in one part; it is not ok where the
// words are all of that part: a double family name, two given names.
func oneFieldName(words []nameWord) (PreparedName, bool) {
	given, family, _ := splitRoles(words)
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
