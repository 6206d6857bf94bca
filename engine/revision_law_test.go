package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"aloi"
	"aloi/store"
)

// age makes of a store one that other code has resolved: its records prepare to
// something else and have other blocking keys, golden records and links are others,
// and of its model it has the name only.
func (w *subject) age(t *testing.T) {
	t.Helper()
	err := w.store.Update(context.Background(), func(tx *store.Writer) error {
		type aged struct{ before, after *store.Features }
		all := map[uint64]aged{}
		var golden []*store.Entity
		err := errors.Join(
			tx.EachFeatures(func(n uint64, f *store.Features) error {
				other := *f
				other.Prepared = []byte("a layout of another time")
				other.Blocks = append(slices.Clone(f.Blocks[min(1, len(f.Blocks)):]), store.BlockID(1), store.BlockID(2+n%3))
				slices.Sort(other.Blocks)
				all[n] = aged{f, &other}
				return nil
			}),
			tx.EachEntity(func(e *store.Entity) error {
				if e.Number%3 == 0 {
					golden = append(golden, e)
				}
				return nil
			}))
		for n, f := range all {
			err = errors.Join(err, tx.SetFeatures(n, f.before, f.after), tx.SetLinks(n, []store.Link{{Other: n + 1, Weight: 9000}}))
		}
		for _, e := range golden {
			e.Golden = []aloi.Attribute{{Value: "d'un autre temps"}}
			err = errors.Join(err, tx.Set(store.EncodeEntity(e)))
		}
		return errors.Join(err, tx.DeleteMeta(metaRevision), tx.DeleteMeta(metaText), tx.SetMeta(metaRules, []byte(shippedRules+"of another time")))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRevision holds that a store which other code has resolved is, once it is open,
// as if this code had resolved it.
func TestRevision(t *testing.T) {
	smallCommits(t)
	forSeeds(t, 10, func(t *testing.T, seed uint64) {
		s, _, facts, _ := settled(t, seed, 15)
		past := newLedger()
		past.look(t, s, facts)
		before := contents(t, s.db)
		s.age(t)
		s.close(t)
		o := Options{Now: func() time.Time { return lawClock }, AsItIs: true}
		if _, err := Open(context.Background(), s.store, o); err == nil || !strings.Contains(err.Error(), "resolved anew") {
			t.Errorf("seed %d: opened as it is: %v", seed, err)
		}
		s.open(t)
		defer s.close(t)
		s.same(t, seed, facts, "opened by this code")
		s.verify(t, seed)
		past.look(t, s, facts)
		after := contents(t, s.db)
		for _, list := range []*[][2][]byte{&before, &after} { // golden records that came back are in the journal
			*list = slices.DeleteFunc(*list, func(p [2][]byte) bool {
				return p[0][0] == 'c' || string(p[0]) == "Mcounters" || string(p[0]) == "Mblocks"
			})
		}
		if !equalContents(before, after) {
			t.Errorf("seed %d: what is stored is not what was", seed)
		}
	})
}
