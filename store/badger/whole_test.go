package badger

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"aloi/store/internal/txn"
)

// copyTree copies the files of a directory into another, which it makes anew.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := errors.Join(os.RemoveAll(to), os.CopyFS(to, os.DirFS(from))); err != nil {
		t.Fatal(err)
	}
}

// refused fails unless a store does not open, as damaged, and is left as it was.
func refused(t *testing.T, what, dir string, o Options) {
	t.Helper()
	held, err := heldNames(dir)
	if err != nil {
		t.Fatal(err)
	}
	before := files(t, dir)
	db, err := Open(dir, o)
	if err == nil {
		closeDB(t, db)
		t.Errorf("%s: it was opened", what)
		return
	}
	if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrWitness) {
		t.Errorf("%s: %v", what, err)
	}
	after := files(t, dir)
	for _, name := range held { // the others hold nothing
		if after[name] != before[name] {
			t.Errorf("%s: %s is not what it was", what, name)
		}
	}
}

// No file of a store that was closed in order may be missing, changed or new, be it one
// that Badger could do without.
func TestWholeFiles(t *testing.T) {
	dir, o := sealed(t)
	for range 2 {
		db := openSealed(t, dir, o)
		fill(t, db, 300, "")
		closeDB(t, db)
	}
	good, missing := filepath.Join(t.TempDir(), "good"), 0
	copyTree(t, dir, good)
	for name := range files(t, good) {
		if !isOurs(name) {
			continue
		}
		missing++
		path := filepath.Join(dir, name)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		refused(t, name+" is missing", dir, o)
		copyTree(t, good, dir)
		if err := os.WriteFile(path, []byte(files(t, good)[name]+"x"), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, name+" is longer", dir, o)
		copyTree(t, good, dir)
	}
	if missing < 3 {
		t.Errorf("only %d files", missing)
	}
	if err := os.WriteFile(filepath.Join(dir, "000099.sst"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "one more table", dir, o)
	copyTree(t, good, dir)
	closeDB(t, openSealed(t, dir, o))
}

// A store that is put back to how it was one commit ago is noticed, with its inventory and
// without.
func TestWholeCommits(t *testing.T) {
	dir, o := sealed(t)
	before := filepath.Join(t.TempDir(), "before")
	for _, mark := range []string{"1", "2"} {
		copyTree(t, ensure(t, dir), before)
		db := openSealed(t, dir, o)
		fill(t, db, 10, mark)
		closeDB(t, db)
	}
	copyTree(t, before, dir)
	var behind *BehindError
	if _, err := Open(dir, o); !errors.As(err, &behind) || behind.Want != behind.Have+1 {
		t.Errorf("with its inventory: %v", err)
	}
	if err := dropInventory(dir); err != nil {
		t.Fatal(err)
	}
	refused(t, "without its inventory", dir, o)
}

func ensure(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// What somebody writes past the seal, with tools of Badger's own, is found when a store is
// opened that was not closed in order.
func TestWholeKeys(t *testing.T) {
	dir, o := sealed(t)
	db := openSealed(t, dir, o)
	fill(t, db, 100, "")
	closeDB(t, db)
	good := filepath.Join(t.TempDir(), "good")
	copyTree(t, dir, good)
	for _, c := range []struct {
		name string
		do   func(get func(int) []byte) txn.Write
	}{
		{"a key is gone", func(func(int) []byte) txn.Write { return txn.Write{Key: key(7), Deleted: true} }},
		{"a value is moved", func(get func(int) []byte) txn.Write { return txn.Write{Key: key(7), Value: get(10)} }},
		{"a key is new", func(get func(int) []byte) txn.Write { return txn.Write{Key: key(700), Value: get(7)} }},
	} {
		copyTree(t, good, dir)
		below, err := openBadger(settings(dir, o))
		if err != nil {
			t.Fatal(err)
		}
		snap := below.Snapshot()
		w := c.do(func(i int) []byte {
			v, err := snap.Get(key(i))
			if err != nil {
				t.Fatal(err)
			}
			return v
		})
		snap.Release()
		if err := errors.Join(below.Commit([]txn.Write{w}), below.abandon(), dropInventory(dir)); err != nil {
			t.Fatal(err)
		}
		refused(t, c.name, dir, o)
	}
}
