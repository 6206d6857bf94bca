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

// The Perrots: L. Perrot is held with Lucas by a phone number, and then cannot be
// Louis, whose e-mail address the record has, for Lucas is another.
func perrots() []*aloi.Record {
	return []*aloi.Record{
		person("store", "lucas", "Lucas", "Perrot", "1998-07-14", "", "0647281953"),
		person("web", "l", "L", "Perrot", "1998-07-14", "perrot.l@example.org", "0647281953"),
		person("sav", "louis", "Louis", "Perrot", "1965-01-02", "perrot.l@example.org", ""),
	}
}

// crowdsOfAnne are two people of one name, or one in two channels: two groups of four
// records with one link between them.
func crowdsOfAnne() []*aloi.Record {
	var list []*aloi.Record
	for i := range 4 {
		list = append(list, person("store", fmt.Sprint(i), "Anne", "Lefèvre", "", "", "0639981234"),
			person("web", fmt.Sprint(i), "Anne", "Lefèvre", "", "a.l1984@example.org", ""))
	}
	list[0].BirthDate, list[1].BirthDate = "1984-03-02", "1984-04-20"
	return list
}

// whyNotTests hold what keeps a pair apart, gravest first, and what would not.
var whyNotTests = []struct {
	name     string
	records  []*aloi.Record
	judge    []engine.Operation
	a, b     aloi.RecordRef
	kinds    []engine.ObstacleKind
	says     []string // of the obstacles, in any order
	remedies []string // comparisons, likeliest first
	verdict  aloi.Verdict
}{
	{
		"one entity", []*aloi.Record{anneWeb(), anneSAV()}, nil, inWeb, inSAV,
		nil, nil, nil, "",
	}, {
		"judged", []*aloi.Record{anneWeb(), anneSAV()}, ops(different(inWeb, inSAV)), inWeb, inSAV,
		[]engine.ObstacleKind{engine.ObstacleJudgement}, []string{"until that judgement is withdrawn"}, nil, "",
	}, {
		"contradicting", []*aloi.Record{anneSAV(), brother()}, nil, inSAV, brother().Ref,
		[]engine.ObstacleKind{engine.ObstacleVeto, engine.ObstacleWeight, engine.ObstacleWeight, engine.ObstacleWeight, engine.ObstacleWeight},
		[]string{"They contradict one another: given names of a man and of a woman.", `"ANNE" and "MATHIEU"`}, []string{"gender", "given_name"}, aloi.VerdictSame,
	}, {
		"no key in common", []*aloi.Record{anneSAV(), marc()}, nil, inSAV, ofMarc,
		[]engine.ObstacleKind{engine.ObstacleVeto, engine.ObstacleNoCommonKey, engine.ObstacleWeight, engine.ObstacleWeight, engine.ObstacleWeight, engine.ObstacleWeight},
		[]string{"They share no blocking key"}, nil, "",
	}, {
		"too light", []*aloi.Record{anneStore(), anneWeb()}, nil, inStore, inWeb,
		[]engine.ObstacleKind{engine.ObstacleWeight}, []string{"They weigh 1.6 bits: 0.4 bits are missing for one person."},
		[]string{"birth_date", "email", "phone"}, aloi.VerdictSame,
	}, {
		"another record contradicts", perrots(), nil, ref("web", "l"), ref("sav", "louis"),
		[]engine.ObstacleKind{engine.ObstacleWeight, engine.ObstacleWeight, engine.ObstacleWeight, engine.ObstacleGroupVeto},
		[]string{"sav/louis and store/lucas of their two entities contradict one another: other given names and other birth dates."}, nil, "",
	}, {
		"another record is judged different", []*aloi.Record{anneStore(), anneWeb(), anneSAV()}, ops(different(inStore, inWeb)), inStore, inSAV,
		[]engine.ObstacleKind{engine.ObstacleGroupVeto}, []string{"A steward judged store/1 and web/a of their two entities different."}, nil, "",
	}, {
		"too few links", crowdsOfAnne(), nil, ref("store", "0"), ref("web", "0"),
		[]engine.ObstacleKind{engine.ObstacleCohesion}, []string{"have 1 of 16 possible links", "one in 3 is needed where none reaches 7.0 bits"},
		[]string{"email", "phone", "birth_date"}, aloi.VerdictSame,
	},
}

func TestWhyNot(t *testing.T) {
	for _, c := range whyNotTests {
		t.Run(c.name, func(t *testing.T) {
			f := open(t)
			f.store(t, c.records...)
			if err := second(f.Apply(t.Context(), c.judge)); err != nil {
				t.Fatal(err)
			}
			w := f.explain(t, c.a, c.b)
			var kinds []engine.ObstacleKind
			texts := ""
			for _, o := range w.Obstacles {
				kinds, texts = append(kinds, o.Kind), texts+o.Text+"\n"
				if (o.Kind == engine.ObstacleWeight) != (o.Weight > 0) {
					t.Errorf("%+v", o)
				}
			}
			if !slices.Equal(kinds, c.kinds) {
				t.Errorf("obstacles %v, want %v\n%s", kinds, c.kinds, texts)
			}
			for _, want := range c.says {
				if !strings.Contains(texts, want) {
					t.Errorf("%q is not in\n%s", want, texts)
				}
			}
			var remedies []string
			for _, r := range w.Remedies {
				remedies = append(remedies, r.Comparison)
				if r.Verdict != c.verdict || r.Weight <= w.Comparison.Weight && !w.Comparison.Veto || r.Text == "" {
					t.Errorf("%+v", r)
				}
			}
			if !slices.Equal(remedies, c.remedies) {
				t.Errorf("remedies %v, want %v\n%+v", remedies, c.remedies, w.Remedies)
			}
			if len(w.Remedies) > 0 && !strings.Contains(w.Text, w.Remedies[0].Text) {
				t.Error("the paragraph does not tell the likeliest remedy: " + w.Text)
			}
		})
	}
}

// TestRemedyHolds does what a remedy says: the weight and the verdict become what was
// promised.
func TestRemedyHolds(t *testing.T) {
	for comparison, mend := range map[string]func(store, web *aloi.Record){
		"birth_date": func(store, _ *aloi.Record) { store.BirthDate = "1984-03-02" },
		"email":      func(store, _ *aloi.Record) { store.Emails = []string{"a.l1984@example.org"} },
		"phone":      func(_, web *aloi.Record) { web.Phones = []string{"0639981234"} },
	} {
		f := open(t)
		store, web := anneStore(), anneWeb()
		f.store(t, store, web)
		before := f.explain(t, inStore, inWeb)
		at := slices.IndexFunc(before.Remedies, func(r engine.Remedy) bool { return r.Comparison == comparison })
		if at < 0 || before.SameEntity {
			t.Fatalf("%s is no remedy: %+v", comparison, before.Remedies)
		}
		mend(store, web)
		store.Version, web.Version = 2, 2
		f.store(t, store, web)
		after := f.explain(t, inStore, inWeb)
		if !after.SameEntity || after.Comparison.Weight != before.Remedies[at].Weight || after.Verdict != before.Remedies[at].Verdict {
			t.Errorf("%s: %d bits and %s were promised, it became %d and %s", comparison,
				before.Remedies[at].Weight, before.Remedies[at].Verdict, after.Comparison.Weight, after.Verdict)
		}
	}
}

// TestWhyNotInACrowd cuts a chain of records, each of which shares a telephone with the
// next, where its links are lightest: a component past its cap.
func TestWhyNotInACrowd(t *testing.T) {
	f := open(t)
	var chain []engine.Operation
	link := func(i int) aloi.RecordRef { return ref("web", fmt.Sprint(i)) }
	for i := range matcher.ComponentCap + 60 {
		r := person("web", fmt.Sprint(i), "Théo", "de La Tour", "", "", fmt.Sprintf("06398%05d", i*7))
		r.Phones = append(r.Phones, fmt.Sprintf("06398%05d", i*7+7))
		if i%4 > 0 {
			r.BirthDate = "1971-04-05"
		}
		chain = append(chain, put(r))
	}
	if _, err := f.Apply(t.Context(), chain); err != nil {
		t.Fatal(err)
	}
	for i := range len(chain) - 1 {
		a, errA := f.EntityOf(t.Context(), link(i))
		b, errB := f.EntityOf(t.Context(), link(i+1))
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if a.ID == b.ID {
			continue
		}
		w := f.explain(t, link(i), link(i+1))
		if w.Verdict != aloi.VerdictSame || len(w.Obstacles) != 1 || w.Obstacles[0].Kind != engine.ObstacleComponent || len(w.Remedies) > 0 {
			t.Errorf("%s: %+v %+v", w.Verdict, w.Obstacles, w.Remedies)
		}
		if !strings.Contains(w.Text, "in two entities all the same. More than 500 records hang together") {
			t.Error(w.Text)
		}
		return
	}
	t.Error("the chain was not cut")
}

// TestUnknownLanguage holds that a language without texts is refused by name.
func TestUnknownLanguage(t *testing.T) {
	f := open(t)
	for _, err := range []error{
		second(f.Why(t.Context(), inWeb, inSAV, "de")), second(f.How(t.Context(), engine.EntityID(1), "de")),
	} {
		if aloi.CodeOf(err) != aloi.CodeInvalid || !strings.Contains(err.Error(), "language") {
			t.Error(err)
		}
	}
}
