package engine

import (
	"context"
	"slices"

	"aloi"
	"aloi/matcher"
	"aloi/store"
)

// Why explains why two stored records are, or are not, one person; its texts are in
// lang.
func (e *Engine) Why(ctx context.Context, a, b aloi.RecordRef, lang aloi.Language) (*Why, error) {
	if err := lang.Validate(); err != nil {
		return nil, err
	}
	if a == b {
		return nil, aloi.Invalid(aloi.Violation{Field: "b", Reason: "is the same record as a"})
	}
	w := &Why{Language: lang}
	return w, e.view(ctx, func(r *store.Reader) error {
		p, err := e.pairing(r, a, b, lang)
		if err != nil {
			return err
		}
		return p.explain(w)
	})
}

// pairing is two stored records, and what it takes to explain them.
type pairing struct {
	b          *batch // of no operations: the state of the store
	r          *store.Reader
	lang       aloi.Language
	words      *words
	refs       [2]aloi.RecordRef
	numbers    [2]uint64
	records    [2]*features
	homes      [2]uint64 // entities
	comparison matcher.Comparison
	between    standoff // of their entities, when they are two
	shared     []string // families of blocking keys in common that are not too common
}

func (e *Engine) pairing(r *store.Reader, a, b aloi.RecordRef, lang aloi.Language) (*pairing, error) {
	p := &pairing{r: r, lang: lang, words: wordsOf(lang), refs: [2]aloi.RecordRef{a, b}}
	var err error
	if p.b, err = e.newBatch(r, nil, false); err != nil {
		return nil, err
	}
	for i, ref := range p.refs {
		if p.numbers[i], p.homes[i], err = e.locate(r, ref); err != nil {
			return nil, err
		}
		if p.records[i], err = p.b.feature(p.numbers[i]); err != nil {
			return nil, err
		}
	}
	if p.comparison, err = p.b.compare(p.records[0], p.records[1]); err != nil {
		return nil, err
	}
	p.shared, err = p.sharedFamilies(p.records[0], p.records[1])
	return p, err
}

// explain fills in the whole of an explanation.
func (p *pairing) explain(w *Why) error {
	m := p.b.matcher.Model()
	w.Same, w.Review, w.ModelVersion = m.Same, m.Review, m.Version
	w.Comparison, w.SharedKeys, w.SameEntity = p.comparison, p.shared, p.homes[0] == p.homes[1]
	var err error
	if w.Judgement, err = judgementOn(p.r, p.refs[0], p.refs[1]); err != nil {
		return err
	}
	p.judge(w)
	if w.SameEntity {
		w.Path, err = p.path()
	} else {
		err = p.whyNot(w)
	}
	if err != nil {
		return err
	}
	w.Text = p.paragraph(w)
	return nil
}

// compare compares two records, the first of which is stored, and says why.
func (b *batch) compare(x, y *features) (matcher.Comparison, error) {
	common, err := b.e.commonOf(x, sizeIn(b.r))
	return b.matcher.Compare(x.record, y.record, common), err
}

// judge fills in verdict and strength: a judgement outranks the model.
func (p *pairing) judge(w *Why) {
	w.Verdict, w.Strength = p.verdict(w.Comparison.Link, w.SharedKeys), strength(p.b.matcher.Model(), w.Comparison.Link)
	if len(w.SharedKeys) == 0 {
		w.Strength = ""
	}
	if w.Judgement != nil {
		w.Verdict, w.Strength = w.Judgement.Verdict, ""
		if w.Verdict == aloi.VerdictSame {
			w.Strength = aloi.LinkAsserted
		}
	}
}

// verdict is what the model holds of a pair with these families of keys in common.
func (p *pairing) verdict(l matcher.Link, shared []string) aloi.Verdict {
	if len(shared) == 0 {
		return aloi.VerdictDifferent
	}
	return verdict(p.b.matcher.Model(), l)
}

// sharedFamilies returns the families of the blocking keys in common that are not
// too common, sorted.
func (p *pairing) sharedFamilies(x, y *features) ([]string, error) {
	return p.commonFamilies(x, y, false)
}

// commonFamilies returns the families of the blocking keys in common that are, or are
// not, too common to resolve by, sorted.
func (p *pairing) commonFamilies(x, y *features, common bool) ([]string, error) {
	var families []string
	theirs := p.b.matcher.Keys(y.record)
	for _, key := range p.b.matcher.Keys(x.record) {
		if !slices.Contains(theirs, key) {
			continue
		}
		id := blockID(p.b.e.st, key)
		k, err := p.r.Block(id, 0)
		if err != nil {
			return nil, err
		}
		if tooCommon(id, k.Size) == common {
			families = append(families, matcher.KeyFamily(key))
		}
	}
	slices.Sort(families)
	return slices.Compact(families), nil
}

// path returns the records that connect two of one entity, ends included, by the
// fewest links or judgements within the entity; nil when they are linked directly.
func (p *pairing) path() ([]aloi.RecordRef, error) {
	from, to := p.numbers[0], p.numbers[1]
	came := map[uint64]uint64{from: from}
	for queue := []uint64{from}; len(queue) > 0 && came[to] == 0; queue = queue[1:] {
		next, err := p.b.joined(queue[0])
		if err != nil {
			return nil, err
		}
		for _, n := range next {
			if h, err := p.b.home(n); err != nil {
				return nil, err
			} else if h == p.homes[0] && came[n] == 0 {
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
		ref, err := refOf(p.r, n)
		if err != nil {
			return nil, err
		}
		path = append(path, ref)
		if n == from {
			slices.Reverse(path)
			return path, nil
		}
	}
}

// refOf returns the reference of a stored record.
func refOf(r *store.Reader, number uint64) (aloi.RecordRef, error) {
	rec, err := r.Record(number)
	if err != nil {
		return aloi.RecordRef{}, err
	}
	return rec.Record.Ref, nil
}
