package matcher

import (
	"cmp"
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sync/errgroup"
)

// The sizes of the samples, in pairs.
const (
	// randomPairs is how many pairs are drawn at random; all are taken of a population
	// that has no more.
	randomPairs = 500_000
	// blockedPairs is about how many pairs that share a blocking key are looked at.
	blockedPairs = 2_000_000
	// taskRecords is how many records, or thousands of pairs, one task takes.
	taskRecords = 2048
	// gatherSteps is what gathering counts as, in rounds of EM.
	gatherSteps = 20
)

// observation is one outcome of a pair.
type observation struct {
	comparison, level uint8
	rarity            uint16 // as the lists have it, in eighths of a bit, with the marks of termFit; 0 for none
}

// observations are the outcomes of many pairs, one pair after the other.
type observations struct {
	list  []observation
	ends  []uint32 // of each pair in list
	flags []pairFlags
}

// pairFlags say of a pair what its outcomes do not.
type pairFlags uint8

const (
	gendersKnown pairFlags = 1 << iota
	judgedPair             // its class is known, and its levels are counted by themselves
)

func (o *observations) pairs() int { return len(o.ends) }

// pair returns the outcomes of pair i.
func (o *observations) pair(i int) []observation {
	from := uint32(0)
	if i > 0 {
		from = o.ends[i-1]
	}
	return o.list[from:o.ends[i]]
}

func (o *observations) append(x *observations) {
	shift := uint32(len(o.list))
	o.list = append(o.list, x.list...)
	for _, end := range x.ends {
		o.ends = append(o.ends, shift+end)
	}
	o.flags = append(o.flags, x.flags...)
}

// observe compares two records and takes down the outcomes.
func (t *trainer) observe(o *observations, i, j int32) {
	var found outcomes
	a, b := t.records[i], t.records[j]
	t.probe.weigh(a, b, t.common, &found)
	for _, x := range found.list[:found.n] {
		if x.common {
			continue
		}
		at := slices.Index(t.probe.order, x.of)
		seen := observation{comparison: uint8(at), level: uint8(x.level)}
		if x.of.grades[x.level].terms {
			seen.rarity = observed(x.term + x.of.mean)
		}
		o.list = append(o.list, seen)
	}
	o.ends = append(o.ends, uint32(len(o.list)))
	var is pairFlags
	if a.Gender != 0 && b.Gender != 0 {
		is |= gendersKnown
	}
	if t.isJudged(i, j) {
		is |= judgedPair
	}
	o.flags = append(o.flags, is)
}

// parallel runs n tasks and joins what they observed in the order of the tasks.
func (t *trainer) parallel(n int, task func(i int, o *observations)) (observations, error) {
	parts := make([]observations, n)
	g, ctx := errgroup.WithContext(t.ctx)
	g.SetLimit(t.workers)
	for i := range n {
		g.Go(func() error {
			task(i, &parts[i])
			return ctx.Err()
		})
	}
	var all observations
	err := g.Wait()
	for i := range parts {
		all.append(&parts[i])
	}
	return all, err
}

// gather compares the pairs that share a blocking key, and a sample of the others.
func (t *trainer) gather() error {
	keys, blocks, err := t.block()
	if err != nil {
		return err
	}
	for _, p := range t.judged {
		t.observe(&t.known, p.A, p.B)
	}
	t.progress(gatherSteps / 4)
	n := float64(len(t.records))
	t.population = n * (n - 1) / 2
	bound := 0.0
	for _, b := range blocks {
		bound += float64(len(b.records)) * float64(len(b.records)-1) / 2
	}
	kept := min(1, blockedPairs/max(bound, 1))
	tasks := slices.Collect(slices.Chunk(blocks, taskRecords))
	t.blockedFor = 1 / kept
	if t.blocked, err = t.parallel(len(tasks), func(i int, o *observations) {
		for _, b := range tasks[i] {
			t.compareBlock(o, b, keys, kept)
		}
	}); err != nil {
		return err
	}
	t.progress(gatherSteps / 2)
	pairs := t.draw()
	drawn := slices.Collect(slices.Chunk(pairs, taskRecords))
	t.random, err = t.parallel(len(drawn), func(i int, o *observations) {
		for _, p := range drawn[i] {
			if _, shared := firstShared(keys[p[0]], keys[p[1]]); !shared {
				t.observe(o, p[0], p[1])
			}
		}
	})
	rest := max(t.population-float64(t.blocked.pairs())*t.blockedFor, 0)
	t.randomFor = max(rest/float64(max(t.random.pairs(), 1)), 1)
	t.progress(gatherSteps)
	return err
}

// trainBlock is the records that share a blocking key, ascending.
type trainBlock struct {
	key     uint64
	records []int32
}

// block returns the hashed keys of each record, ascending and without those that are
// too common, and the blocks in the order of their keys. It finds what is too common.
func (t *trainer) block() (keys [][]uint64, blocks []trainBlock, err error) {
	type entry struct {
		key    uint64
		record int32
	}
	if keys, err = t.hashKeys(); err != nil {
		return nil, nil, err
	}
	var entries []entry
	for i, list := range keys {
		for _, k := range list {
			entries = append(entries, entry{k, int32(i)})
		}
		keys[i] = nil
	}
	slices.SortFunc(entries, func(x, y entry) int { return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.record, y.record)) })
	entries = slices.Compact(entries)
	hot := map[uint64]bool{}
	t.common = func(key string) bool { return hot[HashKey(key)] }
	for start := 0; start < len(entries); {
		end := start
		for end < len(entries) && entries[end].key == entries[start].key {
			end++
		}
		switch n := end - start; {
		case n > CapOfHash(entries[start].key):
			hot[entries[start].key] = true
		case n > 1:
			b := trainBlock{key: entries[start].key}
			for _, e := range entries[start:end] {
				keys[e.record] = append(keys[e.record], e.key)
				b.records = append(b.records, e.record)
			}
			blocks = append(blocks, b)
		}
		start = end
	}
	return keys, blocks, nil
}

// hashKeys returns the hashes of the blocking keys of each record.
func (t *trainer) hashKeys() ([][]uint64, error) {
	keys := make([][]uint64, len(t.records))
	var g errgroup.Group
	g.SetLimit(t.workers)
	for from := 0; from < len(t.records); from += taskRecords {
		g.Go(func() error {
			for i := from; i < min(from+taskRecords, len(t.records)); i++ {
				for _, k := range t.probe.Keys(t.records[i]) {
					keys[i] = append(keys[i], HashKey(k))
				}
			}
			return t.ctx.Err()
		})
	}
	return keys, g.Wait()
}

// compareBlock compares the pairs of a block that share no earlier one: all, or the
// given share of them, chosen by a hash of their ties.
func (t *trainer) compareBlock(o *observations, b trainBlock, keys [][]uint64, kept float64) {
	for i, x := range b.records {
		for _, y := range b.records[i+1:] {
			if shared, _ := firstShared(keys[x], keys[y]); shared == b.key && (kept == 1 || t.lot(x, y) < kept) {
				t.observe(o, x, y)
			}
		}
	}
}

// lot returns a number in [0, 1) that the seed gives a pair of records.
func (t *trainer) lot(x, y int32) float64 {
	var b [2*len(Tie{}) + 8]byte
	copy(b[:], t.records[x].Tie[:])
	copy(b[len(Tie{}):], t.records[y].Tie[:])
	binary.LittleEndian.PutUint64(b[2*len(Tie{}):], t.seed)
	return float64(xxhash.Sum64(b[:])>>11) / (1 << 53)
}

// firstShared returns the least element of both ascending slices.
func firstShared(a, b []uint64) (uint64, bool) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			return a[i], true
		}
	}
	return 0, false
}

// draw returns random pairs of records, by their place in the order of ties, or all
// pairs where they are no more.
func (t *trainer) draw() [][2]int32 {
	n := int32(len(t.records))
	if t.population <= randomPairs {
		all := make([][2]int32, 0, int(t.population))
		for x := range n {
			for y := x + 1; y < n; y++ {
				all = append(all, [2]int32{x, y})
			}
		}
		return all
	}
	rng := rand.New(rand.NewPCG(t.seed, uint64(n)))
	pairs := make([][2]int32, 0, randomPairs)
	for len(pairs) < randomPairs {
		if x, y := rng.Int32N(n), rng.Int32N(n); x < y {
			pairs = append(pairs, [2]int32{x, y})
		}
	}
	return pairs
}
