package storetest

import (
	"context"
	"fmt"
	"testing"

	"aloi/store/kv"
)

// OpenDir opens the database in dir, which may be new. It fails the test when it
// can't.
type OpenDir func(t *testing.T, dir string) kv.DB

// RunDurable tests what a database on disk promises beyond Run: that what was
// committed is there after it is closed and opened again, or killed. It starts the
// test binary again as a child to kill, which runs the calling test up to RunDurable
// and no further.
func RunDurable(t *testing.T, open OpenDir) {
	if dir, child := childDir(); child {
		runChild(t, open, dir)
		return
	}
	for _, p := range []struct {
		name string
		test func(t *testing.T, open OpenDir)
	}{
		{"Reopen", testReopen},
		{"AbortedIsGone", testAbortedIsGone},
		{"DeletedStaysDeleted", testDeletedStays},
		{"LargestTransaction", testLargestReopened},
		{"Kill", testKill},
	} {
		t.Run(p.name, func(t *testing.T) { p.test(t, open) })
	}
	t.Run("Model", func(t *testing.T) {
		dir := t.TempDir()
		testModel(t, open(t, dir), func(db kv.DB) kv.DB { return reopen(t, open, db, dir) })
	})
}

// reopen closes db and opens its directory again.
func reopen(t *testing.T, open OpenDir, db kv.DB, dir string) kv.DB {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	return open(t, dir)
}

func testReopen(t *testing.T, open OpenDir) {
	dir := t.TempDir()
	db := open(t, dir)
	wantAll(t, db)
	db = reopen(t, open, db, dir) // an empty database opens again
	var want []pair
	for i, key := range oddKeys {
		want = append(want, pair{key, fill(i * 50)}) // the first one is empty
	}
	set(t, db, want...)
	for range 3 {
		db = reopen(t, open, db, dir)
		wantAll(t, db, want...)
	}
	// What is old must not hide what is new.
	set(t, db, pair{want[3].key, "new"})
	want[3].value = "new"
	db = reopen(t, open, db, dir)
	wantAll(t, db, want...)
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func testAbortedIsGone(t *testing.T, open OpenDir) {
	dir := t.TempDir()
	db := open(t, dir)
	set(t, db, pair{"a", "1"}, pair{"b", "2"})
	err := db.Update(context.Background(), func(tx kv.Txn) error { return spoilAll(tx, errStop) })
	wantErr(t, "Update", err, errStop)
	db = reopen(t, open, db, dir)
	defer db.Close()
	wantAll(t, db, pair{"a", "1"}, pair{"b", "2"})
}

// testDeletedStays deletes keys, and writes and reopens many times over them, which
// makes log-structured databases merge their files. A deleted key that comes back is
// personal data that a person had erased; Badger has had it happen in its compaction
// (dgraph-io/badger#2143) and its value log (dgraph-io/badger#2286).
func testDeletedStays(t *testing.T, open OpenDir) {
	const rounds, perRound = 14, 60
	dir := t.TempDir()
	db := open(t, dir)
	key := func(round, i int) string { return fmt.Sprintf("k%02d/%02d", i, round) }
	want := map[string]string{}
	for round := range rounds {
		update(t, db, func(tx kv.Txn) error {
			for i := range perRound {
				want[key(round, i)] = fill(500 + i)
				if err := setAll(tx, pair{key(round, i), want[key(round, i)]}); err != nil {
					return err
				}
			}
			return nil
		})
		update(t, db, func(tx kv.Txn) error {
			for r := range round + 1 {
				for i := r; i < perRound; i += 3 { // most of them are deleted already
					delete(want, key(r, i))
					if err := tx.Delete([]byte(key(r, i))); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if round%2 == 0 {
			db = reopen(t, open, db, dir)
		}
		wantMap(t, db, want)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// wantMap compares the database with a map, by a scan and key by key.
func wantMap(t *testing.T, db kv.DB, want map[string]string) {
	t.Helper()
	view(t, db, func(r kv.Reader) error {
		got, err := scan(r, all)
		if err != nil {
			return err
		}
		for _, p := range got {
			value, there := want[p.key]
			if !there {
				t.Errorf("key %q is there and should not be", p.key)
			} else if value != p.value {
				t.Errorf("key %q has another value", p.key)
			}
			wantGet(t, r, p.key, p.value)
		}
		if len(got) < len(want) {
			t.Errorf("%d keys, want %d", len(got), len(want))
		}
		return nil
	})
}

// testLargestReopened commits as many bytes as one transaction takes, over and over
// one another, so that the files of a log-structured database turn over.
func testLargestReopened(t *testing.T, open OpenDir) {
	dir := t.TempDir()
	db := open(t, dir)
	const keys = kv.MaxTxnBytes / kv.MaxValueBytes
	var want map[string]string
	for round := range 12 {
		want = map[string]string{}
		update(t, db, func(tx kv.Txn) error {
			for i := range keys {
				p := pair{fmt.Sprintf("key%02d", i), fmt.Sprint(round) + fill(kv.MaxValueBytes-16)}
				want[p.key] = p.value
				if err := setAll(tx, p); err != nil {
					return err
				}
			}
			return nil
		})
	}
	wantMap(t, db, want)
	db = reopen(t, open, db, dir)
	defer db.Close()
	wantMap(t, db, want)
}
