package storetest

import (
	"context"
	"testing"
	"time"

	"aloi/store/kv"
)

// patience is how long a call gets to return before it counts as stuck, and moment
// how long one that must wait is watched.
const (
	patience = 10 * time.Second
	moment   = 20 * time.Millisecond
)

var lifecycle = []promise{
	{"ClosedRefusesEverything", func(t *testing.T, db kv.DB) {
		set(t, db, pair{"a", "1"})
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		wantErr(t, "View", db.View(ctx, func(kv.Reader) error { t.Error("View ran"); return nil }), kv.ErrClosed)
		wantErr(t, "Update", db.Update(ctx, func(kv.Txn) error { t.Error("Update ran"); return nil }), kv.ErrClosed)
		wantErr(t, "Close", db.Close(), kv.ErrClosed)
	}},
	{"CloseWaits", func(t *testing.T, db kv.DB) {
		// A server that stops may not pull the files from under a commit.
		set(t, db, pair{"a", "1"})
		inside, finish := make(chan struct{}, 2), make(chan struct{})
		results := make(chan error, 2)
		go func() {
			results <- db.Update(context.Background(), func(tx kv.Txn) error {
				inside <- struct{}{}
				<-finish
				wantGet(t, tx, "a", "1")
				return setAll(tx, pair{"b", "2"})
			})
		}()
		go func() {
			results <- db.View(context.Background(), func(r kv.Reader) error {
				inside <- struct{}{}
				<-finish
				wantScan(t, r, all, pair{"a", "1"})
				return nil
			})
		}()
		<-inside
		<-inside
		closed := make(chan error, 1)
		go func() { closed <- db.Close() }()
		select {
		case err := <-closed:
			t.Errorf("Close returned %v with two calls under way", err)
		case <-time.After(moment):
		}
		close(finish)
		for _, c := range []chan error{results, results, closed} {
			if err := wait(t, c); err != nil {
				t.Error(err)
			}
		}
	}},
	{"CancelledBefore", func(t *testing.T, db kv.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		wantErr(t, "View", db.View(ctx, func(kv.Reader) error { t.Error("View ran"); return nil }), context.Canceled)
		wantErr(t, "Update", db.Update(ctx, func(kv.Txn) error { t.Error("Update ran"); return nil }), context.Canceled)
	}},
	{"CancelledWhileWaiting", func(t *testing.T, db kv.DB) {
		inside, finish := make(chan struct{}), make(chan struct{})
		first, second := make(chan error, 1), make(chan error, 1)
		go func() {
			first <- db.Update(context.Background(), func(tx kv.Txn) error {
				close(inside)
				<-finish
				return setAll(tx, pair{"a", "1"})
			})
		}()
		<-inside
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			second <- db.Update(ctx, func(kv.Txn) error { t.Error("the second Update ran"); return nil })
		}()
		time.Sleep(moment)
		cancel()
		wantErr(t, "the Update that waits", wait(t, second), context.Canceled)
		close(finish)
		if err := wait(t, first); err != nil {
			t.Error(err)
		}
		wantAll(t, db, pair{"a", "1"})
	}},
	{"CancelledInScan", func(t *testing.T, db kv.DB) {
		const keys = 5000
		update(t, db, func(tx kv.Txn) error {
			for i := range keys {
				if err := tx.Set(numbered(i), nil); err != nil {
					return err
				}
			}
			return nil
		})
		ctx, cancel := context.WithCancel(context.Background())
		n := 0
		err := db.View(ctx, func(r kv.Reader) error {
			return r.Scan(all, func(_, _ []byte) error { n++; cancel(); return nil })
		})
		wantErr(t, "Scan", err, context.Canceled)
		if n >= keys {
			t.Errorf("the scan went on over all of the %d keys", n)
		}
	}},
	{"CancelDoesNotStopCommit", func(t *testing.T, db kv.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		err := db.Update(ctx, func(tx kv.Txn) error {
			cancel()
			return setAll(tx, pair{"a", "1"})
		})
		if err != nil {
			t.Error(err)
		}
		wantAll(t, db, pair{"a", "1"})
	}},
	{"ReaderKeptPastItsEnd", func(t *testing.T, db kv.DB) {
		// It must say so: an answer would come from a state that nobody holds.
		set(t, db, pair{"a", "1"})
		var r kv.Reader
		var tx kv.Txn
		view(t, db, func(kept kv.Reader) error { r = kept; return nil })
		update(t, db, func(kept kv.Txn) error { tx = kept; return setAll(tx, pair{"b", "2"}) })
		visit := func(_, _ []byte) error { t.Error("the scan went on"); return nil }
		_, getErr := r.Get([]byte("a"))
		_, storedErr := tx.Get([]byte("a"))
		_, ownErr := tx.Get([]byte("b"))
		for what, err := range map[string]error{
			"Get": getErr, "Scan": r.Scan(all, visit),
			"Get of a Txn": storedErr, "Get of what it wrote": ownErr, "Scan of a Txn": tx.Scan(all, visit),
			"Set": tx.Set([]byte("c"), nil), "Delete": tx.Delete([]byte("a")),
		} {
			if err == nil {
				t.Errorf("%s worked past the end", what)
			}
		}
		wantAll(t, db, pair{"a", "1"}, pair{"b", "2"})
	}},
}

// wait returns what comes from c, or fails the test when nothing does.
func wait(t *testing.T, c <-chan error) error {
	t.Helper()
	select {
	case err := <-c:
		return err
	case <-time.After(patience):
		t.Fatal("a call did not return")
		return nil
	}
}
