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
	var buf [matcher.MaxKeys]uint64
	hashes := m.AppendKeyHashes(buf[:0], p)
	f.Blocks = make([]store.BlockID, len(hashes))
	for i, h := range hashes {
		f.Blocks[i] = e.st.BlockID(h)
	}
	slices.Sort(f.Blocks)
	f.Blocks = slices.Compact(f.Blocks)
	f.Prepared = matcher.AppendPrepared(nil, f.record)
	return f
}

// loadFeatures reads the features of a record. The cache follows the commits and is
// the writer's alone: what another reader sees may be older. It holds them encoded,
// which is small and costs the garbage collector little.
func (b *batch) loadFeatures(number uint64) (*features, error) {
	if !b.writer {
		return readFeatures(b.r, number)
	}
	if stored, ok := b.e.cache.Get(number); ok {
		return decodeFeatures(stored, number)
	}
	f, err := readFeatures(b.r, number)
	if err == nil {
		stored := f.Features // a copy, so that the decoded record can go
		b.e.cache.Add(number, &stored)
	}
	return f, err
}

// readFeatures reads the features of a record from the store.
func readFeatures(r *store.Reader, number uint64) (*features, error) {
	stored, err := r.Features(number)
	if err != nil {
		return nil, fmt.Errorf("features of record %d: %w", number, err)
	}
	return decodeFeatures(stored, number)
}

func decodeFeatures(stored *store.Features, number uint64) (*features, error) {
	p, err := matcher.DecodePrepared(stored.Prepared)
	if err != nil {
		return nil, &aloi.Error{Code: aloi.CodeCorrupt, Message: fmt.Sprintf("prepared record %d", number), Err: err}
	}
	return &features{Features: *stored, record: p}, nil
}
