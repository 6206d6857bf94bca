package matcher

import (
	"math/rand/v2"
	"slices"
)

// The sizes of the samples, in pairs.
const (
	// randomPairs is how many pairs are drawn at random; all are taken of a population
	// that has no more.
	randomPairs = 500_000
	// blockedPairs bounds the pairs that share a blocking key and are looked at, a pair
	// counted once for each key: docs/training.md says why so many.
	blockedPairs = 800_000
	// gatherSteps is what gathering counts as, in rounds of EM.
	gatherSteps = 20
)

// recordPair is two records by their place in the order of ties, the lower first.
type recordPair [2]int32

// gather compares the pairs that share a blocking key, and a sample of the others.
func (t *trainer) gather() error {
	n := float64(len(t.records))
	t.population = n * (n - 1) / 2
	blocked, random, err := t.sample()
	if err != nil {
		return err
	}
	judged := make([]recordPair, len(t.judged))
	for i, p := range t.judged {
		judged[i] = recordPair{p.A, p.B}
	}
	if t.known, err = t.observe(judged); err != nil {
		return err
	}
	if t.blocked, err = t.observe(blocked); err != nil {
		return err
	}
	t.progress(gatherSteps / 2)
	if t.random, err = t.observe(random); err != nil {
		return err
	}
	rest := max(t.population-float64(t.blocked.pairs())*t.blockedFor, 0)
	t.randomFor = max(rest/float64(max(t.random.pairs(), 1)), 1)
	t.progress(gatherSteps)
	return nil
}

// sample chooses the pairs to compare: of those that share a blocking key, and of the
// others. It finds which keys are too common, and what a blocked pair stands for.
func (t *trainer) sample() (blocked, random []recordPair, err error) {
	keys, err := t.hashKeys()
	if err != nil {
		return nil, nil, err
	}
	ranges, hot, err := t.block(keys)
	if err != nil {
		return nil, nil, err
	}
	t.common = func(key string) bool { return hot.has(HashKey(key)) }
	t.progress(gatherSteps / 4)
	bound := 0.0
	for i := range ranges {
		bound += ranges[i].pairs
	}
	kept := min(1, blockedPairs/max(bound, 1))
	t.blockedFor = 1 / kept
	if blocked, err = t.choose(ranges, keys, hot, kept); err != nil {
		return nil, nil, err
	}
	random, err = t.apart(t.draw(), keys, hot)
	return blocked, random, err
}

// apart returns those of some pairs that share no key, in their order.
func (t *trainer) apart(pairs []recordPair, keys *recordKeys, hot hotKeys) ([]recordPair, error) {
	parts := slices.Collect(slices.Chunk(pairs, partPairs))
	err := t.each(len(parts), func() func(int) {
		return func(i int) {
			parts[i] = slices.DeleteFunc(parts[i], func(p recordPair) bool {
				return hot.share(keys.of(t.origins[p[0]]), keys.of(t.origins[p[1]]))
			})
		}
	})
	return slices.Concat(parts...), err
}

// choose returns the pairs of the blocks, each in the first block that has it: all, or
// the given share of them, chosen by a hash of their ties.
func (t *trainer) choose(ranges []trainBlocks, keys *recordKeys, hot hotKeys, kept float64) ([]recordPair, error) {
	parts := make([][]recordPair, len(ranges))
	err := t.each(len(ranges), func() func(int) {
		c := &chooser{t: t, keys: keys, hot: hot, lottery: newLottery(t.seed, kept)}
		return func(i int) {
			c.chosen = c.chosen[:0]
			for b, key := range ranges[i].keys {
				c.block(key, ranges[i].block(b))
			}
			parts[i] = slices.Clone(c.chosen)
		}
	})
	return slices.Concat(parts...), err
}

// chooser chooses pairs of blocks.
type chooser struct {
	t       *trainer
	keys    *recordKeys
	hot     hotKeys
	lottery *lottery
	tickets []ticket // of the records of a block
	chosen  []recordPair
}

// block chooses pairs of one block, whose records are given.
func (c *chooser) block(key uint64, records []int32) {
	c.tickets = c.tickets[:0]
	for _, x := range records {
		c.tickets = append(c.tickets, ticketOf(c.t.ties[x]))
	}
	for i, x := range records {
		for j := i + 1; j < len(records); j++ {
			if c.lottery.wins(&c.tickets[i].first, &c.tickets[j].second) && c.first(x, records[j], key) {
				c.chosen = append(c.chosen, recordPair{x, records[j]})
			}
		}
	}
}

// first reports whether two records share no key before one.
func (c *chooser) first(x, y int32, key uint64) bool {
	return !c.hot.shareBefore(c.keys.of(c.t.origins[x]), c.keys.of(c.t.origins[y]), key)
}

// draw returns random pairs of records, or all pairs where they are no more.
func (t *trainer) draw() []recordPair {
	n := int32(len(t.records))
	if t.population <= randomPairs {
		all := make([]recordPair, 0, int(t.population))
		for x := range n {
			for y := x + 1; y < n; y++ {
				all = append(all, recordPair{x, y})
			}
		}
		return all
	}
	rng := rand.New(rand.NewPCG(t.seed, uint64(n)))
	pairs := make([]recordPair, 0, randomPairs)
	for len(pairs) < randomPairs {
		if x, y := rng.Int32N(n), rng.Int32N(n); x < y {
			pairs = append(pairs, recordPair{x, y})
		}
	}
	return pairs
}
