package matcher

import (
	"context"
	"fmt"
	"math"
	"slices"

	"aloi"
)

// TrainOptions say how Train works. The zero value is ready to use.
type TrainOptions struct {
	// Seed chooses the random pairs.
	Seed uint64
	// Version names the trained model; without it the base model's with "-trained".
	Version string
	// Workers bounds the goroutines, 1 or more; it changes nothing of the result.
	Workers int
	// Known are the pairs that stewards have judged, each once, in any order.
	Known []KnownPair
	// Progress, if not nil, is told how many of the steps are done, from one goroutine.
	Progress func(done, total int)
}

// KnownPair is two records, by their place among those that are trained on, of which it
// is known whether they are one person.
type KnownPair struct {
	A, B int32
	Same bool
}

// The limits of training.
const (
	// MinTrainRecords is the least number of records that Train learns from.
	MinTrainRecords = 100
	// EnoughRecords is the number of records from which on Adapt learns from them. Fewer
	// have too few pairs of one person; docs/training.md has the measurements.
	EnoughRecords = 500
	// maxSteps is the most rounds of the EM algorithm.
	maxSteps = 40
	// restBits is the change of the priors, in bits, below which EM has come to rest.
	restBits = 0.002
)

// Adapt returns the model for records where nobody has chosen one: learned from them if
// they are EnoughRecords or more, else base itself, with no report. It is base too, with
// the report, when what was learned is implausible. Otherwise it is as Train.
func Adapt(ctx context.Context, base *Model, records []*Prepared, o TrainOptions) (*Model, *TrainReport, error) {
	if len(records) < EnoughRecords {
		return base, nil, nil
	}
	model, report, err := Train(ctx, base, records, o)
	if err == nil && report.Implausible {
		return base, report, nil
	}
	return model, report, err
}

// Train learns a model from records without labels: how often each level occurs in
// two records of one person (m), of one household (h) and of strangers (u), and how
// common the three are, by expectation maximisation over the pairs that share a
// blocking key and a seeded sample of the other pairs (Winkler, 1988; with a third
// class for households). Comparisons, vetoes, doubts and thresholds are those of base,
// and so are the figures where the records say little: base counts as some hundred
// pairs of evidence for each.
//
// Known pairs keep their class: one person, or household and strangers in the proportion
// of the model (Larsen and Rubin, "Iterative automated record linkage using mixture
// models", 2001). They count as the one pair that each is, in the figures of levels; how
// common the classes are is found without them, as they were chosen, not drawn.
//
// The records must have been prepared for base, and their ties must be distinct. The
// result is the same in any order of the records and for any number of workers. It is
// an invalid-argument error when base is no valid model, there are fewer than
// MinTrainRecords records, or a known pair is given twice or is not of two of them.
// Neither base nor the records are changed.
func Train(ctx context.Context, base *Model, records []*Prepared, o TrainOptions) (*Model, *TrainReport, error) {
	if len(records) < MinTrainRecords {
		return nil, nil, aloi.Invalid(aloi.Violation{Field: "records",
			Reason: fmt.Sprintf("are %d, and a model needs at least %d", len(records), MinTrainRecords)})
	}
	if o.Version == "" {
		o.Version = base.Version + "-trained"
	}
	t := &trainer{ctx: ctx, base: base, workers: max(o.Workers, 1), seed: o.Seed}
	t.progress = func(done int) {
		if o.Progress != nil {
			o.Progress(done, gatherSteps+maxSteps)
		}
	}
	t.arrange(records)
	if err := t.prepare(); err != nil {
		return nil, nil, err
	}
	if err := t.findKnown(records, o.Known); err != nil {
		return nil, nil, err
	}
	if err := t.gather(); err != nil {
		return nil, nil, err
	}
	if err := t.fit(); err != nil {
		return nil, nil, err
	}
	t.judgeVetoes()
	model := t.model(o.Version)
	if _, err := New(model); err != nil {
		return nil, nil, err
	}
	report, err := t.report(model)
	if err != nil {
		return nil, nil, err
	}
	return model, report, nil
}

// fit finds the most likely figures for the pairs that were gathered.
func (t *trainer) fit() error {
	if err := t.start(); err != nil {
		return err
	}
	for t.steps < maxSteps && !t.settled {
		before := t.shares
		counted, err := t.expect(t.scale().odds)
		if err != nil {
			return err
		}
		t.maximise(counted)
		t.steps++
		t.progress(gatherSteps + t.steps)
		t.settled = moved(before, t.shares) < restBits
	}
	return t.settle()
}

// moved is the largest change of two distributions over the classes, in bits.
func moved(x, y [classes]float64) float64 {
	var most float64
	for i := range x {
		most = max(most, math.Abs(math.Log2(x[i]/y[i])))
	}
	return most
}

// The classes of pairs.
const (
	onePerson = iota
	oneHousehold
	strangers
	classes
)

// trainer is the state of one training.
type trainer struct {
	ctx      context.Context
	base     *Model
	probe    *Matcher
	came     []*Prepared // as they were given
	records  []*Prepared // by tie; a place is one in this list
	ties     []Tie       // of records
	places   []int32     // of the records as they came
	origins  []int32     // the reverse: place → index in came
	workers  int
	seed     uint64
	progress func(done int)
	common   Common // known once the records are in blocks

	// The pairs and what they stand for: each blocked pair for blockedFor pairs, each
	// random one for randomFor, of all pairs in the population.
	blocked, random       observations
	unrelated             []*tally     // of random, chunk by chunk
	odds                  []figures    // of the blocked pairs, when all is learned
	known                 observations // of judged
	judged                []KnownPair  // by place in records, A before B, ascending
	blockedFor, randomFor float64
	population            float64

	offsets []int          // comparison → the index of its first level among all levels
	figures []figures      // of all levels
	counts  []*valueCounts // of all comparisons that look up values, nil of the others
	listed  []listedShares
	terms   []termFit // of all comparisons; of use where they have a table
	shares  [classes]float64
	refuted []bool // of each veto of base
	vetoes  []TrainedVeto
	steps   int
	settled bool
}

// figures are m, h and u of one level, in the order of the classes.
type figures [classes]float64

// prepare gives the base model the values of the records, and compiles it as a probe.
func (t *trainer) prepare() (err error) {
	if t.probe, err = New(t.base); err != nil {
		return err
	}
	if t.counts, err = t.countValues(); err != nil {
		return err
	}
	t.base = t.withValues()
	if t.probe, err = probeOf(t.base); err != nil {
		return err
	}
	t.countListed()
	t.counts = nil // they may be large
	return nil
}

// The rarities of a probe, which tell where a value was found.
const (
	// unlistedBits is the rarity of a value that is in no list, in bits: past that of any
	// that is.
	unlistedBits = 31
	// ownMark is added to the rarity of a value that the model itself lists; those of the
	// tables are whole units.
	ownMark Weight = 1
)

// probeOf compiles a model with its rarities uncut and in whole units, so that outcomes
// tell the rarity that a list has for a value.
func probeOf(base *Model) (*Matcher, error) {
	m := *base
	m.Comparisons = slices.Clone(base.Comparisons)
	for i := range m.Comparisons {
		if c := &m.Comparisons[i]; c.Terms != "" {
			c.Rarest, c.Unlisted = unlistedBits*Bit, unlistedBits*Bit
		}
	}
	p, err := New(&m)
	if err != nil {
		return nil, err
	}
	for _, k := range p.order {
		for h, r := range k.own {
			k.own[h] = r - r%(Bit/rarityUnits) + ownMark
		}
	}
	return p, nil
}
