package vault

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"

	"aloi/store/internal/txn"
	"aloi/store/kv"
	"aloi/store/seal"
)

// What a commit replaces has to be known, to be taken out of the digests. Most of it was
// read by the transaction before, and most of the rest is new: the numbers in keys ascend.
// Only what is neither is read for it.

// old is what is stored under a key before a commit.
type old struct {
	there  bool
	sealed bool
	tag    seal.Element // of a sealed value, not yet an element
}

// oldOf says what a stored value is, nil for none.
func oldOf(stored []byte) (o old) {
	if stored != nil {
		o.there, o.sealed = true, seal.IsSealed(stored)
		if o.sealed {
			o.tag = seal.TagOf(stored)
		}
	}
	return o
}

// seenMost bounds what is remembered of one transaction, in keys.
const seenMost = 64 << 10

// seen is what a transaction has read. Several goroutines may read at once.
type seen struct {
	mu      sync.Mutex
	numbers map[uint64]old // by packed keys
	keys    map[string]old // by others
}

func newSeen() *seen { return &seen{numbers: map[uint64]old{}, keys: map[string]old{}} }

// note remembers what is stored under a key, nil for nothing.
func (s *seen) note(key, stored []byte) {
	if s == nil {
		return
	}
	o := oldOf(stored)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.numbers)+len(s.keys) >= seenMost {
		return
	}
	if k := packed(key); k != 0 {
		s.numbers[k] = o
		return
	}
	s.keys[string(key)] = o
}

// of returns what is remembered of a key, once nobody notes more.
func (s *seen) of(key []byte) (o old, known bool) {
	if k := packed(key); k != 0 {
		o, known = s.numbers[k]
		return o, known
	}
	o, known = s.keys[string(key)]
	return o, known
}

// Draft is a Snapshot that a commit is made from: the next one, or the one after, which then
// gets from it no key that the next one writes.
func (s *State) Draft() txn.Snapshot {
	return &snapshot{s: s, snap: s.inner.Snapshot(), seen: newSeen()}
}

// replaced returns what is stored under a key before the commit that is being made.
func (s *State) replaced(snap *snapshot, key []byte) (old, error) {
	if o, known := snap.seen.of(key); known { // no reader is left to add any
		return o, nil
	}
	if bytes.Compare(key, s.last[key[0]]) > 0 {
		return old{}, nil
	}
	if tag, known := s.tags.of(key); known {
		return old{there: true, sealed: true, tag: tag}, nil
	}
	stored, err := snap.snap.Get(key)
	switch {
	case errors.Is(err, kv.ErrNotFound):
		return old{}, nil
	case err != nil:
		return old{}, err
	case stored == nil:
		stored = []byte{}
	}
	o := oldOf(stored)
	if !o.sealed {
		return o, fmt.Errorf("%w: a value is not sealed", kv.ErrCorrupt)
	}
	return o, nil
}

// loadLast finds the last key of each family.
func (s *State) loadLast() error {
	snap := s.inner.Snapshot()
	defer snap.Release()
	for p := range prefixes {
		last, err := snap.Last(kv.Prefix([]byte{byte(p)}))
		if err != nil {
			return err
		}
		s.last[p] = last
	}
	return nil
}

// raiseLast takes the keys of a commit in, which ascend.
func (s *State) raiseLast(writes []txn.Write) {
	for _, w := range slices.Backward(writes) {
		if !w.Deleted && bytes.Compare(w.Key, s.last[w.Key[0]]) > 0 {
			s.last[w.Key[0]] = bytes.Clone(w.Key)
		}
	}
}
