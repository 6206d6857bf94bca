package matcher

import "aloi"

// Model is the versioned table of comparisons, levels and weights.
type Model struct {
	Version string
	// Same and Strong are the thresholds at which two records are linked and at which
	// the link needs no cohesion; Review starts the band for stewards.
	Review, Same, Strong Weight
}

// Default returns the shipped model.
func Default() *Model {
	return &Model{Version: "stub", Review: 4 * Bit, Same: 8 * Bit, Strong: 14 * Bit}
}

// Matcher applies one model. It is immutable and safe for concurrent use.
type Matcher struct{ model *Model }

// New compiles a model, or says what is wrong with it.
func New(m *Model) (*Matcher, error) { return &Matcher{model: m}, nil }

// Model returns the model; the caller must not change it.
func (m *Matcher) Model() *Model { return m.model }

// Prepare normalises a record.
func (m *Matcher) Prepare(r *aloi.Record) *Prepared {
	return &Prepared{Tie: TieOf(r.Ref), Phones: r.Phones}
}

// Keys returns the blocking keys of a prepared record: sorted, distinct, at most MaxKeys.
func (m *Matcher) Keys(p *Prepared) []string { return p.Phones }

// Weigh compares two records without explaining.
func (m *Matcher) Weigh(a, b *Prepared) Link { return m.Compare(a, b).Link }

// Compare compares two records and says why.
func (m *Matcher) Compare(a, b *Prepared) Comparison {
	w := -4 * Bit
	for _, x := range a.Phones {
		for _, y := range b.Phones {
			if x == y {
				w = 20 * Bit
			}
		}
	}
	return Comparison{Link: Link{Weight: w}}
}
