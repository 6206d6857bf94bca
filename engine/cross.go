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
	var pairs []pair
	for id, k := range b.crossed() {
		members := slices.DeleteFunc(slices.Clone(k.members), b.dirty)
		if err := fetch(b, b.features, members, b.loadFeatures); err != nil {
			return nil, err
		}
		cross := b.unlinkUnsupported
		switch {
		case !k.after.TooCommon:
			cross = b.linkAgain
		case b.isContact(id, members):
			cross = b.linkWithout
		}
		found, err := cross(members)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, found...)
	}
	return pairs, nil
}

// crossed returns the blocks that crossed their cap.
func (b *batch) crossed() map[store.BlockID]*blockState {
	crossed := map[store.BlockID]*blockState{}
	for id, k := range b.blocks {
		if k.crossed() {
			crossed[id] = k
		}
	}
	return crossed
}

func (b *batch) dirty(number uint64) bool {
	s := b.records[number]
	return s != nil && s.resolutionDirty
}

// isContact reports whether a block is that of a contact or an identifier, by what one
// of its members has.
func (b *batch) isContact(id store.BlockID, members []uint64) bool {
	return len(members) > 0 && slices.ContainsFunc(matcher.ContactKeys(b.features[members[0]].record),
		func(key string) bool { return b.e.st.BlockID(key) == id })
}

// linkAgain returns all pairs of a block that has ceased to be too common.
func (b *batch) linkAgain(members []uint64) ([]pair, error) {
	pairs := pairsOf(members)
	return pairs, b.fetchShared(pairs)
}

// linkWithout returns the pairs of a contact's block which became too common that share
// another block: what they have in common is no evidence any more. It drops the links
// of the others.
func (b *batch) linkWithout(members []uint64) ([]pair, error) {
	return b.supported(pairsOf(members))
}

// unlinkUnsupported drops the links of a block which became too common between records
// that share no other block. No other link changes.
func (b *batch) unlinkUnsupported(members []uint64) ([]pair, error) {
	if err := fetch(b, b.links, members, b.readLinks); err != nil {
		return nil, err
	}
	var pairs []pair
	for _, x := range members {
		for _, l := range b.links[x].after {
			if _, found := slices.BinarySearch(members, l.Other); found && x < l.Other {
				pairs = append(pairs, pair{x, l.Other})
			}
		}
	}
	_, err := b.supported(pairs)
	return nil, err
}

// supported returns those of the pairs that share a block which is not too common, and
// drops the links of the others.
func (b *batch) supported(pairs []pair) ([]pair, error) {
	if err := b.fetchShared(pairs); err != nil {
		return nil, err
	}
	var list []pair
	for _, p := range pairs {
		if b.linkable(p) {
			list = append(list, p)
		} else if err := b.unlink(p); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// fetchShared reads the blocks that the records of pairs share; their features are known.
func (b *batch) fetchShared(pairs []pair) error {
	var ids []store.BlockID
	for _, p := range pairs {
		b.eachShared(p, func(id store.BlockID) bool {
			ids = append(ids, id)
			return true
		})
	}
	return fetch(b, b.blocks, ids, b.readBlock)
}

// linkable reports whether two records share a block that is not too common; the
// blocks that they share are known.
func (b *batch) linkable(p pair) bool {
	found := false
	b.eachShared(p, func(id store.BlockID) bool {
		found = !b.blocks[id].after.TooCommon
		return !found
	})
	return found
}

// eachShared calls fn with the blocks that two records share, until it returns false.
func (b *batch) eachShared(p pair, fn func(store.BlockID) bool) {
	x, y := b.features[p[0]].Blocks, b.features[p[1]].Blocks
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
