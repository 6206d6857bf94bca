package storetest

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"testing"

	"aloi/store/kv"
)

var writes = []promise{
	{"OwnWritesShow", testOwnWrites},
	{"LastWriteOfKeyCounts", func(t *testing.T, db kv.DB) {
		set(t, db, pair{"a", "0"}, pair{"b", "0"}, pair{"c", "0"})
		update(t, db, func(tx kv.Txn) error {
			key := func(k string) []byte { return []byte(k) }
			for _, err := range []error{
				tx.Set(key("a"), key("1")), tx.Set(key("a"), key("2")),
				tx.Set(key("b"), key("1")), tx.Delete(key("b")),
				tx.Delete(key("c")), tx.Set(key("c"), key("3")),
				tx.Set(key("d"), key("1")), tx.Delete(key("d")), tx.Set(key("d"), key("4")),
			} {
				if err != nil {
					return err
				}
			}
			wantScan(t, tx, all, pair{"a", "2"}, pair{"c", "3"}, pair{"d", "4"})
			return nil
		})
		wantAll(t, db, pair{"a", "2"}, pair{"c", "3"}, pair{"d", "4"})
	}},
	{"DeleteOfAbsentKey", func(t *testing.T, db kv.DB) {
		set(t, db, pair{"b", "1"})
		remove(t, db, "a", "c")
		remove(t, db, "b")
		remove(t, db, "b")
		wantAll(t, db)
	}},
	{"WriteBesideScan", func(t *testing.T, db kv.DB) {
		// A queue is read and its results are written in one pass.
		set(t, db, pair{"in/1", "x"}, pair{"in/2", "y"}, pair{"in/3", "z"})
		update(t, db, func(tx kv.Txn) error {
			if err := setAll(tx, pair{"in/4", "w"}); err != nil {
				return err
			}
			return tx.Scan(kv.Prefix([]byte("in/")), func(key, value []byte) error {
				done := bytes.Replace(key, []byte("in"), []byte("out"), 1)
				return tx.Set(done, bytes.Clone(value))
			})
		})
		view(t, db, func(r kv.Reader) error {
			wantScan(t, r, kv.Prefix([]byte("out/")),
				pair{"out/1", "x"}, pair{"out/2", "y"}, pair{"out/3", "z"}, pair{"out/4", "w"})
			return nil
		})
	}},
	{"SlicesAreFreeAfterUpdate", func(t *testing.T, db kv.DB) {
		key, value := []byte("key"), []byte("value")
		update(t, db, func(tx kv.Txn) error { return tx.Set(key, value) })
		copy(key, "xxx")
		copy(value, "xxxxx")
		wantAll(t, db, pair{"key", "value"})
	}},
	{"FailedFunctionLeavesNothing", func(t *testing.T, db kv.DB) {
		set(t, db, pair{"a", "1"}, pair{"b", "2"})
		err := db.Update(context.Background(), func(tx kv.Txn) error { return spoilAll(tx, errStop) })
		if err != errStop {
			t.Errorf("Update = %v, want the function's error as it is", err)
		}
		wantAll(t, db, pair{"a", "1"}, pair{"b", "2"})
		set(t, db, pair{"a", "3"})
		wantAll(t, db, pair{"a", "3"}, pair{"b", "2"})
	}},
	{"PanicLeavesNothing", func(t *testing.T, db kv.DB) {
		// A server recovers from a panic in a call: the next call must find the
		// database as it was, and its writer free. The panic comes out of a scan,
		// where an iterator is open.
		testAbort(t, db, func(tx kv.Txn) { panic(errStop) })
	}},
	{"GoexitLeavesNothing", func(t *testing.T, db kv.DB) {
		testAbort(t, db, func(tx kv.Txn) { runtime.Goexit() })
	}},
	{"FunctionRunsOnce", func(t *testing.T, db kv.DB) {
		runs := 0
		for range 20 {
			update(t, db, func(tx kv.Txn) error {
				runs++
				_, err := scan(tx, all)
				if err != nil {
					return err
				}
				return setAll(tx, pair{"n", fmt.Sprint(runs)})
			})
		}
		wantAll(t, db, pair{"n", "20"})
	}},
	{"UpdateWithoutWrites", func(t *testing.T, db kv.DB) {
		set(t, db, pair{"a", "1"})
		update(t, db, func(tx kv.Txn) error { wantGet(t, tx, "a", "1"); return nil })
		wantAll(t, db, pair{"a", "1"})
	}},
}

// spoilAll changes everything that it finds, adds a key and returns err.
func spoilAll(tx kv.Txn, err error) error {
	found, scanErr := scan(tx, all)
	if scanErr != nil {
		return scanErr
	}
	for i, p := range found {
		if i%2 == 0 {
			if err := tx.Delete([]byte(p.key)); err != nil {
				return err
			}
		} else if err := setAll(tx, pair{p.key, "spoilt"}); err != nil {
			return err
		}
	}
	if err := setAll(tx, pair{"added", "spoilt"}); err != nil {
		return err
	}
	return err
}

// testAbort leaves an Update and a View from inside a scan by abort, in a goroutine of
// its own, and looks at what is left.
func testAbort(t *testing.T, db kv.DB, abort func(tx kv.Txn)) {
	set(t, db, pair{"a", "1"}, pair{"b", "2"})
	leave := func(run func()) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer func() { _ = recover() }()
			run()
		}()
		<-done
	}
	leave(func() {
		_ = db.Update(context.Background(), func(tx kv.Txn) error {
			if err := spoilAll(tx, nil); err != nil {
				return err
			}
			return tx.Scan(all, func(_, _ []byte) error { abort(tx); return nil })
		})
	})
	leave(func() {
		_ = db.View(context.Background(), func(r kv.Reader) error {
			return r.Scan(all, func(_, _ []byte) error { abort(nil); return nil })
		})
	})
	wantAll(t, db, pair{"a", "1"}, pair{"b", "2"})
	set(t, db, pair{"a", "3"})
	wantAll(t, db, pair{"a", "3"}, pair{"b", "2"})
	if err := db.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// testOwnWrites mixes keys that are stored, written over, deleted and new, with new
// ones before, between and after the stored.
func testOwnWrites(t *testing.T, db kv.DB) {
	set(t, db, pair{"b", "b"}, pair{"d", "d"}, pair{"f", "f"}, pair{"h", "h"})
	want := []pair{{"a", "new"}, {"b", "b"}, {"c", "new"}, {"d", "over"}, {"h", "h"}, {"i", "new"}}
	update(t, db, func(tx kv.Txn) error {
		err := setAll(tx, pair{"i", "new"}, pair{"c", "new"}, pair{"a", "new"}, pair{"d", "over"})
		if err != nil {
			return err
		}
		// A delete must hide the key from scans too, not only from Get; and one of a
		// key that is not stored must not end the merge of the two orders.
		for _, key := range []string{"f", "g"} {
			if err := tx.Delete([]byte(key)); err != nil {
				return err
			}
			wantAbsent(t, tx, key)
		}
		wantScan(t, tx, all, want...)
		wantScan(t, tx, kv.Range{Start: []byte("e"), End: []byte("h")})
		wantScan(t, tx, kv.Range{Start: []byte("d"), End: []byte("i")}, pair{"d", "over"}, pair{"h", "h"})
		for _, p := range want {
			wantGet(t, tx, p.key, p.value)
		}
		return nil
	})
	wantAll(t, db, want...)
}
