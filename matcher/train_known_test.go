package matcher_test

import (
	"math"
	"slices"
	"testing"

	"aloi"
	"aloi/matcher"
)

// TestTrainOnKnownPairs plants judgements and looks at the figures that they move.
func TestTrainOnKnownPairs(t *testing.T) {
	records, people := invented(t, 300, nil)
	learn := func(known []matcher.KnownPair) (*matcher.Model, *matcher.TrainReport) {
		m, r, err := matcher.Train(t.Context(), matcher.Default(), records, matcher.TrainOptions{Known: known, Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		return m, r
	}
	exact := func(m *matcher.Model) float64 { return figure(t, m, "birth_date", "exact").M }
	plain, without := learn(nil)

	// Strangers that are said to be one person, and people that are said to be two.
	var same, different []matcher.KnownPair
	for i := range int32(len(records)) {
		for j := range i {
			switch born := !records[i].Birth.IsZero() && !records[j].Birth.IsZero(); {
			case !born:
			case people[i] != people[j] && len(same) < 60:
				same = append(same, matcher.KnownPair{A: j, B: i, Same: true})
			case people[i] == people[j] && records[i].Birth == records[j].Birth && len(different) < 30:
				different = append(different, matcher.KnownPair{A: i, B: j})
			}
		}
	}
	for _, c := range []struct {
		name  string
		known []matcher.KnownPair
		least float64 // by how much m of an exact date falls
	}{{"same", same, .1}, {"different", different, .005}} {
		m, r := learn(c.known)
		if fall := exact(plain) - exact(m); fall < c.least {
			t.Errorf("%s: m of an exact date fell by %.4f", c.name, fall)
		}
		if shift := math.Abs(r.Prior - without.Prior); shift > .3 {
			t.Errorf("%s: the prior moved by %.2f bits", c.name, shift)
		}
		slices.Reverse(c.known)
		if again, _ := learn(c.known); exact(again) != exact(m) {
			t.Errorf("%s: other figures from another order", c.name)
		}
	}
}

func TestTrainRefusesKnownPairs(t *testing.T) {
	records, _ := invented(t, matcher.MinTrainRecords, nil)
	for name, known := range map[string][]matcher.KnownPair{
		"no such record": {{A: 0, B: matcher.MinTrainRecords}},
		"below 0":        {{A: -1, B: 1}},
		"one record":     {{A: 1, B: 1}},
		"twice":          {{A: 1, B: 2}, {A: 2, B: 1, Same: true}},
	} {
		if _, _, err := matcher.Train(t.Context(), matcher.Default(), records, matcher.TrainOptions{Known: known}); aloi.CodeOf(err) != aloi.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
