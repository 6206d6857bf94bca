package vault

import (
	"bytes"
	"errors"
	"fmt"

	"aloi/store/internal/txn"
	"aloi/store/kv"
)

// snapshot opens what it reads.
type snapshot struct {
	s    *State
	snap txn.Snapshot
	seen *seen // nil for one that nobody commits after
}

// Snapshot implements txn.State.
func (s *State) Snapshot() txn.Snapshot { return &snapshot{s: s, snap: s.inner.Snapshot()} }

func (r *snapshot) Release() { r.snap.Release() }

func (r *snapshot) Get(key []byte) ([]byte, error) {
	sealed, err := r.snap.Get(key)
	if err != nil {
		if errors.Is(err, kv.ErrNotFound) {
			r.seen.note(key, nil)
		}
		return nil, err
	}
	r.seen.note(key, sealed)
	return r.s.open(key, sealed)
}

// Absent implements kv.Knowing.
func (r *snapshot) Absent(key []byte) { r.seen.note(key, nil) }

// Last implements txn.Snapshot.
func (r *snapshot) Last(rg kv.Range) ([]byte, error) { return r.snap.Last(rg) }

// Scan leaves out what a database keeps for itself.
func (r *snapshot) Scan(rg kv.Range, fn func(key, value []byte) error) error {
	return r.snap.Scan(rg, func(key, sealed []byte) error {
		if bytes.Equal(key, headKey) {
			return nil
		}
		value, err := r.s.open(key, sealed)
		if err != nil {
			return err
		}
		return fn(key, value)
	})
}

// open opens a value, or says that it does not.
func (s *State) open(key, sealed []byte) ([]byte, error) {
	plain, err := s.cipher.Load().Open(key, sealed)
	if err != nil {
		return nil, damagedValue(key)
	}
	return plain, nil
}

// damagedValue names a value that does not open. Keys hold numbers and keyed hashes only.
func damagedValue(key []byte) error {
	return fmt.Errorf("%w: value %c/%x does not open", kv.ErrCorrupt, key[0], key[1:])
}

// HeadOf returns the head of the state that a reader of a database over a State reads.
func HeadOf(r kv.Reader) (kv.Head, error) {
	snap := txn.SnapshotOf(r).(*snapshot)
	h, err := snap.s.headOf(snap.snap)
	return h.public(), err
}
