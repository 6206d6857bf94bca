package storetest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"aloi/store/kv"
)

// ahead are the promises of UpdateAhead of a database whose commits end well.
var ahead = []promise{
	{"ShowsInNext", testShowsInNext},
	{"ShowsToOthersWhenOver", func(t *testing.T, db kv.DB) {
		// While it is under way others see all of it or nothing.
		for i := range 20 {
			p := begin(t, db, func(tx kv.Txn) error {
				return setAll(tx, pair{"a", fmt.Sprint(i)}, pair{"b", fmt.Sprint(i)}, pair{fmt.Sprintf("c%02d", i), ""})
			})
			view(t, db, func(r kv.Reader) error {
				got, err := scan(r, all)
				if len(got) > 0 && (len(got) != 2+i && len(got) != 3+i || got[0].value != got[1].value || got[0].value != fmt.Sprint(len(got)-3)) {
					t.Errorf("in the middle of commit %d there is %q", i, got)
				}
				return err
			})
			endsWell(t, p)
			view(t, db, func(r kv.Reader) error {
				wantGet(t, r, "a", fmt.Sprint(i))
				wantGet(t, r, fmt.Sprintf("c%02d", i), "")
				return nil
			})
		}
	}},
	{"UpdateWaits", func(t *testing.T, db kv.DB) {
		p := begin(t, db, func(tx kv.Txn) error { return setAll(tx, pair{"a", "1"}, pair{"b", "1"}) })
		update(t, db, func(tx kv.Txn) error {
			wantAll(t, db, pair{"a", "1"}, pair{"b", "1"})
			wantScan(t, tx, all, pair{"a", "1"}, pair{"b", "1"})
			return tx.Delete([]byte("a"))
		})
		endsWell(t, p)
		wantAll(t, db, pair{"b", "1"})
	}},
	{"WaitAnyTimes", func(t *testing.T, db kv.DB) {
		var group sync.WaitGroup
		for i := range 10 {
			p := begin(t, db, func(tx kv.Txn) error { return setAll(tx, pair{"a", fmt.Sprint(i)}) })
			for range 4 {
				group.Go(func() {
					for range 3 {
						endsWell(t, p)
					}
				})
			}
		}
		group.Wait()
		wantAll(t, db, pair{"a", "9"})
	}},
	{"WithoutWrites", func(t *testing.T, db kv.DB) {
		endsWell(t, begin(t, db, func(kv.Txn) error { return nil }))
		first := begin(t, db, func(tx kv.Txn) error { return setAll(tx, pair{"a", "1"}) })
		endsWell(t, begin(t, db, func(tx kv.Txn) error { wantGet(t, tx, "a", "1"); return nil }))
		wantAll(t, db, pair{"a", "1"}) // the one before was waited for
		endsWell(t, first)
	}},
	{"SlicesAreFreeWhenOver", func(t *testing.T, db kv.DB) {
		key, value := []byte("key"), []byte("value")
		endsWell(t, begin(t, db, func(tx kv.Txn) error { return tx.Set(key, value) }))
		copy(key, "xxx")
		copy(value, "xxxxx")
		wantAll(t, db, pair{"key", "value"})
	}},
	{"FailedFunctionLeavesTheOneBefore", func(t *testing.T, db kv.DB) {
		testAheadFails(t, db, errStop, func(tx kv.Txn) error { return spoilAll(tx, errStop) })
	}},
	{"TooBigLeavesTheOneBefore", func(t *testing.T, db kv.DB) {
		for _, tell := range []bool{true, false} {
			testAheadFails(t, db, kv.ErrTooBig, func(tx kv.Txn) (err error) {
				for i := range kv.MaxTxnKeys + 1 {
					err = tx.Set(numbered(i), nil)
				}
				if tell {
					return err
				}
				return nil
			})
		}
	}},
	{"PanicLeavesTheOneBefore", func(t *testing.T, db kv.DB) {
		first := begin(t, db, func(tx kv.Txn) error { return setAll(tx, pair{"a", "1"}) })
		func() {
			defer func() { _ = recover() }()
			_, _ = db.UpdateAhead(context.Background(), func(tx kv.Txn) error {
				_ = spoilAll(tx, nil)
				panic(errStop)
			})
		}()
		second := begin(t, db, func(tx kv.Txn) error {
			wantScan(t, tx, all, pair{"a", "1"})
			return setAll(tx, pair{"b", "2"})
		})
		endsWell(t, first)
		endsWell(t, second)
		wantAll(t, db, pair{"a", "1"}, pair{"b", "2"})
	}},
	{"Context", testAheadContext},
	{"CloseWaits", func(t *testing.T, db kv.DB) {
		p := begin(t, db, func(tx kv.Txn) error { return setAll(tx, pair{"a", "1"}) })
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		endsWell(t, p)
		_, err := db.UpdateAhead(context.Background(), func(kv.Txn) error { t.Error("UpdateAhead ran"); return nil })
		wantErr(t, "UpdateAhead", err, kv.ErrClosed)
	}},
	{"TransactionKeptPastItsEnd", func(t *testing.T, db kv.DB) {
		// It would read what a commit under way may still lose.
		first := begin(t, db, func(tx kv.Txn) error { return setAll(tx, pair{"a", "1"}) })
		var kept kv.Txn
		second := begin(t, db, func(tx kv.Txn) error { kept = tx; return setAll(tx, pair{"b", "2"}) })
		for _, key := range []string{"a", "b"} {
			if v, err := kept.Get([]byte(key)); err == nil {
				t.Errorf("Get(%s) = %s past the end", key, v)
			}
		}
		visit := func(_, _ []byte) error { t.Error("the scan went on"); return nil }
		if kept.Scan(all, visit) == nil || kept.Set([]byte("c"), nil) == nil || kept.Delete([]byte("a")) == nil {
			t.Error("it scanned or wrote past the end")
		}
		endsWell(t, first)
		endsWell(t, second)
		wantAll(t, db, pair{"a", "1"}, pair{"b", "2"})
	}},
}

// begin begins a commit ahead.
func begin(t tester, db kv.DB, fn func(tx kv.Txn) error) kv.Pending {
	t.Helper()
	p, err := db.UpdateAhead(context.Background(), fn)
	if err != nil {
		t.Fatalf("UpdateAhead: %v", err)
	}
	return p
}

// endsWell waits for a commit, which must end well.
func endsWell(t tester, p kv.Pending) {
	t.Helper()
	if err := p.Wait(); err != nil {
		t.Errorf("Wait: %v", err)
	}
}

// testShowsInNext has each commit change what those before wrote, which its own transaction and
// the next must see by Get and by Scan, whether it is over or not.
func testShowsInNext(t *testing.T, db kv.DB) {
	set(t, db, pair{"b", "0"}, pair{"d", "0"}, pair{"f", "0"}, pair{"h", "0"})
	steps := []struct {
		sets    []pair
		deletes []string
		want    []pair
	}{
		{[]pair{{"a", "1"}, {"d", "1"}}, []string{"b", "x"}, []pair{{"a", "1"}, {"d", "1"}, {"f", "0"}, {"h", "0"}}},
		{[]pair{{"b", "2"}, {"i", "2"}}, []string{"a", "h"}, []pair{{"b", "2"}, {"d", "1"}, {"f", "0"}, {"i", "2"}}},
		{[]pair{{"a", "3"}, {"h", ""}}, []string{"b", "d"}, []pair{{"a", "3"}, {"f", "0"}, {"h", ""}, {"i", "2"}}},
		{nil, []string{"a", "f", "h", "i"}, nil},
		{[]pair{{"f", "5"}}, nil, []pair{{"f", "5"}}},
	}
	before := []pair{{"b", "0"}, {"d", "0"}, {"f", "0"}, {"h", "0"}}
	var pending []kv.Pending
	for _, s := range steps {
		pending = append(pending, begin(t, db, func(tx kv.Txn) error {
			wantState(t, tx, before)
			for _, key := range s.deletes {
				if err := tx.Delete([]byte(key)); err != nil {
					return err
				}
			}
			if err := setAll(tx, s.sets...); err != nil {
				return err
			}
			wantState(t, tx, s.want)
			return nil
		}))
		before = s.want
	}
	for _, p := range pending {
		endsWell(t, p)
	}
	wantAll(t, db, before...)
}

// wantState compares all that is there by Scan, by Scan of parts, and by Get of each letter.
func wantState(t *testing.T, r kv.Reader, want []pair) {
	t.Helper()
	wantScan(t, r, all, want...)
	for c := byte('a'); c < 'z'; c++ {
		key := string(c)
		i, found := slices.BinarySearchFunc(want, key, func(p pair, key string) int { return bytes.Compare([]byte(p.key), []byte(key)) })
		if found {
			wantGet(t, r, key, want[i].value)
		} else {
			wantAbsent(t, r, key)
		}
		wantScan(t, r, kv.Range{Start: []byte(key)}, want[i:]...)
		wantScan(t, r, kv.Range{End: []byte(key)}, want[:i]...)
	}
}

// testAheadFails has a transaction fail that sees a commit under way: nothing of it is left, and
// the commit is, and the next sees it.
func testAheadFails(t *testing.T, db kv.DB, want error, fn func(tx kv.Txn) error) {
	first := begin(t, db, func(tx kv.Txn) error { return setAll(tx, pair{"a", "1"}, pair{"b", "1"}) })
	_, err := db.UpdateAhead(context.Background(), fn)
	wantErr(t, "UpdateAhead", err, want)
	next := begin(t, db, func(tx kv.Txn) error {
		wantScan(t, tx, all, pair{"a", "1"}, pair{"b", "1"})
		return setAll(tx, pair{"b", "2"})
	})
	endsWell(t, first)
	endsWell(t, next)
	wantAll(t, db, pair{"a", "1"}, pair{"b", "2"})
}

// testAheadContext cancels before the function runs, while it waits for another, and in it.
func testAheadContext(t *testing.T, db kv.DB) {
	ctx, cancel := context.WithCancel(context.Background())
	first := begin(t, db, func(tx kv.Txn) error { return setAll(tx, pair{"a", "1"}) })
	never := func(kv.Txn) error { t.Error("UpdateAhead ran"); return nil }
	waits := make(chan error, 1)
	second := begin(t, db, func(tx kv.Txn) error {
		go func() {
			_, err := db.UpdateAhead(ctx, never)
			waits <- err
		}()
		cancel()
		wantErr(t, "the UpdateAhead that waits", wait(t, waits), context.Canceled)
		return setAll(tx, pair{"b", "2"})
	})
	_, err := db.UpdateAhead(ctx, never)
	wantErr(t, "UpdateAhead", err, context.Canceled)
	ctx, cancel = context.WithCancel(context.Background())
	third, err := db.UpdateAhead(ctx, func(tx kv.Txn) error {
		cancel()
		return setAll(tx, pair{"c", "3"})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []kv.Pending{first, second, third} {
		endsWell(t, p)
	}
	wantAll(t, db, pair{"a", "1"}, pair{"b", "2"}, pair{"c", "3"})
}
