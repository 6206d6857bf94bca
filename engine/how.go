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
// the linked records that were kept out. Its texts are in lang.
func (e *Engine) How(ctx context.Context, id aloi.EntityID, lang aloi.Language) (*How, error) {
	if err := lang.Validate(); err != nil {
		return nil, err
	}
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
		b, err := e.newBatch(r, nil, false)
		if err != nil {
			return err
		}
		t := &telling{b: b, r: r, lang: lang, words: wordsOf(lang), members: entity.Members, refs: map[uint64]aloi.RecordRef{}}
		if h.Steps, err = t.steps(); err != nil {
			return err
		}
		if h.KeptOut, err = t.keptOut(); err != nil {
			return err
		}
		h.WeakestStep = h.weakest()
		h.Text = t.paragraph(h)
		return nil
	})
}

// telling is the state of one How.
type telling struct {
	b       *batch
	r       *store.Reader
	lang    aloi.Language
	words   *words
	members []uint64
	refs    map[uint64]aloi.RecordRef
}

func (t *telling) ref(number uint64) (aloi.RecordRef, error) {
	if ref, ok := t.refs[number]; ok {
		return ref, nil
	}
	ref, err := refOf(t.r, number)
	if err == nil {
		t.refs[number] = ref
	}
	return ref, err
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
	s.Text = t.words.byJudgement
	if !j.Judged {
		c, err := t.b.compareNumbers(nodes[j.A], nodes[j.B])
		if err != nil {
			return s, err
		}
		s.Text = t.words.agreement(t.lang, c)
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
	case j != nil && j.Verdict == aloi.VerdictDifferent:
		miss.Reason = t.words.judged
	case l.Veto && j == nil:
		var c matcher.Comparison
		c, err = t.b.compareNumbers(member, l.Other)
		miss.Reason = fmt.Sprintf(t.words.vetoed, c.VetoReason.In(t.lang))
	case !t.b.joins(l) && j == nil:
		miss.Reason = fmt.Sprintf(t.words.lightLink, t.b.matcher.Model().Same.Text(t.lang))
	default:
		miss.Reason, err = t.standoff(member, l.Other)
	}
	return miss, err
}

// standoff says what keeps the entity of a record apart from this one.
func (t *telling) standoff(member, other uint64) (string, error) {
	home, err := t.b.home(other)
	if err != nil {
		return "", err
	}
	theirs, err := t.b.entity(home)
	if err != nil {
		return "", err
	}
	s, err := t.b.standoff(t.members, theirs.Members, pairOf(member, other), t.lang)
	if s.obstacle == nil {
		return "", err
	}
	return s.obstacle.Text, err
}

// weakest returns the step with the lightest link of the model, counted from 1; the
// first of several, 0 for none.
func (h *How) weakest() int {
	weakest := 0
	for i, s := range h.Steps {
		if !s.Judged && (weakest == 0 || s.Weight < h.Steps[weakest-1].Weight) {
			weakest = i + 1
		}
	}
	return weakest
}

// paragraph says the whole, without personal values.
func (t *telling) paragraph(h *How) string {
	var said []string
	switch {
	case len(h.Steps) == 0:
		said = append(said, t.words.alone)
	case len(h.Steps) == 1 && !h.Steps[0].Judged:
		said = append(said, fmt.Sprintf(t.words.oneStep, h.Steps[0].Weight.Text(t.lang), h.Steps[0].Text))
	case len(h.Steps) == 1:
		said = append(said, t.words.oneJudged)
	default:
		template := t.words.steps
		if h.Steps[0].Judged { // judgements come first
			template = t.words.stepsJudged
		}
		said = append(said, fmt.Sprintf(template, len(t.members), len(h.Steps)))
		if h.WeakestStep > 0 {
			s := h.Steps[h.WeakestStep-1]
			said = append(said, fmt.Sprintf(t.words.weakest, h.WeakestStep, s.Weight.Text(t.lang), s.Text))
		}
	}
	switch n := len(h.KeptOut); {
	case n == 1:
		said = append(said, t.words.keptOne)
	case n > 1:
		said = append(said, fmt.Sprintf(t.words.keptMany, n))
	}
	return strings.Join(said, " ")
}
