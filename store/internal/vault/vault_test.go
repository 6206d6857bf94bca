package vault

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"aloi/store/internal/txn"
	"aloi/store/kv"
	"aloi/store/seal"
	"aloi/store/witness"
)

// plain is the database below, in memory: what is stored, as it is stored.
type plain struct {
	stored map[string][]byte
	before func() error // called by each commit
}

func (p *plain) Snapshot() txn.Snapshot { return plainSnapshot(maps.Clone(p.stored)) }

func (p *plain) Commit(writes []txn.Write) error {
	if p.before != nil {
		if err := p.before(); err != nil {
			return err
		}
	}
	for _, w := range writes {
		if w.Deleted {
			delete(p.stored, string(w.Key))
		} else {
			p.stored[string(w.Key)] = bytes.Clone(w.Value)
		}
	}
	return nil
}

func (p *plain) Close(bool) error { return nil }

type plainSnapshot map[string][]byte

func (s plainSnapshot) Get(key []byte) ([]byte, error) {
	if v, ok := s[string(key)]; ok {
		return bytes.Clone(v), nil
	}
	return nil, kv.ErrNotFound
}

func (s plainSnapshot) Scan(r kv.Range, fn func(key, value []byte) error) error {
	for _, k := range slices.Sorted(maps.Keys(s)) {
		if k < string(r.Start) || r.End != nil && k >= string(r.End) {
			continue
		}
		if err := fn([]byte(k), bytes.Clone(s[k])); err != nil {
			return err
		}
	}
	return nil
}

func (s plainSnapshot) Release() {}

func (s plainSnapshot) Last(r kv.Range) (last []byte, err error) {
	return last, s.Scan(r, func(key, _ []byte) error { last = bytes.Clone(key); return nil })
}

// world is a sealed database over one in memory, with its witness in a directory.
type world struct {
	*txn.DB
	below *plain
	log   *witness.Log
	state *State
	o     Options
	dir   string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{below: &plain{stored: map[string][]byte{}}, dir: t.TempDir(), o: Options{
		Keyring: seal.NewKeyring(nil, ""), Archive: true, Now: func() time.Time { return time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC) },
	}}
	w.open(t)
	return w
}

// open opens the database over what is below and beside it, without comparing them.
func (w *world) open(t *testing.T) {
	t.Helper()
	if w.log != nil {
		if err := w.log.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if w.log, err = witness.Open(w.dir, w.o.Keyring.Witness, 1<<20); err != nil {
		t.Fatal(err)
	}
	w.o.Witness = w.log
	if w.state, err = New(w.below, w.o); err != nil {
		t.Fatal(err)
	}
	w.DB = txn.New(w.state)
	log := w.log
	t.Cleanup(func() { _ = log.Close() }) // closed before by open, or here
}

// set commits values of keys, and deletes those that have none.
func (w *world) set(t *testing.T, values map[string]string) {
	t.Helper()
	err := w.Update(t.Context(), func(tx kv.Txn) error {
		for k, v := range values {
			var err error
			if v == "" {
				err = tx.Delete([]byte(k))
			} else {
				err = tx.Set([]byte(k), []byte(v))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// families are first bytes of keys, from the lowest to the highest.
var families = []byte{0x00, 'a', 'r', 'z', 0xff}

func keyIn(family byte, i int) string { return string([]byte{family, '0' + byte(i)}) }

// filled has some keys in each family: values that were replaced, and keys that were deleted.
func filled(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	for round := range 3 {
		values := map[string]string{}
		for _, f := range families {
			for i := range 4 {
				values[keyIn(f, i)] = fmt.Sprint("v", round)
			}
		}
		if round == 2 {
			for _, f := range families {
				values[keyIn(f, 3)] = ""
			}
		}
		w.set(t, values)
	}
	return w
}

// A commit is in the database first, then with its witness, and then over.
func TestCommitIsWitnessed(t *testing.T) {
	w := newWorld(t)
	w.below.before = func() error {
		if last, _ := w.log.Last(); last.Commit != w.state.current().commit {
			t.Errorf("commit %d is witnessed before it is there", last.Commit)
		}
		return nil
	}
	for i := range 3 {
		w.set(t, map[string]string{"r1": fmt.Sprint(i + 1)})
		again, err := witness.Open(w.dir, w.o.Keyring.Witness, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if last, _ := again.Last(); last.Commit != uint64(i)+1 {
			t.Errorf("commit %d is over, its witness is at %d", i+1, last.Commit)
		}
	}
}

// A commit that fails is unknown, is not witnessed, and is the last one.
func TestFailedCommit(t *testing.T) {
	w := newWorld(t)
	w.set(t, map[string]string{"r1": "v"})
	broken := errors.New("broken")
	w.below.before = func() error { return broken }
	put := func(tx kv.Txn) error { return tx.Set([]byte("r2"), []byte("v")) }
	if err := w.Update(t.Context(), put); !errors.Is(err, kv.ErrUnknown) {
		t.Errorf("a commit that fails: %v", err)
	}
	w.below.before = nil
	if err := w.Update(t.Context(), put); !errors.Is(err, kv.ErrUnknown) {
		t.Errorf("the commit after it: %v", err)
	}
	if last, _ := w.log.Last(); last.Commit != 1 || len(w.below.stored) != 2 {
		t.Errorf("%d keys, witnessed up to commit %d", len(w.below.stored), last.Commit)
	}
}

// A commit that found no room did not happen, is said to have found none, and is not the
// last one.
func TestCommitWithoutRoom(t *testing.T) {
	w := newWorld(t)
	w.below.before = func() error { return kv.ErrFull }
	put := func(tx kv.Txn) error { return tx.Set([]byte("r1"), []byte("v")) }
	if err := w.Update(t.Context(), put); !errors.Is(err, kv.ErrFull) || errors.Is(err, kv.ErrUnknown) {
		t.Errorf("without room: %v", err)
	}
	w.below.before = nil
	if err := w.Update(t.Context(), put); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if err := w.state.CheckDigests(t.Context()); err != nil || w.state.current().commit != 1 {
		t.Errorf("commit %d, %v", w.state.current().commit, err)
	}
}

// The scrubber opens every value: one whose tag alone is as it was does not pass.
func TestScrubOpens(t *testing.T) {
	for _, f := range families {
		w := filled(t)
		w.below.stored[keyIn(f, 1)][seal.Overhead-1-16] ^= 1 // within the nonce, before payload and tag
		if s, err := w.state.Scrub(t.Context(), w.DB, nil); err != nil || len(s.Faults) != 1 {
			t.Errorf("family %#x: %+v, %v", f, s, err)
		}
	}
}

// The head counts what is there and nothing else, also after values were replaced and keys
// deleted.
func TestHeadCounts(t *testing.T) {
	w := filled(t)
	h := w.state.current()
	for _, f := range families {
		if got := h.family(f).keys; got != 3 {
			t.Errorf("family %#x has %d keys, want 3", f, got)
		}
	}
	if err := w.state.CheckDigests(t.Context()); err != nil {
		t.Error(err)
	}
	if s, err := w.state.Scrub(t.Context(), w.DB, nil); err != nil || len(s.Faults) > 0 || s.Keys != uint64(3*len(families)) {
		t.Errorf("scrubbed %+v, %v", s, err)
	}
}

// Whatever is done to a value below, in any family, is found when the digests are compared,
// and by the scrubber.
func TestTamper(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(w *world, key string)
	}{
		{"deleted", func(w *world, key string) { delete(w.below.stored, key) }},
		{"moved", func(w *world, key string) { w.below.stored[key] = w.below.stored["M"] }},
		{"added", func(w *world, key string) { w.below.stored[key+"x"] = w.below.stored[key] }},
		{"in clear", func(w *world, key string) { w.below.stored[key] = []byte("v") }},
		{"changed", func(w *world, key string) { w.below.stored[key][len(w.below.stored[key])-1] ^= 1 }},
	} {
		for _, f := range families {
			w := filled(t)
			w.set(t, map[string]string{"M": "v2"})
			c.do(w, keyIn(f, 1))
			if err := w.state.CheckDigests(t.Context()); !errors.Is(err, kv.ErrCorrupt) {
				t.Errorf("%s, in family %#x: %v", c.name, f, err)
			}
			if s, err := w.state.Scrub(t.Context(), w.DB, nil); err != nil || len(s.Faults) == 0 {
				t.Errorf("%s, in family %#x: scrubbed %+v, %v", c.name, f, s, err)
			}
		}
	}
}

// A value that is put back to what it was is found, though it opens.
func TestReplayedValue(t *testing.T) {
	w := newWorld(t)
	w.set(t, map[string]string{"r1": "old"})
	old := bytes.Clone(w.below.stored["r1"])
	w.set(t, map[string]string{"r1": "new"})
	w.below.stored["r1"] = old
	if err := w.state.CheckDigests(t.Context()); !errors.Is(err, kv.ErrCorrupt) {
		t.Error(err)
	}
}

// A value that is not sealed is none, be it one as they were stored before they were sealed.
func TestUnsealedValue(t *testing.T) {
	w := newWorld(t)
	w.set(t, map[string]string{"r1": "v"})
	for _, value := range []string{"", "v", "\x01v and the checksum of before"} {
		w.below.stored["r1"] = []byte(value)
		err := w.View(t.Context(), func(r kv.Reader) error {
			_, err := r.Get([]byte("r1"))
			return err
		})
		if !errors.Is(err, kv.ErrCorrupt) {
			t.Errorf("%q: %v", value, err)
		}
	}
}
