package engine

import (
	"strings"
	"unicode/utf8"

	"aloi"
	"aloi/matcher"
)

// namePart is one part of a name: where a record has it, and its preparation.
type namePart struct {
	path string
	raw  func(*aloi.Name) string
	// whole returns the part of a reading in one folded word, empty without one.
	whole func(*matcher.PreparedName) string
}

var nameParts = []namePart{
	{pathGiven, func(n *aloi.Name) string { return n.Given }, func(p *matcher.PreparedName) string { return joined(p.Given) }},
	{pathMiddle, func(n *aloi.Name) string { return n.Middle }, func(p *matcher.PreparedName) string { return joined(p.Middle) }},
	{pathFamily, func(n *aloi.Name) string { return n.Family }, func(p *matcher.PreparedName) string { return p.FamilyWhole }},
	{pathBirthName, func(n *aloi.Name) string { return n.Birth }, func(p *matcher.PreparedName) string { return p.BirthWhole }},
}

func joined(tokens []string) string { return strings.ReplaceAll(strings.Join(tokens, ""), " ", "") }

// names lets the parts of the name survive, each by itself, and the name on one
// line where no part is known.
func (s *survival) names() {
	parts := false
	for _, part := range nameParts {
		f := s.field(part.path)
		for i := range s.members {
			s.saidName(f, i, part)
		}
		parts = s.keepOne(f) || parts
	}
	s.civility()
	if parts {
		return
	}
	f := s.field(pathFull)
	for i, m := range s.members {
		for _, n := range m.Record.Names {
			if text := strings.TrimSpace(n.Full); text != "" && !m.flagged(pathFull) {
				f.say(saying{member: i, key: keyOf(text), text: text, complete: len(strings.Fields(text))})
			}
		}
	}
	s.keepOne(f)
}

// saidName collects what a member says of one part of the name.
func (s *survival) saidName(f *field, member int, part namePart) {
	m := &s.members[member]
	flagged := m.flagged(part.path)
	for i := range m.Record.Names {
		text := strings.TrimSpace(part.raw(&m.Record.Names[i]))
		if text == "" {
			continue
		}
		text, understood := reading(m.Prepared, text, part)
		if flagged && !understood {
			continue
		}
		f.say(saying{member: member, key: keyOf(text), text: text, complete: nameCompleteness(text)})
	}
}

// reading reduces a text to what preparation found the part to be: "Dupont" of
// "Mme Dupont née Martin". understood is false when no reading is in the text.
func reading(p *matcher.Prepared, text string, part namePart) (reduced string, understood bool) {
	if p == nil {
		return text, true
	}
	words := strings.Fields(text)
	for i := range p.Names {
		whole := part.whole(&p.Names[i])
		if whole == "" {
			continue
		}
		if run := wordRun(words, whole); run != "" {
			return run, true
		}
	}
	return text, false
}

// wordRun returns the words in a row that fold to whole, empty when there are none.
func wordRun(words []string, whole string) string {
	for start := range words {
		var folded string
		for end := start; end < len(words) && len(folded) < len(whole); end++ {
			folded += strings.ReplaceAll(matcher.Fold(words[end]), " ", "")
			if folded == whole {
				return strings.Join(words[start:end+1], " ")
			}
		}
	}
	return ""
}

// nameCompleteness is 0 for an initial and 1 for a name.
func nameCompleteness(text string) int {
	if utf8.RuneCountInString(keyOf(text)) < 2 {
		return 0
	}
	return 1
}

// civilities are the ways to write the civilities of everyday French and English;
// those of one group agree.
var civilities = map[string]string{
	"M": "M", "MR": "M", "MONSIEUR": "M", "MISTER": "M", "SIR": "M",
	"MME": "F", "MADAME": "F", "MLLE": "F", "MADEMOISELLE": "F", "MRS": "F", "MS": "F", "MISS": "F",
}

// civilityKey returns the group of a civility; one outside the list is its own.
func civilityKey(text string) string {
	key := keyOf(text)
	if group, ok := civilities[key]; ok {
		return group
	}
	return "-" + key
}

func (s *survival) civility() {
	f := s.field(pathCivility)
	for i, m := range s.members {
		for _, n := range m.Record.Names {
			if text := strings.TrimSpace(n.Civility); text != "" && !m.flagged(pathCivility) {
				f.say(saying{member: i, key: civilityKey(text), text: text})
			}
		}
	}
	s.keepOne(f)
}
