package engine

import (
	"fmt"

	"aloi"
	"aloi/matcher"
	"aloi/store"
)

// loadFeatures reads the features of a record. The cache follows the commits and is
// the writer's alone: what another reader sees may be older.
func (b *batch) loadFeatures(number uint64) (*features, error) {
	if !b.writer {
		return readFeatures(b.r, number)
	}
	if f, ok := b.e.cache.Get(number); ok {
		return f, nil
	}
	f, err := readFeatures(b.r, number)
	if err == nil {
		b.e.cache.Add(number, f)
	}
	return f, err
}

// readFeatures reads the features of a record from the store.
func readFeatures(r *store.Reader, number uint64) (*features, error) {
	stored, err := r.Features(number)
	if err != nil {
		return nil, fmt.Errorf("features of record %d: %w", number, err)
	}
	p, err := matcher.DecodePrepared(stored.Prepared)
	if err != nil {
		return nil, &aloi.Error{Code: aloi.CodeCorrupt, Message: fmt.Sprintf("prepared record %d", number), Err: err}
	}
	return &features{Features: *stored, record: p}, nil
}
