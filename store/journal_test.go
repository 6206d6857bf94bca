package store

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"aloi"
)

// journalOf appends entries with these sequences and numbers of changes.
func journalOf(t *testing.T, s *Store, sizes map[uint64]int) {
	t.Helper()
	update(t, s, func(w *Writer) error {
		for sequence, n := range sizes {
			e := JournalEntry{Sequence: sequence, Time: instant(int(sequence % 28))}
			for i := range n {
				e.Changes = append(e.Changes, Change{Kind: aloi.ChangeCreated, Entity: sequence*10000 + uint64(i)})
			}
			if err := w.AppendJournal(e); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestJournalPages(t *testing.T) {
	sizes := map[uint64]int{1: 1, 2: changesPerChunk, 3: changesPerChunk + 1, 5: 3*changesPerChunk + 7, 256: 2, 300: 1, math.MaxUint64: 1}
	cases := []struct {
		name  string
		after uint64
		limit int
		want  []uint64
	}{
		{"all", 0, 100, []uint64{1, 2, 3, 5, 256, 300, math.MaxUint64}},
		{"exactly all", 0, 7, []uint64{1, 2, 3, 5, 256, 300, math.MaxUint64}},
		{"the first", 0, 1, []uint64{1}},
		{"ends at an entry of many chunks", 0, 3, []uint64{1, 2, 3}},
		{"begins after one", 3, 2, []uint64{5, 256}},
		{"after a sequence that is not there", 4, 1, []uint64{5}},
		{"across a byte", 255, 2, []uint64{256, 300}},
		{"after the last but one", 300, 5, []uint64{math.MaxUint64}},
		{"after the end of all numbers", math.MaxUint64, 5, nil},
		{"none", 0, 0, nil},
	}
	onEach(t, func(t *testing.T, s *Store) {
		journalOf(t, s, sizes)
		view(t, s, func(r *Reader) error {
			for _, c := range cases {
				entries, err := r.Journal(c.after, c.limit)
				var got []uint64
				for _, e := range entries {
					got = append(got, e.Sequence)
					checkEntry(t, e, sizes[e.Sequence])
				}
				if err != nil || !slices.Equal(got, c.want) {
					t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
				}
			}
			return nil
		})
	})
}

// checkEntry looks for every change of an entry, in order.
func checkEntry(t *testing.T, e JournalEntry, size int) {
	t.Helper()
	if len(e.Changes) != size || !e.Time.Equal(instant(int(e.Sequence%28))) {
		t.Errorf("entry %d has %d changes at %s, want %d", e.Sequence, len(e.Changes), e.Time, size)
		return
	}
	for i, c := range e.Changes {
		if want := (Change{Kind: aloi.ChangeCreated, Entity: e.Sequence*10000 + uint64(i)}); !reflect.DeepEqual(c, want) {
			t.Fatalf("entry %d, change %d is %+v, want %+v", e.Sequence, i, c, want)
		}
	}
}

// Damage to any piece of a long entry is an error, and entries before it stay readable.
func TestJournalWithADamagedPiece(t *testing.T) {
	db := openMemory(t)
	s := openStore(t, db)
	journalOf(t, s, map[uint64]int{1: 1, 2: 2*changesPerChunk + 1})
	for _, p := range dump(t, db) {
		if p.key[0] != famJournal || p.key[8] != 2 {
			continue
		}
		for at := range p.value {
			bad := slices.Clone(p.value)
			bad[at] ^= 0x10
			setRaw(t, db, p.key, bad)
			view(t, s, func(r *Reader) error {
				if _, err := r.Journal(1, 1); aloi.CodeOf(err) != aloi.CodeCorrupt {
					t.Fatalf("chunk %d, byte %d: %v", p.key[10], at, err)
				}
				return nil
			})
		}
		view(t, s, func(r *Reader) error {
			entries, err := r.Journal(0, 10)
			if aloi.CodeOf(err) != aloi.CodeCorrupt || len(entries) == 0 || entries[0].Sequence != 1 {
				t.Errorf("chunk %d: %d entries, %v", p.key[10], len(entries), err)
			}
			return nil
		})
		setRaw(t, db, p.key, p.value)
	}
}
