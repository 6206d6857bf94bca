package engine

import (
	"context"

	"aloi"
	"aloi/store"
)

// MaxReviewPairs is the most pairs that one call of Review returns.
const MaxReviewPairs = 1000

// ReviewPair is two records of two entities that a steward may judge.
type ReviewPair struct {
	A, B             aloi.RecordRef // A sorts before B
	EntityA, EntityB aloi.EntityID
	// Information is how much a judgement would tell, for the order only: 0 or more,
	// without a unit.
	Information float64
	Why         *Why
}

// ReviewPage is what waits for a steward.
type ReviewPage struct {
	Pairs []ReviewPair // the most telling first
	// Waiting is how many pairs of entities wait, these included.
	Waiting uint64
}

// Review returns at most limit (1 to MaxReviewPairs) pairs of records on which a
// steward's word would tell most, and explains them in lang. They are records of two
// entities with a link between the review and the same threshold, or above it where the
// entities are kept apart all the same: by a contradiction, or since too few of their
// other records are linked. Of each two entities only the heaviest link counts;
// entities on which a judgement was given already do not wait any more, and neither do
// links below the same threshold whose records contradict one another.
//
// The pairs are ordered by information: the binary entropy of the probability that the two
// entities are one person, times log2(1+|A||B|) for the pairs of records that a judgement
// settles. The odds are 2 to the mean weight of those pairs, of which none counts for more
// than 10 bits either way and a contradiction for -10: that a single pair of two large
// entities is linked says little for them. Of pairs whose comparisons reach the same levels,
// the second counts a half, the third a third, and so on, so that a steward is not asked
// the same question all over. The same records and judgements give the same pairs in any
// order of arrival.
//
// It reads every link, and weighs the records of the entities that wait, at most 16 of
// each: its time grows with the store. It holds some thousand pairs, however many wait, and
// a few bytes for each entity of several records that waits.
func (e *Engine) Review(ctx context.Context, limit int, lang aloi.Language) (*ReviewPage, error) {
	if err := lang.Validate(); err != nil {
		return nil, err
	}
	limit = min(max(limit, 1), MaxReviewPairs)
	page := &ReviewPage{}
	return page, e.view(ctx, func(r *store.Reader) error {
		b, err := e.newBatch(r, nil, false)
		if err != nil {
			return err
		}
		s := &survey{b: b, r: r, done: map[uint64]bool{}}
		err = r.EachLinks(func(number uint64, links []store.Link) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return s.record(number, links)
		})
		if err != nil {
			return err
		}
		page.Waiting = s.waiting
		chosen, err := s.choose(limit)
		if err != nil {
			return err
		}
		for _, q := range chosen {
			p, err := e.reviewPair(r, q, lang)
			if err != nil {
				return err
			}
			page.Pairs = append(page.Pairs, p)
		}
		return nil
	})
}

// reviewPair explains the records of a question.
func (e *Engine) reviewPair(r *store.Reader, q question, lang aloi.Language) (ReviewPair, error) {
	out := ReviewPair{Information: q.told, Why: &Why{Language: lang}}
	var refs [2]aloi.RecordRef
	for i, number := range q.records {
		var err error
		if refs[i], err = refOf(r, number); err != nil {
			return out, err
		}
	}
	if refs[1].Compare(refs[0]) < 0 {
		refs[0], refs[1] = refs[1], refs[0]
		q.homes[0], q.homes[1] = q.homes[1], q.homes[0]
	}
	out.A, out.B = refs[0], refs[1]
	out.EntityA, out.EntityB = entityID(q.homes[0]), entityID(q.homes[1])
	p, err := e.pairing(r, out.A, out.B, lang)
	if err != nil {
		return out, err
	}
	return out, p.explain(out.Why)
}
