package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"aloi"
	"aloi/store/kv"
)

// placeState is the links and places that a state of a store holds, the plain definition of
// what its readers must get.
type placeState struct {
	links map[uint64][]Link
	homes map[uint64]uint64
}

func (x placeState) clone() placeState { return placeState{maps.Clone(x.links), maps.Clone(x.homes)} }

// differs says what a reader gets of a record that is not as it should be; empty for nothing.
func (x placeState) differs(r *Reader, record uint64) string {
	links, err := r.Links(record)
	home, homeErr := r.EntityOf(record)
	if err != nil || homeErr != nil || !slices.Equal(links, x.links[record]) || home != x.homes[record] {
		return fmt.Sprintf("record %d has %v, %v in %d, %v, want %v in %d", record, links, err, home, homeErr, x.links[record], x.homes[record])
	}
	return ""
}

// placeWalk writes and reads at random, with readers open that get older.
type placeWalk struct {
	t       *rapid.T
	state   *heldState
	s       *Store
	now     placeState
	pending *pendingPlaces // a commit that is under way, nil for none
	broken  bool           // the last one failed, and nobody was told
	born    uint64         // numbers past placeNumbers that were given
	hits    int            // readings of transactions that memory could answer
}

// pendingPlaces is a commit under way that will end in err: with after, if that is nil.
type pendingPlaces struct {
	commit *Pending
	after  placeState
	err    error
}

const placeNumbers = 3

// records are all that may have anything: the first has a number that memory does not keep.
func (w *placeWalk) records() []uint64 {
	numbers := []uint64{MaxRecordNumber + 1}
	for n := range placeNumbers + w.born + 1 {
		numbers = append(numbers, n)
	}
	return numbers
}

// TestPlacesAreOfTheirState holds that every kind of reader gets the links of a record and its
// entity as its state of the store has them, whatever is committed, broken off or refused, and
// a transaction those of the commit under way that it is built on.
func TestPlacesAreOfTheirState(t *testing.T) {
	hits := 0
	rapid.Check(t, func(t *rapid.T) {
		db, state := newHeldDB()
		state.ends <- nil // of the commit that lays the store out
		w := &placeWalk{t: t, state: state, now: placeState{map[uint64][]Link{}, map[uint64]uint64{}}}
		for range rapid.IntRange(1, 4).Draw(t, "stores") {
			s, err := Open(context.Background(), db, testSecret)
			if err != nil {
				t.Fatal(err)
			}
			w.s = s
			w.step(nil)
			w.land()
		}
		hits += w.hits
	})
	if hits == 0 {
		t.Error("nothing ever came from memory")
	}
}

// step makes some transactions, and looks through the readers that are open after each.
func (w *placeWalk) step(open []func()) {
	for range rapid.IntRange(0, 6).Draw(w.t, "transactions") {
		switch rapid.IntRange(0, 3).Draw(w.t, "way") {
		case 0:
			w.update()
		case 1:
			w.land()
		default:
			w.ahead()
		}
		for _, look := range open {
			look()
		}
	}
	if len(open) == walkDepth || rapid.Bool().Draw(w.t, "last") {
		return
	}
	view := w.s.View
	if rapid.Bool().Draw(w.t, "cached") {
		view = w.s.ViewCached
	}
	err := view(context.Background(), func(r *Reader) error {
		state := w.now.clone()
		look := func() {
			for _, n := range w.records() {
				if fault := state.differs(r, n); fault != "" {
					w.t.Fatal(fault)
				}
			}
		}
		w.step(append(open, look))
		look()
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// land ends the commit under way.
func (w *placeWalk) land() {
	if w.pending == nil {
		return
	}
	w.state.ends <- w.pending.err
	if err := w.pending.commit.Wait(); !errors.Is(err, w.pending.err) {
		w.t.Fatalf("%v, want %v", err, w.pending.err)
	}
	if w.broken = w.pending.err != nil; !w.broken {
		w.now = w.pending.after
	}
	w.pending = nil
}

// update makes a transaction, which is broken off, fails, or is committed.
func (w *placeWalk) update() {
	w.land()
	want, after := w.end(), w.now.clone()
	if want != errUndone {
		w.state.ends <- want
	}
	err := w.s.Update(context.Background(), func(tx *Writer) error { return w.changes(tx, after, want) })
	if !errors.Is(err, want) {
		w.t.Fatalf("%v, want %v", err, want)
	}
	if w.broken = false; err == nil {
		w.now = after
	}
}

// ahead makes a transaction beside the commit under way, which ends meanwhile, and begins its
// own.
func (w *placeWalk) ahead() {
	end, base := w.end(), w.now
	if w.pending != nil {
		base = w.pending.after
	}
	after := base.clone()
	commit, err := w.s.UpdateAhead(context.Background(), func(tx *Writer) error {
		first := w.changes(tx, after, nil)
		w.land()
		return errors.Join(first, w.changes(tx, after, end))
	})
	want := error(nil)
	if end == errUndone {
		want = end
	}
	if w.broken {
		want, w.broken = kv.ErrBefore, false
	}
	if !errors.Is(err, want) {
		w.t.Fatalf("%v, want %v", err, want)
	}
	if err == nil {
		w.pending = &pendingPlaces{commit, after, end}
	}
}

// end draws how a transaction ends.
func (w *placeWalk) end() error {
	return rapid.SampledFrom([]error{nil, nil, errUndone, kv.ErrTooBig}).Draw(w.t, "end")
}

// changes makes some changes in a transaction, and in what it should see, and breaks it off if
// that is its end.
func (w *placeWalk) changes(tx *Writer, state placeState, end error) error {
	for range rapid.IntRange(0, 6).Draw(w.t, "changes") {
		if rapid.Bool().Draw(w.t, "look") {
			w.look(tx, state)
		}
		if err := w.change(tx, state); err != nil {
			return err
		}
	}
	if end == errUndone {
		return end
	}
	return tx.SetMeta("walk", nil) // so that there is a commit
}

// change changes something of a record.
func (w *placeWalk) change(tx *Writer, state placeState) error {
	n := rapid.SampledFrom(w.records()).Draw(w.t, "record")
	switch rapid.IntRange(0, 7).Draw(w.t, "change") {
	case 0, 1:
		links := make([]Link, rapid.IntRange(0, 3).Draw(w.t, "links"))
		for i := range links {
			links[i] = Link{Other: uint64(i), Weight: rapid.Int32().Draw(w.t, "weight"), Veto: i == 1}
		}
		state.links[n] = links
		return tx.SetLinks(n, links)
	case 2, 3:
		state.homes[n] = rapid.SampledFrom([]uint64{0, 1, 2, 1<<32 - 1, 1 << 32}).Draw(w.t, "entity")
		return tx.SetEntityOf(n, state.homes[n])
	case 4, 5:
		if n > MaxRecordNumber {
			return nil
		}
		delete(state.links, n)
		delete(state.homes, n)
		return tx.DeleteRecord(&Record{Number: n}, nil)
	case 6:
		w.born++
		return tx.SetNumber(RefHash{}, placeNumbers+w.born)
	}
	w.s.blocks.prepared.places.forget(n) // as if it had had to make room for another
	return nil
}

// look reads what the transaction has made of all records so far.
func (w *placeWalk) look(tx *Writer, state placeState) {
	for _, n := range w.records() {
		if c := tx.places(n); c != nil && c.links.Get(uint32(n), func(uint64, []byte) {}) {
			w.hits++
		}
		if fault := state.differs(&tx.Reader, n); fault != "" {
			w.t.Fatal(fault)
		}
	}
}

// TestPlacesOfAFailedDeletion holds that what a transaction reads of a record which the commit
// under way deletes is forgotten when that fails.
func TestPlacesOfAFailedDeletion(t *testing.T) {
	db, disk := newHeldDB()
	disk.ends <- nil
	s := openStore(t, db)
	want := placeState{map[uint64][]Link{1: {{Other: 2}}}, map[uint64]uint64{1: 7}}
	disk.ends <- nil
	update(t, s, func(w *Writer) error { return errors.Join(w.SetLinks(1, want.links[1]), w.SetEntityOf(1, 7)) })
	pending, err := s.UpdateAhead(t.Context(), func(w *Writer) error { return w.DeleteRecord(&Record{Number: 1}, nil) })
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.UpdateAhead(t.Context(), func(w *Writer) error {
		if fault := (placeState{}).differs(&w.Reader, 1); fault != "" {
			t.Error(fault)
		}
		disk.ends <- kv.ErrTooBig
		return nil
	})
	if !errors.Is(err, kv.ErrBefore) || !errors.Is(pending.Wait(), kv.ErrTooBig) {
		t.Fatal(err)
	}
	update(t, s, func(w *Writer) error {
		if fault := want.differs(&w.Reader, 1); fault != "" {
			t.Error(fault)
		}
		return nil
	})
}

// TestPlacesOfAStart holds that the places of all records are in memory when a store has been
// opened, to the ends of what is read at a time, and that a damaged one is left to who asks.
func TestPlacesOfAStart(t *testing.T) {
	db := openMemory(t)
	numbers := []uint64{1, loadRecords - 1, loadRecords, loadRecords + 1, 3 * loadRecords}
	want := placeState{map[uint64][]Link{}, map[uint64]uint64{}}
	update(t, openStore(t, db), func(w *Writer) error {
		err := w.SetCounters(Counters{NextRecord: 3*loadRecords + 1})
		for i, n := range numbers {
			want.homes[n] = n / 2
			err = errors.Join(err, w.SetEntityOf(n, n/2))
			if i%2 == 0 {
				want.links[n] = []Link{{Other: n + 1, Weight: 5}}
				err = errors.Join(err, w.SetLinks(n, want.links[n]))
			}
		}
		return err
	})
	s := openStore(t, db)
	for _, n := range numbers {
		_, known := s.blocks.prepared.places.homes.Get(uint32(n))
		if !known || !s.blocks.prepared.places.links.Get(uint32(n), func(uint64, []byte) {}) {
			t.Errorf("record %d is not in memory", n)
		}
	}
	same := func(s *Store, but uint64) {
		update(t, s, func(w *Writer) error {
			for _, n := range append(numbers, 2, 2*loadRecords) {
				if fault := want.differs(&w.Reader, n); n != but && fault != "" {
					t.Error(fault)
				}
			}
			return nil
		})
	}
	same(s, 0)
	for _, family := range []byte{famLinks, famEntityOf} {
		key := numberKey(family, loadRecords)
		var whole []byte
		if err := db.View(t.Context(), func(sn kv.Reader) (err error) {
			whole, err = sn.Get(key)
			whole = slices.Clone(whole)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		setRaw(t, db, key, append([]byte{^whole[0]}, whole[1:]...))
		s := openStore(t, db)
		same(s, loadRecords)
		update(t, s, func(w *Writer) error {
			_, links := w.Links(loadRecords)
			_, home := w.EntityOf(loadRecords)
			if aloi.CodeOf(errors.Join(links, home)) != aloi.CodeCorrupt {
				t.Errorf("damage of %c is answered %v, %v", family, links, home)
			}
			return nil
		})
		setRaw(t, db, key, whole)
	}
}
