package matcher

import "strings"

// plainOutline is outlineOf, name by name: what its parts are, whoever makes or reads them.
func plainOutline(p *Prepared) outline {
	var o outline
	if len(p.Names) > 1 || len(p.Names) == 1 && !o.plainName(&p.Names[0]) {
		return outline{}
	}
	o.marks |= outlined
	o.contacts(p)
	o.address(p)
	if len(p.Attributes) > 0 {
		o.marks |= hasAttributes
	}
	return o
}

// plainName outlines a name; it reports whether that can be done.
func (o *outline) plainName(n *PreparedName) bool {
	if len(n.Loose) > 0 {
		return false
	}
	if len(n.Given) > 0 {
		given := n.Given[0]
		if !o.given.plain(given) {
			return false
		}
		o.first = given[0]
		o.marks |= hasGivenName | plainListed(given)
		for _, group := range givenGroups()[given] {
			o.groups |= 1 << (group % 32)
		}
	}
	if len(n.Family) > 0 {
		if !o.family.plain(n.Family[0]) {
			return false
		}
		o.marks |= hasFamilyName
	}
	if len(n.Family) > 1 || len(n.Birth) > 0 || len(n.Family) == 1 && n.FamilyWhole != n.Family[0] {
		o.marks |= manyFamilies
		if !o.family.plainWiden(append(append([]string{n.FamilyWhole, n.BirthWhole}, n.Family...), n.Birth...)) {
			return false
		}
	}
	if len(n.Middle) > 0 {
		o.marks |= manyGivens
	}
	if n.Generation != "" {
		o.marks |= hasGeneration
	}
	return true
}

// plain outlines a name; it reports whether that can be done.
func (o *nameOutline) plain(name string) bool {
	if name == "" || len(name) > maxCodeLetters || Fold(name) != name {
		return false
	}
	o.hash, o.letters, o.bytes = hashSpaceless(name), letterSetOf(name), uint8(len(name))
	if code := FrenchCode(name); code != "" {
		o.sound = uint16(hashBytes([]byte(code))) | 1
	}
	return true
}

// plainWiden makes the outline of a family name that of several.
func (o *nameOutline) plainWiden(names []string) bool {
	o.sound = 0
	for _, name := range names {
		var x nameOutline
		switch {
		case name == "":
			continue
		case len(name) == 1 || !x.plain(name):
			return false
		}
		o.letters, o.bytes = o.letters|x.letters, max(o.bytes, x.bytes)
		if x.sound != 0 {
			o.sound |= soundBit(x.sound)
		}
	}
	return true
}

// plainListed returns what the lists say of a given name, and whether it is of two words.
func plainListed(given string) (m outlineMarks) {
	tabled, grouped := givenNames.find(given) != nil, len(givenGroups()[given]) > 0
	for _, x := range []struct {
		mark outlineMarks
		has  bool
	}{
		{tabledGiven, tabled},
		{usedGiven, len(given) == 1 || tabled || grouped},
		{womansGiven, genderOf(given) == 'F'},
		{mansGiven, genderOf(given) == 'M'},
		{compoundGiven, strings.Contains(given, " ")},
	} {
		if x.has {
			m |= x.mark
		}
	}
	return m
}
