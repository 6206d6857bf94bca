package engine_test

import (
	"math"
	"testing"

	"aloi/engine"
)

// TestMeasure compares the model with judgements that agree and disagree with it.
func TestMeasure(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		empty, err := f.Measure(t.Context())
		if err != nil || empty.Judged != 0 || empty.Precision != (engine.Proportion{High: 1}) || len(empty.Bands) != 5 {
			t.Fatalf("without a judgement: %+v, %v", empty, err)
		}
		a, b := doubtful()
		f.store(t, anneStore(), anneWeb(), anneSAV(), marc(), a, b)
		inSAV := ref("sav", "T7")
		f.apply(t, ops(
			same(inStore, inSAV), different(inWeb, inSAV), // the model holds both to be the same
			same(a.Ref, b.Ref), different(inStore, ref("store", "2")), // and neither of these
			same(inStore, ref("web", "nobody"))))
		m, err := f.Measure(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if m.Judged != 4 || m.JudgedSame != 2 || m.ModelSame != 2 || m.BothSame != 1 || m.Precision.Share != .5 || m.Recall.Share != .5 {
			t.Errorf("%+v", m)
		}
		var same, different uint64
		for i, band := range m.Bands {
			same, different = same+band.Same, different+band.Different
			if i > 0 && band.From != m.Bands[i-1].To || band.From >= band.To {
				t.Errorf("bands %+v", m.Bands)
			}
		}
		if same != 2 || different != 2 || !math.IsInf(m.Bands[0].From, -1) || m.Bands[0].Different != 1 ||
			!math.IsInf(m.Bands[4].To, 1) || m.Bands[4].Same != 1 || m.Bands[4].Different != 1 {
			t.Errorf("bands %+v", m.Bands)
		}
		w := f.explain(t, a.Ref, b.Ref)
		for _, band := range m.Bands[1:3] {
			if bits := w.Comparison.Weight.Bits(); bits >= band.From && bits < band.To && band.Same != 1 {
				t.Errorf("the doubtful pair has %f bits: %+v", bits, m.Bands)
			}
		}
	})
}

// TestWilson compares with the table of R. G. Newcombe, "Two-sided confidence intervals
// for the single proportion" (1998), method 3.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		k, n      uint64
		low, high float64
	}{{81, 263, .2553, .3662}, {15, 148, .0624, .1605}, {0, 20, 0, .1611}, {1, 29, .0061, .1718}, {29, 29, .8830, 1}} {
		p := engine.Wilson(c.k, c.n)
		if math.Abs(p.Low-c.low) > 5e-5 || math.Abs(p.High-c.high) > 5e-5 || p.Share != float64(c.k)/float64(c.n) {
			t.Errorf("%d of %d: %+v, want %.4f to %.4f", c.k, c.n, p, c.low, c.high)
		}
	}
}
