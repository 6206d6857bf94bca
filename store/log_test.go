package store

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"aloi"
	"aloi/internal/property"
	"aloi/store/kv"
	"aloi/store/memory"
	"aloi/store/storetest"
)

func leafOf(index int) []byte { return fmt.Appendf(nil, "feuille %d", index) }

// appendLeaves appends the leaves from index size on.
func appendLeaves(t failer, s *Store, size, n int) {
	t.Helper()
	entries := make([]LogEntry, n)
	for i := range entries {
		entries[i].Leaf = leafOf(size + i)
	}
	update(t, s, func(w *Writer) error { return w.AppendLog(uint64(size), entries) })
}

// plainLog is a log as tlog keeps it: every hash in a list.
type plainLog []tlog.Hash

func (l plainLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		out = append(out, l[i])
	}
	return out, nil
}

// plainLogOf is the plain log of the first leaves.
func plainLogOf(size int) (l plainLog) {
	for i := range size {
		l = append(l, must(tlog.StoredHashes(int64(i), leafOf(i), l))...)
	}
	return l
}

// However a log is cut into batches, it has the tree and gives the proofs of one that is
// kept in memory.
func TestLogIsThatOfTlog(t *testing.T) {
	const most = 300
	plain := plainLogOf(most)
	property.Check(t, func(t *rapid.T) {
		db := memory.New()
		defer db.Close()
		s, err := Open(t.Context(), db, testSecret)
		if err != nil {
			t.Fatal(err)
		}
		size := 0
		for size < most {
			n := min(most-size, rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(0, 140)).Draw(t, "batch"))
			appendLeaves(t, s, size, n)
			size += n
			checkLog(t, s, int64(size), plain)
			if rapid.IntRange(0, 9).Draw(t, "stop") == 0 {
				break
			}
		}
		for n := range int64(size) {
			view(t, s, func(r *Reader) error {
				if got, want := must(tlog.TreeHash(n, r.LogHashes())), must(tlog.TreeHash(n, plain)); got != want {
					t.Fatalf("the tree of %d of %d entries is %v, want %v", n, size, got, want)
				}
				return nil
			})
		}
	})
}

// checkLog holds the head of a log and some proofs against a plain one.
func checkLog(t *rapid.T, s *Store, size int64, plain plainLog) {
	view(t, s, func(r *Reader) error {
		root, err := tlog.TreeHash(size, r.LogHashes())
		if want := must(tlog.TreeHash(size, plain)); err != nil || root != want {
			t.Fatalf("the tree of %d entries is %v, %v, want %v", size, root, err, want)
		}
		if size == 0 {
			return nil
		}
		index := rapid.Int64Range(0, size-1).Draw(t, "index")
		inclusion, err := tlog.ProveRecord(size, index, r.LogHashes())
		if err == nil {
			err = tlog.CheckRecord(inclusion, size, root, index, tlog.RecordHash(leafOf(int(index))))
		}
		if err != nil {
			t.Fatalf("entry %d of %d: %v", index, size, err)
		}
		growth, err := tlog.ProveTree(size, index+1, r.LogHashes())
		if err == nil {
			err = tlog.CheckTree(growth, size, root, index+1, must(tlog.TreeHash(index+1, plain)))
		}
		if err != nil {
			t.Fatalf("from %d to %d: %v", index+1, size, err)
		}
		return nil
	})
}

func TestLogEntries(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		appendLeaves(t, s, 0, 70)
		appendLeaves(t, s, 70, 230)
		update(t, s, func(w *Writer) error { return w.SetErased(255, 300) })
		view(t, s, func(r *Reader) error {
			for _, from := range []uint64{0, 1, 255, 256, 299, 300} {
				all, err := logFrom(r, from)
				if err != nil || len(all) != 300-int(from) {
					t.Fatalf("from %d: %d entries, %v", from, len(all), err)
				}
				for i, e := range all {
					index := int(from) + i
					if !bytes.Equal(e.Leaf, leafOf(index)) || (e.Erased == 300) != (index == 255) {
						t.Errorf("entry %d is %q, erased by %d", index, e.Leaf, e.Erased)
					}
				}
			}
			return nil
		})
	})
}

// counted counts how often the keys of a family are read and written in an update.
type counted struct {
	kv.DB
	family    byte
	got, sets map[string]int
}

func (c *counted) Update(ctx context.Context, fn func(kv.Txn) error) error {
	c.got, c.sets = map[string]int{}, map[string]int{}
	return c.DB.Update(ctx, func(tx kv.Txn) error { return fn(&countedTxn{tx, c}) })
}

// UpdateAhead implements kv.DB.
func (c *counted) UpdateAhead(ctx context.Context, fn func(kv.Txn) error) (kv.Pending, error) {
	return storetest.Over(c.Update(ctx, fn))
}

type countedTxn struct {
	kv.Txn
	c *counted
}

func (t *countedTxn) Get(key []byte) ([]byte, error) {
	if key[0] == t.c.family {
		t.c.got[string(key)]++
	}
	return t.Txn.Get(key)
}

func (t *countedTxn) Set(key, value []byte) error {
	if key[0] == t.c.family {
		t.c.sets[string(key)]++
	}
	return t.Txn.Set(key, value)
}

// A batch reads and writes each tile once, through all the levels that it touches.
func TestAppendTouchesEachTileOnce(t *testing.T) {
	db := &counted{DB: openMemory(t), family: famLogHash}
	s := openStore(t, db)
	size := 0
	for _, c := range []struct{ entries, reads, writes int }{
		{3000, 1, 48}, // 47 tiles of leaves, 1 above; looks for the first
		{1000, 2, 18}, // from 46 full and one of 56: 63 of leaves in the end
		{95, 2, 3},    // 62 full and one of 32, and two of leaves
		{1, 2, 3},     // completes a tile of leaves, one above, and begins a third level
		{1, 2, 1},
		{0, 1, 0},
	} {
		appendLeaves(t, s, size, c.entries)
		size += c.entries
		for key, n := range db.got {
			if n > 1 {
				t.Errorf("to %d: the tile %x was read %d times", size, key, n)
			}
		}
		for key, n := range db.sets {
			if n > 1 {
				t.Errorf("to %d: the tile %x was written %d times", size, key, n)
			}
		}
		if len(db.got) != c.reads || len(db.sets) != c.writes {
			t.Errorf("to %d: %d tiles read and %d written, want %d and %d", size, len(db.got), len(db.sets), c.reads, c.writes)
		}
	}
	plain := plainLogOf(size)
	view(t, s, func(r *Reader) error {
		root, err := tlog.TreeHash(int64(size), r.LogHashes())
		if err == nil && root != must(tlog.TreeHash(int64(size), plain)) {
			t.Errorf("the tree of %d entries is another", size)
		}
		return err
	})
}

// A log is appended to at its end only.
func TestAppendElsewhereIsAnError(t *testing.T) {
	for _, size := range []int{0, 1, 63, 64, 65, 128, 200} {
		s := openStore(t, openMemory(t))
		appendLeaves(t, s, 0, size)
		for _, at := range []uint64{0, 1, 63, 64, 65, 127, 128, 129, 192, 200, 256} {
			err := s.Update(t.Context(), func(w *Writer) error {
				if err := w.AppendLog(at, []LogEntry{{Leaf: []byte("x")}}); err != nil {
					return err
				}
				return errStop
			})
			if at == uint64(size) && err == errStop {
				continue
			}
			if aloi.CodeOf(err) != aloi.CodeCorrupt {
				t.Errorf("a log of %d, appended to at %d: %v", size, at, err)
			}
		}
	}
}

// A tile that is damaged, lost, or of another length is an error for whoever needs it.
func TestDamagedTilesAreErrors(t *testing.T) {
	const size = 200
	db := openMemory(t)
	s := openStore(t, db)
	appendLeaves(t, s, 0, size)
	tiles := 0
	for _, p := range dump(t, db) {
		if p.key[0] != famLogHash {
			continue
		}
		tiles++
		payload := must(open(p.key, p.value))
		bad := bytes.Clone(p.value)
		bad[7] ^= 4
		for _, value := range [][]byte{nil, bad, seal(p.key, payload[:len(payload)-tlog.HashSize]), seal(p.key, payload[1:]),
			seal(p.key, append(bytes.Clone(payload), make([]byte, 64*tlog.HashSize)...))} {
			if value == nil {
				deleteRaw(t, db, p.key)
			} else {
				setRaw(t, db, p.key, value)
			}
			if code := aloi.CodeOf(proveAll(t, s, size)); code != aloi.CodeCorrupt {
				t.Errorf("tile %x, %d bytes: %s", p.key, len(value), code)
			}
		}
		setRaw(t, db, p.key, p.value)
	}
	if tiles != 4+1 {
		t.Errorf("%d tiles", tiles)
	}
	if err := proveAll(t, s, size); err != nil {
		t.Error(err)
	}
}

// proveAll proves each entry of a log, and returns the first error.
func proveAll(t *testing.T, s *Store, size int64) (first error) {
	view(t, s, func(r *Reader) error {
		for n := range size {
			if _, err := tlog.ProveRecord(size, n, r.LogHashes()); err != nil && first == nil {
				first = err
			}
		}
		return nil
	})
	return first
}

// What is past the end of the log is an error, not a hash.
func TestHashesPastTheEnd(t *testing.T) {
	s := openStore(t, openMemory(t))
	appendLeaves(t, s, 0, 3)
	view(t, s, func(r *Reader) error {
		for _, size := range []int64{4, 64, 65, 1 << 40} {
			if _, err := tlog.TreeHash(size, r.LogHashes()); aloi.CodeOf(err) != aloi.CodeCorrupt {
				t.Errorf("the tree of %d: %v", size, err)
			}
		}
		return nil
	})
}
