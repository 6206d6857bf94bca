package consent

import (
	"cmp"
	"slices"
	"time"

	"aloi"
)

// decision is one question on its way to an answer.
type decision struct {
	p      *Policy
	c      *Case
	q      *Question
	id     identity
	events []*event // known and begun, in an order of their own
	voids  []*event // those of them that invalidate
	answer *Answer
	grants []judged  // what each grant for the purpose is worth
	last   time.Time // when the person last did something (lastAction)
}

// Decide answers a question. It never fails: what it cannot permit it denies, with the
// reason that says most. Neither the case nor the question is changed.
func (p *Policy) Decide(c *Case, q Question) *Answer {
	if q.KnownAt.IsZero() {
		q.KnownAt = q.At
	}
	q.Jurisdiction = cmp.Or(q.Jurisdiction, p.Jurisdiction)
	d := &decision{p: p, c: c, q: &q, answer: &Answer{Decision: Deny, Policy: p.Version}}
	for _, step := range []func() bool{
		d.known, d.identify, d.relate, d.erased, d.restricted, d.serve, d.judgeGrants, d.stopped, d.suppressed, d.retained, d.dead, d.based,
	} {
		if step() {
			break
		}
	}
	d.answer.Links, d.answer.Relationship = d.id.links, d.q.Relationship
	return d.answer
}

// deny settles the answer, and permit.
func (d *decision) deny(r Reason, deciding ...*event) bool {
	d.answer.Reason, d.answer.Deciding = r, ids(deciding)
	return true
}

func (d *decision) permit(r Reason, b Basis, deciding ...*event) bool {
	d.answer.Decision, d.answer.Basis = Permit, b
	return d.deny(r, deciding...)
}

// known refuses what is not in the closed lists.
func (d *decision) known() bool {
	switch {
	case !d.q.Purpose.Known():
		return d.deny(PurposeUnknown)
	case !d.q.Channel.Known():
		return d.deny(ChannelUnknown)
	case d.q.Controller == "" || d.q.Controller == wildcard || !d.p.controls(d.q.Controller):
		return d.deny(ControllerUnknown)
	case !d.q.Channel.reaches(d.q.ContactPoint):
		return d.deny(ContactPointMismatch)
	}
	return false
}

// identify finds whose grants count, and gathers the events that were known and had begun.
func (d *decision) identify() bool {
	index := placesOf(d.c.Records)
	anchor := index.of(d.q.Record)
	if d.q.Record == "" && len(d.c.Records) > 0 {
		anchor = 0
	}
	if anchor < 0 {
		return d.deny(ContactPointUnknown)
	}
	d.id = d.p.around(d.c, index, anchor)
	d.gather(index)
	shared := false
	if !d.c.anyOwns(d.id.core, d.q.ContactPoint) {
		shared = d.scope()
	}
	d.place()
	d.forget()
	for i := range d.c.Records {
		if d.id.core[i] {
			d.answer.Core = append(d.answer.Core, d.c.Records[i].ID)
		}
	}
	slices.Sort(d.answer.Core)
	switch {
	case shared:
		return d.deny(SharedAmbiguous)
	case !d.c.anyOwns(d.id.core, d.q.ContactPoint) && !d.isErased():
		return d.deny(ContactPointUnknown)
	}
	return false
}

// scope moves the core to the only other one in the golden record that owns the contact
// point, and reports whether several do.
func (d *decision) scope() (several bool) {
	var owners [][]bool
	seen := make([]bool, len(d.c.Records))
	for i := range d.c.Records {
		if !d.id.whole[i] || seen[i] || !d.c.Records[i].owns(d.q.ContactPoint) {
			continue
		}
		core := d.id.reach(rank(d.p.MinGrant), len(seen), i)
		for k, in := range core {
			seen[k] = seen[k] || in
		}
		owners = append(owners, core)
	}
	if len(owners) == 1 {
		d.id.core, d.answer.Scope = owners[0], Scoped
	}
	return len(owners) > 1
}

// relate finds what the person is to the controller where the question does not say: a
// customer if the core bought from it, or has a contract with it. A professional and an
// organisation are never guessed.
func (d *decision) relate() bool {
	if d.q.Relationship != "" {
		return false
	}
	d.q.Relationship = Prospect
	for i := range d.c.Records {
		if d.id.core[i] && d.c.Records[i].Bought {
			d.q.Relationship = Customer
		}
	}
	for _, e := range d.events {
		sale := e.Kind == aloi.ConsentSale && (!e.FreeAccount || d.p.FreeAccountIsSale)
		if (sale || e.Kind == aloi.ConsentContract) && e.core && covers(e.Controllers, d.q.Controller, true) && d.happened(e) {
			d.q.Relationship = Customer
		}
	}
	return false
}

// isErased reports whether the person asked for was erased and has not come back since
// by an act of her own.
func (d *decision) isErased() bool { return len(d.erasures()) > 0 }

// erasures returns those of the person that stand.
func (d *decision) erasures() []*event {
	var stand []*event
	d.each(aloi.ConsentErased, func(e *event) {
		if (e.core || e.asked) && !d.returned(e) {
			stand = append(stand, e)
		}
	})
	return stand
}

// returned reports whether the person acted herself after her erasure: a new grant that
// is direct and verified, or for a service purpose a purchase or a contract.
func (d *decision) returned(erasure *event) bool {
	serving := placeOf(d.q.Purpose).class >= service
	for _, e := range d.events {
		if !e.sameCore(erasure) || !after(e, erasure) {
			continue
		}
		if isGrant(e.Kind) && direct(e) && !e.Evidence.NotAffirmative && d.verified(e) || serving && (e.Kind == aloi.ConsentSale || e.Kind == aloi.ConsentContract) {
			return true
		}
	}
	return false
}

func (d *decision) erased() bool {
	if stand := d.erasures(); len(stand) > 0 {
		return d.deny(Erased, stand...)
	}
	return false
}

// restricted denies everything but the legal notices while a restriction stands on any
// record whose stops count (GDPR art. 18).
func (d *decision) restricted() bool {
	if placeOf(d.q.Purpose).class == notice {
		return false
	}
	var stand []*event
	d.each(aloi.ConsentRestricted, func(r *event) {
		if !r.cloud || !covers(r.Controllers, d.q.Controller, true) {
			return
		}
		lifted := false
		d.each(aloi.ConsentRestrictionLifted, func(l *event) {
			if refersTo(l, r) || l.Refers == "" && l.Record == r.Record && after(l, r) {
				lifted = true
			}
		})
		if !lifted {
			stand = append(stand, r)
		}
	})
	if len(stand) > 0 {
		d.answer.Blockers = ids(stand)
		return d.deny(Restricted, stand...)
	}
	return false
}

// serve permits what serves the person: stops of marketing do not touch the invoice.
func (d *decision) serve() bool {
	at := placeOf(d.q.Purpose)
	if at.class < service {
		return false
	}
	d.answer.Obligations = []Obligation{"NO_PROMOTION"}
	return d.permit(ServiceNecessary, at.basis)
}

// retained denies once the person has been silent for too long. Only what the core did
// counts: a fuzzy link does not refresh it.
func (d *decision) retained() bool {
	d.last = d.lastAction()
	if d.last.IsZero() || !d.q.At.After(d.last.Add(d.p.Retention)) {
		return false
	}
	return d.deny(RetentionExpired)
}

// lastAction is when the person last did something, or was first told what is done with
// her data, zero if nothing is known. What she receives and does not answer is no
// action; a contract that runs is one every day.
func (d *decision) lastAction() time.Time {
	var last time.Time
	var told []time.Time // of each record when its data were taken
	for i := range d.c.Records {
		if !d.id.core[i] {
			continue
		}
		r := &d.c.Records[i]
		last = d.lastBefore(last, r.LastAction)
		for _, a := range r.Actions {
			last = d.lastBefore(last, a)
		}
	}
	for _, e := range d.events {
		switch {
		case !e.core || e.when.undated() && e.Kind != aloi.ConsentContract:
		case e.Kind == aloi.ConsentInformed:
			if told == nil {
				told = make([]time.Time, len(d.c.Records))
			}
			told[e.at] = soonest(told[e.at], e.Time)
		case e.Kind == aloi.ConsentContract:
			last = latest(last, soonest(d.q.At, e.Until))
		case acts(e.Kind):
			last = latest(last, e.Time)
		}
	}
	for _, t := range told {
		last = latest(last, t)
	}
	return last
}

// lastBefore returns the later of two times, but none after the moment asked about.
func (d *decision) lastBefore(last, a time.Time) time.Time {
	if a.After(last) && !a.After(d.q.At) {
		return a
	}
	return last
}

// acts reports whether a kind of event is an act of the person towards the house.
func acts(k aloi.ConsentKind) bool {
	return isGrant(k) || k == aloi.ConsentConfirmed || k == aloi.ConsentSale
}

// dead denies a contact point that bounced and that nobody has used since.
func (d *decision) dead() bool {
	var stand []*event
	d.each(aloi.ConsentBounced, func(b *event) {
		alive := slices.ContainsFunc(d.events, func(e *event) bool {
			return e.ContactPoint == b.ContactPoint && (e.cloud || e.Record == b.Record) && acts(e.Kind) && direct(e) && after(e, b)
		})
		if b.ContactPoint == d.q.ContactPoint && !alive {
			stand = append(stand, b)
		}
	})
	if len(stand) > 0 {
		return d.deny(ContactPointDead, stand...)
	}
	return false
}
