package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"aloi"
	"aloi/store/kv"
	"aloi/store/storetest"
)

// walkBlocks are the blocks of the walks: at both ends of the index, and some in one place.
var walkBlocks = []BlockID{0, 1, 2, 3, 1 << 55, 1<<55 | 1, 1 << 63, math.MaxUint64}

// blockWalk writes and reads at random, with readers open that get older. Each reader must
// get what an index has that is made of the features in its state.
type blockWalk struct {
	*updates
	t    *testing.T
	past int // comparisons of readers that commits have passed
}

func newBlockWalk(t *testing.T, inner kv.DB, seed uint64) *blockWalk {
	return &blockWalk{updates: newUpdates(t, inner, seed), t: t}
}

// TestBlocksAreOfTheirState holds that a reader finds in each block the records that have it
// in its state, whatever is committed, under way, broken off or refused meanwhile, and that a
// store that is opened again has the same blocks.
func TestBlocksAreOfTheirState(t *testing.T) {
	past := 0
	for seed := range uint64(60) {
		w := newBlockWalk(t, storetest.NewHeld(), seed)
		for range 12 {
			w.step(nil)
		}
		w.finish()
		update(t, w.s, func(*Writer) error { return nil }) // the blocks of one that was refused stay until the next
		past += w.past
		again := openStore(t, w.db)
		view(t, again, func(r *Reader) error {
			w.compare(r)
			if live := openBlocks(t, w.s); !slices.Equal(openBlocks(t, again), live) {
				t.Errorf("seed %d: a store that is opened again has other blocks than %v", seed, live)
			}
			return nil
		})
		w.db.Close()
	}
	if past < 1000 {
		t.Errorf("%d comparisons by readers of an earlier state only", past)
	}
}

func TestBlocksInBadger(t *testing.T) {
	w := newBlockWalk(t, databases[1].open(t), 1)
	for range 6 {
		w.step(nil)
	}
}

// openBlocks are the blocks that have members, ascending.
func openBlocks(t *testing.T, s *Store) (ids []BlockID) {
	view(t, s, func(r *Reader) error {
		return r.EachBlock(func(id BlockID) error {
			ids = append(ids, id)
			return nil
		})
	})
	slices.Sort(ids)
	return ids
}

func (w *blockWalk) step(open []*Reader) {
	for range 4 {
		if w.rng.IntN(2) == 0 {
			w.write(w.changes)
		}
		for _, r := range open {
			w.compare(r)
		}
	}
	if len(open) == walkDepth {
		return
	}
	err := w.s.View(context.Background(), func(r *Reader) error {
		if w.rng.IntN(2) == 0 {
			w.compare(r)
		}
		w.step(append(open, r))
		w.compare(r)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// changes looks at what the transaction finds, which is what the commit under way leaves, and
// makes some changes.
func (w *blockWalk) changes(tx *Writer) error {
	if fault := differentBlocks(&tx.Reader); fault != "" {
		return errors.New(fault)
	}
	for range 1 + w.rng.IntN(5) {
		if err := w.change(tx); err != nil {
			return err
		}
	}
	return nil
}

// change stores or deletes a record, which the transaction may have changed before.
func (w *blockWalk) change(tx *Writer) error {
	n := 1 + w.rng.Uint64N(walkKeys)
	before, err := tx.Features(n)
	if absent(err) != nil {
		return err
	}
	if err != nil {
		before = nil
	}
	ref := RefHash{byte(n)}
	if before != nil && w.rng.IntN(4) == 0 {
		return tx.DeleteRecord(&Record{Number: n}, before)
	}
	f := &Features{Ref: ref, Prepared: fmt.Append(nil, w.rng.Uint32())}
	for _, id := range walkBlocks {
		if w.rng.IntN(3) == 0 {
			f.Blocks = append(f.Blocks, id)
		}
	}
	if before != nil && w.rng.IntN(8) == 0 {
		f.Blocks = before.Blocks
	}
	if err := tx.SetFeatures(n, before, f); err != nil {
		return err
	}
	if w.rng.IntN(2) == 0 { // as if it had had to make room for another
		w.s.blocks.prepared.slab.Delete(uint32(n))
	}
	if w.rng.IntN(2) == 0 { // what a transaction wrote itself is for nobody else
		return tx.Prepared(n, func(RefHash, []byte) error { return nil })
	}
	return nil
}

// compare reads every block, in every way that there is.
func (w *blockWalk) compare(r *Reader) {
	w.t.Helper()
	if fault := differentBlocks(r); fault != "" {
		w.t.Fatalf("seed %d: %s", w.seed, fault)
	}
	if v, err := r.blockVersion(); err == nil && v < w.s.blocks.version {
		w.past++
	}
}

// differentBlocks says how the blocks that a reader gets differ from those of the features
// in its state, and its prepared records from theirs; empty for not at all.
func differentBlocks(r *Reader) string {
	want := map[BlockID][]uint64{}
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	err := r.EachFeatures(func(n uint64, f *Features) error {
		for _, id := range f.Blocks {
			want[id] = append(want[id], n)
		}
		return r.Prepared(n, func(ref RefHash, prepared []byte) error {
			if ref != f.Ref || string(prepared) != string(f.Prepared) {
				fault("record %d is %q of %x, want %q", n, prepared, ref, f.Prepared)
			}
			return nil
		})
	})
	if err != nil {
		return err.Error()
	}
	for _, id := range walkBlocks {
		members := want[id]
		for _, most := range []int{0, 2, math.MaxInt} {
			b, err := r.Block(id, most)
			shown := members
			if len(members) > most {
				shown = nil
			}
			if err != nil || b.Size != len(members) || !slices.Equal(b.Members, shown) {
				fault("block %x, at most %d: %v, %v, want %v", uint64(id), most, b, err, members)
			}
			first, err := r.FirstMembers(id, most)
			if err != nil || !slices.Equal(first, members[:min(most, len(members))]) {
				fault("the first %d of block %x: %v, %v, want %v", most, uint64(id), first, err, members)
			}
		}
	}
	return strings.Join(faults, "\n")
}

// TestTransactionTooLarge holds that one which is refused for its size leaves the blocks as
// they were, whether it says so itself or not.
func TestTransactionTooLarge(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		update(t, s, func(w *Writer) error { return w.SetFeatures(1, nil, &Features{Blocks: []BlockID{1, 2}}) })
		err := s.Update(t.Context(), func(w *Writer) error {
			err := w.SetFeatures(1, &Features{Blocks: []BlockID{1, 2}}, &Features{Blocks: []BlockID{2, 3}})
			for n := range uint64(kv.MaxTxnKeys + 1) {
				_ = w.SetEntityOf(n, 1)
			}
			return err
		})
		if !errors.Is(err, kv.ErrTooBig) {
			t.Fatal(err)
		}
		for range 2 {
			view(t, s, func(r *Reader) error {
				if fault := differentBlocks(r); fault != "" {
					t.Error(fault)
				}
				return nil
			})
			update(t, s, func(w *Writer) error { return w.SetFeatures(2, nil, &Features{Blocks: []BlockID{3}}) })
		}
	})
}

// TestNextAfterAFailedCommit holds that no transaction begins before the blocks of a commit
// that failed are taken back.
func TestNextAfterAFailedCommit(t *testing.T) {
	db := &endingDB{DB: openMemory(t), after: -1}
	s := openStore(t, db)
	next := func(ctx context.Context) error {
		return s.Update(ctx, func(w *Writer) error { return w.SetFeatures(2, nil, &Features{Blocks: []BlockID{2, 3}}) })
	}
	db.failed = func() {
		db.failed, db.after = nil, -1
		soon, cancel := context.WithTimeout(t.Context(), time.Second/4)
		defer cancel()
		if err := next(soon); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("another transaction did not wait: %v", err)
		}
	}
	db.after = 0
	err := s.Update(t.Context(), func(w *Writer) error { return w.SetFeatures(1, nil, &Features{Blocks: []BlockID{1, 2}}) })
	if !errors.Is(err, errEnded) {
		t.Fatal(err)
	}
	if err := next(t.Context()); err != nil {
		t.Fatal(err)
	}
	view(t, s, func(r *Reader) error {
		if fault := differentBlocks(r); fault != "" {
			t.Error(fault)
		}
		return nil
	})
}

// TestForgottenStates holds that a reader whose state is too far back is told so, and no
// other.
func TestForgottenStates(t *testing.T) {
	s := openStore(t, openMemory(t))
	s.blocks.recent.keep = 10
	commits := uint64(0)
	commit := func() { // three edits
		update(t, s, func(w *Writer) error {
			commits++
			return w.SetFeatures(commits, nil, &Features{Blocks: walkBlocks[:3]})
		})
	}
	asks := func(r *Reader, want error) {
		t.Helper()
		for _, id := range walkBlocks {
			if _, err := r.Block(id, 2); !errors.Is(err, want) {
				t.Errorf("after %d commits, block %x: %v, want %v", commits, uint64(id), err, want)
			}
		}
	}
	commit()
	view(t, s, func(first *Reader) error {
		asks(first, nil)
		commit()
		return s.View(t.Context(), func(second *Reader) error {
			asks(second, nil)
			commit()
			commit()
			asks(first, nil)
			commit()
			asks(first, ErrOldState)
			asks(second, nil)
			if aloi.CodeOf(ErrOldState) != aloi.CodeUnavailable {
				t.Error("that is not for asking again")
			}
			if fault := differentBlocks(second); fault != "" {
				t.Error(fault)
			}
			return nil
		})
	})
	view(t, s, func(r *Reader) error { asks(r, nil); return nil })
}

// TestRecordNumberTooLarge holds that a record whose number does not fit into the index is
// refused, in a transaction and when a store is opened.
func TestRecordNumberTooLarge(t *testing.T) {
	db := openMemory(t)
	s := openStore(t, db)
	f := &Features{Blocks: []BlockID{1}}
	update(t, s, func(w *Writer) error { return w.SetFeatures(MaxRecordNumber, nil, f) })
	before := dump(t, db)
	for _, number := range []uint64{MaxRecordNumber + 1, math.MaxUint64} {
		err := s.Update(t.Context(), func(w *Writer) error { return w.SetFeatures(number, nil, f) })
		if err == nil || !samePairs(dump(t, db), before) {
			t.Errorf("number %d: %v", number, err)
		}
	}
	view(t, openStore(t, db), func(r *Reader) error {
		b, err := r.Block(1, 1)
		if !slices.Equal(b.Members, []uint64{MaxRecordNumber}) {
			t.Errorf("%v, %v", b, err)
		}
		return err
	})
	key := numberKey(famFeatures, MaxRecordNumber+1)
	setRaw(t, db, key, seal(key, appendFeatures(nil, f)))
	if _, err := Open(t.Context(), db, testSecret); aloi.CodeOf(err) != aloi.CodeCorrupt {
		t.Errorf("it was opened: %v", err)
	}
}

// TestBlocksOfManyRecords holds that opening a store reads the features of all records, to
// the ends of what is read at a time, and those of a number that was never given.
func TestBlocksOfManyRecords(t *testing.T) {
	db := openMemory(t)
	numbers := []uint64{1, loadRecords - 1, loadRecords, loadRecords + 1, 2*loadRecords - 1, 3 * loadRecords, 3*loadRecords + 9, 5 * loadRecords}
	for _, next := range []uint64{1, loadRecords, loadRecords + 1, 3*loadRecords + 1, 3*loadRecords + 10} {
		update(t, openStore(t, db), func(w *Writer) error {
			err := w.SetCounters(Counters{NextRecord: next})
			for _, n := range numbers {
				f := &Features{Ref: RefHash{byte(n)}, Blocks: []BlockID{7}}
				err = errors.Join(err, w.SetFeatures(n, f, f))
			}
			return err
		})
		view(t, openStore(t, db), func(r *Reader) error {
			b, err := r.Block(7, len(numbers))
			if err != nil || !slices.Equal(b.Members, numbers) {
				t.Errorf("next number %d: %v, %v, want %v", next, b, err, numbers)
			}
			return nil
		})
	}
}

// A store whose features are damaged is not opened: candidates would be missing.
func TestBlocksOfDamagedFeatures(t *testing.T) {
	for _, payload := range [][]byte{nil, make([]byte, featuresHead-1), append(make([]byte, 16), 0, 2, 1)} {
		db := openMemory(t)
		openStore(t, db)
		key := numberKey(famFeatures, 1)
		setRaw(t, db, key, seal(key, payload))
		if _, err := Open(t.Context(), db, testSecret); aloi.CodeOf(err) != aloi.CodeCorrupt {
			t.Errorf("%d bytes: %v", len(payload), err)
		}
	}
}
