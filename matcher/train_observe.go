package matcher

import "slices"

// observation is one outcome of a pair.
type observation struct {
	comparison, level uint8
	rarity            uint16 // as the lists have it, in eighths of a bit, with the marks of termFit; 0 for none
}

// pairFlags say of a pair what its outcomes do not.
type pairFlags uint8

const (
	gendersKnown pairFlags = 1 << iota
	judgedPair             // its class is known, and its levels are counted by themselves
)

// partPairs is how many pairs are observed in one task.
const partPairs = 2048

// observations are the outcomes of many pairs.
type observations []observedPart

// observedPart is the outcomes of partPairs pairs, or of the last ones.
type observedPart struct {
	list  []observation // of one pair after the other
	ends  []uint32      // of each pair in list
	flags []pairFlags
}

// pairs returns how many pairs there are.
func (o observations) pairs() int {
	if len(o) == 0 {
		return 0
	}
	return (len(o)-1)*partPairs + len(o[len(o)-1].ends)
}

// pair returns the outcomes of pair i, and its flags.
func (o observations) pair(i int) ([]observation, pairFlags) {
	part, i := &o[i/partPairs], i%partPairs
	from := uint32(0)
	if i > 0 {
		from = part.ends[i-1]
	}
	return part.list[from:part.ends[i]], part.flags[i]
}

// observe compares pairs and takes down the outcomes, in their order.
func (t *trainer) observe(pairs []recordPair) (observations, error) {
	all := make(observations, (len(pairs)+partPairs-1)/partPairs)
	return all, t.each(len(all), func() func(int) {
		var list []observation
		return func(i int) {
			some := pairs[i*partPairs : min((i+1)*partPairs, len(pairs))]
			part := observedPart{list: list[:0], ends: make([]uint32, 0, len(some)), flags: make([]pairFlags, 0, len(some))}
			for _, p := range some {
				t.observePair(&part, p)
			}
			list = part.list
			part.list = slices.Clone(list)
			all[i] = part
		}
	})
}

// observePair compares two records and takes down the outcomes.
func (t *trainer) observePair(o *observedPart, p recordPair) {
	var found outcomes
	a, b := t.records[p[0]], t.records[p[1]]
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
	if t.isJudged(p[0], p[1]) {
		is |= judgedPair
	}
	o.flags = append(o.flags, is)
}
