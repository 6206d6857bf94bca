package matcher

import (
	"maps"
	"slices"
	"strings"
)

// The words before a name at birth, and before one by marriage.
var (
	birthMarks   = setOf("NEE", "NE", "BORN", "NAISSANCE", "NJF")
	marriedMarks = setOf("EPOUSE", "EP", "EPSE", "EPS", "VEUVE", "VVE", "DIVORCEE", "DIV", "USAGE", "MARIEE")
)

// marked are the parts of a name between its marks: née, épouse, parentheses.
type marked struct {
	before, born, wed, inside []nameWord
}

// readMarks cuts a name at its marks.
func readMarks(words []nameWord) marked {
	words = splitGluedMark(words)
	if !slices.ContainsFunc(words, mayMark) {
		return marked{before: words}
	}
	var m marked
	to := &m.before
	for i := 0; i < len(words); i++ {
		w := words[i]
		if n, mark := markAt(words[i:], i == 0); n > 0 && i+n < len(words) {
			to = &m.wed
			if birthMarks[mark] {
				to = &m.born
			}
			i += n - 1
			continue
		}
		switch {
		case w.text == "(" && i > 0:
			to = &m.inside
		case w.text == ")":
			to = &m.before
		case w.text != "(" && !(to != &m.before && w.text == ","):
			*to = append(*to, w)
		}
	}
	m.inside = slices.DeleteFunc(m.inside, func(w nameWord) bool { return len(w.bare()) < 2 })
	return m
}

// mayMark reports whether a word may be part of a mark.
func mayMark(w nameWord) bool {
	switch w.text {
	case "(", ")":
		return true
	}
	return markWords[w.bare()]
}

// markWords are the words that marks begin with.
var markWords = func() map[string]bool {
	words := setOf("NOM", "DE", "D", "D'USAGE")
	maps.Copy(words, birthMarks)
	maps.Copy(words, marriedMarks)
	return words
}()

// markAt returns the mark that words begin with and how many words it takes: née, nom de
// jeune fille. Né at the start of a name is none: it may be a name itself.
func markAt(words []nameWord, start bool) (int, string) {
	at := func(i int) string {
		if i < len(words) {
			return words[i].bare()
		}
		return ""
	}
	n := 0
	if at(0) == "NOM" {
		n = 1
	}
	switch mark := at(n); {
	case mark == "DE" && at(n+1) == "JEUNE" && at(n+2) == "FILLE":
		return n + 3, "NJF"
	case (mark == "DE" || mark == "D") && (at(n+1) == "NAISSANCE" || at(n+1) == "USAGE"):
		return n + 2, at(n + 1)
	case mark == "D'USAGE":
		return n + 1, "USAGE"
	case n > 0, mark == "NE" && start:
		return 0, ""
	case birthMarks[mark] || marriedMarks[mark]:
		return 1, mark
	}
	return 0, ""
}

// splitMarried cuts a name into the name in use and the one at birth. What stands
// before épouse is the name at birth, unless that follows née.
func splitMarried(words []nameWord) (use, birth []nameWord) {
	m := readMarks(words)
	if m.inside != nil && m.born == nil && m.wed == nil && len(m.before) > 0 {
		if given, family, loose := splitRoles(m.inside); len(given) > 0 && len(family)+len(loose) == 0 { // Robert (Bob) Smith
			return words, nil
		}
		m.born = m.inside
	}
	switch {
	case m.born == nil && m.wed == nil:
		return words, nil
	case m.born == nil:
		return m.wed, m.before
	}
	return slices.Concat(m.before, m.wed), m.born
}

// withoutMarks drops marks and signs from a name that is known to be the one at birth.
func withoutMarks(words []nameWord) []nameWord {
	return slices.DeleteFunc(slices.Clone(words), func(w nameWord) bool {
		b := w.bare()
		return len(w.text) == 1 && !isLetter(w.text[0]) || len(words) > 1 && (birthMarks[b] || marriedMarks[b])
	})
}

// minGlued is the least letters on each side of a mark written without spaces.
const minGlued = 3

// gluedMarks are the marks that are looked for inside hyphened words.
var gluedMarks = setOf("NEE", "EPOUSE", "EPSE", "VEUVE", "VVE")

// splitGluedMark finds marks inside words: VIELEPOUSEFREZZA, MARTIN-NEE-DUPONT, NEE.DUPONT.
func splitGluedMark(words []nameWord) []nameWord {
	for i, w := range words {
		before, after, ok := strings.Cut(w.text, "EPOUSE")
		if ok && len(before) >= minGlued && len(after) >= minGlued {
			glued := []nameWord{{text: before, upper: w.upper}, {text: "EPOUSE"}, {text: after, upper: w.upper}}
			return slices.Replace(slices.Clone(words), i, i+1, glued...)
		}
		if _, one := onePart(w.text); one {
			continue
		}
		parts := partsOf(w.text)
		if len(parts) < 2 || !slices.ContainsFunc(parts, func(p string) bool { return gluedMarks[p] }) {
			continue
		}
		var apart []nameWord
		for _, p := range parts {
			apart = append(apart, nameWord{text: p, upper: w.upper})
		}
		return slices.Replace(slices.Clone(words), i, i+1, apart...)
	}
	return words
}
