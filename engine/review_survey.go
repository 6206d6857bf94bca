package engine

import (
	"aloi/matcher"
	"aloi/store"
)

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
