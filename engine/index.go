package engine

import (
	"slices"

	"aloi/matcher"
	"aloi/store"
)

// blockState is a block before and after the batch.
type blockState struct {
	before, after *store.Block
	added         []uint64
	removed       []uint64
	// members are those after the batch when the block is, or was, resolved by.
	members []uint64
}

// crossed reports whether the block became too common, or ceased to be.
func (s *blockState) crossed() bool { return s.before.TooCommon != s.after.TooCommon }

// blockID returns the block of a blocking key, which tells whether the key is wide.
func blockID(st *store.Store, key string) store.BlockID { return st.BlockID(key, matcher.IsWide(key)) }

// capOf returns the most records that a block may have to be resolved by.
func capOf(id store.BlockID) int { return matcher.CapOf(id.Wide()) }

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
	k, err := b.r.Block(id)
	if err != nil {
		return nil, err
	}
	return &blockState{before: k, after: k, members: k.Members}, nil
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

// settle computes a block after the batch. A block that has ceased to be too common
// gets its members back from where too-common blocks keep them.
func (b *batch) settle(id store.BlockID, k *blockState) error {
	size := k.before.Size - len(k.removed) + len(k.added)
	k.after = &store.Block{Size: size, TooCommon: size > capOf(id)}
	if k.before.TooCommon && k.after.TooCommon {
		return nil
	}
	members := k.before.Members
	if k.before.TooCommon {
		var err error
		if members, err = b.r.SpillMembers(id); err != nil {
			return err
		}
	}
	k.members = slices.DeleteFunc(slices.Concat(members, k.added), func(n uint64) bool { return slices.Contains(k.removed, n) })
	slices.Sort(k.members)
	if !k.after.TooCommon {
		k.after.Members = k.members
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
		list = append(list, k.after.Members...)
	}
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(n uint64) bool { return n == number }), nil
}
