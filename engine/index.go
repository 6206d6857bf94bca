package engine

import (
	"slices"

	"aloi/matcher"
	"aloi/store"
)

// blockContent is the set of records that share a blocking key.
type blockContent struct {
	size    int
	members []uint64 // ascending; nil where the block is too common to resolve by
}

// tooCommon reports whether a block of so many records is too common to resolve by.
func tooCommon(id store.BlockID, size int) bool { return size > capOf(id) }

// readBlock reads a block from the store.
func readBlock(r *store.Reader, id store.BlockID) (blockContent, error) {
	k, err := r.Block(id, capOf(id))
	return blockContent{k.Size, k.Members}, err
}

// blockState is a block before and after the batch.
type blockState struct {
	before, after blockContent
	// wasCommon and isCommon tell whether it is too common to resolve by.
	wasCommon, isCommon bool
	added, removed      []uint64
	// members are those after the batch when the block is, or was, resolved by.
	members []uint64
}

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
	s, err := b.readBlock(id)
	if err == nil {
		b.blocks[id] = s
	}
	return s, err
}

func (b *batch) readBlock(id store.BlockID) (*blockState, error) {
	k, err := readBlock(b.r, id)
	if err != nil {
		return nil, err
	}
	common := tooCommon(id, k.size)
	return &blockState{before: k, after: k, wasCommon: common, isCommon: common, members: k.members}, nil
}

// index moves the records whose features changed between blocks.
func (b *batch) index() error {
	if err := b.fetchBlocks(); err != nil {
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
				k.added = append(k.added, number)
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

// settle computes a block after the batch.
func (b *batch) settle(id store.BlockID, k *blockState) error {
	k.after = blockContent{size: k.before.size - len(k.removed) + len(k.added)}
	k.isCommon = tooCommon(id, k.after.size)
	if k.wasCommon && k.isCommon {
		return nil
	}
	members := k.before.members
	if k.wasCommon {
		all, err := b.r.Block(id, k.before.size)
		if err != nil {
			return err
		}
		members = all.Members
	}
	k.members = slices.DeleteFunc(slices.Concat(members, k.added), func(n uint64) bool { return slices.Contains(k.removed, n) })
	slices.Sort(k.members)
	if !k.isCommon {
		k.after.members = k.members
	}
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
		list = append(list, k.after.members...)
	}
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(n uint64) bool { return n == number }), nil
}
