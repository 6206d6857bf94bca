package txn

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"aloi/store/kv"
)

// held is a State of few keys whose commits wait until they are told how to end.
type held struct {
	now  *heldState
	ends chan error
}

type heldState struct{ values map[string]string }

func newHeld() (*DB, *held) {
	h := &held{now: &heldState{map[string]string{}}, ends: make(chan error)}
	return New(h), h
}

func (h *held) Snapshot() Snapshot { return h.now }
func (h *held) Close(bool) error   { return nil }

func (h *held) Commit(writes []Write) error {
	if err := <-h.ends; err != nil {
		return err
	}
	next := &heldState{map[string]string{}}
	for k, v := range h.now.values {
		next.values[k] = v
	}
	for _, w := range writes {
		if next.values[string(w.Key)] = string(w.Value); w.Deleted {
			delete(next.values, string(w.Key))
		}
	}
	h.now = next
	return nil
}

func (s *heldState) Release()                      {}
func (s *heldState) Last(kv.Range) ([]byte, error) { return nil, nil }

func (s *heldState) Get(key []byte) ([]byte, error) {
	v, ok := s.values[string(key)]
	if !ok {
		return nil, kv.ErrNotFound
	}
	return []byte(v), nil
}

// Scan knows keys of one letter, and ranges without an end.
func (s *heldState) Scan(r kv.Range, fn func(key, value []byte) error) error {
	for k := byte('a'); k <= 'z'; k++ {
		if v, ok := s.values[string(k)]; ok && string(k) >= string(r.Start) {
			if err := fn([]byte{k}, []byte(v)); err != nil {
				return err
			}
		}
	}
	return nil
}

// ahead begins a commit of keys and values by turns; - deletes.
func ahead(t *testing.T, db *DB, sees string, writes ...string) (kv.Pending, error) {
	t.Helper()
	return db.UpdateAhead(context.Background(), func(tx kv.Txn) error {
		if got := all(t, tx); got != sees {
			t.Errorf("the transaction sees %s, want %s", got, sees)
		}
		for i := 0; i < len(writes); i += 2 {
			key, err := []byte(writes[i]), error(nil)
			if writes[i+1] == "-" {
				err = tx.Delete(key)
			} else {
				err = tx.Set(key, []byte(writes[i+1]))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// all is what a reader sees, by Scan, each value by Get as well.
func all(t *testing.T, r kv.Reader) (text string) {
	t.Helper()
	err := r.Scan(kv.Range{}, func(key, value []byte) error {
		text += fmt.Sprintf("%s%s ", key, value)
		if got, err := r.Get(key); err != nil || string(got) != string(value) {
			t.Errorf("Get(%s) = %s, %v, and Scan says %s", key, got, err, value)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return text
}

func committed(t *testing.T, db *DB, want string) {
	t.Helper()
	err := db.View(context.Background(), func(r kv.Reader) error {
		if got := all(t, r); got != want {
			t.Errorf("a reader sees %s, want %s", got, want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// begun returns a pending commit that must have begun.
func begun(t *testing.T) func(kv.Pending, error) kv.Pending {
	return func(p kv.Pending, err error) kv.Pending {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

// A transaction sees what the commit under way writes, and readers do not until it is over.
func TestAhead(t *testing.T) {
	db, h := newHeld()
	first := begun(t)(ahead(t, db, "", "b", "1", "d", "1", "f", "1"))
	committed(t, db, "")
	go func() { h.ends <- nil }() // while the second is computed, or after
	second := begun(t)(ahead(t, db, "b1 d1 f1 ", "a", "2", "b", "-", "f", "2"))
	if err := first.Wait(); err != nil {
		t.Fatal(err)
	}
	committed(t, db, "b1 d1 f1 ")
	h.ends <- nil
	if err := second.Wait(); err != nil {
		t.Fatal(err)
	}
	committed(t, db, "a2 d1 f2 ")
	third := begun(t)(ahead(t, db, "a2 d1 f2 ", "a", "3"))
	go func() { h.ends <- nil; h.ends <- nil }()
	err := db.Update(context.Background(), func(tx kv.Txn) error {
		committed(t, db, "a3 d1 f2 ") // Update waits for what is under way
		return tx.Delete([]byte("d"))
	})
	if err = errors.Join(err, third.Wait()); err != nil {
		t.Fatal(err)
	}
	committed(t, db, "a3 f2 ")
}

// What was computed on a commit that failed with nothing stored is refused, once.
func TestAheadFails(t *testing.T) {
	for _, known := range []bool{false, true} { // whether the failure is known before
		db, h := newHeld()
		first := begun(t)(ahead(t, db, "", "a", "1"))
		sees := "a1 "
		if known {
			h.ends <- kv.ErrFull
			if err := first.Wait(); err != kv.ErrFull {
				t.Fatal(err)
			}
		} else {
			go func() { h.ends <- kv.ErrFull }()
		}
		if _, err := ahead(t, db, sees, "b", "2"); !errors.Is(err, kv.ErrBefore) {
			t.Fatalf("the second ends with %v, want ErrBefore", err)
		}
		third := begun(t)(ahead(t, db, "", "c", "3"))
		h.ends <- nil
		if err := third.Wait(); err != nil {
			t.Fatal(err)
		}
		committed(t, db, "c3 ")
	}
}

// After an Update nobody is told of a failure before it.
func TestUpdateForgets(t *testing.T) {
	db, h := newHeld()
	first := begun(t)(ahead(t, db, "", "a", "1"))
	go func() { h.ends <- kv.ErrTooBig; h.ends <- nil }()
	if err := db.Update(context.Background(), func(tx kv.Txn) error { return tx.Set([]byte("b"), nil) }); err != nil {
		t.Fatal(err)
	}
	if err := first.Wait(); err != kv.ErrTooBig {
		t.Fatal(err)
	}
	second := begun(t)(ahead(t, db, "b ", "c", "1"))
	h.ends <- nil
	if err := second.Wait(); err != nil {
		t.Fatal(err)
	}
}

// A commit of unknown outcome ends everything, whoever hears of it first.
func TestAheadUnknown(t *testing.T) {
	broken := errors.New("broken")
	db, h := newHeld()
	first := begun(t)(ahead(t, db, "", "a", "1"))
	go func() { h.ends <- broken }()
	if _, err := ahead(t, db, "a1 ", "b", "2"); !errors.Is(err, kv.ErrUnknown) {
		t.Errorf("the second ends with %v", err)
	}
	for _, err := range []error{first.Wait(), db.View(context.Background(), func(kv.Reader) error { return nil })} {
		if !errors.Is(err, kv.ErrUnknown) || !errors.Is(err, broken) {
			t.Errorf("%v, want ErrUnknown for why", err)
		}
	}
}

// Close waits for a commit under way.
func TestCloseWaitsForAhead(t *testing.T) {
	db, h := newHeld()
	first := begun(t)(ahead(t, db, "", "a", "1"))
	closed := make(chan error, 1)
	go func() { closed <- db.Close() }()
	select {
	case <-closed:
		t.Fatal("it is closed before its commit is over")
	case h.ends <- nil:
	}
	if err := errors.Join(first.Wait(), <-closed); err != nil {
		t.Fatal(err)
	}
}
