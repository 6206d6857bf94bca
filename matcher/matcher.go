package matcher

import "aloi"

// Weight is evidence in millibits: 1000 is one bit, a factor of two in the odds
// that two records are of one person. Integers, so that sums and ties are exact.
type Weight int32

// Bit is one bit of evidence.
const Bit Weight = 1000

// MaxKeys is the most blocking keys that one record has.
const MaxKeys = 32

// Common tells whether a blocking key is too common to resolve by. A phone number,
// e-mail address or identifier that two records share under such a key is no evidence:
// a switchboard, a shop's own address. It is asked for ContactKeys that both records
// have, and for no others. A nil Common says that none is.
type Common func(key string) bool

// Link is the outcome of comparing two records, without its explanation.
type Link struct {
	// Weight is the prior plus all evidence.
	Weight Weight
	// Veto is set when the records contradict one another so strongly that no chain of
	// other records may bring them together. It depends on no Common.
	Veto bool
	// Deterministic is set when they share an identifier that one person has alone,
	// which is not too common, and nothing contradicts it.
	Deterministic bool
}

// Comparison is a Link with its reasons. Weight = Prior + Σ Evidence.Weight.
type Comparison struct {
	Link
	Prior    Weight
	Evidence []Evidence
	// VetoReason says what the contradiction is; the zero value without one.
	VetoReason Reason
}

// Reason is a few words of a model about a condition of its own, without values.
type Reason struct {
	English string
	French  string // empty where the model has none
}

// In returns the reason in a language, and in English where the model has no other.
func (r Reason) In(lang aloi.Language) string {
	if lang == aloi.French && r.French != "" {
		return r.French
	}
	return r.English
}

// Evidence is what one comparison of the model says of two records.
type Evidence struct {
	Comparison string // name in the model: `given_name`
	Level      string // level reached: `exact`, `close`; `common` for values that agree and are too common
	Weight     Weight // of which TermWeight comes from how rare the shared value is
	TermWeight Weight
	// A and B are the values that were compared, as prepared. Personal data.
	A, B string
}
