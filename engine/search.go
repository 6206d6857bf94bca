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

// asked is a record to compare with stored ones.
type asked struct {
	f       *features
	common  matcher.Common // of its keys
	matcher *matcher.Matcher
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
	m := e.matcher()
	f := e.featuresBy(m, &q, store.RefHash{})
	var hits []Hit
	err := e.view(ctx, func(r *store.Reader) error {
		numbers, err := blockMembers(r, f.Blocks)
		if err != nil {
			return err
		}
		asked := asked{f: f, matcher: m}
		if asked.common, err = e.commonOf(f, sizeIn(r)); err != nil {
			return err
		}
		candidates, err := e.compareStored(r, asked, numbers)
		if err != nil {
			return err
		}
		hits, err = e.hits(r, asked, candidates, min(max(limit, 1), MaxHits))
		return err
	})
	return hits, err
}

// compareStored compares a record with stored ones. The result is in descending
// weight, then tie.
func (e *Engine) compareStored(r *store.Reader, q asked, numbers []uint64) ([]candidate, error) {
	list := make([]candidate, 0, len(numbers))
	for _, n := range numbers {
		other, err := loadFeatures(r, n)
		if err != nil {
			return nil, err
		}
		list = append(list, candidate{n, other, q.matcher.Weigh(q.f.record, other.record, q.common)})
	}
	slices.SortFunc(list, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.link.Weight, x.link.Weight), bytes.Compare(x.f.record.Tie[:], y.f.record.Tie[:]))
	})
	return list, nil
}

// blockMembers returns the records of blocks, ascending, each once; of one that is too
// common the first.
func blockMembers(r *store.Reader, ids []store.BlockID) ([]uint64, error) {
	var numbers []uint64
	for _, id := range ids {
		members, err := r.FirstMembers(id, capOf(id))
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, members...)
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), nil
}

// hits explains the best candidate of each entity.
func (e *Engine) hits(r *store.Reader, q asked, candidates []candidate, limit int) ([]Hit, error) {
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
			Entity: entity, Record: rec.Record.Ref, Verdict: verdict(q.matcher.Model(), c.link),
			Comparison: q.matcher.Compare(q.f.record, c.f.record, q.common),
		})
	}
	return hits, nil
}

// verdict is what the model holds of a pair.
func verdict(m *matcher.Model, l matcher.Link) aloi.Verdict {
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
func strength(m *matcher.Model, l matcher.Link) aloi.LinkStrength {
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
		q, numbers, err := b.foretell(op)
		if err != nil {
			return err
		}
		candidates, err := e.compareStored(r, q, numbers)
		if err != nil {
			return err
		}
		review := q.matcher.Model().Review
		candidates = slices.DeleteFunc(candidates, func(c candidate) bool { return c.link.Weight < review })
		p.Hits, err = e.hits(r, q, candidates, previewHits)
		return err
	})
}

// foretell returns the record of an operation with the stored records that it is
// compared with when it is stored: blocks are as they are then.
func (b *batch) foretell(op *prepared) (asked, []uint64, error) {
	candidates, err := b.candidates(b.results[0].number, op.features)
	if err != nil {
		return asked{}, nil, err
	}
	common, err := b.e.commonOf(op.features, b.sizeAfter)
	return asked{op.features, common, b.matcher}, candidates, err
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
