package engine

import (
	"context"
	"math"
	"slices"

	"aloi"
	"aloi/matcher"
	"aloi/store"
)

// Measure is the model in force against the judgements.
type Measure struct {
	// Judged counts the pairs with a judgement both of whose records are stored;
	// JudgedSame those that were judged the same, ModelSame those that the model holds to
	// be, BothSame those where the two agree in that.
	Judged, JudgedSame, ModelSame, BothSame uint64
	Precision                               Proportion // BothSame of ModelSame
	Recall                                  Proportion // BothSame of JudgedSame
	Bands                                   []MeasuredBand
}

// Proportion is a share, 0 of none, with its 95 % interval.
type Proportion struct{ Share, Low, High float64 }

// MeasuredBand is the judged pairs of a range of weights, in bits: From inclusive,
// -Inf in the first band, To exclusive, +Inf in the last.
type MeasuredBand struct {
	From, To        float64
	Same, Different uint64 // judged so
}

// Measure weighs each judged pair whose records are stored by the model in force, which
// holds it to be the same when its weight reaches the threshold and nothing contradicts,
// whatever the entities became. The pairs are those that stewards chose: precision and
// recall are of these, and say of the whole store only what the choice allows. It reads
// the two records of every judgement.
func (e *Engine) Measure(ctx context.Context) (*Measure, error) {
	m := &Measure{}
	return m, e.view(ctx, func(r *store.Reader) error {
		b, err := e.newBatch(r, nil, false)
		if err != nil {
			return err
		}
		m.Bands = bandsOf(b.matcher.Model())
		var failed error
		err = r.Judgements(nil, func(_ []byte, j *aloi.Judgement) bool {
			if failed = ctx.Err(); failed == nil {
				failed = m.judgement(b, j)
			}
			return failed == nil
		})
		m.Precision, m.Recall = wilson(m.BothSame, m.ModelSame), wilson(m.BothSame, m.JudgedSame)
		if err == nil {
			err = failed
		}
		return err
	})
}

// bandsOf cuts the weights at the thresholds of the model, and the review band in two.
func bandsOf(model *matcher.Model) []MeasuredBand {
	edges := []float64{math.Inf(-1), model.Review.Bits(), (model.Review + model.Same).Bits() / 2, model.Same.Bits(), model.Strong.Bits(), math.Inf(1)}
	edges = slices.Compact(edges)
	bands := make([]MeasuredBand, len(edges)-1)
	for i := range bands {
		bands[i] = MeasuredBand{From: edges[i], To: edges[i+1]}
	}
	return bands
}

// judgement counts one judgement.
func (m *Measure) judgement(b *batch, j *aloi.Judgement) error {
	var records [2]*features
	for i, ref := range []aloi.RecordRef{j.A, j.B} {
		number, err := b.r.Number(b.e.st.RefHash(ref))
		if err != nil || number == 0 {
			return err
		}
		if records[i], err = readFeatures(b.r, number); err != nil {
			return err
		}
	}
	common, err := b.e.commonOf(records[0], sizeIn(b.r))
	if err != nil {
		return err
	}
	link := b.matcher.Weigh(records[0].record, records[1].record, common)
	m.count(link, j.Verdict == aloi.VerdictSame, b.matcher.Model().Same)
	return nil
}

func (m *Measure) count(link matcher.Link, same bool, threshold matcher.Weight) {
	m.Judged++
	modelSame := link.Weight >= threshold && !link.Veto
	band := &m.Bands[slices.IndexFunc(m.Bands, func(b MeasuredBand) bool { return link.Weight.Bits() < b.To })]
	if same {
		m.JudgedSame++
		band.Same++
	} else {
		band.Different++
	}
	if modelSame {
		m.ModelSame++
	}
	if same && modelSame {
		m.BothSame++
	}
}

// z95 is the quantile of the normal distribution that leaves 2.5 % above it.
const z95 = 1.959964

// wilson returns the share of k in n with the score interval of E. B. Wilson ("Probable
// inference, the law of succession, and statistical inference", 1927):
//
//	(p + z²/2n ± z√(p(1-p)/n + z²/4n²)) / (1 + z²/n)
//
// It stays within 0 and 1 and means something for few pairs. Of none it is 0 to 1.
func wilson(k, n uint64) Proportion {
	if n == 0 {
		return Proportion{High: 1}
	}
	p, of := float64(k)/float64(n), float64(n)
	spread := z95 * math.Sqrt(p*(1-p)/of+z95*z95/(4*of*of))
	middle, scale := p+z95*z95/(2*of), 1+z95*z95/of
	return Proportion{Share: p, Low: max(0, (middle-spread)/scale), High: min(1, (middle+spread)/scale)}
}
