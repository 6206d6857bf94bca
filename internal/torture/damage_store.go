package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"

	raw "github.com/dgraph-io/badger/v4"

	"aloi/store/badger"
	"aloi/store/kv"
	"aloi/store/seal"
)

// template is a store in several states of its life, to be copied and damaged.
type template struct {
	keyring *seal.Keyring
	states  []storeState // in order of time
}

// storeState is the files of a store at a moment, and what it holds.
type storeState struct {
	number int
	name   string // closed, or killed
	dir    string
	holds  map[string]string
}

// sessions is how often the store of a template is opened and written to; every second one
// ends in a kill.
const sessions = 8

// newTemplate makes a store and keeps a copy of it after each session.
func newTemplate(dir string, rng *rand.Rand) (*template, error) {
	t := &template{keyring: seal.NewKeyring(nil, "")}
	live := filepath.Join(dir, "live")
	holds := map[string]string{}
	for n := range sessions {
		db, err := badger.Open(filepath.Join(live, "store"), t.options(live))
		if err != nil {
			return nil, err
		}
		s := storeState{number: n, name: "closed", dir: filepath.Join(dir, fmt.Sprint("state", n))}
		err = writeSession(db, holds, rng)
		if err == nil && n%2 == 1 { // a copy of open files is what a kill leaves
			s.name, err = "killed", copyAlive(live, s.dir)
		}
		if err = errors.Join(err, db.Close()); err != nil {
			return nil, err
		}
		if n%2 == 0 {
			if err := copyTree(live, s.dir); err != nil {
				return nil, err
			}
		}
		s.holds = maps.Clone(holds)
		t.states = append(t.states, s)
	}
	return t, nil
}

func (t *template) options(dir string) badger.Options {
	return badger.Options{
		Keyring: t.keyring, Witness: filepath.Join(dir, "witness"), ArchiveBytes: 1 << 30, Space: badger.SpaceOptions{Off: true},
	}
}

// writeSession makes some commits, of new, changed and deleted keys of several families.
func writeSession(db *badger.DB, holds map[string]string, rng *rand.Rand) error {
	for range 2 + rng.IntN(6) {
		err := db.Update(context.Background(), func(tx kv.Txn) error {
			for range 20 + rng.IntN(120) {
				key := fmt.Sprintf("%c%05d", "bfrv"[rng.IntN(4)], rng.IntN(900))
				if rng.IntN(5) == 0 {
					delete(holds, key)
					if err := tx.Delete([]byte(key)); err != nil {
						return err
					}
					continue
				}
				value := make([]byte, rng.IntN(300))
				for i := range value {
					value[i] = byte(rng.Uint32())
				}
				holds[key] = string(value)
				if err := tx.Set([]byte(key), value); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tamper does what somebody can do who has the disk and not the key: he opens the database
// with Badger itself, and changes what he finds.
func tamper(_ *template, _ *storeState, dir string, rng *rand.Rand) (string, error) {
	o := raw.DefaultOptions(filepath.Join(dir, "store")).WithLogger(nil).WithExternalMagic(badger.FormatMagic).WithMemTableSize(8 << 20)
	db, err := raw.Open(o)
	if err != nil {
		return "", err
	}
	var keys, values [][]byte
	err = db.Update(func(tx *raw.Txn) error {
		it := tx.NewIterator(raw.DefaultIteratorOptions)
		for it.Rewind(); it.Valid(); it.Next() {
			v, err := it.Item().ValueCopy(nil)
			if err != nil {
				return err
			}
			keys, values = append(keys, it.Item().KeyCopy(nil)), append(values, v)
		}
		it.Close()
		a, b := rng.IntN(len(keys)), rng.IntN(len(keys))
		switch rng.IntN(4) {
		case 0: // one bit
			v := bytes.Clone(values[a])
			v[rng.IntN(len(v))] ^= 1 << rng.IntN(8)
			return tx.Set(keys[a], v)
		case 1: // two values change places
			if a == b {
				b = (a + 1) % len(keys)
			}
			return errors.Join(tx.Set(keys[a], values[b]), tx.Set(keys[b], values[a]))
		case 2:
			return tx.Delete(keys[a])
		default: // a value under a key of his own
			return tx.Set(append([]byte("r9"), keys[a]...), values[a])
		}
	})
	return "through Badger", errors.Join(err, db.Close())
}

// tamperHidden also removes the list of files, as a kill would.
func tamperHidden(t *template, s *storeState, dir string, rng *rand.Rand) (string, error) {
	what, err := tamper(t, s, dir, rng)
	if err := os.Remove(filepath.Join(dir, "store", "INVENTORY")); err != nil && !os.IsNotExist(err) {
		return "", err
	}
	return what, err
}

// usedBytes is the length of a file up to its last byte that is not zero.
func usedBytes(path string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var used, at int64
	buf := make([]byte, 1<<16)
	for {
		n, err := f.Read(buf)
		if trimmed := bytes.TrimRight(buf[:n], "\x00"); len(trimmed) > 0 {
			used = at + int64(len(trimmed))
		}
		at += int64(n)
		if errors.Is(err, io.EOF) {
			return used, nil
		} else if err != nil {
			return 0, err
		}
	}
}

// copyTree copies a directory.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o700)
		}
		return copyFile(path, filepath.Join(to, name))
	})
}

// copyAlive copies the files of an open store as they are at one moment: again, when a
// compaction came between.
func copyAlive(from, to string) error {
	for {
		before, err := tableList(from)
		if err != nil {
			return err
		}
		err = replaceTree(from, to)
		after, failed := tableList(from)
		if failed != nil || before == after {
			return errors.Join(err, failed)
		}
	}
}

// tableList is the list of tables that Badger keeps, and those that there are.
func tableList(dir string) (string, error) {
	tables, err := filepath.Glob(filepath.Join(dir, "store", "*.sst"))
	if err != nil {
		return "", err
	}
	manifest, err := os.ReadFile(filepath.Join(dir, "store", raw.ManifestFilename))
	return fmt.Sprintf("%q %x", tables, manifest), err
}

func replaceTree(from, to string) error { return errors.Join(os.RemoveAll(to), copyTree(from, to)) }

// copyFile copies a file and leaves out the blocks that are zero: a log of Badger's is 160
// MB long and mostly a hole.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	buf, zero := make([]byte, 1<<16), make([]byte, 1<<16)
	var at int64
	for {
		n, err := in.Read(buf)
		if n > 0 && !bytes.Equal(buf[:n], zero[:n]) {
			if _, err := out.WriteAt(buf[:n], at); err != nil {
				return errors.Join(err, out.Close())
			}
		}
		at += int64(n)
		if errors.Is(err, io.EOF) {
			return errors.Join(out.Truncate(at), out.Close())
		} else if err != nil {
			return errors.Join(err, out.Close())
		}
	}
}
