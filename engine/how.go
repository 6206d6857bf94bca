package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"aloi"
	"aloi/matcher"
	"aloi/store"
)

// maxNearMisses is how many records kept out of an entity are told.
const maxNearMisses = 50

// How tells how an entity came together: the joins of its clustering, in order, and
// the linked records that were kept out.
func (e *Engine) How(ctx context.Context, id aloi.EntityID) (*How, error) {
	asked, err := entityNumber(id)
	if err != nil {
		return nil, err
	}
	h := &How{}
	return h, e.view(ctx, func(r *store.Reader) error {
		number, err := followRedirects(r, asked)
		if err != nil {
			return err
		}
		h.Entity = entityID(number)
		entity, err := r.Entity(number)
		if err != nil {
			return err
		}
		b, err := e.compute(r, nil, false)
		if err != nil {
			return err
		}
		t := &telling{b: b, r: r, members: entity.Members, refs: map[uint64]aloi.RecordRef{}}
		if h.Steps, err = t.steps(); err != nil {
			return err
		}
		if h.KeptOut, err = t.keptOut(); err != nil {
			return err
		}
		h.Text = h.sentence(len(entity.Members))
		return nil
	})
}

// telling is the state of one How.
type telling struct {
	b       *batch
	r       *store.Reader
	members []uint64
	refs    map[uint64]aloi.RecordRef
}

func (t *telling) ref(number uint64) (aloi.RecordRef, error) {
	if ref, ok := t.refs[number]; ok {
		return ref, nil
	}
	rec, err := t.r.Record(number)
	if err != nil {
		return aloi.RecordRef{}, err
	}
	t.refs[number] = rec.Record.Ref
	return rec.Record.Ref, nil
}

// steps replays the clustering of the component that the entity is in, and keeps the
// joins inside the entity.
func (t *telling) steps() ([]HowStep, error) {
	nodes, err := t.b.reach(t.members[0], map[uint64]bool{})
	if err != nil {
		return nil, err
	}
	c, err := t.b.component(nodes)
	if err != nil {
		return nil, err
	}
	var joins []matcher.Join
	c.Trace = func(j matcher.Join) {
		if _, inside := slices.BinarySearch(t.members, nodes[j.A]); inside {
			joins = append(joins, j)
		}
	}
	m := t.b.matcher.Model()
	matcher.Cluster(c, m.Same, m.Strong)
	steps := make([]HowStep, len(joins))
	for i, j := range joins {
		if steps[i], err = t.step(j, nodes); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

func (t *telling) step(j matcher.Join, nodes []uint64) (HowStep, error) {
	s := HowStep{Weight: j.Weight, Judged: j.Judged}
	var err error
	if s.A, err = t.ref(nodes[j.A]); err != nil {
		return s, err
	}
	if s.B, err = t.ref(nodes[j.B]); err != nil {
		return s, err
	}
	for _, side := range []struct {
		group []int32
		into  *[]aloi.RecordRef
	}{{j.GroupA, &s.GroupA}, {j.GroupB, &s.GroupB}} {
		for _, n := range side.group {
			ref, err := t.ref(nodes[n])
			if err != nil {
				return s, err
			}
			*side.into = append(*side.into, ref)
		}
		sortRefs(*side.into)
	}
	s.Text = "joined by a steward's judgement"
	if !j.Judged {
		x, err := t.b.feature(nodes[j.A])
		if err != nil {
			return s, err
		}
		y, err := t.b.feature(nodes[j.B])
		if err != nil {
			return s, err
		}
		common, err := t.b.e.commonOf(x, t.r.Block)
		if err != nil {
			return s, err
		}
		s.Text = fmt.Sprintf("%s agree: %s bits", agreeing(t.b.matcher.Compare(x.record, y.record, common)), bits(j.Weight))
	}
	return s, nil
}

// keptOut returns the records outside that a member is linked to, heaviest first.
func (t *telling) keptOut() ([]NearMiss, error) {
	best := map[uint64]NearMiss{}
	for _, m := range t.members {
		links, err := t.b.linksOf(m)
		if err != nil {
			return nil, err
		}
		for _, l := range links.after {
			_, inside := slices.BinarySearch(t.members, l.Other)
			if was, seen := best[l.Other]; inside || seen && int32(was.Weight) >= l.Weight {
				continue
			}
			if best[l.Other], err = t.nearMiss(m, l); err != nil {
				return nil, err
			}
		}
	}
	var misses []NearMiss
	for _, n := range sortedKeys(best) {
		misses = append(misses, best[n])
	}
	slices.SortStableFunc(misses, func(x, y NearMiss) int { return int(y.Weight) - int(x.Weight) })
	return misses[:min(maxNearMisses, len(misses))], nil
}

func (t *telling) nearMiss(member uint64, l store.Link) (NearMiss, error) {
	miss := NearMiss{Weight: matcher.Weight(l.Weight)}
	var err error
	if miss.Record, err = t.ref(l.Other); err != nil {
		return miss, err
	}
	if miss.Member, err = t.ref(member); err != nil {
		return miss, err
	}
	j, err := judgementOn(t.r, miss.Record, miss.Member)
	switch {
	case err != nil:
		return miss, err
	case j != nil:
		miss.Reason = "a steward judged them different"
	case l.Veto:
		miss.Reason, err = t.contradiction(member, l.Other)
	case !t.b.joins(l):
		miss.Reason = "the weight is below the same threshold: for a steward to review"
	default:
		miss.Reason = "another record of the two groups stands against it, or too few links between them do for it"
	}
	return miss, err
}

func (t *telling) contradiction(x, y uint64) (string, error) {
	fx, err := t.b.feature(x)
	if err != nil {
		return "", err
	}
	fy, err := t.b.feature(y)
	if err != nil {
		return "", err
	}
	return "they contradict one another: " + t.b.matcher.Compare(fx.record, fy.record, nil).VetoReason.In(aloi.English), nil
}

func (h *How) sentence(members int) string {
	if len(h.Steps) == 0 {
		return "The entity has one record."
	}
	weakest := -1
	for i, s := range h.Steps {
		if !s.Judged && (weakest < 0 || s.Weight < h.Steps[weakest].Weight) {
			weakest = i
		}
	}
	var t strings.Builder
	fmt.Fprintf(&t, "%d records came together in %d steps, the strongest link first.", members, len(h.Steps))
	if weakest >= 0 {
		s := h.Steps[weakest]
		fmt.Fprintf(&t, " The weakest is step %d: %s.", weakest+1, s.Text)
	}
	if len(h.KeptOut) > 0 {
		fmt.Fprintf(&t, " %d linked records were kept out.", len(h.KeptOut))
	}
	return t.String()
}
