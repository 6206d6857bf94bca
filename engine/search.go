package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"

	"aloi"
	"aloi/matcher"
	"aloi/store"
	"aloi/store/kv"
)

const (
	// MaxHits is the most entities that a search returns.
	MaxHits = 100
	// previewHits is how many entities a preview shows.
	previewHits = 10
)

// candidate is a stored record that was compared with a query.
type candidate struct {
	number uint64
	f      *features
	link   matcher.Link
}

// Search returns the entities that fit the query's attributes, best first, at most
// limit (1 to MaxHits). The query is prepared and compared as a record would be; its
// reference plays no part. A value that is too common to resolve by still finds
// the first records that have it.
func (e *Engine) Search(ctx context.Context, query *aloi.Record, limit int) ([]Hit, error) {
	q := *query
	q.Ref = aloi.RecordRef{Source: "search", ID: "search"}
	if v := q.Validate(); len(v) > 0 {
		return nil, aloi.Invalid(v...)
	}
	f := e.featuresOf(&q, store.RefHash{})
	var hits []Hit
	err := e.view(ctx, func(r *store.Reader) error {
		candidates, err := e.compareStored(r, f, 0, true)
		if err != nil {
			return err
		}
		hits, err = e.hits(r, f, candidates, min(max(limit, 1), MaxHits))
		return err
	})
	return hits, err
}

// compareStored compares a record with the stored ones that share a block with it,
// except one of them; common says whether blocks that are too common count. The
// result is in descending weight, then tie.
func (e *Engine) compareStored(r *store.Reader, f *features, except uint64, common bool) ([]candidate, error) {
	numbers, err := blockMembers(r, f.Blocks, common)
	if err != nil {
		return nil, err
	}
	list := make([]candidate, 0, len(numbers))
	for _, n := range numbers {
		if n == except {
			continue
		}
		other, err := readFeatures(r, n)
		if err != nil {
			return nil, err
		}
		list = append(list, candidate{n, other, e.matcher().Weigh(f.record, other.record, nil)})
	}
	slices.SortFunc(list, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.link.Weight, x.link.Weight), bytes.Compare(x.f.record.Tie[:], y.f.record.Tie[:]))
	})
	return list, nil
}

// blockMembers returns the records of blocks, ascending, each once.
func blockMembers(r *store.Reader, ids []store.BlockID, common bool) ([]uint64, error) {
	var numbers []uint64
	for _, id := range ids {
		k, err := r.Block(id)
		if err != nil {
			return nil, err
		}
		members := k.Members
		if k.TooCommon && common {
			if members, err = r.FirstSpillMembers(id, matcher.BlockCap); err != nil {
				return nil, err
			}
		}
		numbers = append(numbers, members...)
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), nil
}

// hits explains the best candidate of each entity.
func (e *Engine) hits(r *store.Reader, f *features, candidates []candidate, limit int) ([]Hit, error) {
	var hits []Hit
	seen := map[uint64]bool{}
	for _, c := range candidates {
		if len(hits) == limit {
			break
		}
		number, err := r.EntityOf(c.number)
		if err != nil {
			return nil, err
		}
		if seen[number] {
			continue
		}
		seen[number] = true
		entity, err := readEntity(r, number)
		if err != nil {
			return nil, err
		}
		rec, err := r.Record(c.number)
		if err != nil {
			return nil, err
		}
		hits = append(hits, Hit{
			Entity: entity, Record: rec.Record.Ref, Verdict: e.verdict(c.link),
			Comparison: e.matcher().Compare(f.record, c.f.record, nil),
		})
	}
	return hits, nil
}

// verdict is what the model holds of a pair.
func (e *Engine) verdict(l matcher.Link) aloi.Verdict {
	m := e.matcher().Model()
	switch {
	case l.Veto || l.Weight < m.Review:
		return aloi.VerdictDifferent
	case l.Weight < m.Same:
		return aloi.VerdictReview
	}
	return aloi.VerdictSame
}

// strength is how far a link of the model can be trusted to carry consent; empty
// when it is none.
func (e *Engine) strength(l matcher.Link) aloi.LinkStrength {
	m := e.matcher().Model()
	switch {
	case l.Weight < m.Review:
		return ""
	case l.Weight < m.Same || l.Veto:
		return aloi.LinkWeak
	case l.Deterministic:
		return aloi.LinkDeterministic
	}
	return aloi.LinkStrong
}

// Preview says what storing a record would do, and stores nothing: it is the work
// of Apply without its commit.
func (e *Engine) Preview(ctx context.Context, r *aloi.Record) (*Preview, error) {
	op, err := e.prepare(Operation{Put: r})
	if err != nil {
		return nil, err
	}
	if len(op.violations) > 0 {
		return &Preview{Outcome: aloi.OutcomeRejected, Violations: op.violations}, nil
	}
	p := &Preview{Flags: op.features.record.Flags}
	return p, e.view(ctx, func(r *store.Reader) error {
		b, err := e.compute(r, []*prepared{op}, false)
		if err != nil {
			return err
		}
		p.Outcome = b.acks[0].Outcome
		if err := p.place(r, b, b.results[0].number); err != nil {
			return err
		}
		stored, err := r.Number(op.ref)
		if err != nil {
			return err
		}
		candidates, err := e.compareStored(r, op.features, stored, false)
		if err != nil {
			return err
		}
		review := e.matcher().Model().Review
		candidates = slices.DeleteFunc(candidates, func(c candidate) bool { return c.link.Weight < review })
		p.Hits, err = e.hits(r, op.features, candidates, previewHits)
		return err
	})
}

// place says which entity the record would be in, if it is one that exists, and
// which would become one.
func (p *Preview) place(r *store.Reader, b *batch, number uint64) error {
	entity, err := b.entityNow(number)
	if err != nil {
		return err
	}
	if _, err := r.Entity(entity); err == nil {
		p.Entity = entityID(entity)
	} else if !errors.Is(err, kv.ErrNotFound) {
		return err
	}
	if g := b.groupOf[number]; g != nil && len(g.before) > 1 {
		for _, id := range g.before {
			p.Merges = append(p.Merges, entityID(id))
		}
	}
	return nil
}
