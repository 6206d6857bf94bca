package matcher

import (
	"fmt"
	"math"
	"slices"
)

// TrainReport says what a model was learned from and how well it is founded.
type TrainReport struct {
	Version string `json:"version"`
	Base    string `json:"base"` // version of the base model
	Records int    `json:"records"`
	// Blocked and Random are the pairs that were compared: of those that share a blocking
	// key, and of the others.
	Blocked int `json:"blocked_pairs"`
	Random  int `json:"random_pairs"`
	// OnePerson and OneHousehold are the estimated pairs of one person and of two people
	// of one household, among the blocked ones.
	OnePerson    float64 `json:"one_person_pairs"`
	OneHousehold float64 `json:"one_household_pairs"`
	// Prior and Household are those of the model, in bits.
	Prior     float64 `json:"prior_bits"`
	Household float64 `json:"household_bits"`
	// Steps are the rounds that were made; Settled is false when they did not suffice.
	Steps   int  `json:"steps"`
	Settled bool `json:"settled"`
	// Levels are all levels, in the order of the model.
	Levels []TrainedLevel `json:"levels"`
	// Values is how many values each comparison lists; without those that list none.
	Values []TrainedValues `json:"values,omitempty"`
	// Vetoes are those of several comparisons.
	Vetoes []TrainedVeto `json:"vetoes"`
	// Thresholds are estimates for links at and above some weights, ascending.
	Thresholds []TrainedThreshold `json:"thresholds"`
	// Implausible says that what looks like one person can't be one: mostly born on
	// different days. The model is of no use.
	Implausible bool `json:"implausible,omitempty"`
	// Warnings are what a reader should know before using the model.
	Warnings []string `json:"warnings"`
}

// TrainedLevel is one level of a trained model.
type TrainedLevel struct {
	Comparison string  `json:"comparison"`
	Level      string  `json:"level"`
	M          float64 `json:"m"`
	H          float64 `json:"h"`
	U          float64 `json:"u"`
	// AgainstStrangers and AgainstHousehold are log2(m/u) and log2(m/h), in bits.
	AgainstStrangers float64 `json:"against_strangers_bits"`
	AgainstHousehold float64 `json:"against_household_bits"`
	// OnePerson, OneHousehold and Strangers are the pairs of the sample at this level, by
	// what they are estimated to be.
	OnePerson    float64 `json:"one_person_pairs"`
	OneHousehold float64 `json:"one_household_pairs"`
	Strangers    float64 `json:"stranger_pairs"`
	// Scarce is what was seen too seldom to move far from the base model: m, h, u.
	Scarce []string `json:"scarce,omitempty"`
}

// TrainedValues is how many values a comparison of the model lists.
type TrainedValues struct {
	Comparison string `json:"comparison"`
	Values     int    `json:"values"`
}

// TrainedThreshold is what to expect of the links at and above a weight. It is an
// estimate from the model itself, as good as the model is. Recall is the share of the
// pairs of one person that share a blocking key, before clustering.
type TrainedThreshold struct {
	Weight    float64 `json:"weight_bits"`
	Links     float64 `json:"links"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
}

// The weights for which precision and recall are estimated, in bits.
const (
	lowestThreshold  = -4
	highestThreshold = 14
)

// report sums up the training.
func (t *trainer) report(m *Model) (*TrainReport, error) {
	c, err := t.expect(func(pair int, _ []observation) figures { return t.odds[pair] })
	if err != nil {
		return nil, err
	}
	r := &TrainReport{
		Version: m.Version, Base: t.base.Version, Records: len(t.records),
		Blocked: t.blocked.pairs(), Random: t.random.pairs(),
		OnePerson: math.Round(c.pairs[onePerson]), OneHousehold: math.Round(c.pairs[oneHousehold]),
		Prior: m.Prior.Bits(), Household: m.Household.Bits(), Steps: t.steps, Settled: t.settled,
	}
	for i := range m.Comparisons {
		mc := &m.Comparisons[i]
		r.Levels = append(r.Levels, t.reportLevels(i, mc, c)...)
		if len(mc.Values) > 0 {
			r.Values = append(r.Values, TrainedValues{mc.Name, len(mc.Values)})
		}
	}
	r.Vetoes = t.vetoes
	r.Thresholds = t.reportThresholds(c.pairs[onePerson])
	r.Implausible = t.isImplausible()
	r.Warnings = t.warnings(r, c)
	return r, nil
}

// reportLevels describes the levels of a comparison.
func (t *trainer) reportLevels(i int, mc *ModelComparison, c *tally) []TrainedLevel {
	var out []TrainedLevel
	seen := t.seen(i, c)
	for l, x := range mc.Levels {
		n := c.levels[t.offsets[i]+l]
		n[strangers] /= t.randomFor
		out = append(out, TrainedLevel{
			Comparison: mc.Name, Level: x.Name, M: x.M, H: x.H, U: x.U,
			AgainstStrangers: bits(x.M / x.U).Bits(), AgainstHousehold: bits(x.M / x.H).Bits(),
			OnePerson: tenths(n[onePerson]), OneHousehold: tenths(n[oneHousehold]), Strangers: tenths(n[strangers]),
			Scarce: t.scarce(i, n, seen),
		})
	}
	return out
}

// seen returns how many pairs of each class a comparison was made for, strangers in
// pairs of the sample.
func (t *trainer) seen(i int, c *tally) figures {
	var n figures
	for l := range t.base.Comparisons[i].Levels {
		for k := range n {
			n[k] += c.levels[t.offsets[i]+l][k]
		}
	}
	n[strangers] /= t.randomFor
	return n
}

// scarcePairs is how many pairs at a level are enough to know its share.
const scarcePairs = 5

// scarce names the figures of a level that rest on the base model: the comparison was
// made for fewer pairs than the base model counts for, or the level was hardly seen.
func (t *trainer) scarce(i int, level, seen figures) []string {
	var out []string
	for k, name := range [classes]string{"m", "h", "u"} {
		if k == oneHousehold && t.isOwn(i) {
			continue
		}
		if seen[k] < basePairs[k] || level[k] < scarcePairs {
			out = append(out, name)
		}
	}
	return out
}

func tenths(x float64) float64 { return math.Round(x*10) / 10 }

// reportThresholds estimates precision and recall at some weights.
func (t *trainer) reportThresholds(all float64) []TrainedThreshold {
	const weights = highestThreshold - lowestThreshold + 1
	var links, right [weights]float64
	for _, odds := range t.odds {
		p := odds[onePerson]
		weight := math.Log2(p / (1 - p))
		for w := range weights {
			if weight >= float64(lowestThreshold+w) {
				links[w] += t.blockedFor
				right[w] += p * t.blockedFor
			}
		}
	}
	var out []TrainedThreshold
	for w := range weights {
		x := TrainedThreshold{Weight: float64(lowestThreshold + w), Links: math.Round(links[w])}
		if links[w] > 0 {
			x.Precision, x.Recall = share(right[w], links[w]), share(right[w], all)
		}
		out = append(out, x)
	}
	return out
}

// share rounds a share to a hundredth of a percent.
func share(part, of float64) float64 { return math.Round(part/of*1e4) / 1e4 }

// The signs of a file that no good model can be learned from.
const (
	fewPairs = 50  // of one person
	oneValue = .99 // share of pairs at the best level
	mostSame = .5  // share of pairs of one person
)

// mostApart is the largest share of the pairs of one person whose birth dates are far
// apart, or have nothing in common, that a file may have. The worst of the development
// sets, in which half of the dates are wrong, has .10.
const mostApart = .3

// isImplausible reports whether the algorithm took something else for the pairs of one
// person, such as strangers of one name. Nothing else in the figures tells: a mixture
// has many fixed points, and each agrees with itself.
func (t *trainer) isImplausible() bool {
	i := slices.Index(t.probe.order, t.probe.known[compareBirth])
	if i < 0 { // the model leaves it out
		return false
	}
	f := t.figures[t.offsets[i]:]
	return f[birthGeneration][onePerson]+f[birthDifferent][onePerson] > mostApart
}

// warnings lists what a reader should know.
func (t *trainer) warnings(r *TrainReport, c *tally) []string {
	out := []string{}
	warn := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if r.Implausible {
		warn("most pairs that look like one person have other birth dates: they are not, and the model is of no use")
	}
	if !t.settled {
		warn("the figures had not settled after %d rounds", t.steps)
	}
	if c.pairs[onePerson] < fewPairs {
		warn("about %.0f pairs of one person were found: m and h rest on the base model", c.pairs[onePerson])
	}
	if t.shares[onePerson] > mostSame {
		warn("most pairs look like one person: either they are, or nothing tells the records apart")
	}
	if r.Blocked == 0 {
		warn("no two records share a usable blocking key")
	}
	for i := range t.base.Comparisons {
		name, seen := t.base.Comparisons[i].Name, t.seen(i, c)
		all := seen[onePerson] + seen[oneHousehold] + seen[strangers]
		best := c.levels[t.offsets[i]]
		switch alike := best[onePerson] + best[oneHousehold] + best[strangers]/t.randomFor; {
		case all == 0:
			warn("%s: never compared; as in the base model", name)
			continue
		case alike > oneValue*all && t.strangersMeet(i):
			warn("%s: nearly all records have one value, which tells nothing", name)
		case seen[onePerson] < basePairs[onePerson]:
			warn("%s: compared in %.0f pairs of one person; m is near the base model", name, seen[onePerson])
		}
	}
	for _, l := range r.Levels {
		if n := l.OnePerson + l.OneHousehold + l.Strangers; n < scarcePairs && !t.unmade(l.Comparison, c) {
			warn("%s %s: seen in %.0f pairs; near the base model", l.Comparison, l.Level, n)
		}
	}
	return out
}

// strangersMeet reports whether a comparison is made for strangers, rather than only
// where other fields already say something.
func (t *trainer) strangersMeet(i int) bool {
	k := t.probe.order[i]
	return k != t.probe.known[compareOrder] && k != t.probe.known[compareGender]
}

// unmade reports whether a comparison was never made, or is of the order of names, of
// which one level alone is ever seen.
func (t *trainer) unmade(name string, c *tally) bool {
	for i, k := range t.probe.order {
		if k.name == name {
			return k == t.probe.known[compareOrder] || t.seen(i, c) == figures{}
		}
	}
	return true
}
