package matcher

import (
	"fmt"
	"math"
)

// Levels that are conditional on a missing value, or are given only where another
// comparison says nothing: their share among the outcomes is no probability.
func (t *trainer) isConditional(comparison, level int) bool {
	return t.probe.order[comparison] == t.probe.known[compareGiven] && (level == int(givenMentioned) || level == int(givenOwned))
}

// The pairs that the base model counts for in the priors: at most priorPairs of one
// person, and baseHouseholds of one household where it holds these as common as those.
const (
	priorPairs     = 40
	baseHouseholds = 20
)

// maximise makes the figures the most likely ones, given what the pairs are, and the
// base model as evidence of basePairs pairs.
func (t *trainer) maximise(c *tally) {
	t.fitShares(c)
	for i, k := range t.probe.order {
		switch k {
		case t.probe.known[compareOrder]:
			t.fitOrder(i, c)
		case t.probe.known[compareGender]:
			t.fitGender(i, c)
		default:
			t.fitLevels(i, c)
		}
	}
}

// basePair is the evidence of the base model for a class, in pairs of the population.
func (t *trainer) basePair(class int) float64 {
	if class == strangers {
		return basePairs[class] * t.randomFor
	}
	return basePairs[class]
}

// fitShares finds how common the classes are. A file without any household, or without
// two records of one person, says little of the next, so the base model counts for some
// pairs here too.
func (t *trainer) fitShares(c *tally) {
	more := [classes]float64{
		onePerson:    min(math.Exp2(t.base.Prior.Bits())*t.population, priorPairs),
		oneHousehold: baseHouseholds * math.Exp2(-t.base.Household.Bits()),
		strangers:    1,
	}
	for k := range t.shares {
		t.shares[k] = (c.pairs[k] + more[k]) / (t.population + more[onePerson] + more[oneHousehold] + 1)
	}
}

// fitLevels finds the figures of a comparison whose levels exclude one another. One that
// was never made keeps those of the base model.
func (t *trainer) fitLevels(i int, c *tally) {
	levels := t.base.Comparisons[i].Levels
	from := t.offsets[i]
	if t.seen(i, c) == (figures{}) {
		return
	}
	rarer := 1.0
	for _, k := range [...]int{onePerson, strangers, oneHousehold} {
		if k == oneHousehold && t.isOwn(i) {
			t.anchor(i)
			continue
		}
		var seen, base float64
		for l := range levels {
			if !t.isConditional(i, l) {
				seen += c.levels[from+l][k]
				base += t.baseFigure(i, l, k)
			}
		}
		for l := range levels {
			if !t.isConditional(i, l) {
				t.figures[from+l][k] = inside((c.levels[from+l][k] + t.basePair(k)*t.baseFigure(i, l, k)/base) / (seen + t.basePair(k)))
			}
		}
		if k == strangers {
			rarer = t.figures[from][k] / t.baseFigure(i, 0, k)
			t.fitTerms(i, c, seen)
		}
	}
	// What a conditional level says of strangers is that they bear a name, which is as
	// common as names are here.
	for l := range levels {
		if t.isConditional(i, l) && levels[l].Terms {
			t.figures[from+l][strangers] = inside(levels[l].U * rarer)
		}
	}
}

// isOwn reports whether a comparison is of what a person has alone: given name, birth
// date and generation. What two people of one household have in common there is a
// matter of how people are, not of this file, and it is what makes the class theirs.
func (t *trainer) isOwn(comparison int) bool {
	switch t.probe.order[comparison] {
	case t.probe.known[compareGiven], t.probe.known[compareBirth], t.probe.known[compareGeneration]:
		return true
	}
	return false
}

// anchor sets the figures of households to those of the base model, as far from
// strangers as there. Strangers who share a value that is common here are left out:
// how rare it is counts against the household too.
func (t *trainer) anchor(i int) {
	levels, from := t.base.Comparisons[i].Levels, t.offsets[i]
	figures, sum := make([]float64, len(levels)), 0.0
	for l := range levels {
		if !t.isConditional(i, l) {
			u := t.figures[from+l][strangers]
			if l == 0 && t.probe.order[i].skewed {
				u = min(u, math.Exp2(-t.terms[i].unlisted))
			}
			figures[l] = levels[l].H / levels[l].U * u
			sum += figures[l]
		}
	}
	for l := range levels {
		if !t.isConditional(i, l) {
			t.figures[from+l][oneHousehold] = inside(figures[l] / sum)
		}
	}
}

// fitOrder finds how often names are swapped in records of one person. Swapped names
// are looked for only where they then agree, so nothing else can be counted.
func (t *trainer) fitOrder(i int, c *tally) {
	at := t.offsets[i] + int(orderSwapped)
	base := t.base.Comparisons[i].Levels[orderSwapped].M
	all := c.pairs[onePerson] + t.basePair(onePerson)
	t.figures[at][onePerson] = inside((c.levels[at][onePerson] + t.basePair(onePerson)*base) / all)
}

// fitGender finds how often genders differ. That they agree is an outcome only where
// the given names say nothing, so the pairs with two genders are what it is a share of.
func (t *trainer) fitGender(i int, c *tally) {
	same, different := t.offsets[i]+int(genderSame), t.offsets[i]+int(genderDifferent)
	for k := range classes {
		base := t.baseFigure(i, int(genderDifferent), k)
		p := inside((c.levels[different][k] + t.basePair(k)*base) / (c.gender[k] + t.basePair(k)))
		t.figures[different][k], t.figures[same][k] = p, inside(1-p)
	}
}

// baseFigure is m, h or u of a level in the base model.
func (t *trainer) baseFigure(comparison, level, class int) float64 {
	l := &t.base.Comparisons[comparison].Levels[level]
	return [classes]float64{l.M, l.H, l.U}[class]
}

// leastFigure bounds every probability away from 0 and 1.
const leastFigure = 1e-8

func inside(p float64) float64 { return min(max(p, leastFigure), 1-leastFigure) }

// maxPrior bounds the priors of a trained model, in bits either way.
const maxPrior = 40

// model returns the trained model, its figures rounded to what a reader can take in.
func (t *trainer) model(version string) *Model {
	m := *t.base
	m.Version = version
	m.Prior = centibits(min(math.Log2(t.shares[onePerson]/t.shares[strangers]), 0))
	m.Household = centibits(math.Log2(t.shares[onePerson] / t.shares[oneHousehold]))
	m.Vetoes = t.vetoesLeft()
	m.Comparisons = nil
	for i, c := range t.base.Comparisons {
		levels := c.Levels
		c.Levels = nil
		for l, x := range levels {
			f := t.figures[t.offsets[i]+l]
			x.M, x.H, x.U = rounded(f[onePerson]), rounded(f[oneHousehold]), rounded(f[strangers])
			c.Levels = append(c.Levels, x)
		}
		if c.Terms != "" {
			c.Unlisted = centibits(t.terms[i].unlisted)
			if c.Terms != ownTerms {
				c.Rarest = centibits(t.terms[i].rarest)
				c.Unlisted = min(c.Unlisted, c.Rarest)
			}
		}
		m.Comparisons = append(m.Comparisons, c)
	}
	return &m
}

// centibits rounds a weight in bits to a hundredth.
func centibits(bits float64) Weight {
	bits = max(min(bits, maxPrior), -maxPrior)
	return Weight(math.Round(bits*100)) * (Bit / 100)
}

// rounded keeps three digits of a probability, and more where it is near 1.
func rounded(p float64) float64 {
	digits := 3
	for q := 1 - p; q < .1 && digits < 8; q *= 10 {
		digits++
	}
	var out float64
	fmt.Sscanf(fmt.Sprintf("%.*g", digits, p), "%g", &out)
	return out
}
