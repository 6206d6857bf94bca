package engine_test

import (
	"slices"
	"testing"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
)

// hotel is a phone number that many records have.
const hotel = "0142681153"

// TestTooCommonContact follows two namesakes who left the phone number of a hotel, while
// one record more than a block may have gives it, and goes: every answer says the same
// of the number.
func TestTooCommonContact(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		a, b, last := ref("web", "a"), ref("store", "b"), ref("sav", "last")
		namesake := func(ref aloi.RecordRef) *aloi.Record {
			return person(ref.Source, ref.ID, "Marie", "Martin", "", "", hotel)
		}
		list := ops(put(namesake(a)), put(namesake(b)))
		for i := range matcher.WideCap - len(list) {
			guest := stranger(i)
			guest.Phones = []string{hotel}
			list = append(list, put(guest))
		}
		if _, err := f.Apply(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		shared := func(level string) {
			t.Helper()
			w := f.explain(t, a, b)
			if got := phoneLevel(w.Comparison); got != level || w.SameEntity != (level == "exact") || !slices.Contains(w.SharedKeys, "n") {
				t.Errorf("why: phone %s, want %s; %.1f bits, one entity %v, shared %v", got, level, w.Comparison.Weight.Bits(), w.SameEntity, w.SharedKeys)
			}
			f.clean(t)
		}
		shared("exact")
		if h := f.tell(t, f.entityOf(t, a)); len(h.Steps) != 1 {
			t.Errorf("how: %+v", h.Steps)
		}

		p, err := f.Preview(t.Context(), namesake(last))
		if err != nil || p.Outcome != aloi.OutcomeCreated || slices.ContainsFunc(p.Hits, func(h engine.Hit) bool { return phoneLevel(h.Comparison) != "common" }) {
			t.Errorf("preview of one more: %+v, %v", p, err)
		}
		f.do(t, ops(put(namesake(last))), aloi.OutcomeCreated)
		shared("common")
		for _, h := range f.search(t, namesake(ref("x", "x")), 2) {
			if level := phoneLevel(h.Comparison); level != "common" || h.Verdict == aloi.VerdictSame {
				t.Errorf("search: phone %s, %s", level, h.Verdict)
			}
		}

		f.do(t, ops(remove(last)), aloi.OutcomeDeleted)
		shared("exact")
	})
}

// TestTooCommonAgainst is the same under a model in which a shared number speaks against
// one person: with the number, a reason to keep two namesakes apart goes and comes.
func TestTooCommonAgainst(t *testing.T) {
	f := open(t)
	model := matcher.Default()
	model.Version = "contrary"
	for _, c := range model.Comparisons {
		if c.Name == "phone" {
			for i := range c.Levels {
				c.Levels[i].M, c.Levels[i].U, c.Levels[i].H = 0.00001, 0.99, 0.99
			}
		}
	}
	f.adopt(t, model)
	a, b, last := ref("web", "a"), ref("store", "b"), stranger(0)
	list := ops(put(person(a.Source, a.ID, "Marie", "Martin", "1984-03-12", "", hotel)), put(person(b.Source, b.ID, "Marie", "Martin", "1984-03-12", "", hotel)))
	for i := range matcher.WideCap - len(list) {
		guest := stranger(i + 1)
		guest.Phones = []string{hotel}
		list = append(list, put(guest))
	}
	f.do(t, list, slices.Repeat(want(aloi.OutcomeCreated), len(list))...)
	f.clean(t)
	last.Phones = []string{hotel}
	f.do(t, ops(put(last)), aloi.OutcomeCreated)
	f.clean(t)
	if w := f.explain(t, a, b); !w.SameEntity {
		t.Errorf("one more left the number: %.1f bits, and two entities", w.Comparison.Weight.Bits())
	}
	f.do(t, ops(remove(last.Ref)), aloi.OutcomeDeleted)
	f.clean(t)
	if w := f.explain(t, a, b); w.SameEntity || w.Comparison.Weight >= model.Review {
		t.Errorf("one less: %.1f bits, one entity %v", w.Comparison.Weight.Bits(), w.SameEntity)
	}
}

// phoneLevel returns the level of the phone numbers, and of how little they weigh.
func phoneLevel(c matcher.Comparison) string {
	for _, e := range c.Evidence {
		if e.Comparison == "phone" && (e.Level == "common") == (e.Weight == 0) {
			return e.Level
		}
	}
	return "none"
}

func (f *fixture) entityOf(t *testing.T, ref aloi.RecordRef) aloi.EntityID {
	t.Helper()
	e, err := f.EntityOf(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return e.ID
}
