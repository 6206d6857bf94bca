package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"aloi"
	"aloi/engine"
)

// members fails when the entity of an id has other records than these.
func (f *fixture) members(t *testing.T, id aloi.EntityID, want ...aloi.RecordRef) *aloi.Entity {
	t.Helper()
	e, err := f.Entity(t.Context(), id)
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	slices.SortFunc(want, aloi.RecordRef.Compare)
	if !slices.Equal(e.Members, want) {
		t.Errorf("%s has %v, want %v", id, e.Members, want)
	}
	return e
}

// gone fails when an id is found.
func (f *fixture) gone(t *testing.T, ids ...aloi.EntityID) {
	t.Helper()
	for _, id := range ids {
		if e, err := f.Entity(t.Context(), id); aloi.CodeOf(err) != aloi.CodeNotFound {
			t.Errorf("%s: %v, %v, want not found", id, e, err)
		}
	}
}

// TestOldIDs follows ids through two merges, a split and deletion: an id leads to
// where its records went as long as there is one, and never to somebody else.
func TestOldIDs(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		x, y, z := ref("web", "s1"), ref("web", "s2"), ref("web", "s3")
		first, second, third := f.store(t, stranger(1)).Entity, f.store(t, stranger(2)).Entity, f.store(t, stranger(3)).Entity

		f.do(t, ops(same(y, z)), aloi.OutcomeMerged)
		f.members(t, third, y, z)
		f.do(t, ops(same(x, y)), aloi.OutcomeMerged)
		for _, old := range []aloi.EntityID{first, second, third} {
			e := f.members(t, old, x, y, z)
			redirected := old
			if old == first {
				redirected = ""
			}
			if e.ID != first || e.Redirected != redirected {
				t.Errorf("%s: entity %s, redirected %q", old, e.ID, e.Redirected)
			}
		}

		// Most records keep the id; the one that leaves gets an id that nobody had.
		f.do(t, ops(withdraw(y, z)), aloi.OutcomeSplit)
		f.members(t, first, x, y)
		left, err := f.EntityOf(t.Context(), z)
		if err != nil || slices.Contains([]aloi.EntityID{first, second, third}, left.ID) {
			t.Fatalf("the record that left is in %v, %v", left, err)
		}
		f.members(t, second, x, y)
		f.members(t, third, x, y) // an id that lost leads to the one that stayed, for ever

		f.do(t, ops(remove(x), remove(y)), aloi.OutcomeDeleted, aloi.OutcomeDeleted)
		f.gone(t, first, second, third)
		f.members(t, left.ID, z)
		f.do(t, ops(remove(z)), aloi.OutcomeDeleted)
		f.gone(t, left.ID)
		if back := f.store(t, stranger(1)).Entity; back == first || back == left.ID {
			t.Errorf("a new entity has the old id %s", back)
		}
		f.gone(t, first, second, third, left.ID)
	})
}

func TestAskForWhatIsNotThere(t *testing.T) {
	f := open(t)
	id := f.store(t, marc()).Entity
	bad := ref("no source!", "1")
	for name, c := range map[string]struct {
		err  error
		want aloi.Code
	}{
		"entity of a wrong id":         {second(f.Entity(t.Context(), id+"0")), aloi.CodeInvalid},
		"entity of no id":              {second(f.Entity(t.Context(), "")), aloi.CodeInvalid},
		"entity that never was":        {second(f.Entity(t.Context(), engine.EntityID(999))), aloi.CodeNotFound},
		"how of a wrong id":            {second(f.How(t.Context(), "E1", aloi.English)), aloi.CodeInvalid},
		"how of what never was":        {second(f.How(t.Context(), engine.EntityID(999), aloi.English)), aloi.CodeNotFound},
		"entity of a record not there": {second(f.EntityOf(t.Context(), inWeb)), aloi.CodeNotFound},
		"entity of a wrong reference":  {second(f.EntityOf(t.Context(), bad)), aloi.CodeInvalid},
		"record not there":             {second(f.Record(t.Context(), inWeb)), aloi.CodeNotFound},
		"record of a wrong reference":  {second(f.Record(t.Context(), bad)), aloi.CodeInvalid},
		"why of one record":            {second(f.Why(t.Context(), ofMarc, ofMarc, aloi.English)), aloi.CodeInvalid},
		"why of a record not there":    {second(f.Why(t.Context(), ofMarc, inWeb, aloi.English)), aloi.CodeNotFound},
		"why of a wrong reference":     {second(f.Why(t.Context(), bad, ofMarc, aloi.English)), aloi.CodeInvalid},
		"judgements on a wrong record": {second(f.Judgements(t.Context(), &bad, 1, "")), aloi.CodeInvalid},
		"judgements after garbage":     {second(f.Judgements(t.Context(), nil, 1, "zz")), aloi.CodeInvalid},
		"judgements after half a hash": {second(f.Judgements(t.Context(), nil, 1, "00ff")), aloi.CodeInvalid},
	} {
		if got := aloi.CodeOf(c.err); got != c.want {
			t.Errorf("%s: %q (%v), want %q", name, got, c.err, c.want)
		}
	}
}

// TestRecord holds that every value is kept as it came, whatever matching made of it.
func TestRecord(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		r := anneSAV()
		r.BirthDate, r.Phones = "31/02/1984", []string{"0000000000", " 06 39 98 12 34 "}
		r.UpdatedAt = time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("Paris", 3600))
		r.Addresses = []aloi.Address{{Line: "12, r. V. Hugo", City: "LYON 03 CEDEX"}}
		r.Interactions = []aloi.Interaction{{ID: "i", Kind: aloi.InteractionPurchase, Time: testNow, Detail: "commande 77"}}
		ack := f.store(t, r)
		got, err := f.Record(t.Context(), inSAV)
		if err != nil {
			t.Fatal(err)
		}
		if got.Number != ack.RecordNumber || got.Entity != ack.Entity {
			t.Errorf("record %d in %s, acknowledged as %d in %s", got.Number, got.Entity, ack.RecordNumber, ack.Entity)
		}
		want := *r
		want.UpdatedAt = r.UpdatedAt.UTC()
		if text, wanted := fmt.Sprintf("%+v", *got.Record), fmt.Sprintf("%+v", want); text != wanted {
			t.Errorf("stored %s\nsent   %s", text, wanted)
		}
	})
}

func TestChanges(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		a, w, s := f.store(t, anneStore()), f.store(t, anneWeb()), f.store(t, anneSAV())
		f.do(t, ops(put(noted(anneSAV(), 1)), put(marc())), aloi.OutcomeUpdated, aloi.OutcomeCreated)
		f.do(t, ops(different(inStore, inSAV)), aloi.OutcomeSplit)
		f.do(t, ops(remove(inStore)), aloi.OutcomeDeleted)
		all, err := f.Changes(t.Context(), 0, engine.MaxChangeBatches)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []aloi.ChangeKind
		for i, c := range all {
			kinds = append(kinds, c.Kind)
			if i > 0 && (c.Sequence < all[i-1].Sequence || c.Sequence == all[i-1].Sequence && c.Index != all[i-1].Index+1) {
				t.Errorf("%d.%d follows %d.%d", c.Sequence, c.Index, all[i-1].Sequence, all[i-1].Index)
			}
			if !c.Time.Equal(testNow) {
				t.Errorf("change %d is of %v", i, c.Time)
			}
		}
		wanted := []aloi.ChangeKind{
			aloi.ChangeCreated, aloi.ChangeCreated, aloi.ChangeMerged, aloi.ChangeUpdated, aloi.ChangeCreated,
			aloi.ChangeSplit, aloi.ChangeSplit, aloi.ChangeDeleted,
		}
		if !slices.Equal(kinds, wanted) {
			t.Fatalf("changes %v, want %v", kinds, wanted)
		}
		merged := all[2]
		if merged.Entity != a.Entity || !slices.Equal(merged.Before, []aloi.EntityID{a.Entity, w.Entity}) ||
			!slices.Equal(merged.Added, []uint64{w.RecordNumber, s.RecordNumber}) || len(merged.Removed) > 0 {
			t.Errorf("merged: %+v", merged)
		}
		f.pages(t, all)
	})
}

// pages reads the journal in pages of each size: they add up to all of it.
func (f *fixture) pages(t *testing.T, all []aloi.Change) {
	t.Helper()
	for _, limit := range []int{-1, 1, 2, 5, 1000} {
		var got []aloi.Change
		for after := uint64(0); ; after = got[len(got)-1].Sequence {
			page, err := f.Changes(t.Context(), after, limit)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			if batches := page[len(page)-1].Sequence - after; batches > uint64(max(limit, 1)) {
				t.Errorf("limit %d: a page of %d batches", limit, batches)
			}
			got = append(got, page...)
		}
		if fmt.Sprint(got) != fmt.Sprint(all) {
			t.Errorf("pages of %d give %v, want %v", limit, got, all)
		}
	}
}

func TestWait(t *testing.T) {
	f := open(t)
	f.store(t, marc())
	if err := f.Wait(t.Context(), 0); err != nil {
		t.Errorf("the journal is past 0 already: %v", err)
	}

	woken := make(chan error, 1)
	go func() { woken <- f.Wait(context.Background(), 1) }()
	f.store(t, marc()) // writes nothing, and wakes nobody
	select {
	case err := <-woken:
		t.Fatalf("woken too early: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	f.store(t, anneWeb())
	if err := <-woken; err != nil {
		t.Error(err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	go func() { woken <- f.Wait(ctx, 99) }()
	cancel()
	if err := <-woken; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}

	go func() { woken <- f.Wait(context.Background(), 99) }()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-woken; aloi.CodeOf(err) != aloi.CodeUnavailable {
		t.Errorf("closed: %v", err)
	}
}

func TestCounts(t *testing.T) {
	f := open(t)
	f.store(t, anneStore(), anneWeb(), anneSAV(), marc())
	f.do(t, ops(different(inStore, inWeb), different(inSAV, ofMarc), withdraw(inSAV, ofMarc)), aloi.OutcomeSplit, aloi.OutcomeJudged, aloi.OutcomeJudged)
	c, err := f.Counts(t.Context())
	if err != nil || c.Records != 4 || c.Entities != 3 || c.Judgements != 1 {
		t.Errorf("counts %+v, %v", c, err)
	}
}
