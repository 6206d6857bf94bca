package engine

import (
	"slices"

	"aloi/matcher"
	"aloi/store"
)

// blockState is a block, which is the set of the records that share a blocking key, before
// and after the batch.
type blockState struct {
	sizeBefore, size int // how many there are
	// wasCommon and isCommon tell whether it is too common to resolve by.
	wasCommon, isCommon bool
	added, removed      []uint64
	one                 [1]uint64 // has added while that is one
	// members are those after the batch when the block is, or was, resolved by: ascending.
	members []uint64
}

// tooCommon reports whether a block of so many records is too common to resolve by.
func tooCommon(id store.BlockID, size int) bool { return size > capOf(id) }

// crossed reports whether the block became too common, or ceased to be.
func (s *blockState) crossed() bool { return s.wasCommon != s.isCommon }

// blockID returns the block of a blocking key.
func blockID(st *store.Store, key string) store.BlockID { return st.BlockID(matcher.HashKey(key)) }

// capOf returns the most records that a block may have to be resolved by.
func capOf(id store.BlockID) int { return matcher.CapOfHash(uint64(id)) }

// block returns the state of a block.
func (b *batch) block(id store.BlockID) (*blockState, error) {
	if s, ok := b.blocks[id]; ok {
		return s, nil
	}
	s := &blockState{}
	_, err := b.readBlock(id, s, nil)
	if err == nil {
		b.blocks[id] = s
	}
	return s, err
}

// readBlock reads a block. Its members are in room, which is returned without what they take
// and could take of it with one more.
func (b *batch) readBlock(id store.BlockID, s *blockState, room []uint64) ([]uint64, error) {
	from := len(room)
	room, size, err := b.r.AppendBlock(room, id, capOf(id))
	if err != nil {
		return nil, err
	}
	s.sizeBefore, s.size, s.wasCommon = size, size, tooCommon(id, size)
	s.isCommon = s.wasCommon
	if s.isCommon {
		return room, nil
	}
	to := len(room)
	room = append(room, 0)
	s.members = room[from:to:len(room)]
	return room, nil
}

// fetchBlocks reads the blocks that are not known yet.
func (b *batch) fetchBlocks(ids []store.BlockID) error {
	missing := unknown(b.blocks, ids)
	states, errs := make([]blockState, len(missing)), make([]error, len(missing))
	b.e.ranges(len(missing), func(from, to int) {
		room := make([]uint64, 0, usualMembers*(to-from))
		for i := from; i < to; i++ {
			room, errs[i] = b.readBlock(missing[i], &states[i], room)
		}
	})
	for i, id := range missing {
		if errs[i] != nil {
			return errs[i]
		}
		b.blocks[id] = &states[i]
	}
	return nil
}

// usualMembers is more than the usual block has that is resolved by.
const usualMembers = 3

// index moves the records whose features changed between blocks.
func (b *batch) index() error {
	if err := b.fetchBlocks(b.changedBlocks()); err != nil {
		return err
	}
	for _, number := range sortedKeys(b.records) {
		s := b.records[number]
		if !s.resolutionDirty {
			continue
		}
		before, after := blocksOf(s.featuresBefore), blocksOf(s.featuresAfter)
		err := eachOnlyIn(before, after, func(id store.BlockID) error {
			k, err := b.block(id)
			if err == nil {
				k.removed = append(k.removed, number)
			}
			return err
		})
		if err != nil {
			return err
		}
		err = eachOnlyIn(after, before, func(id store.BlockID) error {
			k, err := b.block(id)
			if err == nil {
				k.add(number)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	for id, k := range b.blocks {
		if err := b.settle(id, k); err != nil {
			return err
		}
	}
	return nil
}

func blocksOf(f *features) []store.BlockID {
	if f == nil {
		return nil
	}
	return f.Blocks
}

// eachOnlyIn calls fn with each element of x that is not in y; both ascend.
func eachOnlyIn(x, y []store.BlockID, fn func(store.BlockID) error) error {
	for _, id := range x {
		if _, found := slices.BinarySearch(y, id); !found {
			if err := fn(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// add adds a record to the block after the batch.
func (k *blockState) add(number uint64) {
	if k.added == nil {
		k.added = k.one[:0]
	}
	k.added = append(k.added, number)
}

// settle computes a block after the batch.
func (b *batch) settle(id store.BlockID, k *blockState) error {
	k.size = k.sizeBefore - len(k.removed) + len(k.added)
	k.isCommon = tooCommon(id, k.size)
	if k.wasCommon && k.isCommon {
		return nil
	}
	if k.wasCommon {
		var err error
		if k.members, _, err = b.r.AppendBlock(nil, id, k.sizeBefore); err != nil {
			return err
		}
	}
	if len(k.removed) > 0 {
		k.members = slices.DeleteFunc(k.members, func(n uint64) bool { return slices.Contains(k.removed, n) })
	}
	k.members = append(k.members, k.added...)
	slices.Sort(k.members)
	return nil
}

// candidates returns the records that share a block with this one, a block that is
// not too common after the batch: ascending, without the record itself.
func (b *batch) candidates(number uint64, f *features) ([]uint64, error) {
	var list []uint64
	for _, id := range f.Blocks {
		k, err := b.block(id)
		if err != nil {
			return nil, err
		}
		if !k.isCommon {
			list = append(list, k.members...)
		}
	}
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(n uint64) bool { return n == number }), nil
}
