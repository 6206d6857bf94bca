package matcher

import (
	"math"

	"aloi"
)

// outcome is what one comparison says of two records: the level, and the places of
// the two values among those of their records, for the explanation.
type outcome struct {
	of    *compiled
	level level
	term  Weight
	a, b  int16
	// common marks an agreement that too many records share: it is told, and no evidence.
	common bool
}

// outcomes are those of one pair, with their sums.
type outcomes struct {
	list                [2 * maxComparisons]outcome // one of each comparison that counts, one that is too common
	n                   int
	stranger, household Weight
	// shared are the contacts in common that speak for one person in a household: their
	// sum and the largest.
	shared, largest Weight
}

// add counts an outcome. Comparisons that the model leaves out, and values that are
// missing, say nothing.
func (o *outcomes) add(x outcome) {
	if x.of == nil || x.level == none {
		return
	}
	o.list[o.n] = x
	o.n++
	g := x.of.grades[x.level]
	if x.of.skewed && x.term < 0 {
		// What strangers have in common by chance, people of one household have too.
		g.household = min(g.household, g.stranger+x.term)
	}
	switch {
	case x.common:
		return
	case x.of.contact && g.household > 0:
		o.shared += g.household
		o.largest = max(o.largest, g.household)
	default:
		o.household += g.household
	}
	o.stranger += g.stranger + x.term
}

// level returns the level that a comparison reached, none without one. What is too
// common counts here: a veto holds, or does not, whatever else is stored.
func (o *outcomes) level(of *compiled) level {
	best := none
	for i := range o.list[:o.n] {
		if x := &o.list[i]; x.of == of && (best == none || x.level < best) {
			best = x.level
		}
	}
	return best
}

// met reports whether a condition holds.
func (m *Matcher) met(c *condition, o *outcomes) bool {
	for _, p := range c.parts {
		l := o.level(m.order[p.comparison])
		if l == none || p.levels>>uint(l)&1 == 0 {
			return false
		}
	}
	return true
}

// Linked compares two records as Weigh does, for those who keep links only: ok is whether
// the weight reaches the review threshold, and the link holds only then.
func (m *Matcher) Linked(a, b *Prepared, common Common) (l Link, ok bool) {
	if m.unlikely(a, b) {
		return Link{}, false
	}
	l = m.Weigh(a, b, common)
	return l, l.Weight >= m.model.Review
}

// weigh compares two records: the one place where a weight is made.
func (m *Matcher) weigh(a, b *Prepared, common Common, o *outcomes) Link {
	o.stranger, o.household = m.model.Prior, m.model.Household
	m.compareNames(a, b, o)
	m.compareBirth(a, b, o)
	m.compareGender(a, b, o)
	m.compareEmails(a, b, common, o)
	m.comparePhones(a, b, common, o)
	m.compareAddresses(a, b, o)
	shared := m.compareIdentifiers(a, b, common, o)
	m.compareAttributes(a, b, o)
	// Who shares one contact shares others too: past the first, contacts count a quarter.
	o.household += o.largest + (o.shared-o.largest)/4
	l := Link{Weight: eitherOdds(o.stranger, o.household)}
	for i := range m.vetoes {
		if m.met(&m.vetoes[i], o) {
			l.Veto = true
		}
	}
	if shared && !l.Veto && l.Weight >= m.model.Same {
		l.Deterministic = true
		for i := range m.doubts {
			if m.met(&m.doubts[i], o) {
				l.Deterministic = false
			}
		}
	}
	return l
}

// eitherOdds returns the weight against "strangers or household" from those against
// each: -log2(2^-s + 2^-h), never above the smaller.
func eitherOdds(s, h Weight) Weight {
	low, gap := min(s, h), max(s, h)-min(s, h)
	if int(gap) >= len(softening)*softStep {
		return low
	}
	return low - softening[int(gap)/softStep]
}

// softStep is the step of the table below, in millibits.
const softStep = 50

// softening is log2(1 + 2^-gap) for gaps from 0, in steps of softStep, until it
// vanishes.
var softening = func() [12 * int(Bit) / softStep]Weight {
	var t [12 * int(Bit) / softStep]Weight
	for i := range t {
		t[i] = bits(1 + math.Exp2(-float64(i*softStep)/float64(Bit)))
	}
	return t
}()

// Model returns the model; the caller must not change it.
func (m *Matcher) Model() *Model { return m.model }

// Prepare normalises a record for this model.
func (m *Matcher) Prepare(r *aloi.Record) *Prepared { return prepare(r, m.names) }

// Weigh compares two records without explaining. It equals Compare(a, b).Link, is
// symmetric and allocates nothing for records of usual size.
func (m *Matcher) Weigh(a, b *Prepared, common Common) Link {
	var o outcomes
	return m.weigh(a, b, common, &o)
}
