package engine_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"aloi"
	"aloi/engine"
)

// review asks for what waits, in English.
func (f *fixture) review(t *testing.T, limit int) *engine.ReviewPage {
	t.Helper()
	page, err := f.Review(t.Context(), limit, aloi.English)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// apply stores operations, whatever becomes of them.
func (f *fixture) apply(t *testing.T, list []engine.Operation) {
	t.Helper()
	if _, err := f.Apply(t.Context(), list); err != nil {
		t.Fatal(err)
	}
}

// doubtful are two records that the shipped model leaves to a steward: nothing but a
// name, which several people have.
func doubtful() (a, b *aloi.Record) {
	return person("store", "d", "Nathalie", "Bernard", "", "", ""), person("web", "d", "Nathalie", "Bernard", "", "", "")
}

// TestReview follows a pair from the list to an answer, and back.
func TestReview(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		a, b := doubtful()
		f.store(t, anneStore(), anneWeb(), anneSAV(), marc(), stranger(1), a, b)
		page := f.review(t, 10)
		if page.Waiting != 1 || len(page.Pairs) != 1 {
			t.Fatalf("%d wait, %d pairs", page.Waiting, len(page.Pairs))
		}
		p := page.Pairs[0]
		if p.A != a.Ref || p.B != b.Ref || p.EntityA != f.entityOf(t, a.Ref) || p.EntityB != f.entityOf(t, b.Ref) ||
			p.Why.Verdict != aloi.VerdictReview || p.Why.Text == "" || p.Information <= 0 || p.Information > 1 || p.Why.Comparison.Veto {
			t.Errorf("%+v", p)
		}
		for _, answer := range []engine.Operation{different(a.Ref, b.Ref), same(a.Ref, b.Ref)} {
			f.apply(t, ops(answer))
			if page := f.review(t, 10); page.Waiting != 0 || len(page.Pairs) != 0 {
				t.Errorf("answered: %d wait, %d pairs", page.Waiting, len(page.Pairs))
			}
		}
		f.apply(t, ops(withdraw(a.Ref, b.Ref)))
		if page := f.review(t, 10); page.Waiting != 1 {
			t.Errorf("withdrawn: %d wait", page.Waiting)
		}
		if _, err := f.Review(t.Context(), 10, "de"); aloi.CodeOf(err) != aloi.CodeInvalid {
			t.Errorf("in no language: %v", err)
		}
	})
}

// reviewSeeds is how many random stores TestReviewLaw looks at.
const reviewSeeds = 4

// TestReviewLaw holds on random customers that Review finds what a look at every pair
// finds, in an order that the arrival of the records does not change.
func TestReviewLaw(t *testing.T) {
	waited := 0
	for seed := range uint64(reviewSeeds) {
		rng := engine.LawRand(seed)
		records := engine.DrawRecords(rng, 40)
		var refs []aloi.RecordRef
		var list []engine.Operation
		for _, r := range records {
			list = append(list, put(r))
			if !slices.Contains(refs, r.Ref) {
				refs = append(refs, r.Ref)
			}
		}
		for range 3 {
			x, y := refs[rng.IntN(len(refs))], refs[rng.IntN(len(refs))]
			if x != y {
				list = append(list, judged(x, y, []aloi.Verdict{aloi.VerdictSame, aloi.VerdictDifferent}[rng.IntN(2)]))
			}
		}
		f := open(t)
		f.apply(t, list)
		page := f.review(t, engine.MaxReviewPairs)
		if want := f.lookEverywhere(t, refs); int(page.Waiting) != len(want) || len(page.Pairs) != len(want) {
			t.Fatalf("seed %d: %d wait, %d pairs, a look at every pair finds %d", seed, page.Waiting, len(page.Pairs), len(want))
		} else {
			for _, p := range page.Pairs {
				if w, ok := want[entityPair(p.EntityA, p.EntityB)]; !ok || int(p.Why.Comparison.Weight) != w {
					t.Errorf("%v and %v are not the heaviest link of two entities that wait", p.A, p.B)
				}
			}
		}
		f.checkOrder(t, page.Pairs)

		rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		g := open(t)
		for _, op := range list {
			g.apply(t, ops(op))
		}
		again := g.review(t, engine.MaxReviewPairs)
		if a, b := told(page.Pairs), told(again.Pairs); a != b {
			t.Errorf("seed %d: in another order of arrival:\n%s\nwas\n%s", seed, b, a)
		}
		waited += len(page.Pairs)
	}
	if waited < reviewSeeds {
		t.Errorf("only %d pairs waited", waited)
	}
}

// lookEverywhere returns the pairs of entities that wait, with their heaviest weight.
func (f *fixture) lookEverywhere(t *testing.T, refs []aloi.RecordRef) map[[2]aloi.EntityID]int {
	t.Helper()
	found, ruled := map[[2]aloi.EntityID]int{}, map[[2]aloi.EntityID]bool{}
	for i, x := range refs {
		for _, y := range refs[:i] {
			w, err := f.Why(t.Context(), x, y, aloi.English)
			if err != nil {
				t.Fatal(err)
			}
			homes := entityPair(f.homeOf(t, x), f.homeOf(t, y))
			ruled[homes] = ruled[homes] || w.Judgement != nil
			c := w.Comparison
			if w.SameEntity || len(w.SharedKeys) == 0 || c.Weight < w.Review || c.Veto && c.Weight < w.Same {
				continue
			}
			if was, ok := found[homes]; !ok || was < int(c.Weight) {
				found[homes] = int(c.Weight)
			}
		}
	}
	for homes, is := range ruled {
		if is {
			delete(found, homes)
		}
	}
	return found
}

// checkOrder holds that pairs come by information, and that those of one pattern count
// a half, a third and so on of what they would alone.
func (f *fixture) checkOrder(t *testing.T, pairs []engine.ReviewPair) {
	t.Helper()
	times := map[string]int{}
	for i, p := range pairs {
		if i > 0 && p.Information > pairs[i-1].Information {
			t.Errorf("pair %d tells more than the one before it", i)
		}
		var levels []string
		for _, e := range p.Why.Comparison.Evidence {
			levels = append(levels, e.Comparison+"="+e.Level)
		}
		slices.Sort(levels)
		pattern := strings.Join(levels, " ")
		times[pattern]++
		theirs, sum := [2][]aloi.RecordRef{f.membersOf(t, p.A), f.membersOf(t, p.B)}, 0.0
		for _, x := range theirs[0] {
			for _, y := range theirs[1] {
				c := f.explain(t, x, y).Comparison
				if c.Veto {
					sum -= 10
				} else {
					sum += min(max(c.Weight.Bits(), -10), 10)
				}
			}
		}
		settled := float64(len(theirs[0]) * len(theirs[1]))
		yes := 1 / (1 + math.Exp2(-sum/settled))
		want := (-yes*math.Log2(yes) - (1-yes)*math.Log2(1-yes)) * math.Log2(1+settled) / float64(times[pattern])
		if math.Abs(p.Information-want) > 1e-9 {
			t.Errorf("pair %d tells %f, want %f", i, p.Information, want)
		}
	}
}

func entityPair(a, b aloi.EntityID) [2]aloi.EntityID { return [2]aloi.EntityID{min(a, b), max(a, b)} }

func (f *fixture) homeOf(t *testing.T, ref aloi.RecordRef) aloi.EntityID {
	t.Helper()
	stored, err := f.Record(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return stored.Entity
}

func (f *fixture) membersOf(t *testing.T, ref aloi.RecordRef) []aloi.RecordRef {
	t.Helper()
	e, err := f.EntityOf(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return e.Members
}

// told writes what was returned, without the ids, which depend on history.
func told(pairs []engine.ReviewPair) string {
	var b strings.Builder
	for _, p := range pairs {
		b.WriteString(p.A.Source + "/" + p.A.ID + " " + p.B.Source + "/" + p.B.ID + " " + p.Why.Comparison.Weight.Text(aloi.English) + "\n")
	}
	return b.String()
}
