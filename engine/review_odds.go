package engine

import (
	"math"
	"slices"

	"aloi/matcher"
	"aloi/store"
)

const (
	// weighedRecords is how many records of an entity are weighed against those of
	// another: the first by the hash of their reference.
	weighedRecords = 16
	// loudest is the most that one pair of records says of two entities, either way.
	loudest = 10 * matcher.Bit
)

// side is an entity with those of its records that are weighed.
type side struct {
	members int
	records []*features
}

func (s *survey) side(e *store.Entity) (*side, error) {
	stored := make([]*store.Features, len(e.Members))
	for i, m := range e.Members {
		var err error
		if stored[i], err = s.r.Features(m); err != nil {
			return nil, err
		}
	}
	number := map[store.RefHash]uint64{}
	for i, f := range stored {
		number[f.Ref] = e.Members[i]
	}
	slices.SortFunc(stored, func(x, y *store.Features) int { return compareHashes(x.Ref, y.Ref) })
	out := &side{members: len(stored)}
	for _, f := range stored[:min(len(stored), weighedRecords)] {
		decoded, err := decodeFeatures(f, number[f.Ref])
		if err != nil {
			return nil, err
		}
		out.records = append(out.records, decoded)
	}
	return out, nil
}

// information is how much a judgement between two entities tells: the binary entropy of
// the probability that they are one person, times log2(1 + the pairs of records that it
// settles).
func (s *survey) information(x, y *side) (float64, error) {
	odds, err := s.odds(x, y)
	return entropy(odds) * math.Log2(1+float64(x.members*y.members)), err
}

// odds returns the odds that two entities are one person, in bits: the mean weight of
// the pairs of their records, a contradiction counted as loud as can be. The link
// between them alone would be no guide: it is the heaviest of all their pairs.
func (s *survey) odds(x, y *side) (float64, error) {
	var sum matcher.Weight
	for _, a := range x.records {
		common, err := s.b.e.commonOf(a, sizeIn(s.r))
		if err != nil {
			return 0, err
		}
		for _, b := range y.records {
			link := s.b.matcher.Weigh(a.record, b.record, common)
			if link.Veto {
				link.Weight = -loudest
			}
			sum += min(max(link.Weight, -loudest), loudest)
		}
	}
	return sum.Bits() / float64(len(x.records)*len(y.records)), nil
}

// entropy is the binary entropy, in bits, of what has these odds, in bits.
func entropy(odds float64) float64 {
	p := 1 / (1 + math.Exp2(-odds))
	if p <= 0 || p >= 1 {
		return 0
	}
	return -p*math.Log2(p) - (1-p)*math.Log2(1-p)
}
