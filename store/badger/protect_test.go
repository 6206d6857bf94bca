package badger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aloi/store/kv"
	"aloi/store/seal"
	"aloi/store/storetest"
)

// sealed returns the options of a sealed store in a directory of its own.
func sealed(t testing.TB) (dir string, o Options) {
	t.Helper()
	root := t.TempDir()
	return filepath.Join(root, "store"), Options{
		Keyring: seal.NewKeyring(nil, ""), Witness: filepath.Join(root, "witness"),
		ArchiveBytes: 64 << 20, Space: SpaceOptions{Off: true},
	}
}

func openSealed(t testing.TB, dir string, o Options) *DB {
	t.Helper()
	db, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// fill sets keys 0…n-1 to values that end with a mark.
func fill(t testing.TB, db kv.DB, n int, mark string) {
	t.Helper()
	err := db.Update(t.Context(), func(tx kv.Txn) error {
		for i := range n {
			if err := tx.Set(key(i), []byte(fmt.Sprint("valeur ", i, mark))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func key(i int) []byte { return fmt.Appendf(nil, "%c%06d", 'a'+i%3, i) }

// TestSealedPromises runs the promises of package storetest on a sealed database.
func TestSealedPromises(t *testing.T) {
	storetest.Run(t, func(t *testing.T) kv.DB {
		dir, o := sealed(t)
		return openSealed(t, dir, o)
	})
}

// TestSealedOnDisk holds that nothing of a value is to be read on disk.
func TestSealedOnDisk(t *testing.T) {
	dir, o := sealed(t)
	db := openSealed(t, dir, o)
	fill(t, db, 100, "")
	closeDB(t, db)
	for _, pattern := range []string{filepath.Join(dir, "*"), filepath.Join(o.Witness, "*")} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(data, []byte("valeur")) {
				t.Errorf("%s holds a value in clear", f)
			}
		}
	}
}

// TestHead holds that the head counts keys, and that its digest is a function of what is
// stored: the same after a detour.
func TestHead(t *testing.T) {
	dir, o := sealed(t)
	db := openSealed(t, dir, o)
	defer db.Close()
	fill(t, db, 9, "")
	before := headOf(t, db)
	if before.Commit != 1 || len(before.Families) != 3 || before.Families[0].Keys != 3 {
		t.Fatalf("head %+v", before)
	}
	fill(t, db, 12, "x")
	err := db.Update(t.Context(), func(tx kv.Txn) error {
		for i := range 12 {
			if err := tx.Delete(key(i)); err != nil {
				return err
			}
		}
		return tx.Delete([]byte("never there"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if h := headOf(t, db); h.Commit != 3 || len(h.Families) != 0 {
		t.Errorf("of an empty store: %+v", h)
	}
	if s, err := db.Scrub(t.Context(), nil); err != nil || len(s.Faults) > 0 || s.Keys != 0 {
		t.Errorf("scrub: %+v, %v", s, err)
	}
}

func headOf(t testing.TB, db *DB) (h kv.Head) {
	t.Helper()
	err := db.ViewAt(t.Context(), func(_ kv.Reader, at kv.Head) error { h = at; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestRotation gives a store a new key, while it is written to, and shows that the former
// one is not needed any more.
func TestRotation(t *testing.T) {
	dir, o := sealed(t)
	db := openSealed(t, dir, o)
	fill(t, db, 10_000, "")
	k := o.Keyring.Clone()
	k.Rotate()
	if err := db.Rekey(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	var last, total uint64
	n, err := db.Reseal(t.Context(), func(done, of uint64) {
		last, total = done, of
		if done < of {
			fill(t, db, 50, fmt.Sprint(done))
		}
	})
	if err != nil || n < 9950 || last != total {
		t.Fatalf("%d values sealed anew, progress %d of %d, %v", n, last, total, err)
	}
	if n, err := db.Reseal(t.Context(), nil); err != nil || n != 0 {
		t.Errorf("again: %d values, %v", n, err)
	}
	closeDB(t, db)
	k.DropOld()
	o.Keyring = k
	db = openSealed(t, dir, o)
	defer db.Close()
	if s, err := db.Scrub(t.Context(), nil); err != nil || len(s.Faults) > 0 || s.Keys != 10_000 {
		t.Errorf("with the new key alone: %+v, %v", s, err)
	}
	if err := db.Commits(t.Context(), 0, nil); !errors.Is(err, kv.ErrNoArchive) {
		t.Errorf("the archive of the former key: %v", err)
	}
}

// TestUnsealed refuses a store whose values are not sealed.
func TestUnsealed(t *testing.T) {
	dir, o := sealed(t)
	plain, err := Open(dir, Options{Space: SpaceOptions{Off: true}})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, plain, 100, "")
	closeDB(t, plain)
	if _, err := Open(dir, o); !errors.Is(err, ErrDamaged) {
		t.Errorf("values that are not sealed: %v", err)
	}
}

// TestCommits replays what the archive holds into a copy, and compares.
func TestCommits(t *testing.T) {
	dir, o := sealed(t)
	db := openSealed(t, dir, o)
	defer db.Close()
	fill(t, db, 30, "")
	copyDir, copyOptions := sealed(t)
	at := headOf(t, db)
	twin, err := Create(t.Context(), copyDir, copyOptions, at.Commit, at.Time, func(put func(key, value []byte) error) error {
		return db.View(t.Context(), func(r kv.Reader) error { return r.Scan(kv.Range{}, put) })
	})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, db, 40, "x")
	err = db.Update(t.Context(), func(tx kv.Txn) error { return errors.Join(tx.Delete(key(3)), tx.Set(key(4), nil)) })
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Commits(t.Context(), at.Commit, func(c kv.Commit) error { return twin.Replay(t.Context(), c) }); err != nil {
		t.Fatal(err)
	}
	closeDB(t, twin)
	twin = openSealed(t, copyDir, copyOptions)
	defer twin.Close()
	if a, b := headOf(t, db), headOf(t, twin); a.Commit != b.Commit || !a.Time.Equal(b.Time) {
		t.Errorf("the copy is at %d of %s, the store at %d of %s", b.Commit, b.Time, a.Commit, a.Time)
	}
	if !bytes.Equal(contents(t, db), contents(t, twin)) {
		t.Error("the copy holds something else")
	}
}

func contents(t testing.TB, db kv.DB) []byte {
	t.Helper()
	var b bytes.Buffer
	err := db.View(context.Background(), func(r kv.Reader) error {
		return r.Scan(kv.Range{}, func(key, value []byte) error {
			fmt.Fprintf(&b, "%q=%q\n", key, value)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestCommitTimes holds that commits are dated, and never before the one they follow.
func TestCommitTimes(t *testing.T) {
	dir, o := sealed(t)
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	o.Now = func() time.Time { now = now.Add(-time.Minute); return now }
	db := openSealed(t, dir, o)
	defer db.Close()
	first := now.Add(-time.Minute)
	for range 3 {
		fill(t, db, 1, "")
	}
	if h := headOf(t, db); !h.Time.Equal(first) {
		t.Errorf("dated %s, the first commit %s", h.Time, first)
	}
}

// TestSealedDurable runs the promises of a database on disk on a sealed one.
func TestSealedDurable(t *testing.T) {
	storetest.RunDurable(t, func(t *testing.T, dir string) kv.DB {
		return openSealed(t, filepath.Join(dir, "store"), keptIn(t, dir))
	})
}

// keptIn returns the options of a sealed store whose keyring is kept in dir.
func keptIn(t testing.TB, dir string) Options {
	t.Helper()
	path := filepath.Join(dir, "keyring")
	k, err := seal.Load(path, seal.Master{})
	if errors.Is(err, os.ErrNotExist) {
		k = seal.NewKeyring(nil, "")
		err = errors.Join(os.MkdirAll(dir, 0o700), k.Save(path, seal.Master{}))
	}
	if err != nil {
		t.Fatal(err)
	}
	return Options{Keyring: k, Witness: filepath.Join(dir, "witness"), ArchiveBytes: 64 << 20, Space: SpaceOptions{Off: true}}
}

// TestDigestLaw writes by chance, some of it after having read it and some not, closes and
// opens again, and holds that the head always says what is there.
func TestDigestLaw(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 0))
		dir, o := sealed(t)
		db := openSealed(t, dir, o)
		for range 40 {
			err := db.Update(t.Context(), func(tx kv.Txn) error { return scribble(tx, rng) })
			if err != nil {
				t.Fatal(err)
			}
			if rng.IntN(8) == 0 {
				closeDB(t, db)
				db = openSealed(t, dir, o)
			}
			if s, err := db.Scrub(t.Context(), nil); err != nil || len(s.Faults) > 0 {
				t.Fatalf("seed %d: %+v, %v", seed, s, err)
			}
		}
		closeDB(t, db)
	}
}

// scribble reads, sets and deletes keys, also past the last one of their family.
func scribble(tx kv.Txn, rng *rand.Rand) error {
	for range 1 + rng.IntN(20) {
		k := key(rng.IntN(60))
		switch rng.IntN(6) {
		case 0:
			if _, err := tx.Get(k); err != nil && !errors.Is(err, kv.ErrNotFound) {
				return err
			}
		case 1:
			if err := tx.Scan(kv.Prefix(k[:1]), func(_, _ []byte) error { return nil }); err != nil {
				return err
			}
		case 2, 3:
			if err := tx.Delete(k); err != nil {
				return err
			}
		default:
			if err := tx.Set(k, fmt.Append(nil, rng.IntN(9))); err != nil {
				return err
			}
		}
	}
	return nil
}
