package store

import (
	"errors"
	"slices"
	"testing"
)

// withoutOld is what Carry must leave of a store of format 1.
func withoutOld(pairs []pair) []pair {
	left := slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool { return p.key[0] == oldBlock || p.key[0] == oldSpill })
	for i := range left {
		if string(left[i].key) == string(metaKey(metaFormat)) {
			left[i].value = seal(left[i].key, []byte{0, Format})
		}
	}
	return left
}

// A block that the file of format 1 has by itself, without features that are in it.
const strayBlock BlockID = 0xae5b2b0cad703011

// readsAsFormat1 holds that a store of format 1 reads as it did: the blocks are those of
// the features, and not what is in the families of format 1.
func readsAsFormat1(t *testing.T, s *Store) {
	t.Helper()
	view(t, s, func(r *Reader) error {
		for _, v := range storedValues(s) {
			if v.name != "format" && v.name != "version of the blocks" {
				v.check(t, r)
			}
		}
		for id, members := range map[BlockID][]uint64{4: {1}, 1 << 63: {1}, 5: nil, strayBlock: nil} {
			b, err := r.Block(id, 9)
			if err != nil || b.Size != len(members) || !slices.Equal(b.Members, members) {
				t.Errorf("block %x: %+v, %v, want %v", uint64(id), b, err, members)
			}
		}
		return nil
	})
}

// TestCarry holds that a store of format 1 is read, and that Carry takes its blocks away
// and nothing else.
func TestCarry(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := d.open(t)
			before := ofFile(t, db, oldFormatFile)
			holdsFamilies(t, before, families+"bs")
			s := openStore(t, db)
			if !s.Outdated() {
				t.Fatal("it is taken for one of the present format")
			}
			readsAsFormat1(t, s)
			if !samePairs(dump(t, db), before) {
				t.Error("opening it changed it")
			}
			var told []uint64
			if err := s.Carry(t.Context(), func(done uint64) { told = append(told, done) }); err != nil {
				t.Fatal(err)
			}
			old := uint64(len(before) - len(withoutOld(before)))
			if !slices.IsSorted(told) || len(told) == 0 || told[len(told)-1] != old {
				t.Errorf("it told of %v keys, and %d are to go", told, old)
			}
			if !samePairs(dump(t, db), withoutOld(before)) {
				t.Error("what is left is not what was there without blocks")
			}
			for _, s := range []*Store{s, openStore(t, db)} {
				if s.Outdated() {
					t.Error("it is of an earlier format still")
				}
				readsAsFormat1(t, s)
			}
		})
	}
}

// TestCarryBrokenOff holds that Carry, ended at any of its commits, is done again at the
// next, and that records can come and go before and after.
func TestCarryBrokenOff(t *testing.T) {
	const blocks = 2*carryKeys + 5
	for commits := 0; ; commits++ {
		db := &endingDB{DB: openMemory(t), after: -1}
		ofFile(t, db, oldFormatFile)
		for part := range slices.Chunk(slices.Collect(upTo(blocks)), carryKeys) {
			update(t, openStore(t, db), func(w *Writer) error { return putAll(w, part) })
		}
		s, before := openStore(t, db), dump(t, db)
		db.after = commits
		err := s.Carry(t.Context(), func(uint64) {})
		db.after = -1
		if err == nil {
			if commits < 4 {
				t.Errorf("it took %d commits only", commits)
			}
			return
		}
		if !errors.Is(err, errEnded) || !s.Outdated() {
			t.Fatalf("after %d commits: %v, outdated %t", commits, err, s.Outdated())
		}
		s = openStore(t, db)
		if !s.Outdated() {
			t.Fatalf("after %d commits it is taken for carried over", commits)
		}
		readsAsFormat1(t, s)
		if err := s.Carry(t.Context(), func(uint64) {}); err != nil {
			t.Fatal(err)
		}
		if !samePairs(dump(t, db), withoutOld(before)) {
			t.Errorf("after %d commits and again, what is left is not what was there without blocks", commits)
		}
	}
}

// putAll stores small blocks as format 1 had them.
func putAll(w *Writer, ids []uint64) error {
	for _, n := range ids {
		key := numberKey(oldBlock, 1000+n)
		if err := w.put(key, []byte{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1}); err != nil {
			return err
		}
	}
	return nil
}

// upTo yields the numbers below n.
func upTo(n uint64) func(func(uint64) bool) {
	return func(yield func(uint64) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}
