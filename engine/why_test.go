package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
)

// brother is Anne's twin, who shares her birth date, telephone and e-mail address.
func brother() *aloi.Record {
	r := person("sav", "T8", "Mathieu", "Lefèvre", "1984-03-02", "a.l1984@example.org", "0639981234")
	r.Gender = "M"
	return r
}

// whyTests explain one pair each, in a store that holds the three records of Anne,
// her brother, Marc and a stranger.
var whyTests = []struct {
	name     string
	judge    []engine.Operation
	a, b     aloi.RecordRef
	verdict  aloi.Verdict
	strength aloi.LinkStrength
	same     bool // in one entity
	path     []aloi.RecordRef
	veto     bool
	says     string
}{
	{"linked", nil, inWeb, inSAV, aloi.VerdictSame, aloi.LinkStrong, true, nil, false, " They are in one entity."},
	{"through a third", nil, inStore, inWeb, aloi.VerdictReview, aloi.LinkWeak, true, []aloi.RecordRef{inStore, inSAV, inWeb}, false, "in one entity through one other record"},
	{"judged same", ops(same(inWeb, ofMarc)), inWeb, ofMarc, aloi.VerdictSame, aloi.LinkAsserted, true, nil, true, "A steward judged these two records to be of one person"},
	{"through a judgement", ops(same(inWeb, ref("web", "s1"))), inStore, ref("web", "s1"), aloi.VerdictDifferent, "", true, []aloi.RecordRef{inStore, inSAV, inWeb, ref("web", "s1")}, false, "through 2 other records"},
	{"judged different", ops(different(inWeb, inSAV)), inWeb, inSAV, aloi.VerdictDifferent, "", false, nil, false, "A steward judged these two records to be of two people"},
	{"contradicting", nil, inSAV, ref("sav", "T8"), aloi.VerdictDifferent, aloi.LinkWeak, false, nil, true, "given names of a man and of a woman"},
	{"nothing in common", nil, ofMarc, ref("web", "s1"), aloi.VerdictDifferent, "", false, nil, false, "share no blocking key"},
	{"kept apart by others", ops(different(inStore, inWeb)), inStore, inSAV, aloi.VerdictSame, aloi.LinkStrong, false, nil, false, "in two entities all the same"},
}

func TestWhy(t *testing.T) {
	for _, c := range whyTests {
		t.Run(c.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, f *fixture) {
				f.store(t, anneStore(), anneWeb(), anneSAV(), brother(), marc(), stranger(1))
				if err := second(f.Apply(t.Context(), c.judge)); err != nil {
					t.Fatal(err)
				}
				w := f.explain(t, c.a, c.b)
				if w.Verdict != c.verdict || w.Strength != c.strength || w.SameEntity != c.same || w.Comparison.Veto != c.veto ||
					(w.Judgement != nil) != strings.HasPrefix(c.name, "judged") {
					t.Errorf("verdict %s, strength %q, one entity %v, veto %v, judgement %v", w.Verdict, w.Strength, w.SameEntity, w.Comparison.Veto, w.Judgement)
				}
				if !slices.Equal(w.Path, c.path) {
					t.Errorf("path %v, want %v", w.Path, c.path)
				}
				if !strings.Contains(w.Text, c.says) {
					t.Errorf("%q is not in: %s", c.says, w.Text)
				}
			})
		})
	}
}

// explain asks why both ways: the answer is the same, the other way round.
func (f *fixture) explain(t *testing.T, a, b aloi.RecordRef) *engine.Why {
	t.Helper()
	w, err := f.Why(t.Context(), a, b, aloi.English)
	if err != nil {
		t.Fatal(err)
	}
	back, err := f.Why(t.Context(), b, a, aloi.English)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(back.Path)
	if w.Verdict != back.Verdict || w.Strength != back.Strength || w.SameEntity != back.SameEntity || w.Comparison.Link != back.Comparison.Link ||
		!slices.Equal(w.SharedKeys, back.SharedKeys) || !slices.Equal(w.Path, back.Path) {
		t.Errorf("from one side %+v\nfrom the other %+v", w, back)
	}
	sameObstacle := func(x, y engine.Obstacle) bool { return x.Kind == y.Kind && x.Weight == y.Weight }
	sameRemedy := func(x, y engine.Remedy) bool { x.Text, y.Text = "", ""; return x == y }
	if !slices.EqualFunc(w.Obstacles, back.Obstacles, sameObstacle) || !slices.EqualFunc(w.Remedies, back.Remedies, sameRemedy) {
		t.Errorf("from one side %+v %+v\nfrom the other %+v %+v", w.Obstacles, w.Remedies, back.Obstacles, back.Remedies)
	}
	if w.SameEntity && len(w.Obstacles)+len(w.Remedies) > 0 || !w.SameEntity && len(w.Obstacles) == 0 {
		t.Errorf("one entity %v, obstacles %+v, remedies %+v", w.SameEntity, w.Obstacles, w.Remedies)
	}
	if m := f.Model(); w.Same != m.Same || w.Review != m.Review || w.ModelVersion != m.Version {
		t.Errorf("thresholds %d and %d of model %s", w.Same, w.Review, w.ModelVersion)
	}
	return w
}

// TestWhyForgetsATooCommonKey holds that a key counts only as long as it is resolved by.
func TestWhyForgetsATooCommonKey(t *testing.T) {
	f := open(t)
	twin := marc()
	twin.Ref = ref("sav", "M")
	crowd := crowdOf(twin)
	f.store(t, marc(), twin)
	if w := f.explain(t, ofMarc, twin.Ref); len(w.SharedKeys) == 0 || w.Verdict != aloi.VerdictSame || !w.SameEntity {
		t.Fatalf("shared %v, %s", w.SharedKeys, w.Verdict)
	}
	if _, err := f.Apply(t.Context(), crowd); err != nil {
		t.Fatal(err)
	}
	w := f.explain(t, ofMarc, twin.Ref)
	if len(w.SharedKeys) > 0 || w.Verdict != aloi.VerdictDifferent || w.Strength != "" || w.SameEntity {
		t.Errorf("in a crowd: shared %v, %s, strength %q, one entity %v", w.SharedKeys, w.Verdict, w.Strength, w.SameEntity)
	}
	f.clean(t)
}

// crowdOf puts so many copies of a record that every key of it is too common.
func crowdOf(r *aloi.Record) []engine.Operation {
	var list []engine.Operation
	for i := range matcher.WideCap + 1 {
		c := *r
		c.Ref.ID = fmt.Sprint("crowd-", i)
		list = append(list, put(&c))
	}
	return list
}
