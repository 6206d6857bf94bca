package engine

import (
	"context"

	"aloi"
	"aloi/matcher"
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
		b, err := e.compute(r, nil, false)
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

// survey gathers what waits for a steward.
type survey struct {
	b       *batch // of no operations
	r       *store.Reader
	done    map[uint64]bool // entities of several records that were looked at
	waiting uint64
	pool    []question
}

// question is the heaviest link between two entities.
type question struct {
	records [2]uint64 // a record of each entity
	homes   [2]uint64
	weight  matcher.Weight
	ties    [2]store.RefHash // of the records, in order
	told    float64          // information
}

// record looks at the entity of a record with links, unless that was done.
func (s *survey) record(number uint64, links []store.Link) error {
	home, err := s.r.EntityOf(number)
	if err != nil {
		return err
	}
	for _, l := range links {
		away, err := s.away(home, l)
		if err != nil {
			return err
		}
		if away == 0 {
			continue
		}
		if s.done[home] {
			return nil
		}
		entity, err := s.r.Entity(home)
		if err != nil {
			return err
		}
		if len(entity.Members) > 1 {
			s.done[home] = true
		}
		return s.entity(entity)
	}
	return nil
}

// away returns the entity that a link leads to, where that is one with a larger number
// and the link one to ask about; 0 otherwise. So each two entities are met once, from
// the elder of them.
func (s *survey) away(home uint64, l store.Link) (uint64, error) {
	if l.Veto && !s.b.joins(l) {
		return 0, nil
	}
	other, err := s.r.EntityOf(l.Other)
	if err != nil || other <= home {
		return 0, err
	}
	return other, nil
}

// entity adds the heaviest link to each other entity.
func (s *survey) entity(e *store.Entity) error {
	heaviest := map[uint64]question{}
	for _, m := range e.Members {
		links, err := s.r.Links(m)
		if err != nil {
			return err
		}
		for _, l := range links {
			other, err := s.away(e.Number, l)
			if err != nil {
				return err
			}
			weight := matcher.Weight(l.Weight)
			was, known := heaviest[other]
			if other == 0 || known && was.weight > weight {
				continue
			}
			q := question{records: [2]uint64{m, l.Other}, homes: [2]uint64{e.Number, other}, weight: weight}
			if q.ties, err = s.ties(q.records); err != nil {
				return err
			}
			if !known || was.weight < weight || compareTies(q, was) < 0 {
				heaviest[other] = q
			}
		}
	}
	if err := s.forgetJudged(e, heaviest); err != nil {
		return err
	}
	if len(heaviest) == 0 {
		return nil
	}
	ours, err := s.side(e)
	if err != nil {
		return err
	}
	for _, other := range sortedKeys(heaviest) {
		if err := s.ask(ours, heaviest[other]); err != nil {
			return err
		}
	}
	return nil
}

// ask adds a question about an entity and another.
func (s *survey) ask(ours *side, q question) error {
	e, err := s.r.Entity(q.homes[1])
	if err != nil {
		return err
	}
	theirs, err := s.side(e)
	if err != nil {
		return err
	}
	if q.told, err = s.information(ours, theirs); err != nil {
		return err
	}
	s.add(q)
	return nil
}

// ties returns the hashes of two records' references, in order: what decides between
// pairs that are alike, since numbers tell who came first.
func (s *survey) ties(records [2]uint64) (ties [2]store.RefHash, err error) {
	for i, number := range records {
		f, err := s.r.Features(number)
		if err != nil {
			return ties, err
		}
		ties[i] = f.Ref
	}
	if compareHashes(ties[1], ties[0]) < 0 {
		ties[0], ties[1] = ties[1], ties[0]
	}
	return ties, nil
}

// forgetJudged drops the entities on whose records, and those of this one, a steward
// has ruled: another ruling would repeat that one, or contradict it.
func (s *survey) forgetJudged(e *store.Entity, heaviest map[uint64]question) error {
	if s.b.unjudged() {
		return nil
	}
	for _, m := range e.Members {
		f, err := s.r.Features(m)
		if err != nil {
			return err
		}
		list, err := s.r.Judged(f.Ref)
		if err != nil {
			return err
		}
		for _, j := range list {
			number, err := s.r.Number(j.Other)
			if err != nil {
				return err
			}
			if number == 0 { // not stored
				continue
			}
			home, err := s.r.EntityOf(number)
			if err != nil {
				return err
			}
			delete(heaviest, home)
		}
	}
	return nil
}
