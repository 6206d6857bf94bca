package store

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"aloi"
	"aloi/store/kv"
	"aloi/store/memory"
	"aloi/store/storetest"
)

// TestCachedReadsAreOfTheirState holds that a reader gets from memory just what its state
// of the store holds, also when it is older than what others have read and written since, and
// while a commit is under way, or applied, or has failed.
func TestCachedReadsAreOfTheirState(t *testing.T) {
	for seed := range uint64(60) {
		w := &cacheWalk{updates: newUpdates(t, storetest.NewHeld(), seed), t: t}
		for range 12 {
			w.step(nil)
		}
		w.finish()
		if w.hits == 0 || w.hitsMeanwhile == 0 || w.refused == 0 {
			t.Errorf("seed %d: %d values came from memory, %d beside a commit under way, %d of which were refused",
				seed, w.hits, w.hitsMeanwhile, w.refused)
		}
	}
}

// cacheWalk writes and reads at random, with readers open that get older.
type cacheWalk struct {
	*updates
	t                   *testing.T
	hits, hitsMeanwhile int64 // values from memory: in all, and while a commit was under way
}

const (
	walkKeys  = 6 // numbers of records, entities and contact points
	walkDepth = 4 // readers that are open at once
)

func (w *cacheWalk) step(open []*Reader) {
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
	err := w.s.ViewCached(context.Background(), func(r *Reader) error {
		w.compare(r)
		w.step(append(open, r))
		w.compare(r)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *cacheWalk) changes(tx *Writer) error {
	for range 1 + w.rng.IntN(3) {
		if err := w.change(tx); err != nil {
			return err
		}
	}
	return nil
}

func (w *cacheWalk) change(tx *Writer) error {
	n := w.rng.Uint64N(walkKeys)
	point := w.s.PointHash(fmt.Sprint("email:", n))
	content := ContentHash{byte(w.rng.IntN(3))}
	switch w.rng.IntN(8) {
	case 0:
		return tx.SetDossier(n, []byte{byte(w.rng.Uint32())})
	case 1:
		return tx.SetLinks(n, []Link{{Other: w.rng.Uint64N(9)}}[:w.rng.IntN(2)])
	case 2:
		return tx.SetEntityOf(n, 1+w.rng.Uint64N(9))
	case 3:
		return tx.Set(EncodeEntity(&Entity{Number: n, Members: []uint64{w.rng.Uint64N(9), 9}, Golden: []aloi.Attribute{{Path: "email"}}}))
	case 4:
		return tx.RedirectEntity(n, w.rng.Uint64N(9))
	case 5:
		return tx.AddPoint(point, 1+w.rng.Uint64N(3), content, nil)
	case 6:
		return tx.DeletePoint(point, 1+w.rng.Uint64N(3), content)
	}
	return tx.AddPoint(point, 0, content, &Entry{ConsentEvent: aloi.ConsentEvent{Kind: aloi.ConsentObjected}, Log: w.rng.Uint64N(9)})
}

// compare reads everything through a reader, and again past the memory.
func (w *cacheWalk) compare(r *Reader) {
	w.t.Helper()
	before := w.s.cache.entries.HitCount()
	got := w.all(r)
	hits := w.s.cache.entries.HitCount() - before
	if w.hits += hits; w.stage == stageUnderWay || w.stage == stageApplied {
		w.hitsMeanwhile += hits
	}
	if want := w.all(&Reader{s: r.s, kv: r.kv}); got != want {
		w.t.Fatalf("seed %d: a reader of generation %d got\n%s\nand its state holds\n%s", w.seed, r.generation, got, want)
	}
}

func (w *cacheWalk) all(r *Reader) (text string) {
	for n := range uint64(walkKeys) {
		dossier, err := r.Dossier(n)
		links, linkErr := r.Links(n)
		entity, entityErr := r.EntityOf(n)
		members, membersErr := r.EntityMembers(n)
		entries, pointErr := r.Point(w.s.PointHash(fmt.Sprint("email:", n)))
		digest, digestErr := r.EntityDigest(n, func(e *Entity) []byte { return fmt.Append(nil, e.Number, e.Members) })
		for _, e := range []error{err, linkErr, entityErr, membersErr, pointErr, digestErr} {
			if e != nil && !errors.Is(e, kv.ErrNotFound) {
				w.t.Fatal(e)
			}
		}
		text += fmt.Sprintf("%d: %v %v %v %v %v %v %s %v %v", n, dossier, err, links, entity, members, membersErr, digest, digestErr, len(entries))
		for _, e := range entries {
			text += fmt.Sprintf(" %d/%x", e.Record, e.Content)
			if e.Entry != nil {
				text += fmt.Sprint(":", e.Entry.Log)
			}
		}
		text += "\n"
	}
	return text
}

// What is warmed up is what is there.
func TestWarm(t *testing.T) {
	s, err := Open(t.Context(), memory.New(), []byte("a secret for tests only"))
	if err != nil {
		t.Fatal(err)
	}
	const records = warmKeys + 10 // more than one reading
	err = s.Update(t.Context(), func(w *Writer) error {
		for n := range uint64(records) {
			if err := errors.Join(w.SetDossier(n, []byte{byte(n)}), w.SetEntityOf(n, n+1)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.cache.entries.EntryCount(); n != 2*records {
		t.Errorf("%d entries, want %d", n, 2*records)
	}
	err = s.ViewCached(t.Context(), func(r *Reader) error {
		for n := range uint64(records) {
			d, err := r.Dossier(n)
			if err != nil || len(d) != 1 || d[0] != byte(n) {
				t.Fatalf("record %d: %v, %v", n, d, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if hits := s.cache.entries.HitCount(); hits != records {
		t.Errorf("%d came from memory, want %d", hits, records)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Warm(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("warming up after the end: %v", err)
	}
}
