package engine

import (
	"fmt"
	"slices"

	"aloi"
	"aloi/matcher"
	"aloi/store"
)

// featuresBy prepares a record and hashes its blocking keys.
func (e *Engine) featuresBy(m *matcher.Matcher, r *aloi.Record, ref store.RefHash) *features {
	return e.featuresFrom(m, m.Prepare(r), ref)
}

// featuresFrom encodes a prepared record and hashes its blocking keys.
func (e *Engine) featuresFrom(m *matcher.Matcher, p *matcher.Prepared, ref store.RefHash) *features {
	f := &features{record: p}
	f.Ref = ref
	f.Blocks = e.blockIDs(m, p)
	f.Prepared = matcher.AppendPrepared(nil, f.record)
	return f
}

// blockIDs returns the blocks of a prepared record, ascending.
func (e *Engine) blockIDs(m *matcher.Matcher, p *matcher.Prepared) []store.BlockID {
	var buf [matcher.MaxKeys]uint64
	hashes := m.AppendKeyHashes(buf[:0], p)
	ids := make([]store.BlockID, len(hashes))
	for i, h := range hashes {
		ids[i] = e.st.BlockID(h)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// loadFeatures reads what comparisons need of a record, in most cases from memory: its
// reference and the prepared record, without their encoding and without its blocks.
func loadFeatures(r *store.Reader, number uint64) (*features, error) {
	return loadIf(r, number, func([]byte) bool { return true })
}

// loadIf is loadFeatures of a record whose encoded prepared record is wanted; nil for another.
func loadIf(r *store.Reader, number uint64, wanted func(prepared []byte) bool) (f *features, err error) {
	err = r.Prepared(number, func(ref store.RefHash, prepared []byte) error {
		if !wanted(prepared) {
			return nil
		}
		p, err := decodePrepared(prepared, number)
		f = &features{record: p}
		f.Ref = ref
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("features of record %d: %w", number, err)
	}
	return f, nil
}

// blocksOf returns the blocks of a record, which loadFeatures leaves out.
func (e *Engine) blocksOf(f *features) []store.BlockID {
	if f.Blocks != nil {
		return f.Blocks
	}
	return e.blockIDs(e.matcher(), f.record)
}

// readFeatures reads all features of a record from the store.
func readFeatures(r *store.Reader, number uint64) (*features, error) {
	stored, err := r.Features(number)
	if err != nil {
		return nil, fmt.Errorf("features of record %d: %w", number, err)
	}
	return decodeFeatures(stored, number)
}

func decodeFeatures(stored *store.Features, number uint64) (*features, error) {
	p, err := decodePrepared(stored.Prepared, number)
	return &features{Features: *stored, record: p}, err
}

func decodePrepared(b []byte, number uint64) (*matcher.Prepared, error) {
	p, err := matcher.DecodePrepared(b)
	if err != nil {
		return nil, &aloi.Error{Code: aloi.CodeCorrupt, Message: fmt.Sprintf("prepared record %d", number), Err: err}
	}
	return p, nil
}
