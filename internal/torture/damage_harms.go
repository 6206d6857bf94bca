package main

import (
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// harm is a kind of fault. do carries it out on a copy of a state and says what it did,
// nothing where the copy has no such file.
type harm struct {
	name string
	do   func(t *template, s *storeState, dir string, rng *rand.Rand) (string, error)
}

var harms = []harm{
	{"flipped bit", onFile(flipBit)},
	{"flipped bit", onFile(flipBit)},
	{"flipped bit", onFile(flipBit)},
	{"zeroed page", onFile(zeroPage)},
	{"truncated", onFile(truncate)},
	{"deleted", onFile(func(path string, _ int64, _ *rand.Rand) error { return os.Remove(path) })},
	{"swapped", swapFiles},
	{"rolled back", rollBack},
	{"all files of a kind deleted", deleteKind},
	{"added", addFile},
	{"tampered with", tamper},
	{"tampered with, without its inventory", tamperHidden},
}

// onFile does something to one file, drawn by kind first so that the small ones get their
// share.
func onFile(do func(path string, size int64, rng *rand.Rand) error) func(*template, *storeState, string, *rand.Rand) (string, error) {
	return func(_ *template, _ *storeState, dir string, rng *rand.Rand) (string, error) {
		path, err := drawFile(dir, rng)
		if err != nil || path == "" {
			return "", err
		}
		size, err := usedBytes(path)
		if err != nil || size == 0 {
			return "", err
		}
		return kindOf(path), do(path, size, rng)
	}
}

func flipBit(path string, size int64, rng *rand.Rand) error {
	return edit(path, rng.Int64N(size), func(b []byte) { b[0] ^= 1 << rng.IntN(8) }, 1)
}

func zeroPage(path string, size int64, rng *rand.Rand) error {
	const page = 4096
	at := rng.Int64N(size) / page * page
	return edit(path, at, func(b []byte) { clear(b) }, int(min(page, size-at)))
}

func truncate(path string, size int64, rng *rand.Rand) error {
	return os.Truncate(path, rng.Int64N(size))
}

// edit changes n bytes of a file in place.
func edit(path string, at int64, change func([]byte), n int) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	b := make([]byte, n)
	if _, err = f.ReadAt(b, at); err == nil {
		change(b)
		_, err = f.WriteAt(b, at)
	}
	return errors.Join(err, f.Close())
}

// swapFiles exchanges two files of a kind.
func swapFiles(_ *template, _ *storeState, dir string, rng *rand.Rand) (string, error) {
	path, err := drawFile(dir, rng)
	if err != nil || path == "" {
		return "", err
	}
	alike, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"+filepath.Ext(path)))
	if err != nil || len(alike) < 2 || filepath.Ext(path) == "" {
		return "", err
	}
	rng.Shuffle(len(alike), func(i, k int) { alike[i], alike[k] = alike[k], alike[i] })
	aside := alike[0] + ".aside"
	return kindOf(path), errors.Join(os.Rename(alike[0], aside), os.Rename(alike[1], alike[0]), os.Rename(aside, alike[1]))
}

// rollBack puts a file, a folder or everything but the witness back to an earlier state.
func rollBack(t *template, s *storeState, dir string, rng *rand.Rand) (string, error) {
	if s.number == 0 {
		return "", nil
	}
	earlier := t.states[rng.IntN(s.number)]
	switch rng.IntN(4) {
	case 0:
		return "the store's folder", replaceTree(filepath.Join(earlier.dir, "store"), filepath.Join(dir, "store"))
	case 1:
		return "the witness's folder", replaceTree(filepath.Join(earlier.dir, "witness"), filepath.Join(dir, "witness"))
	}
	path, err := drawFile(earlier.dir, rng)
	if err != nil || path == "" {
		return "", err
	}
	name, err := filepath.Rel(earlier.dir, path)
	if err != nil {
		return "", err
	}
	return kindOf(path), copyFile(path, filepath.Join(dir, name))
}

func deleteKind(_ *template, _ *storeState, dir string, rng *rand.Rand) (string, error) {
	path, err := drawFile(dir, rng)
	if err != nil || path == "" {
		return "", err
	}
	alike, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"+filepath.Ext(path)))
	for _, p := range alike {
		if kindOf(p) == kindOf(path) {
			err = errors.Join(err, os.Remove(p))
		}
	}
	return "every " + kindOf(path), err
}

// addFile puts a copy of a table under a new number.
func addFile(_ *template, _ *storeState, dir string, rng *rand.Rand) (string, error) {
	tables, err := filepath.Glob(filepath.Join(dir, "store", "*.sst"))
	if err != nil || len(tables) == 0 {
		return "", err
	}
	return "a table", copyFile(tables[rng.IntN(len(tables))], filepath.Join(dir, "store", "000099.sst"))
}

// drawFile returns a file of a directory, each kind being as likely; "" when there is none.
func drawFile(dir string, rng *rand.Rand) (string, error) {
	kinds := map[string][]string{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			kinds[kindOf(path)] = append(kinds[kindOf(path)], path)
		}
		return err
	})
	delete(kinds, "lock")
	if err != nil || len(kinds) == 0 {
		return "", err
	}
	names := slices.Sorted(maps.Keys(kinds))
	files := kinds[names[rng.IntN(len(names))]]
	return files[rng.IntN(len(files))], nil
}

// kindOf names the kind of a file.
func kindOf(path string) string {
	name := filepath.Base(path)
	switch {
	case strings.EqualFold(name, "lock"):
		return "lock"
	case filepath.Ext(name) == ".sst":
		return "table"
	case filepath.Ext(name) == ".mem":
		return "write-ahead log"
	case filepath.Ext(name) == ".vlog":
		return "value log"
	case filepath.Ext(name) == ".log":
		return "witness"
	}
	return name
}
