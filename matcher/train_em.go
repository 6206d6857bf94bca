package matcher

import (
	"math"

	"golang.org/x/sync/errgroup"
)

// basePairs is the evidence that the base model counts for, in pairs of each class:
// enough to keep a level sane that hardly occurs, little beside what a file of some
// thousands tells.
var basePairs = [classes]float64{onePerson: 200, oneHousehold: 200, strangers: 100_000}

// start begins at the figures of the base model.
func (t *trainer) start() {
	n := 0
	for i := range t.base.Comparisons {
		c := &t.base.Comparisons[i]
		t.offsets = append(t.offsets, n)
		n += len(c.Levels)
		for _, l := range c.Levels {
			t.figures = append(t.figures, figures{l.M, l.H, l.U})
		}
		t.terms = append(t.terms, termFit{unlisted: c.Unlisted.Bits(), rarest: c.Rarest.Bits()})
	}
	t.countListed()
	t.shares = [classes]float64{math.Exp2(t.base.Prior.Bits()), math.Exp2((t.base.Prior - t.base.Household).Bits()), 1}
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

// expect counts all pairs by what they are under the present figures.
func (t *trainer) expect() *tally {
	s := t.scale()
	sum := t.newTally()
	for _, of := range []struct {
		list *observations
		each float64
		odds func([]observation) figures
	}{{&t.blocked, t.blockedFor, s.odds}, {&t.random, t.randomFor, unrelated}} {
		parts := make([]*tally, (of.list.pairs()+chunkPairs-1)/chunkPairs)
		var g errgroup.Group
		g.SetLimit(t.workers)
		for i := range parts {
			g.Go(func() error {
				parts[i] = t.newTally()
				for p := i * chunkPairs; p < min((i+1)*chunkPairs, of.list.pairs()); p++ {
					list := of.list.pair(p)
					parts[i].count(t, list, of.odds(list), of.list.flags[p])
				}
				return nil
			})
		}
		g.Wait()
		for _, p := range parts {
			sum.add(p, of.each)
		}
	}
	sum.countKnown(t, s)
	return sum
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
func unrelated([]observation) figures { return figures{strangers: 1} }

// odds returns the probabilities of what a pair is.
func (s *scale) odds(list []observation) figures {
	stranger, household := s.sums(list)
	x, y := math.Exp2(-stranger), math.Exp2(-household)
	all := 1 + x + y
	return figures{onePerson: 1 / all, oneHousehold: y / all, strangers: x / all}
}
