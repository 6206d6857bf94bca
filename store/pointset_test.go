package store_test

import (
	"slices"
	"testing"

	"aloi"
	"aloi/store"
	"aloi/store/memory"
)

// What is kept on a contact point is found by the store that wrote it, by one that opens
// later, and not by what was never committed.
func TestPointsAreFoundWithoutLooking(t *testing.T) {
	db := memory.New()
	secret := []byte("a secret for tests only")
	s, err := store.Open(t.Context(), db, secret)
	if err != nil {
		t.Fatal(err)
	}
	on, off, listed := s.PointHash("email:a@ex.fr"), s.PointHash("email:b@ex.fr"), s.PointHash("email:c@ex.fr")
	content, err := store.ConsentContent(aloi.ConsentEvent{Kind: aloi.ConsentObjected})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), func(w *store.Writer) error {
		if err := w.AddPoint(on, 7, content, nil); err != nil {
			return err
		}
		return w.SetSuppressions(listed, []store.Suppression{{Suppression: aloi.Suppression{Reason: "ERASED"}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(t.Context(), db, secret)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*store.Store{"written": s, "opened": again} {
		err := s.View(t.Context(), func(r *store.Reader) error {
			for p, want := range map[store.PointHash]int{on: 1, off: 0, listed: 0} {
				if list, err := r.Point(p); err != nil || len(list) != want {
					t.Errorf("%s: %d entries, want %d, %v", name, len(list), want, err)
				}
			}
			for p, want := range map[store.PointHash]int{on: 0, off: 0, listed: 1} {
				if list, err := r.Suppressions(p); err != nil || len(list) != want {
					t.Errorf("%s: %d suppressions, want %d, %v", name, len(list), want, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The members of an entity come as they were written, without its golden record.
func TestEntityMembers(t *testing.T) {
	s, err := store.Open(t.Context(), memory.New(), []byte("a secret for tests only"))
	if err != nil {
		t.Fatal(err)
	}
	lists := [][]uint64{{1}, {0, 23, 24, 255, 256, 65535, 65536, 1 << 32, 1<<64 - 1}, nil}
	for i := range uint64(300) {
		lists[2] = append(lists[2], i*i*i*i*i)
	}
	for i, members := range lists {
		for _, golden := range [][]aloi.Attribute{nil, {{Path: "name.given", Value: "Anne"}}} {
			e := &store.Entity{Number: uint64(i) * 70_000, Members: members, Golden: golden}
			if err := s.Update(t.Context(), func(w *store.Writer) error { return w.Set(store.EncodeEntity(e)) }); err != nil {
				t.Fatal(err)
			}
			err := s.View(t.Context(), func(r *store.Reader) error {
				got, err := r.EntityMembers(e.Number)
				if !slices.Equal(got, members) {
					t.Errorf("%v, want %v", got, members)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
