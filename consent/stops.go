package consent

import (
	"slices"

	"aloi"
)

// reach of a stop over the contact point asked.
func (d *decision) binding(s *event) bool {
	return d.concerns(s) && (s.ContactPoint == d.q.ContactPoint || s.ContactPoint == "" && s.cloud)
}

// concerns reports whether a stop is about the purpose, channel and controller asked.
func (d *decision) concerns(s *event) bool {
	return isStop(s.Kind) && stopsPurpose(s.Purposes, d.q.Purpose) &&
		covers(s.Channels, d.q.Channel, true) && covers(s.Controllers, d.q.Controller, true)
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
// this, certainly later, given directly, on a verified contact point.
func (d *decision) stands(s *event) Reason {
	reason := stopReason(s)
	for _, g := range d.grants {
		fits := g.valid() || g.reason == ConfirmationPending
		if !fits || !direct(g.event) {
			continue
		}
		switch {
		case d.after(g.event, s) && g.valid() && d.verified(g.event):
			return ""
		case d.after(g.event, s):
			reason = ReconsentUnproved
		case d.tied(g.event, s) && reason != ReconsentUnproved:
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

// stoppedElsewhere returns the stops of the person on other contact points: they end no
// consent here, but nothing else may go round them.
func (d *decision) stoppedElsewhere() []*event {
	var list []*event
	for _, s := range d.events {
		if d.concerns(s) && s.cloud && s.ContactPoint != "" && s.ContactPoint != d.q.ContactPoint {
			list = append(list, s)
		}
	}
	return list
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

func (d *decision) liftsSuppression(s *Suppression) bool {
	at := &event{Event: &Event{}, when: interval{s.Time, s.Time}}
	return slices.ContainsFunc(d.grants, func(g judged) bool {
		return g.valid() && direct(g.event) && d.verified(g.event) && d.after(g.event, at)
	})
}
