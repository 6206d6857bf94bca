package storetest

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync/atomic"

	"aloi/store/internal/txn"
	"aloi/store/kv"
)

// Held is a database in memory, for few keys, whose commits of UpdateAhead last until the test
// ends them; those of Update end by themselves. What ends a commit waits until one has begun.
type Held struct {
	kv.DB
	state *heldState
}

// NewHeld returns an empty database.
func NewHeld() *Held {
	s := &heldState{refusals: make(chan error), applied: make(chan struct{}), returns: make(chan struct{}), closed: make(chan struct{})}
	s.now.Store(&heldSnapshot{})
	return &Held{DB: txn.New(s), state: s}
}

// Update implements kv.DB.
func (h *Held) Update(ctx context.Context, fn func(kv.Txn) error) error {
	return h.DB.Update(ctx, func(tx kv.Txn) error {
		h.state.lasts.Store(false) // the commit before is over
		return fn(tx)
	})
}

// UpdateAhead implements kv.DB.
func (h *Held) UpdateAhead(ctx context.Context, fn func(kv.Txn) error) (kv.Pending, error) {
	return h.DB.UpdateAhead(ctx, func(tx kv.Txn) error {
		h.state.lasts.Store(true) // so does the commit before, if one is under way
		return fn(tx)
	})
}

// Apply lets the commit under way show in new snapshots. It is not over. After Close, Apply
// and what else ends commits report false.
func (h *Held) Apply() bool {
	if !h.Refuse(nil) {
		return false
	}
	<-h.state.applied
	return true
}

// Return ends the commit under way, which is applied.
func (h *Held) Return() bool {
	select {
	case h.state.returns <- struct{}{}:
		return true
	case <-h.state.closed:
		return false
	}
}

// End applies the commit under way, and ends it.
func (h *Held) End() bool { return h.Apply() && h.Return() }

// Refuse ends the commit under way with an error; nothing of it is applied.
func (h *Held) Refuse(err error) bool {
	select {
	case h.state.refusals <- err:
		return true
	case <-h.state.closed:
		return false
	}
}

// heldState is the txn.State of a Held.
type heldState struct {
	now      atomic.Pointer[heldSnapshot]
	lasts    atomic.Bool // the commit is to last
	refusals chan error  // nil: to be applied
	applied  chan struct{}
	returns  chan struct{}
	closed   chan struct{}
}

// Snapshot implements txn.State.
func (s *heldState) Snapshot() txn.Snapshot { return s.now.Load() }

// Commit implements txn.State.
func (s *heldState) Commit(writes []txn.Write) error {
	if !s.lasts.Load() {
		s.apply(writes)
		return nil
	}
	select {
	case err := <-s.refusals:
		if err != nil {
			return err
		}
	case <-s.closed: // Close has not waited
		return kv.ErrClosed
	}
	s.apply(writes)
	s.applied <- struct{}{}
	select {
	case <-s.returns:
		return nil
	case <-s.closed:
		return kv.ErrClosed
	}
}

// apply makes another snapshot that of now.
func (s *heldState) apply(writes []txn.Write) {
	was := s.now.Load()
	values := maps.Clone(was.values)
	if values == nil {
		values = map[string][]byte{}
	}
	for _, w := range writes {
		if w.Deleted {
			delete(values, string(w.Key))
		} else {
			values[string(w.Key)] = append([]byte{}, w.Value...)
		}
	}
	s.now.Store(&heldSnapshot{slices.Sorted(maps.Keys(values)), values})
}

// Close implements txn.State.
func (s *heldState) Close(bool) error {
	close(s.closed)
	return nil
}

// heldSnapshot is what a Held holds, its keys in order. It is never changed.
type heldSnapshot struct {
	keys   []string
	values map[string][]byte
}

// Release implements txn.Snapshot.
func (*heldSnapshot) Release() {}

// Get implements kv.Reader.
func (s *heldSnapshot) Get(key []byte) ([]byte, error) {
	v, ok := s.values[string(key)]
	if !ok {
		return nil, kv.ErrNotFound
	}
	return bytes.Clone(v), nil
}

// in returns the keys of a range.
func (s *heldSnapshot) in(r kv.Range) []string {
	from, _ := slices.BinarySearch(s.keys, string(r.Start))
	to := len(s.keys)
	if r.End != nil {
		to, _ = slices.BinarySearch(s.keys, string(r.End))
	}
	return s.keys[from:max(from, to)]
}

// Scan implements kv.Reader.
func (s *heldSnapshot) Scan(r kv.Range, fn func(key, value []byte) error) error {
	for _, k := range s.in(r) {
		if err := fn([]byte(k), s.values[k]); err != nil {
			return err
		}
	}
	return nil
}

// Last implements txn.Snapshot.
func (s *heldSnapshot) Last(r kv.Range) ([]byte, error) {
	if keys := s.in(r); len(keys) > 0 {
		return []byte(keys[len(keys)-1]), nil
	}
	return nil, nil
}
