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
	return k != nil && k.isCommon
}

// sizeAfter returns how many records a block has after the batch.
func (b *batch) sizeAfter(id store.BlockID) (int, error) {
	k, err := b.block(id)
	if err != nil {
		return 0, err
	}
	return k.size, nil
}

// sizeIn returns how many records a block of a store has.
func sizeIn(r *store.Reader) func(store.BlockID) (int, error) {
	return func(id store.BlockID) (int, error) {
		k, err := r.Block(id, 0)
		return k.Size, err
	}
}

// commonOf tells which keys of a record are too common, given the sizes of blocks. It
// does for any comparison with the record, since it is asked for shared keys only.
func (e *Engine) commonOf(f *features, size func(store.BlockID) (int, error)) (matcher.Common, error) {
	var common []store.BlockID
	for _, id := range e.blocksOf(f) {
		n, err := size(id)
		if err != nil {
			return nil, err
		}
		if tooCommon(id, n) {
			common = append(common, id)
		}
	}
	if len(common) == 0 {
		return nil, nil
	}
	return func(key string) bool { return slices.Contains(common, blockID(e.st, key)) }, nil
}
