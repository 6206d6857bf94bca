package engine

import (
	"strings"
	"unicode"

	"aloi"
)

// The parts of a name, as indexes.
const (
	partGiven = iota
	partMiddle
	partFamily
	partBirth
	nameParts
)

var partPaths = [nameParts]string{pathGiven, pathMiddle, pathFamily, pathBirthName}

// nameSaid is a name of a member, in the parts that it has.
type nameSaid struct {
	member int
	parts  [nameParts]*saying
}

// names lets the parts of the name survive, each by itself, and the name on one
// line where no part is known.
func (s *survival) names() {
	said := make([]nameSaid, 0, 2*len(s.members))
	for i := range s.members {
		said = s.appendNames(said, i)
	}
	orient(said)
	for _, n := range said {
		if x := n.parts[partBirth]; x != nil {
			s.birthNames = append(s.birthNames, x.key)
		}
	}
	known := false
	for part, path := range partPaths {
		f := s.field(path)
		for _, n := range said {
			if x := n.parts[part]; x != nil {
				f.say(*x)
			}
		}
		known = s.keepOne(f) || known
	}
	s.civility()
	if known {
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

// appendNames appends the names of a member: as preparation reads them and, where it
// reads nothing, as they came.
func (s *survival) appendNames(said []nameSaid, member int) []nameSaid {
	m := &s.members[member]
	var has [nameParts]bool
	if m.Prepared != nil {
		for i := range m.Prepared.Names {
			n := s.readName(m.Record.Names, &m.Prepared.Names[i])
			n.member = member
			for part, x := range n.parts {
				if x != nil {
					x.member, has[part] = member, true
				}
			}
			said = append(said, n)
		}
	}
	for i := range m.Record.Names {
		n := nameSaid{member: member}
		for part, text := range rawParts(&m.Record.Names[i]) {
			if text != "" && !has[part] && !m.flagged(partPaths[part]) {
				n.parts[part] = s.place(saying{member: member, key: keyOf(text), text: text, low: m.Prepared != nil})
			}
		}
		said = append(said, n)
	}
	return said
}

func rawParts(n *aloi.Name) [nameParts]string {
	return [nameParts]string{
		strings.TrimSpace(n.Given), strings.TrimSpace(n.Middle), strings.TrimSpace(n.Family), strings.TrimSpace(n.Birth),
	}
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

// noWord reports whether a text is a placeholder, or marks alone.
func noWord(text string) bool {
	return !strings.ContainsFunc(text, unicode.IsLetter) || isPlaceholder(text)
}

func (s *survival) civility() {
	f := s.field(pathCivility)
	for i, m := range s.members {
		for _, n := range m.Record.Names {
			if text := strings.TrimSpace(n.Civility); text != "" && (m.Prepared == nil || !noWord(text)) {
				f.say(saying{member: i, key: civilityKey(text), text: text})
			}
		}
	}
	s.keepOne(f)
}
