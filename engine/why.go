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

// Why explains why two stored records are, or are not, one person.
func (e *Engine) Why(ctx context.Context, a, b aloi.RecordRef) (*Why, error) {
	if a == b {
		return nil, aloi.Invalid(aloi.Violation{Field: "b", Reason: "is the same record as a"})
	}
	m := e.matcher().Model()
	w := &Why{Same: m.Same, Review: m.Review, ModelVersion: m.Version}
	return w, e.view(ctx, func(r *store.Reader) error {
		x, homeA, err := e.locate(r, a)
		if err != nil {
			return err
		}
		y, homeB, err := e.locate(r, b)
		if err != nil {
			return err
		}
		fx, err := readFeatures(r, x)
		if err != nil {
			return err
		}
		fy, err := readFeatures(r, y)
		if err != nil {
			return err
		}
		common, err := e.commonOf(fx, r.Block)
		if err != nil {
			return err
		}
		w.Comparison = e.matcher().Compare(fx.record, fy.record, common)
		w.SameEntity = homeA == homeB
		if w.SharedKeys, err = e.sharedFamilies(r, fx, fy); err != nil {
			return err
		}
		if w.Judgement, err = judgementOn(r, a, b); err != nil {
			return err
		}
		e.judge(w)
		if w.SameEntity {
			if w.Path, err = e.path(r, x, y); err != nil {
				return err
			}
		}
		w.Text = w.sentence()
		return nil
	})
}

// judge fills in verdict and strength: a judgement outranks the model.
func (e *Engine) judge(w *Why) {
	w.Verdict, w.Strength = e.verdict(w.Comparison.Link), e.strength(w.Comparison.Link)
	if len(w.SharedKeys) == 0 {
		w.Verdict, w.Strength = aloi.VerdictDifferent, ""
	}
	if w.Judgement != nil {
		w.Verdict, w.Strength = w.Judgement.Verdict, ""
		if w.Verdict == aloi.VerdictSame {
			w.Strength = aloi.LinkAsserted
		}
	}
}

// sharedFamilies returns the families of the blocking keys in common that are not
// too common, sorted. The family of a key is what stands before its colon.
func (e *Engine) sharedFamilies(r *store.Reader, x, y *features) ([]string, error) {
	var families []string
	theirs := e.matcher().Keys(y.record)
	for _, key := range e.matcher().Keys(x.record) {
		if !slices.Contains(theirs, key) {
			continue
		}
		k, err := r.Block(e.st.BlockID(key))
		if err != nil {
			return nil, err
		}
		if !k.TooCommon {
			family, _, _ := strings.Cut(key, ":")
			families = append(families, family)
		}
	}
	slices.Sort(families)
	return slices.Compact(families), nil
}

// path returns the records that connect two of one entity, ends included, by the
// fewest links or judgements within the entity; nil when they are linked directly.
func (e *Engine) path(r *store.Reader, from, to uint64) ([]aloi.RecordRef, error) {
	b, err := e.compute(r, nil, false)
	if err != nil {
		return nil, err
	}
	home, err := b.home(from)
	if err != nil {
		return nil, err
	}
	came := map[uint64]uint64{from: from}
	for queue := []uint64{from}; len(queue) > 0 && came[to] == 0; queue = queue[1:] {
		next, err := b.joined(queue[0])
		if err != nil {
			return nil, err
		}
		for _, n := range next {
			if h, err := b.home(n); err != nil {
				return nil, err
			} else if h == home && came[n] == 0 {
				came[n] = queue[0]
				queue = append(queue, n)
			}
		}
	}
	if came[to] == from || came[to] == 0 {
		return nil, nil
	}
	var path []aloi.RecordRef
	for n := to; ; n = came[n] {
		rec, err := r.Record(n)
		if err != nil {
			return nil, err
		}
		path = append(path, rec.Record.Ref)
		if n == from {
			slices.Reverse(path)
			return path, nil
		}
	}
}

// sentence says the whole in a paragraph. It holds personal values.
func (w *Why) sentence() string {
	var s strings.Builder
	c := &w.Comparison
	fmt.Fprintf(&s, "The match weight is %s bits, of which %s before any evidence.", bits(c.Weight), bits(c.Prior))
	for _, sign := range []matcher.Weight{1, -1} { // what speaks for one person, then what speaks against
		for _, ev := range c.Evidence {
			if ev.Weight*sign > 0 {
				s.WriteString(" " + ev.Sentence(aloi.English))
			}
		}
	}
	fmt.Fprintf(&s, " Records are the same person from %s bits, and a steward reviews from %s.", bits(w.Same), bits(w.Review))
	switch {
	case w.Judgement != nil:
		fmt.Fprintf(&s, " A steward judged them %s, which outranks the model.", strings.ToLower(string(w.Judgement.Verdict)))
	case c.Veto:
		fmt.Fprintf(&s, " They contradict one another (%s), so that nothing brings them together.", c.VetoReason.In(aloi.English))
	case len(w.SharedKeys) == 0:
		s.WriteString(" They share no blocking key that is not too common, so that they are never compared.")
	}
	s.WriteString(w.standing())
	return s.String()
}

// standing says whether the two are in one entity, when that is not what the pair
// by itself says.
func (w *Why) standing() string {
	switch {
	case w.SameEntity && len(w.Path) > 0:
		return fmt.Sprintf(" They are in one entity through %d other records.", len(w.Path)-2)
	case w.SameEntity:
		return " They are in one entity."
	case w.Verdict == aloi.VerdictSame:
		return " They are in two entities all the same: other records of the two stand against it, or too few links do for it."
	}
	return " They are in two entities."
}
