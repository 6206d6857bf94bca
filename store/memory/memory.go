// Package memory is a kv.DB in memory, for tests and for work that keeps nothing.
// Its state is a persistent B-tree: a snapshot costs a pointer, and a commit copies
// only the nodes that it changes.
package memory

import (
	"bytes"
	"sync/atomic"

	"github.com/tidwall/btree"

	"aloi/store/internal/txn"
	"aloi/store/kv"
)

type item struct{ key, value []byte }

// snapshot is one state. It is never changed once it can be seen.
type snapshot struct{ tree *btree.BTreeG[item] }

// state is a txn.State: the newest snapshot.
type state struct{ current atomic.Pointer[snapshot] }

// New returns an empty database. Close frees it.
func New() kv.DB {
	less := func(a, b item) bool { return bytes.Compare(a.key, b.key) < 0 }
	s := &state{}
	s.current.Store(&snapshot{btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})})
	return txn.New(s)
}

func (s *state) Snapshot() txn.Snapshot { return s.current.Load() }

// Commit copies keys and values: their owner may change them afterwards.
func (s *state) Commit(writes []txn.Write) error {
	next := s.current.Load().tree.Copy()
	for _, w := range writes {
		if w.Deleted {
			next.Delete(item{key: w.Key})
			continue
		}
		next.Set(item{key: bytes.Clone(w.Key), value: append([]byte{}, w.Value...)})
	}
	s.current.Store(&snapshot{next})
	return nil
}

func (s *state) Close(bool) error {
	s.current.Store(nil)
	return nil
}

func (s *snapshot) Get(key []byte) ([]byte, error) {
	it, ok := s.tree.Get(item{key: key})
	if !ok {
		return nil, kv.ErrNotFound
	}
	return append(make([]byte, 0, len(it.value)), it.value...), nil
}

func (s *snapshot) Scan(r kv.Range, fn func(key, value []byte) error) error {
	var err error
	s.tree.Ascend(item{key: r.Start}, func(it item) bool {
		if r.End != nil && bytes.Compare(it.key, r.End) >= 0 {
			return false
		}
		err = fn(it.key, it.value)
		return err == nil
	})
	return err
}

func (s *snapshot) Last(r kv.Range) (last []byte, err error) {
	found := func(it item) bool {
		if r.End != nil && bytes.Compare(it.key, r.End) >= 0 {
			return true
		}
		if bytes.Compare(it.key, r.Start) >= 0 {
			last = bytes.Clone(it.key)
		}
		return false
	}
	if r.End == nil {
		s.tree.Reverse(found)
	} else {
		s.tree.Descend(item{key: r.End}, found)
	}
	return last, nil
}

func (s *snapshot) Release() {}
