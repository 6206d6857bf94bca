package engine_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"aloi"
	"aloi/engine"
)

// tell asks how an entity came together, and fails when its steps do not build up
// exactly its records: each joins two groups that earlier steps, or nobody, made.
func (f *fixture) tell(t *testing.T, id aloi.EntityID) *engine.How {
	t.Helper()
	h, err := f.How(t.Context(), id, aloi.English)
	if err != nil {
		t.Fatal(err)
	}
	e, err := f.Entity(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if h.Entity != e.ID || len(h.Steps) != len(e.Members)-1 {
		t.Errorf("%s of %d records in %d steps", h.Entity, len(e.Members), len(h.Steps))
	}
	groups := map[string]bool{}
	for _, m := range e.Members {
		groups[fmt.Sprint([]aloi.RecordRef{m})] = true
	}
	for i, s := range h.Steps {
		a, b := fmt.Sprint(s.GroupA), fmt.Sprint(s.GroupB)
		if !groups[a] || !groups[b] || a == b || !slices.Contains(s.GroupA, s.A) || !slices.Contains(s.GroupB, s.B) || s.Text == "" {
			t.Errorf("step %d joins %s and %s by %v and %v", i, a, b, s.A, s.B)
		}
		delete(groups, a)
		delete(groups, b)
		both := slices.Concat(s.GroupA, s.GroupB)
		slices.SortFunc(both, aloi.RecordRef.Compare)
		groups[fmt.Sprint(both)] = true
	}
	if len(groups) != 1 || !groups[fmt.Sprint(e.Members)] {
		t.Errorf("the steps end with %v, the records are %v", groups, e.Members)
	}
	for i, k := range h.KeptOut {
		if slices.Contains(e.Members, k.Record) || !slices.Contains(e.Members, k.Member) || k.Reason == "" || i > 0 && k.Weight > h.KeptOut[i-1].Weight {
			t.Errorf("kept out %+v", k)
		}
	}
	return h
}

func TestHow(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		alone := f.store(t, stranger(1)).Entity
		if h := f.tell(t, alone); h.Text != "The entity has one record." {
			t.Error(h.Text)
		}
		anne := f.store(t, anneStore(), anneWeb(), anneSAV()).Entity
		h := f.tell(t, anne)
		if h.Steps[0].Weight <= h.Steps[1].Weight || h.Steps[0].Judged {
			t.Errorf("steps %+v: want the strongest link first", h.Steps)
		}
		if !strings.Contains(h.Text, "3 records came together in 2 steps") || !strings.Contains(h.Text, "The weakest link is that of step 2, with 11.7 bits: "+h.Steps[1].Text) {
			t.Error(h.Text)
		}
		f.store(t, stranger(2))
		f.do(t, ops(same(ref("web", "s2"), inStore)), aloi.OutcomeMerged)
		h = f.tell(t, anne)
		if s := h.Steps[0]; !s.Judged || s.Weight != 0 || !strings.Contains(s.Text, "steward") {
			t.Errorf("first step %+v: want the judgement", s)
		}
		if !strings.Contains(h.Text, "The weakest link is that of step 3, with 11.7 bits: "+h.Steps[2].Text) {
			t.Error(h.Text)
		}
	})
}

// keptOutTests hold each reason for which a linked record stays out.
var keptOutTests = []struct {
	name   string
	others []*aloi.Record
	judge  []engine.Operation
	of     aloi.RecordRef // whose entity
	out    aloi.RecordRef
	reason string
}{
	{"judged", []*aloi.Record{anneSAV()}, ops(different(inWeb, inSAV)), inWeb, inSAV, "A steward judged them different"},
	{"contradicting", []*aloi.Record{anneSAV(), brother()}, nil, inSAV, brother().Ref, "They contradict one another: given names of a man and of a woman"},
	{"for a steward", []*aloi.Record{anneStore()}, nil, inWeb, inStore, "below the 2.0 bits of one person"},
	{"others against it", []*aloi.Record{anneStore(), anneSAV()}, ops(different(inWeb, inStore)), inSAV, inStore, "A steward judged store/1 and web/a of their two entities different"},
}

func TestKeptOut(t *testing.T) {
	for _, c := range keptOutTests {
		t.Run(c.name, func(t *testing.T) {
			f := open(t)
			f.store(t, anneWeb())
			f.store(t, c.others...)
			if err := second(f.Apply(t.Context(), c.judge)); err != nil {
				t.Fatal(err)
			}
			e, err := f.EntityOf(t.Context(), c.of)
			if err != nil {
				t.Fatal(err)
			}
			h := f.tell(t, e.ID)
			at := slices.IndexFunc(h.KeptOut, func(k engine.NearMiss) bool { return k.Record == c.out })
			if at < 0 || !strings.Contains(h.KeptOut[at].Reason, c.reason) {
				t.Fatalf("kept out %+v, want %v because %q", h.KeptOut, c.out, c.reason)
			}
			w := f.explain(t, c.out, h.KeptOut[at].Member)
			if w.SameEntity || w.Comparison.Weight != h.KeptOut[at].Weight {
				t.Errorf("why says %d bits, how %d", w.Comparison.Weight, h.KeptOut[at].Weight)
			}
		})
	}
}

// TestHowOfDrawnEntities tells every entity of a drawn store.
func TestHowOfDrawnEntities(t *testing.T) {
	f := open(t)
	for _, r := range engine.DrawRecords(rand.New(rand.NewPCG(7, 7)), 200) {
		f.store(t, r)
	}
	c, err := f.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for n := range c.NextEntity {
		if e, err := f.Entity(t.Context(), engine.EntityID(n)); err == nil && e.Redirected == "" {
			h := f.tell(t, e.ID)
			for _, s := range h.Steps {
				if !s.Judged && s.Weight < f.Model().Same {
					t.Errorf("joined at %d bits", s.Weight)
				}
			}
			told++
		}
	}
	if told != int(c.Entities) || told < 10 {
		t.Errorf("%d entities told of %d", told, c.Entities)
	}
}
