package aloi

import "time"

// Verdict is what is held of two records.
type Verdict string

// The verdicts. The zero value holds nothing.
const (
	VerdictSame      Verdict = "SAME"
	VerdictReview    Verdict = "REVIEW"
	VerdictDifferent Verdict = "DIFFERENT"
)

// LinkStrength says how far a link can be trusted to carry consent.
type LinkStrength string

// From strongest to weakest (docs/consent.md, 2.1).
const (
	LinkAsserted      LinkStrength = "ASSERTED"      // the person proved it, or a steward with evidence
	LinkDeterministic LinkStrength = "DETERMINISTIC" // one person-unique identifier in common, nothing contradicts
	LinkStrong        LinkStrength = "STRONG"        // weight above the same threshold
	LinkWeak          LinkStrength = "WEAK"          // in the review band, not merged
)

// Judgement is a steward's ruling on two records: same or different. It outranks
// the model, survives re-training, deletion and re-sending of either record, and
// ends only when it is withdrawn. At most one judgement stands for a pair: a new
// one replaces the old.
type Judgement struct {
	A       RecordRef `cbor:"1,keyasint"` // A sorts before B
	B       RecordRef `cbor:"2,keyasint"`
	Verdict Verdict   `cbor:"3,keyasint"` // SAME or DIFFERENT
	Steward string    `cbor:"4,keyasint,omitempty"`
	Reason  string    `cbor:"5,keyasint,omitempty"`
	// Time is when it was given, UTC, from the engine's clock.
	Time time.Time `cbor:"6,keyasint,omitzero"`
}

// Ordered returns the judgement with A and B in order.
func (j Judgement) Ordered() Judgement {
	if j.B.Compare(j.A) < 0 {
		j.A, j.B = j.B, j.A
	}
	return j
}
