package engine

import (
	"cmp"
	"fmt"
	"slices"

	"aloi"
	"aloi/matcher"
)

// maxRemedies is how many values that would tip the balance are told.
const maxRemedies = 5

// hypothesis is a comparison of the model as it would be, were its value the same in
// both records.
type hypothesis struct {
	Remedy
	missing bool           // one record has no such value now
	now     matcher.Weight // what the comparison weighs now
}

// remedies fills in the values that would bring the pair together, were they known
// and the same in both records: each is put into a copy of the record, which is then
// compared as any other. A value that a record lacks is likelier to be the other's than
// one that differs, and one that nearly agrees than one that does not at all.
func (p *pairing) remedies(w *Why) error {
	if slices.ContainsFunc(w.Obstacles, func(o Obstacle) bool {
		return o.Kind == ObstacleJudgement || o.Kind == ObstacleGroupVeto || o.Kind == ObstacleComponent
	}) {
		return nil
	}
	var list []hypothesis
	for i := range p.b.matcher.Model().Comparisons {
		h, err := p.hypothesis(p.b.matcher.Model().Comparisons[i].Name)
		if err != nil {
			return err
		}
		if h != nil {
			list = append(list, *h)
		}
	}
	list = p.helpful(w, list)
	slices.SortStableFunc(list, func(x, y hypothesis) int {
		if x.missing != y.missing {
			if x.missing {
				return -1
			}
			return 1
		}
		return cmp.Compare(y.now, x.now)
	})
	for _, h := range list[:min(maxRemedies, len(list))] {
		w.Remedies = append(w.Remedies, h.Remedy)
	}
	return nil
}

// helpful keeps what would bring the pair together or, where nothing would, what a
// steward would be asked about. Where one link more is too few between the two
// entities, it must be strong enough to do without others.
func (p *pairing) helpful(w *Why, list []hypothesis) []hypothesis {
	links, least := p.between.links, w.Same
	if w.Verdict != aloi.VerdictSame {
		links++
	}
	if links*matcher.CohesionDivisor < p.between.pairs {
		least = p.b.matcher.Model().Strong
	}
	keep := func(verdict aloi.Verdict, least matcher.Weight) []hypothesis {
		return slices.DeleteFunc(slices.Clone(list), func(h hypothesis) bool { return h.Verdict != verdict || h.Weight < least })
	}
	same := keep(aloi.VerdictSame, least)
	if len(same) > 0 || w.Verdict != aloi.VerdictDifferent {
		return same
	}
	return keep(aloi.VerdictReview, w.Review)
}

// hypothesis tries a comparison with the value of either record in both, and returns
// what weighs more; nil when that is no more than now.
func (p *pairing) hypothesis(comparison string) (*hypothesis, error) {
	var best *hypothesis
	for giver := range p.records {
		from, to := p.records[giver], p.records[1-giver]
		copied := p.b.matcher.Borrow(comparison, to.record, from.record)
		if copied == nil {
			continue
		}
		h, err := p.suppose(comparison, &features{record: copied}, giver)
		if err != nil {
			return nil, err
		}
		if h != nil && (best == nil || h.Weight > best.Weight) {
			best = h
		}
	}
	return best, nil
}

// suppose compares a copy of a record that has borrowed a value with its giver.
func (p *pairing) suppose(comparison string, copied *features, giver int) (*hypothesis, error) {
	from := p.records[giver]
	c, err := p.b.compare(from, copied)
	if err != nil {
		return nil, err
	}
	if c.Weight <= p.comparison.Weight && c.Veto == p.comparison.Veto {
		return nil, nil
	}
	shared, err := p.sharedFamilies(from, copied)
	if err != nil {
		return nil, err
	}
	h := &hypothesis{Remedy: Remedy{Comparison: comparison, Weight: c.Weight, Verdict: p.verdict(c.Link, shared)}, missing: true}
	value := ""
	if i := indexOf(p.comparison, comparison); i >= 0 {
		now := p.comparison.Evidence[i]
		h.missing, h.now = false, now.Weight
		value = [2]string{now.A, now.B}[giver]
	}
	if i := indexOf(c, comparison); i >= 0 {
		value = c.Evidence[i].A
	}
	h.Text = fmt.Sprintf(p.words.remedy, matcher.SharedLabel(p.lang, comparison), p.lang.Quote(value), refText(p.refs[giver]),
		h.Weight.Text(p.lang), p.words.verdicts[h.Verdict])
	return h, nil
}

// indexOf returns the place of the heaviest evidence of a comparison, -1 for none.
func indexOf(c matcher.Comparison, comparison string) int {
	best := -1
	for i, e := range c.Evidence {
		if e.Comparison == comparison && (best < 0 || e.Weight > c.Evidence[best].Weight) {
			best = i
		}
	}
	return best
}
