package consent

import (
	"cmp"
	"slices"

	"aloi"
)

// judged is a grant for the purpose asked, and what is wrong with it first; ConsentValid
// if nothing is.
type judged struct {
	*event
	reason Reason
}

// judgeGrants finds what each grant for the purpose is worth.
func (d *decision) judgeGrants() bool {
	for _, e := range d.events {
		if isGrant(e.Kind) && (e.cloud || e.core) && slices.Contains(e.Purposes, d.q.Purpose) {
			if d.grants == nil {
				d.grants = make([]judged, 0, len(d.events))
			}
			d.grants = append(d.grants, judged{e, d.judge(e)})
		}
	}
	return false
}

// judge says what is wrong with a grant for this question: exact in controller, channel
// and contact point, of the person's own core, and then valid.
func (d *decision) judge(g *event) Reason {
	if !slices.Contains(g.Controllers, d.q.Controller) {
		return ControllerMismatch
	}
	if !slices.Contains(g.Channels, d.q.Channel) {
		return ChannelMismatch
	}
	if r := d.binds(g); r != "" {
		return r
	}
	switch {
	case !g.core:
		return IdentityTooWeak
	case g.Evidence.NotAffirmative || d.invalidated(g):
		return ConsentInvalidated
	case thirdParty(g.Event) && !d.p.proved(g.Event, d.q.Controller):
		return PurchasedNoProof
	case !proof(g.Event):
		return NoProof
	case g.when.undated():
		return GrantUndated
	}
	if r := d.ofAge(g); r != "" {
		return r
	}
	switch end := d.p.expires(g); {
	case slices.Contains(d.p.Confirmed, d.q.Channel) && !d.verified(g):
		return ConfirmationPending
	case !end.IsZero() && !d.q.At.Before(end):
		return ConsentExpired
	}
	if thirdParty(g.Event) {
		return ConsentValidThirdParty
	}
	return ConsentValid
}

// valid reports whether nothing is wrong with a grant.
func (j judged) valid() bool { return j.reason == ConsentValid || j.reason == ConsentValidThirdParty }

// binds says why a grant is not for the contact point asked, empty if it is. One that
// names none binds to the only one of its record that the channel can use.
func (d *decision) binds(g *event) Reason {
	if g.ContactPoint == d.q.ContactPoint {
		return ""
	}
	if g.ContactPoint != "" {
		return ContactPointMismatch
	}
	if g.at < 0 {
		return ContactPointMismatch
	}
	kind, same := pointType(d.q.ContactPoint), 0
	for _, cp := range d.c.Records[g.at].ContactPoints {
		if pointType(cp) == kind {
			same++
		}
	}
	switch {
	case same != 1:
		return PointUnspecified
	case !d.c.Records[g.at].owns(d.q.ContactPoint):
		return ContactPointMismatch
	}
	return ""
}

// The methods by which a grant comes at second hand.
const (
	methodPurchased = "purchased_list"
	methodPartner   = "partner_import"
	methodMigration = "migration"
	methodSoft      = "soft_opt_in"
)

// thirdParty reports whether somebody else collected a grant.
func thirdParty(g *Event) bool { return g.Method == methodPurchased || g.Method == methodPartner }

// direct reports whether a grant was given to us, by the person or a parent.
func direct(g *event) bool {
	switch g.Method {
	case methodPurchased, methodPartner, methodMigration, methodSoft:
		return false
	}
	return expressed(g.Event)
}

// The ones who may express a consent.
const (
	bySubject = "subject"
	byParent  = "parent"
)

// expressed reports whether the person or a parent acted.
func expressed(g *Event) bool {
	return len(g.By) == 0 || slices.Contains(g.By, bySubject) || slices.Contains(g.By, byParent)
}

// purchaseProofs are what a bought list can be asked to bring.
var purchaseProofs = []string{needBroker, needRecipient, needNoticeHash, needCollectedAt}

const (
	needBroker      = "broker"
	needRecipient   = "named_recipient"
	needNoticeHash  = noticeHash
	needCollectedAt = "collected_at"
)

// proved reports whether a bought list brings what the policy asks: the recipient it
// names must be the controller that asks.
func (p *Policy) proved(g *Event, controller string) bool {
	for _, need := range p.PurchasedNeeds {
		e, has := &g.Evidence, false
		switch need {
		case needBroker:
			has = e.Broker != ""
		case needRecipient:
			has = e.NamedRecipient == controller
		case needNoticeHash:
			has = e.NoticeHash != ""
		case needCollectedAt:
			has = e.CollectedAt != ""
		}
		if !has {
			return false
		}
	}
	return true
}

// proof reports whether anything proves that the person acted.
func proof(g *Event) bool {
	e := &g.Evidence
	return g.Method != methodSoft && expressed(g) && (e.Notice != "" || e.NoticeHash != "" || e.Other || identified(g))
}

// authMailbox is a double opt-in by e-mail: it proves the mailbox, and nothing of a grant
// that does not say which point it is for.
const authMailbox = "doi"

// identified reports whether the evidence says who acted.
func identified(g *Event) bool { return g.Evidence.Auth != "" && g.Evidence.Auth != "none" }

// verified reports whether the contact point of a grant was proved to be the person's:
// by the evidence, or by a confirmation of its token on that very point, in time, and
// before any stop on what it covers. A click in an e-mail proves the mailbox and not
// the telephone (BGH, 10 February 2011, I ZR 164/09).
func (d *decision) verified(g *event) bool {
	if identified(g.Event) && (g.Evidence.Auth != authMailbox || g.ContactPoint != "" || pointType(d.q.ContactPoint) == pointEmail) {
		return true
	}
	if g.Token == "" {
		return false
	}
	return slices.ContainsFunc(d.events, func(c *event) bool {
		return c.Kind == aloi.ConsentConfirmed && c.Token == g.Token && c.core &&
			c.ContactPoint == cmp.Or(g.ContactPoint, d.q.ContactPoint) && d.inTime(g, c) && !d.killed(g, c)
	})
}

// inTime reports whether a token was confirmed before it ran out.
func (d *decision) inTime(g, c *event) bool {
	if g.when.undated() || c.when.undated() {
		return false
	}
	return !c.when.to.Before(g.when.from) && !c.Time.After(g.Time.Add(d.p.TokenLife))
}

// killed reports whether a stop came, or may have come, between a request and its
// confirmation.
func (d *decision) killed(g, c *event) bool {
	return slices.ContainsFunc(d.events, func(s *event) bool {
		if !touching(s.Event, g.Event) || (s.ContactPoint == "" || s.SharedOK) && !s.cloud {
			return false
		}
		return !after(g, s) && !after(s, c)
	})
}

// invalidated reports whether somebody declared a grant void: by its id, or all of its
// kind that are not later.
func (d *decision) invalidated(g *event) bool {
	return slices.ContainsFunc(d.voids, func(v *event) bool {
		if v.Refers != "" {
			return refersTo(v, g)
		}
		return (v.cloud || v.ContactPoint != "") && (v.ContactPoint == "" || v.ContactPoint == d.q.ContactPoint) &&
			d.covered(v) && !after(g, v)
	})
}

// refersTo reports whether an event names another by its id, ours or the source's.
func refersTo(e, to *event) bool {
	return e.Refers != "" && (e.Refers == to.ID || e.Refers == to.SourceID)
}

// The ages from which a person consents alone: Loi Informatique et Libertés art. 45,
// RGPD art. 8.
const (
	ageFrance = 15
	ageEurope = 16
)

// ofAge says why a person was too young to consent, empty if not. Any birth date in the
// cloud that makes a minor of her counts, until a steward rules. Below the age, France
// asks for the child and a parent, others for a parent.
func (d *decision) ofAge(g *event) Reason {
	age, joint := ageEurope, false
	if d.q.Jurisdiction == "FR" {
		age, joint = ageFrance, true
	}
	minor, adult := false, false
	for i := range d.c.Records {
		birth := d.c.Records[i].Birth
		if birth.IsZero() || !d.id.cloud[i] && !d.id.core[i] {
			continue
		}
		if reached(birth, g.when.from, age) {
			adult = true
		} else {
			minor = true
		}
	}
	parent := slices.Contains(g.By, byParent) && (!joint || slices.Contains(g.By, bySubject))
	switch {
	case !minor || parent:
		return ""
	case adult:
		return MinorConflicting
	}
	return MinorNoParental
}
