package engine

import (
	"slices"

	"aloi/matcher"
	"aloi/store"
)

// crossingPairs returns the pairs to compare since a block of theirs became too common,
// or has ceased to be, and drops the links that only such a block had supported. It
// leaves out the records that changed: dirtyPairs has all pairs of theirs.
func (b *batch) crossingPairs() ([]pair, error) {
	pairs, err := b.unsettledPairs()
	if err != nil {
		return nil, err
	}
	if err := b.fetchEnds(pairs); err != nil {
		return nil, err
	}
	if err := b.fetchShared(pairs); err != nil {
		return nil, err
	}
	var compare []pair
	for _, p := range pairs {
		if b.linkable(p) {
			compare = append(compare, p)
		} else if err := b.unlink(p); err != nil {
			return nil, err
		}
	}
	return compare, nil
}

// unsettledPairs returns the pairs whose link may have changed with the blocks that
// crossed their cap, each once: all pairs of a block that has ceased to be too common,
// and of a contact's that became so, since what they share is no evidence any more; of
// any other block that became too common, those that are linked.
func (b *batch) unsettledPairs() ([]pair, error) {
	var pairs []pair
	if err := b.fetchCrossed(); err != nil {
		return nil, err
	}
	done := map[bool][][]uint64{} // members whose pairs are there, all or not: blocks often cross together
	for id, k := range b.blocks {
		if !k.crossed() {
			continue
		}
		members := slices.DeleteFunc(slices.Clone(k.members), b.dirty)
		contact, err := b.isContact(id, members)
		if err != nil {
			return nil, err
		}
		all := contact || !k.isCommon
		if slices.ContainsFunc(done[all], func(m []uint64) bool { return slices.Equal(m, members) }) {
			continue
		}
		done[all] = append(done[all], members)
		if all {
			pairs = append(pairs, pairsOf(members)...)
			continue
		}
		pairs = append(pairs, b.linkedPairs(members)...)
	}
	slices.SortFunc(pairs, comparePair)
	return slices.Compact(pairs), nil
}

// fetchCrossed reads at once the links of the members of blocks that became too common.
func (b *batch) fetchCrossed() error {
	var members []uint64
	for _, k := range b.blocks {
		if k.crossed() && k.isCommon {
			members = append(members, k.members...)
		}
	}
	return fetch(b, b.links, members, b.readLinks)
}

// dirty reports whether the features of a record changed.
func (b *batch) dirty(number uint64) bool {
	s := b.records[number]
	return s != nil && s.resolutionDirty
}

// isContact reports whether a block is that of a contact or an identifier, by what one
// of its members has.
func (b *batch) isContact(id store.BlockID, members []uint64) (bool, error) {
	if len(members) == 0 {
		return false, nil
	}
	f, err := b.feature(members[0])
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(matcher.ContactKeys(f.record), func(key string) bool { return blockID(b.e.st, key) == id }), nil
}

// pairsOf returns all pairs of records, which ascend.
func pairsOf(numbers []uint64) []pair {
	var pairs []pair
	for i, x := range numbers {
		for _, y := range numbers[i+1:] {
			pairs = append(pairs, pair{x, y})
		}
	}
	return pairs
}

// linkedPairs returns the pairs of records, which ascend, that are linked; their links are known.
func (b *batch) linkedPairs(numbers []uint64) []pair {
	var pairs []pair
	for _, x := range numbers {
		for _, l := range b.links[x].after {
			if _, found := slices.BinarySearch(numbers, l.Other); found && x < l.Other {
				pairs = append(pairs, pair{x, l.Other})
			}
		}
	}
	return pairs
}

// fetchShared reads the blocks that the records of pairs share; their features are known.
func (b *batch) fetchShared(pairs []pair) error {
	numbers := make([]uint64, 0, 2*len(pairs))
	for _, p := range pairs {
		numbers = append(numbers, p[0], p[1])
	}
	err := fetch(b, b.listed, numbers, func(n uint64) ([]store.BlockID, error) { return b.e.blocksOf(b.features[n]), nil })
	if err != nil {
		return err
	}
	var ids []store.BlockID
	for _, p := range pairs {
		b.eachShared(p, func(id store.BlockID) bool {
			if b.blocks[id] == nil {
				ids = append(ids, id)
			}
			return true
		})
	}
	return b.fetchBlocks(ids)
}

// linkable reports whether two records share a block that is not too common; the
// blocks that they share are known.
func (b *batch) linkable(p pair) bool {
	found := false
	b.eachShared(p, func(id store.BlockID) bool {
		found = !b.blocks[id].isCommon
		return !found
	})
	return found
}

// eachShared calls fn with the blocks that two records share, until it returns false.
func (b *batch) eachShared(p pair, fn func(store.BlockID) bool) {
	x, y := b.listed[p[0]], b.listed[p[1]]
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] < y[j]:
			i++
		case x[i] > y[j]:
			j++
		default:
			if !fn(x[i]) {
				return
			}
			i, j = i+1, j+1
		}
	}
}
