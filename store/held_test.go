package store

import (
	"bytes"
	"maps"
	"slices"
	"sync/atomic"

	"aloi/store/internal/txn"
	"aloi/store/kv"
)

// heldState is a txn.State whose commits wait until they are told how to end.
type heldState struct {
	now  atomic.Pointer[heldValues]
	ends chan error // nil for well; otherwise nothing is written
}

type heldValues map[string][]byte

func newHeldDB() (kv.DB, *heldState) {
	s := &heldState{ends: make(chan error, 1)}
	s.now.Store(&heldValues{})
	return txn.New(s), s
}

func (s *heldState) Snapshot() txn.Snapshot { return *s.now.Load() }
func (s *heldState) Close(bool) error       { return nil }

func (s *heldState) Commit(writes []txn.Write) error {
	if err := <-s.ends; err != nil {
		return err
	}
	next := maps.Clone(*s.now.Load())
	for _, w := range writes {
		if next[string(w.Key)] = bytes.Clone(w.Value); w.Deleted {
			delete(next, string(w.Key))
		}
	}
	s.now.Store(&next)
	return nil
}

func (v heldValues) Release()                      {}
func (v heldValues) Last(kv.Range) ([]byte, error) { return nil, nil }

func (v heldValues) Get(key []byte) ([]byte, error) {
	value, ok := v[string(key)]
	if !ok {
		return nil, kv.ErrNotFound
	}
	return bytes.Clone(value), nil
}

func (v heldValues) Scan(r kv.Range, fn func(key, value []byte) error) error {
	for _, k := range slices.Sorted(maps.Keys(v)) {
		if k < string(r.Start) || r.End != nil && k >= string(r.End) {
			continue
		}
		if err := fn([]byte(k), v[k]); err != nil {
			return err
		}
	}
	return nil
}
