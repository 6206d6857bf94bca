package engine_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
)

func TestSearch(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		anne := f.store(t, anneStore(), anneWeb(), anneSAV()).Entity
		f.store(t, marc(), person("web", "b", "Annie", "Lefebvre", "1984-03-12", "", ""), person("web", "c", "Anne", "Lefèvre", "1951-11-30", "", ""))

		hits := f.search(t, anneSAV(), 10)
		if len(hits) < 2 || hits[0].Entity.ID != anne || hits[0].Verdict != aloi.VerdictSame || len(hits[0].Entity.Members) != 3 {
			t.Fatalf("hits %+v", hits)
		}
		for _, h := range hits[1:] {
			if h.Verdict == aloi.VerdictSame {
				t.Errorf("%v is %s at %d", h.Record, h.Verdict, h.Comparison.Weight)
			}
		}
		for limit, want := range map[int]int{-3: 1, 0: 1, 1: 1, 2: 2} {
			if got := f.search(t, anneSAV(), limit); len(got) != want || got[0].Record != hits[0].Record {
				t.Errorf("limit %d: %d hits, want %d", limit, len(got), want)
			}
		}

		if hits := f.search(t, &aloi.Record{Emails: []string{"MARC.DUBREUIL@example.org "}}, 10); len(hits) != 1 || hits[0].Record != ofMarc {
			t.Errorf("by e-mail address alone: %v", hits)
		}
		for name, query := range map[string]*aloi.Record{
			"nothing asked": {}, "nobody like it": stranger(77), "a placeholder": {Names: []aloi.Name{{Family: "INCONNU"}}, Phones: []string{"0600000000"}},
		} {
			if hits := f.search(t, query, 10); len(hits) > 0 {
				t.Errorf("%s: %v", name, hits)
			}
		}
		if _, err := f.Search(t.Context(), &aloi.Record{Emails: []string{"\xff"}}, 10); aloi.CodeOf(err) != aloi.CodeInvalid {
			t.Errorf("a wrong query: %v", err)
		}
	})
}

// search fails when the hits are out of order, two are of one entity, or a verdict
// does not follow from its comparison.
func (f *fixture) search(t *testing.T, query *aloi.Record, limit int) []engine.Hit {
	t.Helper()
	hits, err := f.Search(t.Context(), query, limit)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[aloi.EntityID]bool{}
	for i, h := range hits {
		if i > 0 && h.Comparison.Weight > hits[i-1].Comparison.Weight {
			t.Errorf("hit %d weighs %d, the one before %d", i, h.Comparison.Weight, hits[i-1].Comparison.Weight)
		}
		if seen[h.Entity.ID] || !slices.Contains(h.Entity.Members, h.Record) {
			t.Errorf("hit %d: %s twice, or %v is none of its records", i, h.Entity.ID, h.Record)
		}
		seen[h.Entity.ID] = true
		m := f.Model()
		want := aloi.VerdictSame
		switch {
		case h.Comparison.Veto || h.Comparison.Weight < m.Review:
			want = aloi.VerdictDifferent
		case h.Comparison.Weight < m.Same:
			want = aloi.VerdictReview
		}
		if h.Verdict != want {
			t.Errorf("hit %d: %s at %d, want %s", i, h.Verdict, h.Comparison.Weight, want)
		}
	}
	return hits
}

// TestSearchTooCommon holds that a value that too many records share to resolve by is
// still found, at most MaxHits times, and that it does not hide a better value.
func TestSearchTooCommon(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		const shop = "0142681153"
		var list []engine.Operation
		for i := range matcher.WideCap + 20 {
			r := stranger(i)
			r.Phones = []string{shop}
			list = append(list, put(r))
		}
		r := marc()
		r.Phones = []string{shop}
		list = append(list, put(r))
		if _, err := f.Apply(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		if c, err := f.Counts(t.Context()); err != nil || c.Entities != uint64(len(list)) {
			t.Fatalf("%d entities, want %d: %v", c.Entities, len(list), err)
		}
		if hits := f.search(t, &aloi.Record{Phones: []string{shop}}, 10*engine.MaxHits); len(hits) != engine.MaxHits {
			t.Errorf("%d hits, want %d", len(hits), engine.MaxHits)
		}
		if hits := f.search(t, &aloi.Record{Phones: []string{shop}, Emails: []string{"marc.dubreuil@example.org"}}, 3); len(hits) != 3 || hits[0].Record != ofMarc {
			t.Errorf("with an e-mail address: %v", hits)
		}
		p, err := f.Preview(t.Context(), &aloi.Record{Ref: inWeb, Phones: []string{shop}})
		if err != nil || p.Outcome != aloi.OutcomeCreated || len(p.Hits) != 0 {
			t.Errorf("preview %+v, %v", p, err)
		}
	})
}

// TestPreviewForetells sends records drawn from a few families, each after a preview:
// the store is as it was after the preview, and does what it said.
func TestPreviewForetells(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		rng := rand.New(rand.NewPCG(3, 5))
		seen := map[aloi.Outcome]int{}
		merges := 0
		for i, r := range engine.DrawRecords(rng, 150) {
			if i%7 == 3 { // a judgement now and then, so that it counts for a preview as well
				if err := second(f.Apply(t.Context(), ops(different(r.Ref, ref("web", fmt.Sprint(i)))))); err != nil {
					t.Fatal(err)
				}
			}
			p, ack := f.foretell(t, r)
			seen[ack.Outcome]++
			if len(p.Merges) > 0 {
				merges++
			}
			if t.Failed() {
				t.Fatalf("record %d: preview %+v, acknowledgement %+v", i, p, ack)
			}
		}
		for _, o := range want(aloi.OutcomeCreated, aloi.OutcomeJoined, aloi.OutcomeMerged, aloi.OutcomeUpdated, aloi.OutcomeUnchanged, aloi.OutcomeStale) {
			if seen[o] == 0 {
				t.Errorf("no record was %s: %v", o, seen)
			}
		}
		if merges == 0 {
			t.Error("no preview named entities that would become one")
		}
		f.clean(t)
	})
}

// foretell previews a record, puts it, and compares.
func (f *fixture) foretell(t *testing.T, r *aloi.Record) (*engine.Preview, aloi.Acknowledgement) {
	t.Helper()
	before := f.digest(t)
	p, err := f.Preview(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if f.digest(t) != before {
		t.Error("the preview wrote to the store")
	}
	known := map[aloi.EntityID]bool{}
	sequence := f.Sequence()
	counts, err := f.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for n := range counts.NextEntity {
		known[engine.EntityID(n)] = n > 0
	}
	acks, err := f.Apply(t.Context(), ops(put(r)))
	if err != nil {
		t.Fatal(err)
	}
	ack := acks[0]
	if p.Outcome != ack.Outcome {
		t.Errorf("foretold %s, was %s", p.Outcome, ack.Outcome)
	}
	if p.Entity != ack.Entity && (p.Entity != "" || known[ack.Entity]) {
		t.Errorf("foretold entity %q, is in %s", p.Entity, ack.Entity)
	}
	changes, err := f.Changes(t.Context(), sequence, 1)
	if err != nil {
		t.Fatal(err)
	}
	var merged []aloi.EntityID
	for _, c := range changes {
		if c.Entity == ack.Entity && len(c.Before) > 1 {
			merged = c.Before
		}
	}
	if !slices.Equal(p.Merges, merged) {
		t.Errorf("foretold that %v become one, %v did", p.Merges, merged)
	}
	return p, ack
}

func TestPreviewHits(t *testing.T) {
	f := open(t)
	store, web := f.store(t, anneStore()).Entity, f.store(t, anneWeb()).Entity
	f.store(t, marc())
	r := anneSAV()
	r.Names = append(r.Names, aloi.Name{Family: "NC"})
	p, err := f.Preview(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Hits) != 2 || p.Hits[0].Entity.ID != web || p.Hits[1].Entity.ID != store || p.Hits[1].Verdict != aloi.VerdictSame {
		t.Errorf("hits %+v", p.Hits)
	}
	if p.Outcome != aloi.OutcomeMerged || p.Entity != store || !slices.Equal(p.Merges, []aloi.EntityID{store, web}) {
		t.Errorf("preview %s into %s, from %v", p.Outcome, p.Entity, p.Merges)
	}
	if len(p.Flags) == 0 {
		t.Error("the placeholder is not flagged")
	}
	p, err = f.Preview(t.Context(), &aloi.Record{})
	if err != nil || p.Outcome != aloi.OutcomeRejected || len(p.Violations) == 0 || len(p.Hits) > 0 {
		t.Errorf("a wrong record: %+v, %v", p, err)
	}
}
