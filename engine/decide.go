package engine

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"aloi"
	"aloi/consent"
	"aloi/store"
)

// Decide answers a question about a subject: one verdict for each contact point that is
// asked about, at least one. An empty contact point asks about each that the person has
// and the channel can use, in the order of her golden record; for a contact point as
// subject it is that one, of every entity that has it, by entity id.
//
// At and KnownAt that are zero are now, and the later of At and now. A subject that is not
// stored is an error; an entity id that was merged away follows.
func (e *Engine) Decide(ctx context.Context, s Subject, q consent.Question) ([]Verdict, error) {
	if v := s.validate("subject"); len(v) > 0 {
		return nil, aloi.Invalid(v...)
	}
	q = e.dated(q)
	var verdicts []Verdict
	return verdicts, e.viewCached(ctx, func(r *store.Reader) error {
		a := e.asking(r)
		var err error
		verdicts, err = a.decide(s, q)
		return err
	})
}

// DecideMany answers one question about many subjects, on all workers, from one state of
// the store; a subject that is not stored gets a verdict of CONTACT_POINT_UNKNOWN. The
// verdicts are in the order of the subjects.
func (e *Engine) DecideMany(ctx context.Context, subjects []Subject, q consent.Question) ([][]Verdict, error) {
	for i, s := range subjects {
		if v := s.validate("subjects[" + strconv.Itoa(i) + "]"); len(v) > 0 {
			return nil, aloi.Invalid(v...)
		}
	}
	q = e.dated(q)
	all, errs := make([][]Verdict, len(subjects)), make([]error, len(subjects))
	err := e.viewCached(ctx, func(r *store.Reader) error {
		a := e.asking(r)
		e.parallel(len(subjects), func(i int) {
			if errs[i] = ctx.Err(); errs[i] != nil {
				return
			}
			all[i], errs[i] = a.decide(subjects[i], q)
			if aloi.CodeOf(errs[i]) == aloi.CodeNotFound {
				all[i], errs[i] = a.nobody(q)
			}
		})
		for i, err := range errs {
			if err != nil {
				return fmt.Errorf("subject %d: %w", i, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// WarmUp reads what decisions need into memory, as far as there is room, so that the first
// questions are answered as fast as the next. It ends with ctx.
func (e *Engine) WarmUp(ctx context.Context) error { return e.st.Warm(ctx) }

// dated fills in the times of a question, and gives its contact point its one form.
func (e *Engine) dated(q consent.Question) consent.Question {
	now := e.monotone(e.now().UTC()) // what was recorded is known, also when the clock was put back
	if q.At.IsZero() {
		q.At = now
	}
	if q.KnownAt.IsZero() {
		q.KnownAt = q.At
		if now.After(q.At) {
			q.KnownAt = now
		}
	}
	if q.ContactPoint != "" {
		q.ContactPoint, _ = canonicalPoint(q.ContactPoint)
	}
	q.Purpose, q.Channel = consent.PurposeOf(string(q.Purpose)), consent.ChannelOf(string(q.Channel))
	return q
}

// decide answers a question that is dated about a subject that is valid.
func (a *asking) decide(s Subject, q consent.Question) ([]Verdict, error) {
	if s.Point != "" {
		return a.decidePoint(s.Point, q)
	}
	p, anchor, err := a.subject(s)
	if err != nil {
		return nil, err
	}
	return a.ask(p, anchor, s.Record == nil, q)
}

// subject finds the person that a subject is, with no more than her records, and the
// record to ask from: of an entity the member with the least reference.
func (a *asking) subject(s Subject) (p *person, anchor *part, err error) {
	if s.Record != nil {
		number, entity, err := a.e.locate(a.r, *s.Record)
		if err != nil {
			return nil, nil, err
		}
		numbers, err := a.r.EntityMembers(entity)
		if err != nil {
			return nil, nil, err
		}
		if p, err = a.members(entity, numbers); err != nil {
			return nil, nil, err
		}
		return p, find(p.members, number), nil
	}
	asked, err := entityNumber(s.Entity)
	if err != nil {
		return nil, nil, err
	}
	entity, numbers, err := a.memberNumbers(asked)
	if err != nil {
		return nil, nil, err
	}
	if p, err = a.members(entity, numbers); err != nil {
		return nil, nil, err
	}
	return p, least(p.members, func(*part) bool { return true }), nil
}

// ask answers a question about a person: for the contact point that it names, or for each.
// anyOf says that she was not asked about by one of her records.
func (a *asking) ask(p *person, anchor *part, anyOf bool, q consent.Question) ([]Verdict, error) {
	points := []string{q.ContactPoint}
	if q.ContactPoint == "" {
		reached, err := a.reached(p, q.Channel)
		if err != nil {
			return nil, err
		}
		if len(reached) == 0 { // whatever else is known of her
			return []Verdict{a.answer(p, &consent.Case{Records: []consent.Record{{ID: anchor.id}}}, anchor, q)}, nil
		}
		points = reached
	}
	if err := a.surround(p); err != nil {
		return nil, err
	}
	verdicts := make([]Verdict, len(points))
	for i, point := range points {
		q.ContactPoint = point
		var err error
		decide := a.verdict
		if anyOf {
			decide = a.verdictOfAny
		}
		if verdicts[i], err = decide(p, anchor, q); err != nil {
			return nil, err
		}
	}
	return verdicts, nil
}

// reached returns the contact points of the members that a channel goes to: in the order
// of the golden record, those that it does not have last, by their text.
func (a *asking) reached(p *person, ch consent.Channel) ([]string, error) {
	var points []string
	for i := range p.members {
		for _, cp := range p.members[i].dossier.ContactPoints {
			if ch.Reaches(cp) {
				points = append(points, cp)
			}
		}
	}
	if len(points) < 2 {
		return points, nil
	}
	slices.Sort(points)
	if points = slices.Compact(points); len(points) < 2 {
		return points, nil
	}
	order, err := a.r.EntityDigest(p.entity, goldenPoints)
	if err != nil {
		return nil, err
	}
	rank := map[string]int{}
	for i, cp := range strings.Split(string(order), "\x00") {
		rank[cp] = i
	}
	place := func(cp string) int {
		if i, known := rank[cp]; known {
			return i
		}
		return math.MaxInt
	}
	slices.SortStableFunc(points, func(x, y string) int { return cmp.Compare(place(x), place(y)) })
	return points, nil
}

// goldenPoints returns the e-mail addresses and telephones of a golden record, canonical,
// in its order, with a NUL byte between.
func goldenPoints(e *store.Entity) []byte {
	var points []string
	for _, attribute := range e.Golden {
		if attribute.Path != pathEmail && attribute.Path != pathPhone {
			continue
		}
		cp, _ := canonicalPoint(attribute.Path + ":" + attribute.Value) // the paths are the types of contact point
		if !slices.Contains(points, cp) {
			points = append(points, cp)
		}
	}
	return []byte(strings.Join(points, "\x00"))
}

// verdict decides about one contact point of a person; anchor is nil for nobody.
func (a *asking) verdict(p *person, anchor *part, q consent.Question) (Verdict, error) {
	c, err := a.on(p, &q)
	if err != nil {
		return Verdict{}, err
	}
	return a.answer(p, c, anchor, q), nil
}

// verdictOfAny decides about a contact point of an entity. Asked from one record, what
// another said who is only likely the same person permits nothing; but when several
// identities of the entity have the contact point, one that may be contacted is asked for
// just as well, and a message may use its data alone.
func (a *asking) verdictOfAny(p *person, anchor *part, q consent.Question) (Verdict, error) {
	c, err := a.on(p, &q)
	if err != nil {
		return Verdict{}, err
	}
	first := a.decideFrom(c, anchor, q)
	if first.Reason != consent.IdentityTooWeak && first.Reason != consent.SharedAmbiguous {
		return a.dress(p, q, first), nil
	}
	tried := first.Core // whoever is asked of a core, the answer is its
	for _, m := range p.byRef() {
		if !m.owns(q.ContactPoint) || slices.Contains(tried, m.id) {
			continue
		}
		answer := a.decideFrom(c, m, q)
		if answer.Decision == consent.Permit {
			answer.Scope = consent.Scoped
			return a.dress(p, q, answer), nil
		}
		tried = append(tried, answer.Core...)
	}
	return a.dress(p, q, first), nil
}

// decideFrom decides a case, asked from a record; nil for nobody.
func (a *asking) decideFrom(c *consent.Case, anchor *part, q consent.Question) *consent.Answer {
	if anchor != nil {
		q.Record = anchor.id
	}
	return a.e.policy.Decide(c, q)
}

// answer decides a case of a person.
func (a *asking) answer(p *person, c *consent.Case, anchor *part, q consent.Question) Verdict {
	return a.dress(p, q, a.decideFrom(c, anchor, q))
}

// dress names the records of an answer as sources do.
func (a *asking) dress(p *person, q consent.Question, answer *consent.Answer) Verdict {
	v := Verdict{Entity: entityID(p.entity), Question: q, Answer: answer, Model: a.model.Version}
	for _, id := range answer.Core {
		if m := p.byID(id); m != nil {
			v.Core = append(v.Core, m.dossier.Ref)
		}
	}
	sortRefs(v.Core)
	if len(answer.Links) == 0 {
		return v
	}
	place := make(map[*part]int, len(p.members)+len(p.around)) // in order of the references
	for i, m := range p.byRef() {
		place[m] = i
	}
	type link struct {
		x, y     *part
		strength aloi.LinkStrength
	}
	links := make([]link, 0, len(answer.Links))
	for _, l := range answer.Links {
		x, y := p.byID(l.A), p.byID(l.B)
		if x == nil || y == nil || find(p.members, x.number) == nil && find(p.members, y.number) == nil {
			continue // how a neighbour hangs together is not said
		}
		if place[y] < place[x] {
			x, y = y, x
		}
		links = append(links, link{x, y, l.Strength})
	}
	slices.SortFunc(links, func(l, m link) int {
		return cmp.Or(cmp.Compare(place[l.x], place[m.x]), cmp.Compare(place[l.y], place[m.y]))
	})
	for _, l := range links {
		v.Links = append(v.Links, UsedLink{l.x.dossier.Ref, l.y.dossier.Ref, l.strength})
	}
	return v
}

// byRef returns the records of the case in order of their references.
func (p *person) byRef() []*part {
	if p.ordered == nil {
		for _, parts := range [][]part{p.members, p.around} {
			for i := range parts {
				p.ordered = append(p.ordered, &parts[i])
			}
		}
		slices.SortFunc(p.ordered, func(x, y *part) int { return x.dossier.Ref.Compare(y.dossier.Ref) })
	}
	return p.ordered
}

// byID returns a record of a person by its id in the case, nil for none.
func (p *person) byID(id string) *part {
	number, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return nil
	}
	return p.part(number)
}

// nobody answers a question about somebody who is not stored.
func (a *asking) nobody(q consent.Question) ([]Verdict, error) {
	v, err := a.verdict(&person{}, nil, q)
	return []Verdict{v}, err
}
