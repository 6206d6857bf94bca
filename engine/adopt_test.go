package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
)

// miser is a model under which nothing but the same card makes one person.
func miser() *matcher.Model {
	m := matcher.Default()
	m.Version, m.Same, m.Strong = "miser", 90*matcher.Bit, 90*matcher.Bit
	return m
}

// adopt adopts a model, and fails when what is stored is not right afterwards.
func (f *fixture) adopt(t *testing.T, m *matcher.Model) *engine.Adoption {
	t.Helper()
	a, err := f.Adopt(t.Context(), m, nil)
	if err != nil {
		t.Fatal(err)
	}
	f.clean(t)
	return a
}

// TestAdoptKeepsIDs follows one person who comes apart and together again: the id
// stays with the earliest record, and what was new leads back to it.
func TestAdoptKeepsIDs(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		id := f.store(t, anneStore(), anneWeb(), anneSAV()).Entity
		other := f.store(t, marc()).Entity
		end := f.Sequence()

		apart := f.adopt(t, miser())
		if apart.Version != "miser" || apart.Replaced != matcher.Default().Version || apart.Records != 4 || apart.Entities != 4 ||
			apart.Changed != 3 || apart.FirstSequence != end+1 || apart.LastSequence != end+1 {
			t.Errorf("apart: %+v", apart)
		}
		var parts []aloi.EntityID
		for _, ref := range []aloi.RecordRef{inStore, inWeb, inSAV} {
			e, err := f.EntityOf(t.Context(), ref)
			if err != nil || len(e.Members) != 1 || len(e.Golden) == 0 {
				t.Fatalf("apart: %+v, %v", e, err)
			}
			parts = append(parts, e.ID)
		}
		if parts[0] != id || parts[1] == id || parts[2] == id || parts[1] == other {
			t.Errorf("apart: %s became %v", id, parts)
		}

		whole := f.adopt(t, matcher.Default())
		if whole.Entities != 3-1 || whole.Changed != 1 || whole.FirstSequence != end+2 {
			t.Errorf("together: %+v", whole)
		}
		for _, part := range parts {
			if e, err := f.Entity(t.Context(), part); err != nil || e.ID != id || len(e.Members) != 3 {
				t.Errorf("%s leads to %+v, %v", part, e, err)
			}
		}
		changes, err := f.Changes(t.Context(), end, 10)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, c := range changes {
			kinds = append(kinds, fmt.Sprintf("%d %s %d", c.Sequence-end, c.Kind, len(c.Added)))
		}
		if got := strings.Join(kinds, ", "); got != "1 SPLIT 0, 1 SPLIT 1, 1 SPLIT 1, 2 MERGED 2" {
			t.Errorf("journal: %s", got)
		}
		if e, err := f.Entity(t.Context(), other); err != nil || e.ID != other {
			t.Errorf("who had no part in it: %+v, %v", e, err)
		}
	})
}

// A steward outranks every model.
func TestAdoptKeepsJudgements(t *testing.T) {
	f := open(t)
	f.store(t, anneStore(), anneWeb(), anneSAV(), stranger(1), stranger(2))
	f.do(t, ops(same(joinedA, joinedB), different(inStore, inSAV)), aloi.OutcomeMerged, aloi.OutcomeSplit)
	for _, m := range []*matcher.Model{miser(), matcher.Default()} {
		f.adopt(t, m)
		if e, err := f.EntityOf(t.Context(), joinedA); err != nil || len(e.Members) != 2 {
			t.Errorf("%s, judged the same: %+v, %v", m.Version, e, err)
		}
		if e, err := f.EntityOf(t.Context(), inStore); err != nil || len(e.Members) != 1 {
			t.Errorf("%s, judged different: %+v, %v", m.Version, e, err)
		}
	}
}

// A model that is in force already, and one that changes nothing, leave no trace but
// their name.
func TestAdoptWithoutEffect(t *testing.T) {
	f := open(t)
	f.store(t, anneStore(), anneWeb(), anneSAV())
	before, end := f.digest(t), f.Sequence()
	if a := f.adopt(t, matcher.Default()); a.Records != 3 || a.Entities != 1 || a.Changed+a.FirstSequence+a.LastSequence != 0 || f.digest(t) != before {
		t.Errorf("the model in force: %+v", a)
	}
	renamed := matcher.Default()
	renamed.Version = "renamed"
	if a := f.adopt(t, renamed); a.Changed+a.FirstSequence+a.LastSequence != 0 || f.Sequence() != end || f.Model().Version != "renamed" {
		t.Errorf("the same under another name: %+v", a)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if e, err := engine.Open(t.Context(), f.st, engine.Options{Model: renamed, Now: func() time.Time { return testNow }}); err != nil || e.Close() != nil {
		t.Errorf("with the model that it has: %v", err)
	}
	changed := *renamed // of the same version
	changed.Prior++
	for name, m := range map[string]*matcher.Model{"the shipped one": matcher.Default(), "one of the same name": &changed} {
		if _, err := engine.Open(t.Context(), f.st, engine.Options{Model: m, Now: func() time.Time { return testNow }}); err == nil || !strings.Contains(err.Error(), "aloi adopt") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAdoptRefuses holds that what can't be adopted leaves the store as it is.
func TestAdoptRefuses(t *testing.T) {
	f := open(t)
	f.store(t, anneStore(), anneWeb(), marc())
	before := f.digest(t)
	invalid, huge := matcher.Default(), matcher.Default()
	invalid.Version, huge.Version = "", strings.Repeat("v", engine.MaxModelBytes)
	for name, m := range map[string]*matcher.Model{"no version": invalid, "too large": huge} {
		if _, err := f.Adopt(t.Context(), m, nil); aloi.CodeOf(err) != aloi.CodeInvalid || !strings.Contains(err.Error(), "model") {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Adopt(ctx, miser(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	f.clean(t)
	f.store(t, anneWeb()) // behind the adoption, if there were one
	if f.digest(t) != before || f.Model().Version != matcher.Default().Version {
		t.Error("it changed the store")
	}
}

// TestAdoptTooLarge adopts a model under which an entity is past what a store holds:
// that is found before anything is written.
func TestAdoptTooLarge(t *testing.T) {
	f := open(t)
	f.adopt(t, miser())
	for i := range 6 { // six times 170 KiB
		r := anneSAV()
		r.Ref = ref("sav", fmt.Sprint(i))
		for k := range 43 {
			r.Attributes = append(r.Attributes, aloi.FreeAttribute{Name: fmt.Sprintf("n%d_%d", i, k), Value: strings.Repeat("x", 4000)})
		}
		f.store(t, r)
	}
	before := f.digest(t)
	if _, err := f.Adopt(t.Context(), matcher.Default(), nil); aloi.CodeOf(err) != aloi.CodeTooLarge {
		t.Errorf("%v", err)
	}
	if f.digest(t) != before || f.Model().Version != "miser" {
		t.Error("it changed the store")
	}
	f.do(t, ops(put(marc())), aloi.OutcomeCreated)
}

// TestTrainFromTheStore holds that a model learned from a store is the one that is
// learned from the same records without it, the judgements being known pairs.
func TestTrainFromTheStore(t *testing.T) {
	f := open(t)
	m, err := matcher.New(matcher.Default())
	if err != nil {
		t.Fatal(err)
	}
	var list []engine.Operation
	var records []*matcher.Prepared
	for i, drawn := range engine.DrawRecords(engine.LawRand(5), 250) {
		r := *drawn
		r.Ref.ID = fmt.Sprint(i)
		list, records = append(list, put(&r)), append(records, m.Prepare(&r))
	}
	if err := second(f.Apply(t.Context(), list)); err != nil {
		t.Fatal(err)
	}
	var known []matcher.KnownPair
	var rulings []engine.Operation
	for i := 0; i < 60; i += 2 {
		known = append(known, matcher.KnownPair{A: int32(i), B: int32(i + 1), Same: i%4 == 0})
		verdict := aloi.VerdictDifferent
		if i%4 == 0 {
			verdict = aloi.VerdictSame
		}
		rulings = append(rulings, judged(list[i].Put.Ref, list[i+1].Put.Ref, verdict))
	}
	f.apply(t, rulings)
	o := matcher.TrainOptions{Seed: 7, Version: "v7"}
	unjudged, _, err := matcher.Train(t.Context(), matcher.Default(), records, o)
	if err != nil {
		t.Fatal(err)
	}
	o.Known = known
	want, _, err := matcher.Train(t.Context(), matcher.Default(), records, o)
	if err != nil {
		t.Fatal(err)
	}
	got, report, err := f.Train(t.Context(), matcher.TrainOptions{Seed: 7, Version: "v7"})
	if err != nil || report.Records != len(records) {
		t.Fatalf("a report of other records than %d, or %v", len(records), err)
	}
	var x, y strings.Builder
	if err := errors.Join(want.Save(&x), got.Save(&y)); err != nil || x.String() != y.String() {
		t.Errorf("two models, %v", err)
	}
	var z strings.Builder
	if err := unjudged.Save(&z); err != nil || z.String() == y.String() {
		t.Errorf("the judgements taught nothing, %v", err)
	}
	if f.adopt(t, got); f.Model().Version != "v7" {
		t.Errorf("in force: %s", f.Model().Version)
	}
}
