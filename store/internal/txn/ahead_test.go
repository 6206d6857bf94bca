package txn_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"

	"aloi/store/kv"
	"aloi/store/storetest"
)

// TestPromises runs the promises on commits that last as long as they please.
func TestPromises(t *testing.T) {
	storetest.Run(t, func(*testing.T) kv.DB {
		h := storetest.NewHeld()
		go func() {
			for h.Apply() {
				runtime.Gosched()
				h.Return()
			}
		}()
		return h
	})
}

// ahead begins a commit of keys and values by turns; - deletes.
func ahead(t *testing.T, db kv.DB, sees string, writes ...string) (kv.Pending, error) {
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

func committed(t *testing.T, db kv.DB, want string) {
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

// A transaction sees what the commit under way writes, and readers do not until it is applied.
func TestAhead(t *testing.T) {
	h := storetest.NewHeld()
	first := begun(t)(ahead(t, h, "", "b", "1", "d", "1", "f", "1"))
	committed(t, h, "")
	go h.End() // while the second is computed, or after
	second := begun(t)(ahead(t, h, "b1 d1 f1 ", "a", "2", "b", "-", "f", "2"))
	if err := first.Wait(); err != nil {
		t.Fatal(err)
	}
	committed(t, h, "b1 d1 f1 ")
	h.Apply()
	committed(t, h, "a2 d1 f2 ")
	go h.Return()
	third := begun(t)(ahead(t, h, "a2 d1 f2 ", "a", "3"))
	if err := second.Wait(); err != nil {
		t.Fatal(err)
	}
	committed(t, h, "a2 d1 f2 ")
	go h.End()
	err := h.Update(context.Background(), func(tx kv.Txn) error {
		committed(t, h, "a3 d1 f2 ") // Update waits for what is under way
		return tx.Delete([]byte("d"))
	})
	if err = errors.Join(err, third.Wait()); err != nil {
		t.Fatal(err)
	}
	committed(t, h, "a3 f2 ")
}

// What was computed on a commit that failed with nothing stored is refused, once, whatever its
// function says.
func TestAheadFails(t *testing.T) {
	for _, known := range []bool{false, true} { // whether the failure is known before
		for _, says := range []error{nil, errors.New("a reason of its own"), kv.ErrTooBig} {
			h := storetest.NewHeld()
			first := begun(t)(ahead(t, h, "", "a", "1"))
			if known {
				h.Refuse(kv.ErrFull)
				if err := first.Wait(); err != kv.ErrFull {
					t.Fatal(err)
				}
			} else {
				go h.Refuse(kv.ErrFull)
			}
			_, err := h.UpdateAhead(context.Background(), func(tx kv.Txn) error {
				if got := all(t, tx); known || got != "a1 " {
					t.Errorf("a transaction sees %s, on a commit that is known to have failed: %t", got, known)
				}
				return errors.Join(tx.Set([]byte("b"), []byte("2")), says)
			})
			if err != kv.ErrBefore {
				t.Fatalf("the second ends with %v, want ErrBefore", err)
			}
			third := begun(t)(ahead(t, h, "", "c", "3"))
			h.End()
			if err := third.Wait(); err != nil {
				t.Fatal(err)
			}
			committed(t, h, "c3 ")
		}
	}
}

// After an Update nobody is told of a failure before it.
func TestUpdateForgets(t *testing.T) {
	h := storetest.NewHeld()
	first := begun(t)(ahead(t, h, "", "a", "1"))
	go h.Refuse(kv.ErrTooBig)
	if err := h.Update(context.Background(), func(tx kv.Txn) error { return tx.Set([]byte("b"), nil) }); err != nil {
		t.Fatal(err)
	}
	if err := first.Wait(); err != kv.ErrTooBig {
		t.Fatal(err)
	}
	second := begun(t)(ahead(t, h, "b ", "c", "1"))
	h.End()
	if err := second.Wait(); err != nil {
		t.Fatal(err)
	}
}

// A commit of unknown outcome ends everything, whoever hears of it first.
func TestAheadUnknown(t *testing.T) {
	broken := errors.New("broken")
	h := storetest.NewHeld()
	first := begun(t)(ahead(t, h, "", "a", "1"))
	go h.Refuse(broken)
	if _, err := ahead(t, h, "a1 ", "b", "2"); !errors.Is(err, kv.ErrUnknown) {
		t.Errorf("the second ends with %v", err)
	}
	for _, err := range []error{first.Wait(), h.View(context.Background(), func(kv.Reader) error { return nil })} {
		if !errors.Is(err, kv.ErrUnknown) || !errors.Is(err, broken) {
			t.Errorf("%v, want ErrUnknown for why", err)
		}
	}
}

// Close waits for a commit under way.
func TestCloseWaitsForAhead(t *testing.T) {
	h := storetest.NewHeld()
	first := begun(t)(ahead(t, h, "", "a", "1"))
	h.Apply()
	closed := make(chan error, 1)
	go func() { closed <- h.Close() }()
	for range 100 {
		runtime.Gosched()
	}
	select {
	case <-closed:
		t.Fatal("it is closed before its commit is over")
	default:
		h.Return()
	}
	if err := errors.Join(first.Wait(), <-closed); err != nil {
		t.Fatal(err)
	}
}
