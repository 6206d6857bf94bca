package consent

import (
	"slices"

	"aloi"
)

// binding reports whether a stop reaches the contact point asked: it is about the
// point, whoever it came from, or about the person. A giver who said that the point is
// shared stopped it for herself alone.
func (d *decision) binding(s *event) bool {
	if !s.Kind.IsStop() || !d.covered(s) {
		return false
	}
	if s.ContactPoint == "" || s.SharedOK {
		return s.cloud && (s.ContactPoint == "" || s.ContactPoint == d.q.ContactPoint)
	}
	return s.ContactPoint == d.q.ContactPoint
}

// covered reports whether a stop or a notice is about the purpose, channel and
// controller asked: what it does not name it is about.
func (d *decision) covered(s *event) bool {
	return stopsPurpose(s.Purposes, d.q.Purpose) && stopsChannel(s.Channels, d.q.Channel) &&
		covers(s.Controllers, d.q.Controller, true)
}

// stopped denies when a stop stands: on this contact point, whoever it came from, or on
// the person in the cloud.
func (d *decision) stopped() bool {
	var stand []*event
	var reason Reason
	for _, s := range d.events {
		if !d.binding(s) {
			continue
		}
		r := d.stands(s)
		if r == "" {
			continue
		}
		stand = append(stand, s)
		if reason == "" || gravity(r) < gravity(reason) {
			reason = r
		}
	}
	if len(stand) == 0 {
		return false
	}
	d.answer.Blockers = ids(stand)
	return d.deny(reason, stand...)
}

// stands says why a stop stands, empty when it was lifted: by a valid grant of exactly
// this, certainly later, given directly, on a verified contact point. One of somebody
// else on a point that the person said is shared does not bind her.
func (d *decision) stands(s *event) Reason {
	reason := stopReason(s)
	for _, g := range d.grants {
		fits := g.valid() || g.reason == ConfirmationPending
		if !fits || !direct(g.event) {
			continue
		}
		switch {
		case !s.cloud && g.SharedOK && g.valid() && d.verified(g.event):
			return ""
		case after(g.event, s) && g.valid() && d.verified(g.event):
			return ""
		case after(g.event, s):
			reason = ReconsentUnproved
		case tied(g.event, s) && reason != ReconsentUnproved:
			reason = StopWinsTie
		}
	}
	return reason
}

// stopReason is the reason of a stop by itself.
func stopReason(s *event) Reason {
	switch {
	case s.Inherited:
		return StopInherited
	case s.Kind == aloi.ConsentObjected:
		return Objected
	case s.Kind == aloi.ConsentRefused:
		return ConsentRefused
	case s.Kind == aloi.ConsentRevoked:
		return ConsentRevoked
	}
	return ConsentWithdrawn
}

// stopOrder is which of several reasons is told: the plainest word of the person first.
var stopOrder = []Reason{Objected, ConsentWithdrawn, ConsentRefused, ConsentRevoked, StopInherited, StopWinsTie, ReconsentUnproved}

func gravity(r Reason) int { return slices.Index(stopOrder, r) }

// stoppedElsewhere returns the stops of the person on other contact points, and the
// opt-outs that she used at a sale: they end no consent here, but nothing else may go
// round them.
func (d *decision) stoppedElsewhere() []*event {
	var list []*event
	for _, s := range d.events {
		switch {
		case !s.cloud:
		case s.Kind == aloi.ConsentSale:
			if s.OptOutUsed && covers(s.Controllers, d.q.Controller, true) {
				list = append(list, s)
			}
		case s.Kind.IsStop() && d.covered(s) && s.ContactPoint != "" && s.ContactPoint != d.q.ContactPoint && d.standsThere(s):
			list = append(list, s)
		}
	}
	return list
}

// standsThere reports whether a stop on another contact point was not lifted there.
func (d *decision) standsThere(s *event) bool {
	there, q := *d, *d.q
	q.ContactPoint = s.ContactPoint
	there.q, there.grants = &q, nil
	there.judgeGrants()
	return there.stands(s) != ""
}

// suppressed denies a contact point on the suppression list, unless the person came
// back by herself since.
func (d *decision) suppressed() bool {
	var reason Reason
	for i := range d.c.Suppressions {
		s := &d.c.Suppressions[i]
		if s.ContactPoint != d.q.ContactPoint || !covers(s.Controllers, d.q.Controller, true) ||
			s.Time.After(d.q.At) || s.Time.After(d.q.KnownAt) || !s.Until.IsZero() && !d.q.At.Before(s.Until) || d.liftsSuppression(s) {
			continue
		}
		if s.Reason == SuppressionErased {
			reason = SuppressedErased
		} else if reason == "" {
			reason = SuppressedObjected
		}
	}
	return reason != "" && d.deny(reason)
}

// liftsSuppression reports whether the person came back since; of one without a date
// nobody can say.
func (d *decision) liftsSuppression(s *Suppression) bool {
	if s.Time.IsZero() {
		return false
	}
	at := &event{Event: &Event{}, when: interval{s.Time, s.Time}}
	return slices.ContainsFunc(d.grants, func(g judged) bool {
		return g.valid() && direct(g.event) && d.verified(g.event) && after(g.event, at)
	})
}
