package consent

import (
	"slices"
	"time"

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
	for _, check := range []struct {
		failed bool
		reason Reason
	}{
		{!g.core, IdentityTooWeak},
		{g.Evidence.NotAffirmative || d.invalidated(g), ConsentInvalidated},
		{thirdParty(g) && !d.p.proved(g, d.q.Controller), PurchasedNoProof},
		{!proof(g), NoProof},
		{g.when.undated(), GrantUndated},
	} {
		if check.failed {
			return check.reason
		}
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
	if thirdParty(g) {
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
	usable := d.usable(g.Record)
	switch {
	case len(usable) > 1 && slices.Contains(usable, d.q.ContactPoint):
		return PointUnspecified
	case len(usable) == 1 && usable[0] == d.q.ContactPoint:
		return ""
	}
	return ContactPointMismatch
}

// usable returns the contact points of a record that the channel asked can use.
func (d *decision) usable(record string) []string {
	at := slices.IndexFunc(d.c.Records, func(r Record) bool { return r.ID == record })
	if at < 0 {
		return nil
	}
	var list []string
	for _, cp := range d.c.Records[at].ContactPoints {
		if slices.Contains(pointTypes[d.q.Channel], pointType(cp)) {
			list = append(list, cp)
		}
	}
	return list
}

// pointType is what stands before the first colon of a contact point.
func pointType(cp string) string {
	for i := range len(cp) {
		if cp[i] == ':' {
			return cp[:i]
		}
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
func thirdParty(g *event) bool { return g.Method == methodPurchased || g.Method == methodPartner }

// direct reports whether a grant was given to us, by the person or a parent.
func direct(g *event) bool {
	switch g.Method {
	case methodPurchased, methodPartner, methodMigration, methodSoft:
		return false
	}
	return expressed(g)
}

// The ones who may express a consent.
const (
	bySubject = "subject"
	byParent  = "parent"
)

// expressed reports whether the person or a parent acted.
func expressed(g *event) bool {
	return len(g.By) == 0 || slices.Contains(g.By, bySubject) || slices.Contains(g.By, byParent)
}

// proved reports whether a bought list brings what the policy asks: the recipient it
// names must be the controller that asks.
func (p *Policy) proved(g *event, controller string) bool {
	for _, need := range p.PurchasedNeeds {
		e, has := &g.Evidence, false
		switch need {
		case "broker":
			has = e.Broker != ""
		case "named_recipient":
			has = e.NamedRecipient == controller
		case "notice_hash":
			has = e.NoticeHash != ""
		case "collected_at":
			has = e.CollectedAt != ""
		}
		if !has {
			return false
		}
	}
	return true
}

// proof reports whether anything proves that the person acted.
func proof(g *event) bool {
	e := &g.Evidence
	return expressed(g) && (e.Notice != "" || e.NoticeHash != "" || e.Other || identified(g))
}

// identified reports whether the evidence says who acted.
func identified(g *event) bool { return g.Evidence.Auth != "" && g.Evidence.Auth != "none" }

// verified reports whether the contact point of a grant was proved to be the person's:
// by the evidence, or by a confirmation of its token on that very point, in time, and
// before any stop on what it covers. A click in an e-mail proves the mailbox and not
// the telephone (BGH, 10 February 2011, I ZR 164/09).
func (d *decision) verified(g *event) bool {
	if identified(g) {
		return true
	}
	if g.Token == "" {
		return false
	}
	return slices.ContainsFunc(d.events, func(c *event) bool {
		return c.Kind == aloi.ConsentConfirmed && c.Token == g.Token && c.core &&
			(c.ContactPoint == d.pointOf(g) || c.ContactPoint == "") && d.inTime(g, c) && !d.killed(g, c)
	})
}

// pointOf returns the contact point that a grant is bound to.
func (d *decision) pointOf(g *event) string {
	if g.ContactPoint != "" {
		return g.ContactPoint
	}
	return d.q.ContactPoint
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
		if !touching(s.Event, g.Event) || s.ContactPoint == "" && !s.cloud {
			return false
		}
		return !s.when.to.Before(g.when.from) && !d.after(s, c)
	})
}

// invalidated reports whether somebody declared a grant void: by its id, or all of its
// kind that are not later.
func (d *decision) invalidated(g *event) bool {
	return slices.ContainsFunc(d.events, func(v *event) bool {
		if v.Kind != aloi.ConsentInvalidated {
			return false
		}
		if v.Refers != "" {
			return v.Refers == g.ID || v.Refers == g.SourceID
		}
		return (v.cloud || v.ContactPoint != "") && (v.ContactPoint == "" || v.ContactPoint == g.ContactPoint) &&
			anyCovered(g.Channels, v.Channels) && anyCovered(g.Controllers, v.Controllers) &&
			stopsPurpose(v.Purposes, d.q.Purpose) && !d.after(g, v)
	})
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
		if ageAt(birth, g.Time) < age {
			minor = true
		} else {
			adult = true
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

// soonest returns the earlier of two times, of which zero is none.
func soonest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
