package engine

import (
	"cmp"
	"slices"

	"aloi/matcher"
	"aloi/store"
)

// linkState is the links of a record before and after the batch, ascending by the
// other record.
type linkState struct {
	before, after []store.Link
	owned         bool // after is no longer the slice that before is
}

// linksOf returns the links of a record.
func (b *batch) linksOf(number uint64) (*linkState, error) {
	if s, ok := b.links[number]; ok {
		return s, nil
	}
	s, err := b.readLinks(number)
	if err == nil {
		b.links[number] = s
	}
	return s, err
}

func (b *batch) readLinks(number uint64) (*linkState, error) {
	if rec, ok := b.records[number]; ok && rec.before == nil {
		return &linkState{}, nil
	}
	links, err := b.r.Links(number)
	return &linkState{before: links, after: links}, err
}

func byOther(l store.Link, other uint64) int { return cmp.Compare(l.Other, other) }

// set gives the record a link, or takes it away (nil).
func (s *linkState) set(other uint64, l *store.Link) {
	if !s.owned {
		s.after, s.owned = slices.Clone(s.after), true
	}
	i, found := slices.BinarySearchFunc(s.after, other, byOther)
	switch {
	case l != nil && found:
		s.after[i] = *l
	case l != nil:
		s.after = slices.Insert(s.after, i, *l)
	case found:
		s.after = slices.Delete(s.after, i, i+1)
	}
}

// get returns the link to another record, nil for none.
func (s *linkState) get(other uint64) *store.Link {
	if i, found := slices.BinarySearchFunc(s.after, other, byOther); found {
		return &s.after[i]
	}
	return nil
}

// pair is two records, the smaller number first.
type pair [2]uint64

func pairOf(x, y uint64) pair { return pair{min(x, y), max(x, y)} }

func comparePair(x, y pair) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) }

// link compares again every pair whose records, or whose common blocks, changed.
func (b *batch) link() error {
	pairs, err := b.dirtyPairs()
	if err != nil {
		return err
	}
	crossing, err := b.crossingPairs()
	if err != nil {
		return err
	}
	pairs = append(pairs, crossing...)
	slices.SortFunc(pairs, comparePair)
	pairs = slices.Compact(pairs)
	weighed, err := b.weighAll(pairs)
	if err != nil {
		return err
	}
	if err := b.fetchLinked(pairs, weighed); err != nil {
		return err
	}
	for i, p := range pairs {
		if err := b.setLink(p, weighed[i]); err != nil {
			return err
		}
	}
	return nil
}

// dirtyPairs drops the links of the records that changed to those that are no
// longer candidates, and returns their pairs with those that are.
func (b *batch) dirtyPairs() ([]pair, error) {
	var pairs []pair
	for _, number := range sortedKeys(b.records) {
		s := b.records[number]
		if !s.resolutionDirty {
			continue
		}
		b.seeds[number] = true
		var candidates []uint64
		if s.after != nil {
			var err error
			if candidates, err = b.candidates(number, s.featuresAfter); err != nil {
				return nil, err
			}
		}
		for _, c := range candidates {
			pairs = append(pairs, pairOf(number, c))
		}
		links, err := b.linksOf(number)
		if err != nil {
			return nil, err
		}
		for _, l := range links.before {
			if _, found := slices.BinarySearch(candidates, l.Other); !found {
				if err := b.unlink(pairOf(number, l.Other)); err != nil {
					return nil, err
				}
			}
		}
		if err := b.seedJudged(s); err != nil {
			return nil, err
		}
	}
	return pairs, nil
}

// seedJudged makes the records that are judged the same as one that came or went
// part of what is resolved again.
func (b *batch) seedJudged(s *recordState) error {
	f := s.featuresAfter
	if f == nil {
		f = s.featuresBefore
	}
	if f == nil { // came and went in one batch
		return nil
	}
	list, err := b.judgedOf(f.Ref)
	if err != nil {
		return err
	}
	for _, j := range list {
		n, err := b.number(j.Other)
		if err != nil {
			return err
		}
		if n != 0 {
			b.seeds[n] = true
		}
	}
	return nil
}

// setLink stores what a comparison said, on both sides.
func (b *batch) setLink(p pair, l weighing) error {
	if !l.linked {
		return b.unlink(p)
	}
	for side, number := range p {
		s, err := b.linksOf(number)
		if err != nil {
			return err
		}
		other := p[1-side]
		now := store.Link{Other: other, Weight: int32(l.Weight), Veto: l.Veto, Deterministic: l.Deterministic}
		was := s.get(other)
		if was != nil && *was == now {
			continue
		}
		if b.joins(now) || was != nil && b.joins(*was) {
			b.seeds[number] = true
		}
		s.set(other, &now)
	}
	return nil
}

// joins reports whether a link reaches the same threshold.
func (b *batch) joins(l store.Link) bool { return matcher.Weight(l.Weight) >= b.matcher.Model().Same }

// unlink removes the link of a pair, on both sides. Links are on both or on none, so
// that the side that is known already can answer for the other.
func (b *batch) unlink(p pair) error {
	for side, number := range p {
		if s, known := b.links[number]; known && s.get(p[1-side]) == nil {
			return nil
		}
	}
	for side, number := range p {
		s, err := b.linksOf(number)
		if err != nil {
			return err
		}
		if was := s.get(p[1-side]); was != nil {
			if b.joins(*was) {
				b.seeds[number] = true
			}
			s.set(p[1-side], nil)
		}
	}
	return nil
}
