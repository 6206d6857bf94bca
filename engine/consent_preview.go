package engine

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"aloi"
	"aloi/consent"
	"aloi/store"
	"aloi/store/kv"
)

// MaxPreviewQuestions is how many questions a preview compares. The records of the two
// persons come first; ConsentPreview.Asked tells how many there were.
const MaxPreviewQuestions = 20_000

// PreviewJudgement says which decisions a Judge or Withdraw would change: for each record
// of the persons that it concerns, and of those that are one weak link away from them,
// each contact point, and whatever events around any of them name. A change is another
// decision, reason or scope.
//
// It is carried out like the judgement itself and then rolled back, so that it takes a
// place in the queue of the writer. The error is of CodeTooLarge for one that does not
// fit into a transaction.
func (e *Engine) PreviewJudgement(ctx context.Context, op Operation) (*ConsentPreview, error) {
	if op.Judge == nil && op.Withdraw == nil {
		return nil, aloi.Invalid(aloi.Violation{Field: "act", Reason: "must be a judgement or its withdrawal"})
	}
	ready, err := e.prepare(op)
	if err != nil {
		return nil, err
	}
	if len(ready.violations) > 0 {
		return nil, aloi.Invalid(ready.violations...)
	}
	var preview *ConsentPreview
	r := &request{ctx: ctx, ready: make(chan struct{})}
	r.alone = func(r *request) {
		defer close(r.ready)
		preview, r.err = e.rehearseJudgement(ctx, ready)
	}
	if err := e.submit(r); err != nil {
		return nil, err
	}
	select {
	case <-r.ready:
		return preview, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// errPreviewTooLarge says that a judgement touches too much to be tried.
var errPreviewTooLarge = &aloi.Error{Code: aloi.CodeTooLarge, Message: "the judgement touches more than one transaction can hold"}

// rehearseJudgement carries a judgement out, asks before and after, and rolls it back.
// Nobody else writes meanwhile: what a view shows is the state before.
func (e *Engine) rehearseJudgement(ctx context.Context, op *prepared) (*ConsentPreview, error) {
	if failed := e.failed.Load(); failed != nil {
		return nil, failed
	}
	c := &comparing{}
	err := e.view(ctx, func(r *store.Reader) error {
		return e.st.Update(ctx, func(w *store.Writer) error {
			b, err := e.compute(&w.Reader, []*prepared{op}, false)
			if err != nil {
				return err
			}
			if err := b.flush(w); err != nil {
				return err
			}
			c.before = e.sceneOf(r)
			c.after = e.sceneOf(&w.Reader)
			if err := c.compare(op, e.dated(consent.Question{})); err != nil {
				return err
			}
			return errRehearsed
		})
	})
	switch {
	case errors.Is(err, errRehearsed):
		return &c.result, nil
	case errors.Is(err, kv.ErrTooBig), errors.Is(err, kv.ErrValueTooBig):
		return nil, errPreviewTooLarge
	}
	return nil, fullError(err)
}

// scene is one state of the store, with the persons and the cases that were read of it.
type scene struct {
	a      *asking
	people map[uint64]*person // by entity
	cases  map[scenePoint]*consent.Case
}

type scenePoint struct {
	entity uint64
	point  string
}

func (e *Engine) sceneOf(r *store.Reader) *scene {
	return &scene{a: e.asking(r), people: map[uint64]*person{}, cases: map[scenePoint]*consent.Case{}}
}

// of returns the person that a stored record is of.
func (s *scene) of(number uint64) (*person, error) {
	entity, err := s.a.r.EntityOf(number)
	if err != nil {
		return nil, err
	}
	if p, ok := s.people[entity]; ok {
		return p, nil
	}
	numbers, err := s.a.r.EntityMembers(entity)
	if err != nil {
		return nil, err
	}
	p, err := s.a.person(entity, numbers)
	s.people[entity] = p
	return p, err
}

// ask answers a question about the person of a record.
func (s *scene) ask(number uint64, q consent.Question) (Verdict, error) {
	p, err := s.of(number)
	if err != nil {
		return Verdict{}, err
	}
	at := scenePoint{p.entity, q.ContactPoint}
	c, ok := s.cases[at]
	if !ok {
		if c, err = s.a.on(p, &q); err != nil {
			return Verdict{}, err
		}
		s.cases[at] = c
	}
	return s.a.answer(p, c, find(p.members, number), q), nil
}

// comparing compares the answers of two states of the store.
type comparing struct {
	before, after *scene
	result        ConsentPreview
}

// compare asks of every record that a judgement concerns; q has the times.
func (c *comparing) compare(op *prepared, q consent.Question) error {
	concerned, err := c.concerned(op)
	if err != nil {
		return err
	}
	questions, err := c.questions(concerned, q)
	if err != nil {
		return err
	}
	for _, p := range concerned {
		if err := c.compareRecord(p, questions); err != nil {
			return err
		}
	}
	slices.SortFunc(c.result.Changes, func(x, y ChangedDecision) int {
		return cmp.Or(x.Record.Compare(y.Record), compareQuestions(x.After.Question, y.After.Question), strings.Compare(x.After.Question.ContactPoint, y.After.Question.ContactPoint))
	})
	return nil
}

// concerned returns the records of the persons that a judgement is about, before and
// after, then those one weak link away, each by reference.
func (c *comparing) concerned(op *prepared) ([]part, error) {
	refs := op.Withdraw
	if op.Judge != nil {
		refs = &[2]aloi.RecordRef{op.Judge.A, op.Judge.B}
	}
	theirs, near := map[uint64]part{}, map[uint64]part{}
	for _, ref := range refs {
		number, err := c.before.a.r.Number(c.before.a.e.st.RefHash(ref))
		if err != nil {
			return nil, err
		}
		if number == 0 { // a judgement may come before its records
			continue
		}
		for _, s := range []*scene{c.before, c.after} {
			p, err := s.of(number)
			if err != nil {
				return nil, err
			}
			for _, m := range p.members {
				theirs[m.number] = m
			}
			for _, m := range p.around {
				near[m.number] = m
			}
		}
	}
	for n := range theirs {
		delete(near, n)
	}
	byRef := func(x, y part) int { return x.dossier.Ref.Compare(y.dossier.Ref) }
	return slices.Concat(slices.SortedFunc(maps.Values(theirs), byRef), slices.SortedFunc(maps.Values(near), byRef)), nil
}

// questions returns what the events around records name in either state, in order.
func (c *comparing) questions(concerned []part, q consent.Question) ([]consent.Question, error) {
	var questions []consent.Question
	for _, s := range []*scene{c.before, c.after} {
		seen := map[*person]bool{}
		for _, r := range concerned {
			p, err := s.of(r.number)
			if err != nil {
				return nil, err
			}
			if !seen[p] {
				seen[p] = true
				questions = append(questions, p.questions(q)...)
			}
		}
	}
	slices.SortFunc(questions, compareQuestions)
	return slices.CompactFunc(questions, func(x, y consent.Question) bool { return compareQuestions(x, y) == 0 }), nil
}

// compareRecord asks questions of the person of a record, of each contact point that she
// has in either state.
func (c *comparing) compareRecord(r part, questions []consent.Question) error {
	var points []string
	for _, s := range []*scene{c.before, c.after} {
		p, err := s.of(r.number)
		if err != nil {
			return err
		}
		for i := range p.members {
			points = append(points, p.members[i].dossier.ContactPoints...)
		}
	}
	slices.Sort(points)
	for _, point := range slices.Compact(points) {
		for _, q := range questions {
			if !q.Channel.Reaches(point) {
				continue
			}
			if c.result.Asked == MaxPreviewQuestions {
				return nil
			}
			q.ContactPoint = point
			if err := c.compareAnswers(r, q); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *comparing) compareAnswers(r part, q consent.Question) error {
	before, err := c.before.ask(r.number, q)
	if err != nil {
		return err
	}
	after, err := c.after.ask(r.number, q)
	if err != nil {
		return err
	}
	c.result.Asked++
	x, y := before.Answer, after.Answer
	if x.Decision != y.Decision || x.Reason != y.Reason || x.Scope != y.Scope {
		c.result.Changes = append(c.result.Changes, ChangedDecision{Record: r.dossier.Ref, Before: before, After: after})
	}
	return nil
}

// compareQuestions orders questions by what they ask.
func compareQuestions(x, y consent.Question) int {
	return cmp.Or(strings.Compare(x.Controller, y.Controller), strings.Compare(string(x.Purpose), string(y.Purpose)), strings.Compare(string(x.Channel), string(y.Channel)))
}

// questions returns what the events of a case name: each controller with each purpose and
// channel of one event, and each with direct marketing by e-mail. One may be there twice.
func (p *person) questions(q consent.Question) []consent.Question {
	var list []consent.Question
	for _, e := range p.c.Shared {
		for _, q.Controller = range e.Controllers {
			if q.Controller == "*" {
				continue
			}
			q.Purpose, q.Channel = consent.DirectMarketing, consent.Email
			list = append(list, q)
			for _, q.Purpose = range e.Purposes {
				for _, q.Channel = range e.Channels {
					if q.Purpose.Known() && q.Channel.Known() {
						list = append(list, q)
					}
				}
			}
		}
	}
	return list
}
