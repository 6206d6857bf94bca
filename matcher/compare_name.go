package matcher

import "strings"

// reading is one way to read a name. Loose names have one for each order.
type reading struct {
	given                 string
	middle, family, birth []string
	of                    *PreparedName
	loose                 bool
}

// familyWhole is the family name in one word, empty for a loose name.
func (r *reading) familyWhole() string {
	if r.loose {
		return ""
	}
	return r.of.FamilyWhole
}

// birthWhole is the same at birth.
func (r *reading) birthWhole() string {
	if r.loose {
		return ""
	}
	return r.of.BirthWhole
}

// The most readings of one record's names, and of one name.
const (
	maxReadings   = 6
	readingsOfOne = 3
)

// readingsOf writes the readings of a record's names into buf.
func readingsOf(p *Prepared, buf *[maxReadings]reading) []reading {
	return appendReadings(buf[:0], p.Names)
}

// appendReadings appends the readings of names to dst, as far as it has room.
func appendReadings(dst []reading, names []PreparedName) []reading {
	for i := range names {
		x := &names[i]
		given := ""
		if len(x.Given) > 0 {
			given = x.Given[0]
		}
		if (given != "" || len(x.Family) > 0 || len(x.Birth) > 0) && len(dst) < cap(dst) {
			dst = append(dst, reading{given: given, middle: x.Middle, family: x.Family, birth: x.Birth, of: x})
		}
		t := x.Loose
		switch {
		case len(t) == 0 || given != "" && len(x.Family) > 0:
		case len(t) == 1 && isPseudonym(t[0]):
		case len(t) == 1:
			dst = appendLoose(dst, reading{given: t[0], of: x})
			dst = appendLoose(dst, reading{family: t, of: x})
		default:
			dst = appendLoose(dst, reading{given: t[0], family: t[1:], of: x})
			dst = appendLoose(dst, reading{given: t[len(t)-1], family: t[:len(t)-1], of: x})
		}
	}
	return dst
}

// appendLoose appends a reading of a loose name, if it is one and there is room.
func appendLoose(dst []reading, r reading) []reading {
	if len(dst) == cap(dst) || r.given == "" && len(r.family) == 0 {
		return dst
	}
	r.loose = true
	return append(dst, r)
}

// isPseudonym reports whether a word that stands for a whole name is none in use, as
// on a social network: it says nothing of the name.
func isPseudonym(word string) bool {
	return len(word) > 1 && givenNames.find(word) == nil && familyNames.find(word) == nil
}

// named is how two readings compare.
type named struct {
	given, family, order level
	givenTerm            Weight
	familyTerm           Weight
	stranger, household  Weight
	a, b                 int16
}

// compareNames finds the two readings that agree best and adds what they say.
func (m *Matcher) compareNames(a, b *Prepared, o *outcomes) {
	if len(a.Names) <= 1 && len(b.Names) <= 1 { // most records: little to lay out
		var bufA, bufB [readingsOfOne]reading
		m.compareReadingLists(a, b, appendReadings(bufA[:0], a.Names), appendReadings(bufB[:0], b.Names), o)
		return
	}
	var bufA, bufB [maxReadings]reading
	m.compareReadingLists(a, b, readingsOf(a, &bufA), readingsOf(b, &bufB), o)
}

func (m *Matcher) compareReadingLists(a, b *Prepared, ra, rb []reading, o *outcomes) {
	woman := (a.Gender == 'F' || b.Gender == 'F') && a.Gender != 'M' && b.Gender != 'M'
	best := named{given: none, family: none, order: none, stranger: -maxBits * Bit}
	generation := none
	for i := range ra {
		for j := range rb {
			x := m.compareReadings(&ra[i], &rb[j], woman)
			x.a, x.b = int16(i), int16(j)
			if x.better(&best) {
				best = x
			}
			if p, q := ra[i].of.Generation, rb[j].of.Generation; p != "" && q != "" && generation != generationSame {
				generation = generationDifferent
				if p == q {
					generation = generationSame
				}
			}
		}
	}
	m.mention(&best, a, b, ra, rb)
	o.add(outcome{of: m.known[compareGiven], level: best.given, term: best.givenTerm, a: best.a, b: best.b})
	o.add(outcome{of: m.known[compareFamily], level: best.family, term: best.familyTerm, a: best.a, b: best.b})
	o.add(outcome{of: m.known[compareOrder], level: best.order, a: best.a, b: best.b})
	o.add(outcome{of: m.known[compareGeneration], level: generation})
}

// better orders name comparisons: by weight, then so that two orders of the records
// choose alike.
func (x *named) better(y *named) bool {
	switch {
	case x.stranger != y.stranger:
		return x.stranger > y.stranger
	case x.household != y.household:
		return x.household > y.household
	case x.given != y.given:
		return x.given < y.given
	}
	return x.family < y.family
}

// compareReadings compares two readings as they stand and, where given and family
// name may have been swapped, crosswise.
func (m *Matcher) compareReadings(a, b *reading, woman bool) named {
	x := m.compareStraight(a, b, woman)
	if x.given <= givenClose && x.family <= familyPart || a.loose && b.loose {
		return x
	}
	if y, ok := m.compareSwapped(a, b); ok && y.better(&x) {
		return y
	}
	return x
}

func (m *Matcher) compareStraight(a, b *reading, woman bool) named {
	x := named{order: none}
	given := compareGivenNames(a.given, b.given, a.middle, b.middle)
	x.given, x.givenTerm = given.level, m.known[compareGiven].term(given.level, given.x, given.y)
	family := compareFamilyNames(a, b, woman)
	x.family, x.familyTerm = family.level, m.known[compareFamily].term(family.level, family.x, family.y)
	m.sumName(&x)
	return x
}

// sumName adds up what a name comparison would weigh.
func (m *Matcher) sumName(x *named) {
	x.stranger, x.household = x.givenTerm+x.familyTerm, 0
	for _, l := range [...]struct {
		id comparisonID
		at level
	}{{compareGiven, x.given}, {compareFamily, x.family}, {compareOrder, x.order}} {
		if k := m.known[l.id]; k != nil && l.at != none {
			x.stranger += k.grades[l.at].stranger
			x.household += k.grades[l.at].household
		}
	}
}

// familyText is the family name as one text.
func (r *reading) familyText() string {
	if len(r.family) == 1 {
		return r.family[0]
	}
	return r.familyWhole()
}

// firstWord returns the text up to its first space.
func firstWord(s string) string {
	first, _, _ := strings.Cut(s, " ")
	return first
}
