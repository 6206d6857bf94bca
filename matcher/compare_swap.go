package matcher

// compareSwapped compares the given name of each with the family name of the other.
// One close agreement is enough: the names left over are compared as what they then
// must be.
func (m *Matcher) compareSwapped(a, b *reading) (named, bool) {
	if a.given == "" || b.given == "" || len(a.family) == 0 || len(b.family) == 0 {
		return named{}, false
	}
	textA, textB := a.familyText(), b.familyText()
	p := crosswise(a.given, textA, textB, b.familyWhole())
	q := crosswise(b.given, textB, textA, a.familyWhole())
	if p < alike && q < alike {
		return named{}, false
	}
	var x named
	switch {
	case p < alike:
		x = m.halfSwapped(b.given, textA, a.given, textB, q)
	case q < alike:
		x = m.halfSwapped(a.given, textB, b.given, textA, p)
	default:
		x = m.wholeSwapped(a.given, b.given, p, q)
	}
	x.order = orderSwapped
	if a.loose || b.loose {
		x.order = none
	}
	m.sumName(&x)
	return x, true
}

// wholeSwapped grades two names that agree crosswise, as alike as p and q. Which of
// the two is the given name is not known: a slip is laid to it, and the commoner of
// both counts.
func (m *Matcher) wholeSwapped(one, other string, p, q likeness) named {
	x := named{given: givenExact, family: familyExact}
	if min(p, q) < likeSame {
		x.given = givenClose
	}
	if max(p, q) < likeSame {
		x.family = familyClose
	}
	given, family := m.known[compareGiven], m.known[compareFamily]
	x.givenTerm = min(given.term(x.given, one, one), given.term(x.given, other, other))
	x.familyTerm = min(family.term(x.family, one, one), family.term(x.family, other, other))
	return x
}

// halfSwapped grades two names of which one agrees crosswise, as alike as p: the given
// name of one record with the family name of the other. What agrees is the given name
// if it is one in use, and then the two left over are family names.
func (m *Matcher) halfSwapped(one, other, left, right string, p likeness) named {
	given, family := m.known[compareGiven], m.known[compareFamily]
	if givenNames.find(one) != nil {
		x := named{given: givenExact, family: likeFamily(left, right)}
		if p < likeSame {
			x.given = givenClose
		}
		x.givenTerm, x.familyTerm = given.term(x.given, one, other), family.term(x.family, left, right)
		return x
	}
	rest := compareGivenNames(left, right, nil, nil)
	x := named{given: rest.level, family: familyExact}
	if p < likeSame {
		x.family = familyClose
	}
	x.givenTerm, x.familyTerm = given.term(x.given, rest.x, rest.y), family.term(x.family, one, other)
	return x
}

// crosswise is the likeness of a given name and the family name of another record, as a text
// and as one word, unlike below alike; own is the family name beside it.
func crosswise(given, own, family, whole string) likeness {
	if len(given) < 2 || given == own {
		return unlike
	}
	like := unlike
	if len(family) >= 2 {
		like = nearly(given, family)
	}
	if len(whole) >= 2 && whole != family {
		like = max(like, nearly(given, whole))
	}
	return like
}
