package matcher

import "slices"

// TrainedVeto says what the records told of a veto of several comparisons.
type TrainedVeto struct {
	Reason string `json:"reason"`
	// Dropped is set where the records refute the veto: it is not in the trained model.
	Dropped bool `json:"dropped"`
	// OnePerson and OneHousehold are the estimated pairs of each that the veto keeps apart.
	OnePerson    float64 `json:"one_person_pairs"`
	OneHousehold float64 `json:"one_household_pairs"`
	// BySlips are the pairs of one person that it would keep apart if its contradictions
	// were slips, independent of one another.
	BySlips float64 `json:"one_person_pairs_by_slips"`
}

// When the records refute a veto.
const (
	// slipShare is the least share of the pairs of one person that a veto keeps apart by
	// independent slips: below it costs too little to be given up.
	slipShare = .001
	// usualSlip is the largest share of the pairs of one person at the levels of one
	// comparison: above, the comparison contradicts no one, and the veto rests on the
	// others alone.
	usualSlip = .25
	// slipFactor is how many times as many pairs of one person as slips explain may be
	// kept apart: more are people of one household taken for one person.
	slipFactor = 2
)

// refuted reports whether a veto is wrong in these records: it parts people who are
// badly recorded, rather than people who live together.
func (v *vetoTally) refuted() bool {
	expected := v.bySlips()
	return v.compared >= basePairs[onePerson] && slices.Max(v.parts) <= usualSlip*v.compared &&
		expected >= slipShare*v.compared && v.kept[onePerson] <= slipFactor*expected+1 &&
		v.kept[onePerson] > v.kept[oneHousehold]
}

// vetoTally counts pairs for which all comparisons of a veto were made, in pairs of the
// population.
type vetoTally struct {
	compared float64   // of one person
	parts    []float64 // of one person, at the levels of each comparison
	kept     figures   // at the levels of all
}

// bySlips returns how many of the pairs of one person would be at the levels of all
// comparisons, were these independent.
func (v *vetoTally) bySlips() float64 {
	n := v.compared
	for _, part := range v.parts {
		n *= part / max(v.compared, 1)
	}
	return n
}

// judgeVetoes finds which vetoes the records refute. One of a single comparison has
// nothing that it could be measured by, and stays.
func (t *trainer) judgeVetoes() {
	var tallies []*vetoTally
	for i := range t.probe.vetoes {
		tallies = append(tallies, &vetoTally{parts: make([]float64, len(t.probe.vetoes[i].parts))})
	}
	for i, p := range t.odds {
		list, _ := t.blocked.pair(i)
		for k := range p {
			p[k] *= t.blockedFor
		}
		for v, tally := range tallies {
			tally.count(&t.probe.vetoes[v], list, p)
		}
	}
	for v, tally := range tallies {
		refuted := len(tally.parts) > 1 && tally.refuted()
		t.refuted = append(t.refuted, refuted)
		if len(tally.parts) > 1 {
			t.vetoes = append(t.vetoes, TrainedVeto{
				Reason: t.base.Vetoes[v].Reason, Dropped: refuted, BySlips: tenths(tally.bySlips()),
				OnePerson: tenths(tally.kept[onePerson]), OneHousehold: tenths(tally.kept[oneHousehold]),
			})
		}
	}
}

// count adds a pair with the probabilities of what it is.
func (v *vetoTally) count(c *condition, list []observation, p figures) {
	met, made := uint64(0), 0
	for i, part := range c.parts {
		for _, x := range list {
			if int(x.comparison) == part.comparison {
				made++
				met |= uint64(part.levels>>x.level&1) << i
			}
		}
	}
	if made < len(c.parts) {
		return
	}
	v.compared += p[onePerson]
	for i := range c.parts {
		if met>>i&1 == 1 {
			v.parts[i] += p[onePerson]
		}
	}
	if met == 1<<len(c.parts)-1 {
		for k := range p {
			v.kept[k] += p[k]
		}
	}
}

// vetoesLeft returns the vetoes of the base model that the records do not refute.
func (t *trainer) vetoesLeft() []Condition {
	var left []Condition
	for i, v := range t.base.Vetoes {
		if !t.refuted[i] {
			left = append(left, v)
		}
	}
	return left
}
