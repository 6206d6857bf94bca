package engine

import (
	"slices"

	"aloi/matcher"
	"aloi/store"
)

// common tells which keys are too common after the batch, of the blocks that the batch
// knows. Those include all blocks that two records to be weighed share: of a record
// that changed they are fetched when it is indexed, of others when a block crosses its cap.
func (b *batch) common(key string) bool {
	k := b.blocks[blockID(b.e.st, key)]
	return k != nil && k.after.TooCommon
}

// blockAfter returns a block as it is after the batch.
func (b *batch) blockAfter(id store.BlockID) (*store.Block, error) {
	k, err := b.block(id)
	if err != nil {
		return nil, err
	}
	return k.after, nil
}

// commonOf tells which keys of a record are too common, given how to read a block. It
// does for any comparison with the record, since it is asked for shared keys only.
func (e *Engine) commonOf(f *features, block func(store.BlockID) (*store.Block, error)) (matcher.Common, error) {
	var common []store.BlockID
	for _, id := range f.Blocks {
		k, err := block(id)
		if err != nil {
			return nil, err
		}
		if k.TooCommon {
			common = append(common, id)
		}
	}
	if len(common) == 0 {
		return nil, nil
	}
	return func(key string) bool { return slices.Contains(common, blockID(e.st, key)) }, nil
}
