package matcher

import (
	"slices"
	"strings"
)

// roleUnit is what has one role in a one-line name: a word, a compound, or particles
// with the word after them.
type roleUnit struct {
	words []nameWord
	// given is the evidence, in bits, that this is a given name and no family name.
	given float64
	upper bool
}

// The evidence for the roles of words, in bits.
const (
	unlistedGiven  = 22.0 // how rare a word is as a given name that no list has
	unlistedFamily = 19.0 // and as a family name: there are many more of them
	initialGiven   = 8.0  // one letter is an initial of a given name
	particleGiven  = -10.0
	soundsGiven    = 14.0 // how rare a misspelt or short given name counts as
	inCapitals     = 5.0  // the family name in capitals, the given name not
	givenFirst     = 1.0  // people write Jean Dupont more often than Dupont Jean
	extraFamily    = 1.5  // cost of each family name after the first
	extraGiven     = 1.0  // cost of each given name after the first
	sureOfRoles    = 3.0  // less than this between the two orders: the roles are not known
	sureOfOne      = 4.0  // the same for a single word
	sureOfField    = 3.0  // the same for a given name in the column of family names
)

// fullName reads a name on one line, in any order, and what its titles tell. Words whose
// role is not known are Loose. Of two people the first is read.
func fullName(words []nameWord) (n PreparedName, t title) {
	words, t = cutTitles(dropPlaceholders(words), bareMonsieur(words))
	words, n.Generation = cutGeneration(words)
	if one := firstPerson(words); len(one) < len(words) {
		words, t.several = one, true
	}
	use, birth := splitMarried(words)
	if birth != nil && len(use) > 0 {
		return marriedName(n, use, birth), t
	}
	given, family, loose := splitRoles(use)
	n.setParts(given, family, loose)
	return n, t
}

// firstPerson cuts a line at the / between two names of which each has both parts: Jean
// Dupont et Marie Martin.
func firstPerson(words []nameWord) []nameWord {
	i := slices.IndexFunc(words, func(w nameWord) bool { return w.text == "/" })
	if i > 0 && len(unitsOf(words[:i])) > 1 && len(unitsOf(words[i+1:])) > 1 {
		return words[:i]
	}
	return words
}

// bareMonsieur reports whether M in front is Monsieur: not before a given name of women
// with which it makes a compound, M. Paule.
func bareMonsieur(words []nameWord) bool {
	if len(words) < 3 {
		return false
	}
	second := words[1].bare()
	return !(compoundNames().initials["M "+second] && genderOf(second) == 'F')
}

// marriedName puts together a name in use and one at birth, one of which has the
// given names.
func marriedName(n PreparedName, use, birth []nameWord) PreparedName {
	given, family, loose := splitRoles(use)
	givenBirth, familyBirth, looseBirth := splitRoles(birth)
	switch {
	case len(given) > 0 || len(use) > 1 && len(givenBirth) == 0: // Marie Martin née Dupont
		familyBirth = slices.Concat(familyBirth, looseBirth, givenBirth)
	case len(givenBirth) > 0: // Martin née Dupont Marie
		given = givenBirth
		familyBirth = slices.Concat(familyBirth, looseBirth)
		family, loose = slices.Concat(family, loose), nil
	default:
		family, loose = slices.Concat(family, loose), nil
		familyBirth = slices.Concat(familyBirth, looseBirth)
	}
	n.setParts(given, family, loose)
	f := familyNameOf(familyBirth)
	n.Birth, n.BirthWhole = f.words, f.whole
	return n
}

// setParts sets the given names, the family name and the rest.
func (n *PreparedName) setParts(given, family, loose []nameWord) {
	n.Given, n.Middle = givenNamesOf(given)
	f := familyNameOf(family)
	n.Family, n.FamilyWhole = f.words, f.whole
	for i := 0; i < len(loose); i++ {
		name, used := givenAt(loose[i:])
		i += used - 1
		if name != "" && isLetter(name[0]) {
			n.Loose = appendNew(n.Loose, name)
		}
	}
}

// splitRoles tells which words are given names and which the family name, by a comma,
// by capitals, or by how often each word is one or the other.
func splitRoles(words []nameWord) (given, family, loose []nameWord) {
	if i := slices.IndexFunc(words, func(w nameWord) bool { return w.text == "," }); i > 0 && i < len(words)-1 {
		return splitAtComma(words[:i], words[i+1:])
	}
	units := unitsOf(words)
	switch {
	case len(units) == 0:
		return nil, nil, nil
	case len(units) == 1:
		switch g := units[0].given; {
		case g >= sureOfOne:
			return words, nil, nil
		case g <= -sureOfOne:
			return nil, words, nil
		}
		return nil, nil, words
	}
	capitals := roleSplit{at: capitalsAt(units), score: inCapitals}
	best, other := bestSplit(units, false, capitals), bestSplit(units, true, capitals)
	best.score += givenFirst
	familyFirst := other.score > best.score
	if familyFirst {
		best, other = other, best
	}
	if best.score-other.score < sureOfRoles {
		return nil, nil, words
	}
	given, family = cutUnits(units, best.at, familyFirst)
	return given, family, nil
}

// splitAtComma reads Dupont, Marie; and Dupont Marie, Jeanne, where the comma stands
// between given names.
func splitAtComma(before, after []nameWord) (given, family, loose []nameWord) {
	units := unitsOf(before)
	isGiven := func(u roleUnit) bool { return u.given >= sureOfOne }
	last := len(units) - 1
	if last < 1 || !isGiven(units[last]) || !slices.ContainsFunc(unitsOf(after), isGiven) {
		return after, before, nil
	}
	given, family = cutUnits(units, bestSplit(units, true, roleSplit{}).at, true)
	return append(given, after...), family, nil
}

// cutUnits gives the units before and after place at their roles.
func cutUnits(units []roleUnit, at int, familyFirst bool) (given, family []nameWord) {
	for i, u := range units {
		if (i < at) == familyFirst {
			family = append(family, u.words...)
		} else {
			given = append(given, u.words...)
		}
	}
	return given, family
}

// capitalsAt returns the place where words in capitals meet the others, 0 for none: the
// capitals are the family name. Two letters in capitals say nothing.
func capitalsAt(units []roleUnit) int {
	at := 0
	for i, u := range units {
		if u.upper && len(u.words) == 1 && len(u.words[0].bare()) <= 2 {
			return 0
		}
		if i > 0 && u.upper != units[i-1].upper {
			if at > 0 {
				return 0
			}
			at = i
		}
	}
	return at
}

// roleSplit is a place to cut between given names and family name.
type roleSplit struct {
	at    int
	score float64 // bits
}

// bestSplit returns the best place to cut in one of the two orders; capitals is where
// they say to cut and what that is worth.
func bestSplit(units []roleUnit, familyFirst bool, capitals roleSplit) roleSplit {
	var best roleSplit
	for at := 1; at < len(units); at++ {
		score := 0.0
		for i, u := range units {
			if (i < at) == familyFirst {
				score -= u.given / 2
			} else {
				score += u.given / 2
			}
		}
		inFamily := at
		if !familyFirst {
			inFamily = len(units) - at
		}
		score -= extraFamily*float64(inFamily-1) + extraGiven*float64(len(units)-inFamily-1)
		if at == capitals.at && units[0].upper == familyFirst {
			score += capitals.score
		}
		if best.at == 0 || score > best.score {
			best = roleSplit{at, score}
		}
	}
	return best
}

// unitsOf groups words and weighs their roles.
func unitsOf(words []nameWord) []roleUnit {
	units := make([]roleUnit, 0, len(words))
	for i := 0; i < len(words); {
		if w := words[i]; len(w.text) == 1 && !isLetter(w.text[0]) {
			i++
			continue
		}
		n := 1
		for i+n < len(words) && particles[words[i+n-1].text] {
			n++
		}
		u := roleUnit{upper: words[i+n-1].upper}
		if n > 1 || strings.Contains(words[i].text, "'") {
			u.given = particleGiven
		} else {
			var name string
			name, n = givenAt(words[i:])
			u.given = givenEvidence(name, words[i])
		}
		for i+n < len(words) && words[i+n].text == "/" { // goes with what it parts
			n++
		}
		u.words = words[i : i+n]
		units = append(units, u)
		i += n
	}
	return units
}
