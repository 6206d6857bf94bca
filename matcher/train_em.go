package matcher

import "math"

// basePairs is the evidence that the base model counts for, in pairs of each class:
// enough to keep a level sane that hardly occurs, little beside what a file of some
// thousands tells.
var basePairs = [classes]float64{onePerson: 200, oneHousehold: 200, strangers: 100_000}

// start begins at the figures of the base model. What two records are that share no
// blocking key is never in doubt, so these are counted once.
func (t *trainer) start() (err error) {
	n := 0
	for i := range t.base.Comparisons {
		c := &t.base.Comparisons[i]
		t.offsets = append(t.offsets, n)
		n += len(c.Levels)
		for _, l := range c.Levels {
			t.figures = append(t.figures, figures{l.M, l.H, l.U})
		}
		t.terms = append(t.terms, termFit{listed: t.listed[i], unlisted: c.Unlisted.Bits(), rarest: c.Rarest.Bits()})
	}
	t.shares = [classes]float64{math.Exp2(t.base.Prior.Bits()), math.Exp2((t.base.Prior - t.base.Household).Bits()), 1}
	t.unrelated, err = t.tallies(t.random, unrelated)
	return err
}

// tally is what one expectation counts, in pairs of the population.
type tally struct {
	pairs  [classes]float64
	levels []figures // of all levels
	gender figures   // pairs of which both genders are known
	rare   []rareCount
}

// rareCount counts how often strangers agree, by comparison and rarity of the value.
type rareCount [1 << 8]float64

func (t *trainer) newTally() *tally {
	return &tally{levels: make([]figures, len(t.figures)), rare: make([]rareCount, len(t.offsets))}
}

// chunkPairs is how many pairs are counted together. The sums are made chunk by chunk
// in one order, so that they do not depend on the number of workers.
const chunkPairs = 1 << 15

// expect counts all pairs by what they are, with the probabilities of the blocked ones.
func (t *trainer) expect(odds pairOdds) (*tally, error) {
	sum := t.newTally()
	parts, err := t.tallies(t.blocked, odds)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		sum.add(p, t.blockedFor)
	}
	for _, p := range t.unrelated {
		sum.add(p, t.randomFor)
	}
	sum.countKnown(t, t.scale())
	return sum, nil
}

// pairOdds returns the probabilities of what a pair is, by its place and its outcomes.
type pairOdds func(pair int, list []observation) figures

// tallies counts pairs, chunk by chunk.
func (t *trainer) tallies(of observations, odds pairOdds) ([]*tally, error) {
	parts := make([]*tally, (of.pairs()+chunkPairs-1)/chunkPairs)
	return parts, t.each(len(parts), func() func(int) {
		return func(i int) {
			parts[i] = t.newTally()
			for p := i * chunkPairs; p < min((i+1)*chunkPairs, of.pairs()); p++ {
				list, flags := of.pair(p)
				parts[i].count(t, list, odds(p, list), flags)
			}
		}
	})
}

// settle finds what each blocked pair is under the figures that were learned.
func (t *trainer) settle() error {
	t.odds = make([]figures, t.blocked.pairs())
	s := t.scale()
	return t.each(len(t.blocked), func() func(int) {
		return func(part int) {
			for p := part * partPairs; p < min((part+1)*partPairs, len(t.odds)); p++ {
				list, _ := t.blocked.pair(p)
				t.odds[p] = s.odds(p, list)
			}
		}
	})
}

// count adds a pair with the probabilities of what it is.
func (c *tally) count(t *trainer, list []observation, p figures, is pairFlags) {
	for k := range c.pairs {
		c.pairs[k] += p[k]
	}
	if is&judgedPair == 0 {
		c.countLevels(t, list, p, is)
	}
}

// countLevels adds what a pair tells of the levels, with the probabilities of what it is.
func (c *tally) countLevels(t *trainer, list []observation, p figures, is pairFlags) {
	if is&gendersKnown != 0 {
		for k := range p {
			c.gender[k] += p[k]
		}
	}
	for _, x := range list {
		at := t.offsets[x.comparison] + int(x.level)
		for k := range p {
			c.levels[at][k] += p[k]
		}
		if x.rarity > 0 && x.rarity < ownRarity && t.isShared(x) {
			c.rare[x.comparison][x.rarity] += p[strangers]
		}
	}
}

func (c *tally) add(x *tally, each float64) {
	for k := range c.pairs {
		c.pairs[k] += x.pairs[k] * each
		c.gender[k] += x.gender[k] * each
	}
	for i := range x.levels {
		for k := range x.levels[i] {
			c.levels[i][k] += x.levels[i][k] * each
		}
	}
	for i := range x.rare {
		for r, n := range x.rare[i] {
			c.rare[i][r] += n * each
		}
	}
}

// scale is the present figures as weights, in bits.
type scale struct {
	t                  *trainer
	prior, household   float64
	stranger, together []float64 // of all levels
	mean               []float64 // of all comparisons with a table
}

func (t *trainer) scale() *scale {
	s := &scale{
		t:         t,
		prior:     math.Log2(t.shares[onePerson] / t.shares[strangers]),
		household: math.Log2(t.shares[onePerson] / t.shares[oneHousehold]),
		mean:      make([]float64, len(t.offsets)),
	}
	for _, f := range t.figures {
		s.stranger = append(s.stranger, math.Log2(f[onePerson]/f[strangers]))
		s.together = append(s.together, math.Log2(f[onePerson]/f[oneHousehold]))
	}
	for i := range t.base.Comparisons {
		for l, x := range t.base.Comparisons[i].Levels {
			if x.Terms {
				s.mean[i] = -math.Log2(t.figures[t.offsets[i]+l][strangers])
				break
			}
		}
	}
	return s
}

// sums returns the two sums of a pair, as the matcher makes them.
func (s *scale) sums(list []observation) (stranger, household float64) {
	stranger, household = s.prior, s.household
	var shared, largest float64
	for _, x := range list {
		at := s.t.offsets[x.comparison] + int(x.level)
		stranger += s.stranger[at]
		term, k := 0.0, s.t.probe.order[x.comparison]
		if x.rarity > 0 {
			term = s.t.terms[x.comparison].rarity(x.rarity) - s.mean[x.comparison]
			stranger += term
		}
		h := s.together[at]
		if k.skewed && term < 0 {
			h = min(h, s.stranger[at]+term)
		}
		if h > 0 && k.contact {
			shared, largest = shared+h, max(largest, h)
		} else {
			household += h
		}
	}
	return stranger, household + largest + (shared-largest)/4
}

// unrelated are the odds of two records that share no blocking key: next to all are of
// strangers, and the few that are not would count for thousands each.
func unrelated(int, []observation) figures { return figures{strangers: 1} }

// odds returns the probabilities of what a pair is, by its outcomes.
func (s *scale) odds(_ int, list []observation) figures {
	stranger, household := s.sums(list)
	x, y := math.Exp2(-stranger), math.Exp2(-household)
	all := 1 + x + y
	return figures{onePerson: 1 / all, oneHousehold: y / all, strangers: x / all}
}
