package badger

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// closedStore returns a directory with some tables, closed in good order.
func closedStore(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for run := range 3 {
		db := openDir(t, dir)
		for i := range 300 {
			commit(t, db, fmt.Sprintf("key%d/%d", run, i), strings.Repeat(fmt.Sprint(i), 40))
		}
		closeDB(t, db)
	}
	return dir
}

// flip changes one bit of a file.
func flip(t *testing.T, name string, at int64, bit uint) {
	t.Helper()
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var b [1]byte
	if _, err := file.ReadAt(b[:], at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 1 << bit
	if _, err := file.WriteAt(b[:], at); err != nil {
		t.Fatal(err)
	}
}

// TestFlippedBit flips bits of the files of a closed store, one at a time: Open must
// name the damage. Badger's default serves what a table then says; and it takes a
// longer length in its list of tables for the end of that, and deletes the tables
// that come after.
func TestFlippedBit(t *testing.T) {
	dir := closedStore(t)
	before := files(t, dir)
	random := rand.New(rand.NewPCG(3, 4))
	for name, data := range before {
		var offsets []int
		switch {
		case name == "MANIFEST":
			for i := range len(data) {
				offsets = append(offsets, i)
			}
		case filepath.Ext(name) == ".sst":
			for i := 1; i <= 24; i++ { // the lengths at the end, and what is before
				offsets = append(offsets, len(data)-i)
			}
			for range 40 {
				offsets = append(offsets, random.IntN(len(data)))
			}
		}
		if offsets == nil {
			continue // no data is kept in the other files of a closed store
		}
		for _, at := range offsets {
			path := filepath.Join(dir, name)
			flip(t, path, int64(at), uint(random.IntN(8)))
			if err := checkFiles(settings(dir, Options{})); err == nil {
				t.Errorf("%s: a flipped bit at %d of %d went unnoticed", name, at, len(data))
			} else if foreign := name == "MANIFEST" && at < 8; !foreign && !errors.Is(err, ErrDamaged) {
				t.Errorf("%s: a flipped bit at %d of %d: %v, want ErrDamaged", name, at, len(data), err)
			}
			if err := os.WriteFile(path, []byte(data), 0); err != nil {
				t.Fatal(err)
			}
		}
		flip(t, filepath.Join(dir, name), int64(len(data)/2), 3)
		if _, err := Open(dir, Options{}); err == nil {
			t.Errorf("%s: Open took the damaged file", name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0); err != nil {
			t.Fatal(err)
		}
	}
	// A table that is gone altogether.
	table := filepath.Join(dir, "000001.sst")
	if err := os.Rename(table, table+".away"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("a missing table: %v, want ErrDamaged", err)
	}
	if err := os.Rename(table+".away", table); err != nil {
		t.Fatal(err)
	}
	db := openDir(t, dir)
	defer db.Close()
	if got := get(t, db, "key1/299"); got != strings.Repeat("299", 40) {
		t.Errorf("the store is not as before: %q", got)
	}
}
