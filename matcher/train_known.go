package matcher

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"aloi"
)

// findKnown checks the known pairs and finds their records in the order of ties.
func (t *trainer) findKnown(records []*Prepared, known []KnownPair) error {
	for i, p := range known {
		if min(p.A, p.B) < 0 || int(max(p.A, p.B)) >= len(records) || p.A == p.B {
			return badKnown(fmt.Sprintf("known[%d]", i), "is not of two of the records")
		}
		a, b := t.placeOf(records[p.A].Tie), t.placeOf(records[p.B].Tie)
		t.judged = append(t.judged, KnownPair{A: min(a, b), B: max(a, b), Same: p.Same})
	}
	slices.SortFunc(t.judged, compareKnown)
	for i := range t.judged {
		if i > 0 && compareKnown(t.judged[i], t.judged[i-1]) == 0 {
			return badKnown("known", "has one pair of records twice")
		}
	}
	return nil
}

func badKnown(field, reason string) error {
	return aloi.Invalid(aloi.Violation{Field: field, Reason: reason})
}

func (t *trainer) placeOf(tie Tie) int32 {
	at, _ := slices.BinarySearchFunc(t.records, tie, func(r *Prepared, tie Tie) int { return bytes.Compare(r.Tie[:], tie[:]) })
	return int32(at)
}

func compareKnown(x, y KnownPair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) }

// isJudged reports whether the class of two records is known.
func (t *trainer) isJudged(a, b int32) bool {
	_, found := slices.BinarySearchFunc(t.judged, KnownPair{A: min(a, b), B: max(a, b)}, compareKnown)
	return found
}

// countKnown counts the levels of the known pairs.
func (c *tally) countKnown(t *trainer, s *scale) {
	for i, known := range t.judged {
		list, flags := t.known.pair(i)
		p := figures{onePerson: 1}
		if !known.Same {
			p = s.odds(i, list)
			rest := p[oneHousehold] + p[strangers]
			p = figures{oneHousehold: p[oneHousehold] / rest, strangers: p[strangers] / rest}
		}
		c.countLevels(t, list, p, flags)
	}
}
