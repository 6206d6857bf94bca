package matcher

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// The sizes of the samples, in pairs.
const (
	// randomPairs is how many pairs are drawn at random; all are taken of a population
	// that has no more.
	randomPairs = 500_000
	// blockedPairs is about how many pairs that share a blocking key are looked at.
	blockedPairs = 2_000_000
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
	random = slices.DeleteFunc(t.draw(), func(p recordPair) bool {
		return hot.share(keys.of(t.origins[p[0]]), keys.of(t.origins[p[1]]))
	})
	return blocked, random, nil
}

// choose returns the pairs of the blocks, each in the first block that has it: all, or
// the given share of them, chosen by a hash of their ties.
func (t *trainer) choose(ranges []trainBlocks, keys *recordKeys, hot hotKeys, kept float64) ([]recordPair, error) {
	parts := make([][]recordPair, len(ranges))
	err := t.each(len(ranges), func() func(int) {
		c := &chooser{t: t, keys: keys, hot: hot, kept: kept}
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
	t      *trainer
	keys   *recordKeys
	hot    hotKeys
	kept   float64 // share of the pairs
	ties   []Tie   // of the records of a block
	chosen []recordPair
}

// block chooses pairs of one block, whose records are given.
func (c *chooser) block(key uint64, records []int32) {
	c.ties = c.ties[:0]
	for _, x := range records {
		c.ties = append(c.ties, c.t.records[x].Tie)
	}
	for i, x := range records {
		lot := lotOf(c.ties[i], c.t.seed)
		for j := i + 1; j < len(records); j++ {
			if y := records[j]; (c.kept == 1 || lot.with(c.ties[j]) < c.kept) && c.first(x, y, key) {
				c.chosen = append(c.chosen, recordPair{x, y})
			}
		}
	}
}

// first reports whether two records share no key before one.
func (c *chooser) first(x, y int32, key uint64) bool {
	return !c.hot.shareBefore(c.keys.of(c.t.origins[x]), c.keys.of(c.t.origins[y]), key)
}

// lot draws a number for the pairs of a record: two ties and the seed, to be hashed.
type lot [2*len(Tie{}) + 8]byte

// lotOf returns the lot of the record that is first in its pairs.
func lotOf(tie Tie, seed uint64) *lot {
	var l lot
	copy(l[:], tie[:])
	binary.LittleEndian.PutUint64(l[2*len(Tie{}):], seed)
	return &l
}

// with returns the number in [0, 1) of the pair with another record.
func (l *lot) with(tie Tie) float64 {
	copy(l[len(Tie{}):], tie[:])
	return float64(xxhash.Sum64(l[:])>>11) / (1 << 53)
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
