package badger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"aloi/store/internal/txn"
	"aloi/store/kv"
)

// faultKeys is the number of keys in each commit of failCommit.
const faultKeys = kv.MaxTxnBytes/kv.MaxValueBytes - 1

var faultValue = make([]byte, kv.MaxValueBytes)

func faultKey(n, i int) string { return fmt.Sprintf("%03d/%02d", n, i) }

// failCommit takes the directory away from under db and commits until that fails:
// once the memtable is full, Badger is half way to a new one. It returns the number
// of the commit that failed.
func failCommit(t *testing.T, db kv.DB, dir, away string) int {
	t.Helper()
	if err := os.Rename(dir, away); err != nil {
		t.Fatal(err)
	}
	for n := range 100 {
		err := db.Update(context.Background(), func(tx kv.Txn) error {
			for i := range faultKeys {
				if err := tx.Set([]byte(faultKey(n, i)), faultValue); err != nil {
					return err
				}
			}
			return nil
		})
		if errors.Is(err, kv.ErrUnknown) {
			return n
		}
		if err != nil {
			t.Fatalf("commit %d: %v, want kv.ErrUnknown", n, err)
		}
	}
	t.Fatal("no commit failed")
	return 0
}

// TestFailedCommit makes a commit fail in its middle. Nobody can tell then what is on
// disk, and what Badger says about it may be wrong: the database must refuse
// everything. After it is opened again, every commit that succeeded is there, and the
// failed one whole or not at all.
func TestFailedCommit(t *testing.T) {
	base := t.TempDir()
	dir, away := filepath.Join(base, "store"), filepath.Join(base, "away")
	db := openDir(t, dir)
	commit(t, db, "first", "1")
	failed := failCommit(t, db, dir, away)
	ctx := context.Background()
	if err := db.View(ctx, func(kv.Reader) error { return errors.New("it ran") }); !errors.Is(err, kv.ErrUnknown) {
		t.Errorf("View: %v, want kv.ErrUnknown", err)
	}
	if err := db.Update(ctx, func(kv.Txn) error { return errors.New("it ran") }); !errors.Is(err, kv.ErrUnknown) {
		t.Errorf("Update: %v, want kv.ErrUnknown", err)
	}
	if err := os.Rename(away, dir); err != nil {
		t.Fatal(err)
	}
	closeDB(t, db)

	db = openDir(t, dir)
	defer db.Close()
	if get(t, db, "first") != "1" {
		t.Error("the first commit is lost")
	}
	for n := range failed + 1 {
		there := 0
		for i := range faultKeys {
			if get(t, db, faultKey(n, i)) == string(faultValue) {
				there++
			}
		}
		if there != faultKeys && (n < failed || there != 0) {
			t.Errorf("commit %d has %d of its %d keys; %d failed", n, there, faultKeys, failed)
		}
	}
}

// TestCloseAfterFault closes a database whose directory stays away: Badger tries for
// ever to write there, and Close may not wait as long.
func TestCloseAfterFault(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	dir := filepath.Join(base, "store")
	db := openDir(t, dir)
	failCommit(t, db, dir, filepath.Join(base, "away"))
	start := time.Now()
	if err := db.Close(); !errors.Is(err, kv.ErrUnknown) {
		t.Errorf("Close: %v, want kv.ErrUnknown", err)
	}
	if took := time.Since(start); took > 2*closeAfterFault {
		t.Errorf("Close took %v", took)
	}
	if err := db.View(context.Background(), func(kv.Reader) error { return nil }); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("View: %v, want kv.ErrClosed", err)
	}
}

// TestLogHidesKeys gives the logger what Badger gives it, keys included.
func TestLogHidesKeys(t *testing.T) {
	const key = "dupont"
	var out bytes.Buffer
	l := newLogger(slog.New(slog.NewTextHandler(&out, nil)))
	l.Errorf("Unable to read: Key: %v, Error: %v", []byte(key), fmt.Errorf("key %q: %w", key, syscall.EIO))
	l.Warningf("While running doCompact: %v\n", errors.New("table with "+key))
	l.Infof("Set nextTxnTs to %s", key)
	l.Debugf("First key=%q\n", key)
	text := out.String()
	if strings.Contains(text, key) || strings.Contains(text, fmt.Sprint([]byte(key))) {
		t.Errorf("the log holds a key:\n%s", text)
	}
	for _, want := range []string{"level=ERROR", "level=WARN", "Unable to read", "doCompact", syscall.EIO.Error()} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %q:\n%s", want, text)
		}
	}
	if newLogger(nil) != nil {
		t.Error("no logger should silence Badger")
	}
}

// TestErrorHidesKeys makes Badger refuse a key, whose error holds it.
func TestErrorHidesKeys(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("DB::Get key: %q err: %+v", "dupont", syscall.ENOSPC), syscall.ENOSPC.Error()},
		{fmt.Errorf("key dupont: %w", os.ErrPermission), os.ErrPermission.Error()},
		{errors.New("Key with size 70000 exceeded 65000 limit: dupont"), "internal error"},
	} {
		if got := withoutKeys(tt.err).Error(); got != "badger: "+tt.want {
			t.Errorf("withoutKeys = %q, want %q after the name", got, tt.want)
		}
	}
}

// TestDeletedStaysAfterCompaction brings all tables to one level, which is where
// Badger drops the marks of deleted keys and has had keys come back
// (dgraph-io/badger#2143).
func TestDeletedStaysAfterCompaction(t *testing.T) {
	dir := t.TempDir()
	const keys = 400
	key := func(i int) string { return fmt.Sprintf("key%03d", i) }
	for round := range levelZeroTables + 3 { // each leaves a table, and enough are merged
		s, err := openState(settings(dir, Options{}))
		if err != nil {
			t.Fatal(err)
		}
		db := txn.New(s)
		var pairs []string
		for i := range keys {
			pairs = append(pairs, key(i), strings.Repeat(fmt.Sprint(round), 2000))
		}
		commit(t, db, pairs...)
		err = db.Update(context.Background(), func(tx kv.Txn) error {
			for i := round; i < keys; i += 2 {
				if err := tx.Delete([]byte(key(i))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if round%3 == 2 {
			if err := s.db.Flatten(compactors); err != nil {
				t.Fatal(err)
			}
		}
		for i := range keys {
			deleted := i >= round && (i-round)%2 == 0
			if (get(t, db, key(i)) == "") != deleted {
				t.Fatalf("round %d: key %d, deleted %v, says otherwise", round, i, deleted)
			}
		}
		closeDB(t, db)
	}
	s, err := openState(settings(dir, Options{}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.db.Close()
	if err := s.db.Flatten(compactors); err != nil {
		t.Fatal(err)
	}
	for level, info := range s.db.Levels() {
		if level == 0 && info.NumTables > 0 {
			t.Errorf("%d tables are left on level 0: nothing was compacted", info.NumTables)
		}
	}
}
