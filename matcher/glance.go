package matcher

import mathbits "math/bits"

// levels is a set of the levels that a comparison may reach; missing stands for none.
type levels uint32

const missing levels = 1 << 31

func only(l ...level) (set levels) {
	for _, x := range l {
		set |= 1 << x
	}
	return set
}

// ceiling is the most that a pair can weigh against each.
type ceiling struct {
	stranger, household Weight
	shared, largest     Weight // as in outcomes
}

// add raises the ceiling by the most that a comparison can say at one of some levels. term
// is the term of the values that the outlines show, and holds at all levels but those whose
// values are borrowed from elsewhere.
func (c *ceiling) add(k *compiled, set levels, term Weight, borrowed levels) {
	if k == nil || set == 0 {
		return
	}
	stranger, household := Weight(-maxBits*Bit), Weight(-maxBits*Bit)
	if set&missing != 0 {
		stranger, household = 0, 0
	}
	for set &^= missing; set != 0; set &= set - 1 {
		l := mathbits.TrailingZeros32(uint32(set))
		if l >= len(k.grades) {
			break
		}
		g := &k.grades[l]
		s := g.stranger
		switch {
		case !g.terms:
		case borrowed>>l&1 != 0:
			s += k.highest
		default:
			s += term
		}
		stranger, household = max(stranger, s), max(household, g.household)
	}
	c.sum(k, stranger, household)
}

// know is add for an outcome that is certain.
func (c *ceiling) know(x outcome) {
	if x.of == nil || x.level == none {
		return
	}
	g := x.of.grades[x.level]
	if x.of.skewed && x.term < 0 {
		g.household = min(g.household, g.stranger+x.term)
	}
	c.sum(x.of, g.stranger+x.term, g.household)
}

func (c *ceiling) sum(k *compiled, stranger, household Weight) {
	c.stranger += stranger
	if k.contact && household > 0 {
		c.shared += household
		c.largest = max(c.largest, household)
		return
	}
	c.household += household
}

// allLevels are those of any comparison, and none.
const allLevels = ^levels(0)

// unlikely reports whether two records can be seen to weigh less than the review
// threshold by their outlines, whatever is too common. That it does not says nothing.
func (m *Matcher) unlikely(a, b *Prepared) bool {
	x, y := &a.outline, &b.outline
	both := x.marks & y.marks
	if !both.has(outlined) || both.has(hasGivenName) && (mayCross(x, y) || mayCross(y, x)) {
		return false
	}
	c := ceiling{stranger: m.model.Prior, household: m.model.Household}
	c.know(m.birthOf(a, b))
	given := givenLevels(x, y)
	m.glanceNames(&c, a, b, given)
	m.glanceGender(&c, a, b, given)
	c.add(m.known[compareEmail], mailLevels(x, y), 0, 0)
	c.add(m.known[comparePhone], phoneLevels(x, y), 0, 0)
	if k := m.known[compareAddress]; k != nil {
		c.add(k, addressLevels(x, y), k.highest, 0)
	}
	m.glanceValues(&c, a, b)
	household := c.household + c.largest + (c.shared-c.largest)/4
	return eitherOdds(c.stranger, household)+softSlack < m.model.Review
}

// softSlack is how much more eitherOdds may give for less evidence, since it goes in steps:
// half a step, and one millibit of rounding.
const softSlack = softStep/2 + 1

// The levels whose terms are not those of the two names themselves.
var (
	givenBorrowed  = only(givenPart, givenSecond, givenMentioned)
	familyBorrowed = only(familyBirth, familyPart, familyMentioned)
)

// glanceNames adds what names can say at most.
func (m *Matcher) glanceNames(c *ceiling, a, b *Prepared, given levels) {
	x, y := &a.outline, &b.outline
	if k := m.known[compareGiven]; k != nil {
		c.add(k, given, k.seenTerm(&x.given, &y.given), givenBorrowed)
	}
	if k := m.known[compareFamily]; k != nil {
		woman := (a.Gender == 'F' || b.Gender == 'F') && a.Gender != 'M' && b.Gender != 'M'
		term := k.highest
		if !(x.marks | y.marks).has(manyFamilies) {
			term = k.seenTerm(&x.family, &y.family)
		}
		c.add(k, familyLevels(x, y, woman), term, familyBorrowed)
	}
	if (x.marks & y.marks).has(hasGeneration) {
		c.add(m.known[compareGeneration], allLevels, 0, 0)
	}
}

// seenTerm returns the term that two names have at most: that of the name if they seem to
// be one.
func (k *compiled) seenTerm(x, y *nameOutline) Weight {
	if !k.hasTerms() || x.bytes == 0 || x.hash != y.hash {
		return k.highest
	}
	return k.rarity(x.hash) - k.mean
}

// glanceGender adds what genders can say at most.
func (m *Matcher) glanceGender(c *ceiling, a, b *Prepared, given levels) {
	if a.Gender == 0 || b.Gender == 0 {
		return
	}
	k := m.known[compareGender]
	switch {
	case a.Gender != b.Gender:
		c.add(k, only(genderDifferent), 0, 0)
	case m.known[compareGiven] == nil || given&(missing|only(givenMentioned, givenInitial, givenOwned)) != 0:
		c.add(k, missing|only(genderSame), 0, 0)
	}
}

// glanceValues adds what identifiers and free attributes can say at most.
func (m *Matcher) glanceValues(c *ceiling, a, b *Prepared) {
	x, y := &a.outline, &b.outline
	if kinds := x.kinds & y.kinds; kinds != 0 {
		for _, k := range m.identifiers {
			if k.kinds&kinds != 0 {
				c.add(k, m.identifierLevels(k, a, b), 0, 0)
			}
		}
		if m.other != nil {
			c.add(m.other, m.identifierLevels(m.other, a, b), 0, 0)
		}
	}
	if (x.marks & y.marks).has(hasAttributes) {
		for _, k := range m.attributes {
			c.add(k, allLevels, k.highest, 0)
		}
	}
}

// identifierLevels returns the levels that identifiers may reach, whichever are too common.
func (m *Matcher) identifierLevels(k *compiled, a, b *Prepared) levels {
	best := outcome{level: none}
	for i := range a.Identifiers {
		for j := range b.Identifiers {
			if p, q := &a.Identifiers[i], &b.Identifiers[j]; ofOneKind(p, q) && m.covers(k, p.Type) {
				best.improve(compareValues(p.Value, q.Value), i, j)
			}
		}
	}
	switch best.level {
	case none:
		return missing
	case valueDifferent:
		return only(valueDifferent)
	}
	return allLevels
}
