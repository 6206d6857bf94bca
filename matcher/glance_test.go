package matcher

import (
	"math/rand/v2"
	"testing"
)

// checkLinked holds Linked to Weigh for a pair, with and without keys that are too common.
func checkLinked(t *testing.T, m *Matcher, a, b *Prepared, common Common) {
	t.Helper()
	for _, c := range []Common{nil, common} {
		want := m.Weigh(a, b, c)
		got, ok := m.Linked(a, b, c)
		if ok != (want.Weight >= m.model.Review) || ok && got != want {
			t.Fatalf("%s: Linked gives %+v, %t; Weigh gives %+v\nof %+v\nand %+v", m.model.Version, got, ok, want, a, b)
		}
	}
}

// otherModels returns the shipped model, one for pairs that weigh little, one with values
// of its own, and some whose levels are in any order of weight.
func otherModels(t *testing.T, rng *rand.Rand) []*Matcher {
	t.Helper()
	list := []*Model{Default()}
	for i := range 6 {
		x := Default()
		x.Version = "wild"
		x.Review, x.Same, x.Strong = Weight(rng.IntN(20)-15)*Bit, 20*Bit, 25*Bit
		for c := range x.Comparisons {
			k := &x.Comparisons[c]
			for l := range k.Levels {
				if i > 2 && rng.IntN(3) == 0 {
					k.Levels[l].M, k.Levels[l].U, k.Levels[l].H = rng.Float64()/2+1e-5, rng.Float64()/2+1e-5, rng.Float64()/2+1e-5
				}
			}
			switch k.Name {
			case "given_name", "family_name":
				k.Values = []ModelValue{{"JEAN", 0.2}, {"MOREL", 1e-7}, {"MARIE", 0.4}}
			case "birth_date":
				k.Terms, k.Unlisted, k.Levels[0].Terms = ownTerms, 14*Bit, true
				k.Values = []ModelValue{{"1984-03-12", 0.3}}
			}
		}
		list = append(list, x)
	}
	var models []*Matcher
	for _, x := range list {
		m, err := New(x)
		if err != nil {
			t.Fatal(err)
		}
		models = append(models, m)
	}
	return models
}

// TestLinked compares records of a small world under several models.
func TestLinked(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	models := otherModels(t, rng)
	unlikely := 0
	for i := range 60_000 {
		m := models[i%len(models)]
		a, b := m.Prepare(someone(rng)), m.Prepare(someone(rng))
		for _, p := range []*Prepared{a, b} { // mostly one of each, of which the outlines show more
			if rng.IntN(4) > 0 {
				p.Names, p.Emails, p.Addresses = p.Names[:min(len(p.Names), 1)], p.Emails[:min(len(p.Emails), 1)], p.Addresses[:min(len(p.Addresses), 1)]
				p.Identifiers = p.Identifiers[:rng.IntN(2)*min(len(p.Identifiers), 1)]
				p.outline = outlineOf(p)
			}
		}
		if m.unlikely(a, b) {
			unlikely++
		}
		checkLinked(t, m, a, b, someCommon(t, uint64(i)|1, a, b))
	}
	if unlikely < 5_000 {
		t.Errorf("%d pairs are seen to be unlikely", unlikely)
	}
}
