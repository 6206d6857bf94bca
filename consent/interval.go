package consent

import (
	"slices"
	"time"

	"aloi"
)

// interval is when an event may have happened.
type interval struct {
	from, to time.Time // from is the zero time where the event has no date
}

// undated reports whether nothing is known but the end.
func (i interval) undated() bool { return i.from.IsZero() }

// begun reports whether the event may have happened by a time.
func (i interval) begun(at time.Time) bool { return !i.from.After(at) }

// overlaps reports whether two dated events may have happened at once.
func (i interval) overlaps(j interval) bool {
	return !i.undated() && !j.undated() && !i.from.After(j.to) && !j.from.After(i.to)
}

// when returns when an event may have happened: its time, as far off as the source says,
// or as clocks are. One from the future has no believable date: a grant is undated, a
// stop binds from the moment it was recorded and keeps that as its time.
func (p *Policy) when(e *Event) interval {
	switch future := p.future(e); {
	case e.Time.IsZero() || future && !e.Kind.IsStop():
		return interval{to: e.Recorded}
	case future:
		return interval{e.Recorded, e.Recorded}
	}
	u := e.Uncertainty
	if u < 0 {
		u = p.ClockSkew
	}
	return interval{e.Time.Add(-u), e.Time.Add(u)}
}

// future reports whether an event is dated after its own recording.
func (p *Policy) future(e *Event) bool {
	return !e.Time.IsZero() && e.Time.After(e.Recorded.Add(p.FutureTolerance))
}

// after reports whether a grant is certainly later than a stop: by their order in one
// form, else by their clocks. Two contents under one source id can't be put in order.
func after(g, s *event) bool {
	switch {
	case inConflict(g, s):
		return false
	case g.Submission != "" && g.Submission == s.Submission:
		return g.Sequence > s.Sequence
	}
	return !g.when.undated() && g.when.from.After(s.when.to)
}

// tied reports whether nobody can say which of the two was first.
func tied(g, s *event) bool {
	if inConflict(g, s) {
		return true
	}
	if g.Submission != "" && g.Submission == s.Submission {
		return g.Sequence == s.Sequence
	}
	return g.when.overlaps(s.when)
}

func inConflict(g, s *event) bool { return g.SourceID != "" && g.SourceID == s.SourceID }

// grown is at least seventeen years, whatever years they are.
const grown = 17 * 366 * day

// reached reports whether a person had reached an age, at most sixteen, at a time.
func reached(birth, at time.Time, age int) bool {
	return at.Sub(birth) >= grown || ageAt(birth, at) >= age // the calendar is slow
}

// ageAt is the number of whole years between a birth date and a time.
func ageAt(birth, at time.Time) int {
	years := at.Year() - birth.Year()
	if at.Month() < birth.Month() || at.Month() == birth.Month() && at.Day() < birth.Day() {
		years--
	}
	return years
}

// expires returns when a grant ends, zero for never.
func (p *Policy) expires(e *event) time.Time {
	end := e.ValidUntil
	if p.MaxConsentAge > 0 && !e.when.undated() {
		if by := e.Time.Add(p.MaxConsentAge); end.IsZero() || by.Before(end) {
			end = by
		}
	}
	return end
}

// touching reports whether a stop bears on what a grant covers: a confirmation that
// comes after it is dead.
func touching(s, g *Event) bool {
	if !s.Kind.IsStop() && s.Kind != aloi.ConsentErased {
		return false
	}
	if s.ContactPoint != "" && s.ContactPoint != g.ContactPoint {
		return false
	}
	return slices.ContainsFunc(g.Channels, func(c Channel) bool { return stopsChannel(s.Channels, c) }) &&
		slices.ContainsFunc(g.Controllers, func(c string) bool { return covers(s.Controllers, c, true) }) &&
		slices.ContainsFunc(g.Purposes, func(p Purpose) bool { return stopsPurpose(s.Purposes, p) })
}

// stopsPurpose reports whether a stop of these purposes reaches one: it is named, or
// stands below one that is. A purpose that nobody knows is read as all of them: what a
// stop says may be unclear, that it stops is not.
func stopsPurpose(list []Purpose, p Purpose) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(q Purpose) bool {
		return q == wildcard || !q.Known() || p.within(q)
	})
}

// stopsChannel reports whether a stop of these channels reaches one; one that nobody
// knows is read as all of them.
func stopsChannel(list []Channel, c Channel) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(x Channel) bool {
		return x == wildcard || !x.Known() || x == c
	})
}

// latest returns the later of two times, of which zero is none.
func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// soonest returns the earlier of two times, of which zero is none.
func soonest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
