package badger

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"aloi/store/kv"
)

// commit sets keys to values in one Update.
func commit(t *testing.T, db kv.DB, keysAndValues ...string) {
	t.Helper()
	err := db.Update(context.Background(), func(tx kv.Txn) error {
		for i := 0; i < len(keysAndValues); i += 2 {
			if err := tx.Set([]byte(keysAndValues[i]), []byte(keysAndValues[i+1])); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// get returns the value of key, "" when it is not there.
func get(t *testing.T, db kv.DB, key string) string {
	t.Helper()
	var value []byte
	err := db.View(context.Background(), func(r kv.Reader) error {
		var err error
		value, err = r.Get([]byte(key))
		return err
	})
	if err != nil && !errors.Is(err, kv.ErrNotFound) {
		t.Fatal(err)
	}
	return string(value)
}

func closeDB(t *testing.T, db kv.DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// files returns the content of dir by file name.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(name)] = string(data)
	}
	return out
}

func TestOpenInUse(t *testing.T) {
	dir := t.TempDir()
	first := openDir(t, dir)
	commit(t, first, "a", "1")
	_, err := Open(dir, Options{})
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), dir) {
		t.Errorf("the second Open: %v, want ErrInUse with the directory", err)
	}
	commit(t, first, "b", "2") // the first one is not disturbed
	closeDB(t, first)
	second := openDir(t, dir)
	defer second.Close()
	if get(t, second, "a") != "1" || get(t, second, "b") != "2" {
		t.Error("a commit is missing")
	}
}

// TestOpenForeign tries directories of other programs: nothing in them may change.
func TestOpenForeign(t *testing.T) {
	large := strings.Repeat("x", 4096)
	for _, tt := range []struct {
		name  string
		other func(o badger.Options) badger.Options
	}{
		{"other magic", func(o badger.Options) badger.Options { return o.WithExternalMagic(7) }},
		{"values in the value log", func(o badger.Options) badger.Options { return o.WithValueThreshold(1024) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			db, err := badger.Open(tt.other(settings(dir, Options{})))
			if err != nil {
				t.Fatal(err)
			}
			err = db.Update(func(tx *badger.Txn) error { return tx.Set([]byte("a"), []byte(large)) })
			if err = errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
			before := files(t, dir)
			if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "Aloi") {
				t.Errorf("Open: %v, want one that says it is not ours", err)
			}
			for name, data := range files(t, dir) {
				if before[name] != data {
					t.Errorf("%s was changed", name)
				}
			}
		})
	}
}

// TestValueLogStaysEmpty writes the largest values, and looks while the database is
// open, as after a crash, and when it is closed.
func TestValueLogStaysEmpty(t *testing.T) {
	dir := t.TempDir()
	db := openDir(t, dir)
	large := strings.Repeat("x", kv.MaxValueBytes)
	for range 20 {
		commit(t, db, "a", large, "b", large)
	}
	if err := checkValueLog(dir); err != nil {
		t.Error(err)
	}
	closeDB(t, db)
	for name, data := range files(t, dir) {
		if filepath.Ext(name) == ".vlog" && len(data) > valueLogHeader {
			t.Errorf("%s has %d bytes", name, len(data))
		}
	}
}

// TestLimitsFit tries settings that would break a promise: Open must refuse them.
// TestOpenBesideAnEmptyValueLog opens what a kill leaves that comes while a value log is made.
func TestOpenBesideAnEmptyValueLog(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	commit(t, db, "clé", "valeur")
	closeDB(t, db)
	if err := os.WriteFile(filepath.Join(dir, "000099.vlog"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err = Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeDB(t, db)
	if got := get(t, db, "clé"); got != "valeur" {
		t.Errorf("the value is %q", got)
	}
}

func TestLimitsFit(t *testing.T) {
	for name, tune := range map[string]func(o badger.Options) badger.Options{
		"no sync":                   func(o badger.Options) badger.Options { return o.WithSyncWrites(false) },
		"values in the log":         func(o badger.Options) badger.Options { return o.WithValueThreshold(kv.MaxValueBytes) },
		"a share in the log":        func(o badger.Options) badger.Options { return o.WithVLogPercentile(0.9) },
		"memtables too small":       func(o badger.Options) badger.Options { return o.WithMemTableSize(32 << 20) },
		"memtables a bit too small": func(o badger.Options) badger.Options { return o.WithMemTableSize(57 << 20) },
	} {
		dir := t.TempDir()
		if db, err := open(tune(settings(dir, Options{}))); err == nil {
			t.Errorf("%s: opened", name)
			closeDB(t, db)
		}
		closeDB(t, openDir(t, dir)) // and the directory is free again
	}
}

func TestCommonPrefix(t *testing.T) {
	for _, tt := range []struct {
		r    kv.Range
		want string
	}{
		{kv.Range{}, ""},
		{kv.Range{Start: []byte("a")}, ""},
		{kv.Range{End: []byte("b")}, ""},
		{kv.Prefix([]byte("abc")), "abc"},
		{kv.Prefix([]byte("ab\xff")), "ab"},
		{kv.Range{Start: []byte("abc/7"), End: []byte("abd")}, "abc"},
		{kv.Range{Start: []byte("abc1"), End: []byte("abc5")}, "abc"},
		{kv.Range{Start: []byte("a"), End: []byte("a\x00")}, "a"},
		{kv.Range{Start: []byte("a"), End: []byte("c")}, ""},
		{kv.Range{Start: []byte("ab"), End: []byte("abc")}, "ab"},
		{kv.Range{Start: []byte("b"), End: []byte("a")}, ""},
	} {
		if got := commonPrefix(tt.r); string(got) != tt.want {
			t.Errorf("commonPrefix [%q, %q) = %q, want %q", tt.r.Start, tt.r.End, got, tt.want)
		}
	}
}
