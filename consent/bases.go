package consent

import (
	"slices"
	"time"

	"aloi"
)

// attempt is what became of trying a basis.
type attempt struct {
	ok     bool
	reason Reason
	events []*event
	until  time.Time // of a PERMIT, zero for none
	also   []Obligation
}

// bases says how each basis is tried.
var bases = map[Basis]func(*decision) attempt{
	BasisConsent:   (*decision).byConsent,
	BasisSoftOptIn: (*decision).bySoftOptIn,
	BasisContract:  (*decision).byContract,
	BasisTrade:     (*decision).byTrade,
	BasisInterest:  (*decision).byInterest,
	BasisNoPerson:  func(*decision) attempt { return attempt{ok: true, reason: NotAPerson} },
}

// telling orders the reasons for which no basis held, by how much they tell: how far the
// best try came. One that is not here tells nothing.
var telling = []Reason{
	SoftNoSale, ControllerMismatch, ChannelMismatch, ContactPointMismatch, PointUnspecified, IdentityTooWeak,
	ContractUnmet, ProUnmet, SectorForbidden, SoftOtherPoint, SoftNotInformed, SoftOptedOut, SoftUndeclared, SoftNotSimilar, SoftBlocked, InterestBlocked,
	ConsentInvalidated, PurchasedNoProof, NoProof, GrantUndated, MinorNoParental, MinorConflicting, ConfirmationPending, ConsentExpired,
}

// based tries the bases that the rule accepts, in order.
func (d *decision) based() bool {
	rule := d.p.rule(d.q)
	if rule == nil {
		return d.deny(NoRule)
	}
	d.answer.Rule = rule.ID
	best := attempt{reason: rule.Reason}
	for _, b := range rule.Bases {
		a := bases[b](d)
		if a.ok {
			d.answer.Obligations = append(slices.Clone(rule.Obligations), a.also...)
			if d.answer.Scope == Scoped {
				d.answer.Obligations = append(d.answer.Obligations, "USE_DATA_OF_CORE_ONLY")
			}
			d.answer.ValidUntil = soonest(soonest(a.until, rule.To), d.retentionEnd())
			return d.permit(a.reason, b, a.events...)
		}
		if slices.Index(telling, a.reason) > slices.Index(telling, best.reason) {
			best = a
		}
	}
	return d.deny(best.reason, best.events...)
}

// retentionEnd is when silence will end a PERMIT, zero if nothing is known.
func (d *decision) retentionEnd() time.Time {
	if d.last.IsZero() {
		return time.Time{}
	}
	return d.last.Add(d.p.Retention)
}

// byConsent looks for a valid grant; of several the one that lasts longest, one of ours
// before one of a third party.
func (d *decision) byConsent() attempt {
	best := attempt{reason: NoBasis}
	for _, g := range d.grants {
		switch {
		case g.valid():
			end := d.p.expires(g.event)
			better := !best.ok || best.reason == ConsentValidThirdParty && g.reason == ConsentValid ||
				best.reason == g.reason && !best.until.IsZero() && (end.IsZero() || end.After(best.until))
			if better {
				best = attempt{ok: true, reason: g.reason, events: []*event{g.event}, until: end}
			}
		case !best.ok && slices.Index(telling, g.reason) > slices.Index(telling, best.reason):
			best = attempt{reason: g.reason, events: []*event{g.event}}
		}
	}
	if best.reason == ConsentValidThirdParty { // RGPD art. 14
		best.also = []Obligation{"INFORM_WITHIN_ONE_MONTH", "NAME_THE_BROKER"}
	}
	return best
}

// bySoftOptIn looks for a sale that lets us write to the address that was given with it,
// about similar goods (Directive 2002/58/CE art. 13(2)). An opt-out that was ever used at
// a sale stands, as any stop of the person on another address does.
func (d *decision) bySoftOptIn() attempt {
	best := attempt{reason: SoftNoSale}
	d.each(aloi.ConsentSale, func(s *event) {
		if !s.core || best.ok {
			return
		}
		switch r := d.softly(s); {
		case r == SoftOptIn:
			best = attempt{ok: true, reason: r, events: []*event{s}}
		case slices.Index(telling, r) > slices.Index(telling, best.reason):
			best = attempt{reason: r, events: []*event{s}}
		}
	})
	stops := d.stoppedElsewhere()
	if !best.ok || len(stops) == 0 {
		return best
	}
	d.answer.Blockers = ids(stops)
	if slices.ContainsFunc(stops, func(s *event) bool { return s.Kind == aloi.ConsentSale }) {
		return attempt{reason: SoftOptedOut, events: stops}
	}
	return attempt{reason: SoftBlocked, events: stops}
}

// softly says what one sale is worth.
func (d *decision) softly(s *event) Reason {
	switch {
	case s.FreeAccount && !(d.p.FreeAccountIsSale && d.q.Channel == Email), !slices.Contains(s.Controllers, d.q.Controller):
		return SoftNoSale
	case s.ContactPoint != d.q.ContactPoint:
		return SoftOtherPoint
	case !s.OptOutOffered:
		return SoftNotInformed
	case s.OptOutUsed:
		return SoftOptedOut
	case d.q.Goods == "":
		return SoftUndeclared
	case d.q.Goods != s.Goods && !slices.Contains(s.Similar, d.q.Goods):
		return SoftNotSimilar
	}
	return SoftOptIn
}

// byContract looks for a running contract whose object the offer is related to.
func (d *decision) byContract() attempt {
	a := attempt{reason: NoBasis}
	d.each(aloi.ConsentContract, func(k *event) {
		if !k.core || !slices.Contains(k.Controllers, d.q.Controller) || a.ok {
			return
		}
		running := k.Until.IsZero() || d.q.At.Before(k.Until)
		if running && d.q.Goods != "" && slices.Contains(k.Related, d.q.Goods) {
			a = attempt{ok: true, reason: OngoingContract, events: []*event{k}, until: k.Until}
		} else {
			a = attempt{reason: ContractUnmet, events: []*event{k}}
		}
	})
	return d.notAround(a)
}

// byTrade is the interest in writing to a professional about the trade: informed, and
// the subject related.
func (d *decision) byTrade() attempt {
	informed := d.informed()
	if informed == nil || !d.q.Related {
		return attempt{reason: ProUnmet}
	}
	return d.notAround(attempt{ok: true, reason: ProInterest, events: []*event{informed}})
}

// byInterest is the interest in writing to somebody who was told and did not object.
func (d *decision) byInterest() attempt {
	informed := d.informed()
	if informed == nil {
		return attempt{reason: NoBasis}
	}
	return d.notAround(attempt{ok: true, reason: InterestInformed, events: []*event{informed}})
}

// informed returns an event that says the person was told of this use of the contact
// point, nil for none. A sale at which an opt-out was offered told her too.
func (d *decision) informed() *event {
	for _, e := range d.events {
		told := e.Kind == aloi.ConsentInformed || e.Kind == aloi.ConsentSale && e.OptOutOffered && !e.OptOutUsed
		if told && e.core && (e.ContactPoint == "" || e.ContactPoint == d.q.ContactPoint) &&
			d.covered(e) {
			return e
		}
	}
	return nil
}

// notAround takes a basis other than consent back when the person stopped us elsewhere.
func (d *decision) notAround(a attempt) attempt {
	if stops := d.stoppedElsewhere(); a.ok && len(stops) > 0 {
		d.answer.Blockers = ids(stops)
		return attempt{reason: InterestBlocked, events: stops}
	}
	return a
}
