package engine

import (
	"context"
	"slices"
	"testing"

	"aloi"
)

// ledger follows from outside what a store says of its past: where each entity id
// leads, and what the journal adds up to.
type ledger struct {
	live       map[aloi.EntityID][]uint64      // members at the last look
	redirected map[aloi.EntityID]aloi.EntityID // ids that are no more → where they led then, empty for nowhere
	home       map[uint64]aloi.EntityID        // added up from the journal
	sequence   uint64
}

func newLedger() *ledger {
	return &ledger{live: map[aloi.EntityID][]uint64{}, redirected: map[aloi.EntityID]aloi.EntityID{}, home: map[uint64]aloi.EntityID{}}
}

// look compares the store with the ledger, and brings the ledger up to date.
func (l *ledger) look(t testing.TB, w *subject, f *facts) {
	t.Helper()
	now, home := l.members(t, w, f)
	for id, members := range l.live {
		l.follow(t, w, id, members, home)
	}
	for id, next := range l.redirected {
		if got, want := l.resolve(t, w, id), l.resolve(t, w, next); got != want {
			t.Errorf("entity %s leads to %q, and %q, which it became, to %q", id, got, next, want)
		}
	}
	l.live = now
	l.replay(t, w)
	for number, id := range home {
		if l.home[number] != id {
			t.Errorf("the journal adds up to record %d being in %q, it is in %q", number, l.home[number], id)
		}
	}
	if len(l.home) != len(home) {
		t.Errorf("the journal adds up to %d records, there are %d", len(l.home), len(home))
	}
}

// members returns the live entities, and where each record is.
func (l *ledger) members(t testing.TB, w *subject, f *facts) (map[aloi.EntityID][]uint64, map[uint64]aloi.EntityID) {
	now, home := map[aloi.EntityID][]uint64{}, map[uint64]aloi.EntityID{}
	for ref := range f.records {
		r, err := w.engine.Record(context.Background(), ref)
		if err != nil {
			t.Errorf("live record: %v", err)
			continue
		}
		now[r.Entity] = append(now[r.Entity], r.Number)
		home[r.Number] = r.Entity
	}
	return now, home
}

// follow checks that an id leads to where most of its records went.
func (l *ledger) follow(t testing.TB, w *subject, id aloi.EntityID, members []uint64, home map[uint64]aloi.EntityID) {
	went, most := map[aloi.EntityID]int{}, 0
	for _, m := range members {
		if to := home[m]; to != "" {
			went[to]++
			most = max(most, went[to])
		}
	}
	to := l.resolve(t, w, id)
	if went[to] != most {
		t.Errorf("entity %s leads to %q with %d of its records, where %d went elsewhere", id, to, went[to], most)
	}
	if to != id {
		l.redirected[id] = to
	}
}

// resolve returns the entity that an id leads to, empty for none.
func (l *ledger) resolve(t testing.TB, w *subject, id aloi.EntityID) aloi.EntityID {
	if id == "" {
		return ""
	}
	e, err := w.engine.Entity(context.Background(), id)
	switch {
	case aloi.CodeOf(err) == aloi.CodeNotFound:
		return ""
	case err != nil:
		t.Errorf("entity %s: %v", id, err)
		return ""
	case e.ID != id && e.Redirected != id:
		t.Errorf("entity %s leads to %s, which says that %q was asked for", id, e.ID, e.Redirected)
	}
	return e.ID
}

// replay adds the new journal entries up.
func (l *ledger) replay(t testing.TB, w *subject) {
	for {
		changes, err := w.engine.Changes(context.Background(), l.sequence, 100)
		if err != nil {
			t.Error(err)
		}
		if len(changes) == 0 {
			return
		}
		for start := 0; start < len(changes); {
			end := start
			for end < len(changes) && changes[end].Sequence == changes[start].Sequence {
				end++
			}
			if changes[start].Sequence <= l.sequence {
				t.Errorf("journal entry %d comes after %d", changes[start].Sequence, l.sequence)
			}
			l.add(t, changes[start:end])
			l.sequence, start = changes[start].Sequence, end
		}
	}
}

// add carries out the changes of one batch: records leave, then come in.
func (l *ledger) add(t testing.TB, changes []aloi.Change) {
	for _, c := range changes {
		for _, n := range c.Removed {
			if l.home[n] == c.Entity || slices.Contains(c.Before, l.home[n]) {
				delete(l.home, n)
			} else {
				t.Errorf("the journal takes record %d from %s, where it was not", n, c.Entity)
			}
		}
	}
	for _, c := range changes {
		for _, n := range c.Added {
			l.home[n] = c.Entity
		}
	}
}
