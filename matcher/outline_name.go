package matcher

import "strings"

// outlinable reports whether a record has an outline: one name at most, and only words in it
// that a code of their sound reads in full.
func outlinable(p *Prepared) bool {
	if len(p.Names) == 0 {
		return true
	}
	n := &p.Names[0]
	if len(p.Names) > 1 || len(n.Loose) > 0 || len(n.Given) > 0 && !isAudible(n.Given[0]) || len(n.Family) > 0 && !isAudible(n.Family[0]) {
		return false
	}
	if !hasFamilies(n) {
		return true
	}
	for _, list := range familiesOf(n) {
		for _, name := range list {
			if len(name) == 1 || name != "" && !isAudible(name) {
				return false
			}
		}
	}
	return true
}

func isAudible(name string) bool {
	return name != "" && len(name) <= maxCodeLetters && isFolded(name)
}

// hasFamilies reports whether a family name is more than one word.
func hasFamilies(n *PreparedName) bool {
	return len(n.Family) > 1 || len(n.Birth) > 0 || len(n.Family) == 1 && n.FamilyWhole != n.Family[0]
}

// familiesOf returns all that a family name of several words may be.
func familiesOf(n *PreparedName) [4][]string {
	return [...][]string{n.Family, n.Birth, {n.FamilyWhole}, {n.BirthWhole}}
}

// hear outlines how a name sounds, and what the lists say of it: most of the work. An
// encoded record has it, see encoder.outline.
func (o *outline) hear(n *PreparedName, known *heardGivens) {
	if len(n.Given) > 0 {
		g := known.of(n.Given[0])
		o.given.sound, o.groups = g.sound, g.groups
		o.marks |= g.marks
	}
	if !hasFamilies(n) {
		if len(n.Family) > 0 {
			o.family.sound = soundHash(n.Family[0])
		}
		return
	}
	for _, list := range familiesOf(n) {
		for _, name := range list {
			if s := soundHash(name); s != 0 {
				o.family.sound |= soundBit(s)
			}
		}
	}
}

// soundHash returns the hash of the FrenchCode of a name, 0 for none.
func soundHash(name string) uint16 {
	s := soundOf(name)
	if s.n == 0 {
		return 0
	}
	return uint16(hashBytes(s.letters())) | 1
}

// name outlines what is written of a name.
func (o *outline) name(n *PreparedName) {
	if len(n.Given) > 0 {
		given := n.Given[0]
		o.given.write(given)
		o.first = given[0]
		o.marks |= hasGivenName
		if strings.IndexByte(given, ' ') >= 0 {
			o.marks |= compoundGiven
		}
	}
	if len(n.Family) > 0 {
		o.family.write(n.Family[0])
		o.marks |= hasFamilyName
	}
	if hasFamilies(n) {
		o.marks |= manyFamilies
		o.family.widen(n)
	}
	if len(n.Middle) > 0 {
		o.marks |= manyGivens
	}
	if n.Generation != "" {
		o.marks |= hasGeneration
	}
}

// write outlines how a name is written.
func (o *nameOutline) write(name string) {
	o.hash, o.letters, o.bytes = hashSpaceless(name), letterSetOf(name), uint8(len(name))
}

// widen makes the outline of a family name that of several: its letters are those of all,
// and its length is the longest.
func (o *nameOutline) widen(n *PreparedName) {
	for _, list := range familiesOf(n) {
		for _, name := range list {
			o.letters |= letterSetOf(name)
			o.bytes = max(o.bytes, uint8(len(name)))
		}
	}
}

// listed returns what the lists say of a given name, of listedMarks, and its groups.
func listed(given string, groups *uint32) (m outlineMarks) {
	l := listing{name: given}
	if l.find() != nil {
		m |= tabledGiven
	}
	if l.inUse() {
		m |= usedGiven
	}
	switch l.gender() {
	case 'F':
		m |= womansGiven
	case 'M':
		m |= mansGiven
	}
	for _, n := range l.groups() {
		*groups |= 1 << (n % 32)
	}
	return m
}
