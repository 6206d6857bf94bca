package consent

import (
	"slices"
	"time"
)

// Kills reports whether a stop ends the token of a request: it bears on what was asked
// for, and is not certainly of before the request.
func (p *Policy) Kills(stop, request *Event) bool {
	s, r := &event{Event: stop, when: p.when(stop)}, &event{Event: request, when: p.when(request)}
	return touching(stop, request) && !after(r, s)
}

// AddAction notes that the person did something towards the house. In whatever order, the
// same acts give the same dossier.
func (d *Dossier) AddAction(t time.Time) {
	i, found := slices.BinarySearchFunc(d.Actions, t, time.Time.Compare)
	if found {
		return
	}
	d.Actions = slices.Insert(d.Actions, i, t)
	d.Actions = d.Actions[max(0, len(d.Actions)-MaxActions):]
}

// When returns the first and the last moment at which an event may have happened; the
// first is zero for one without a date.
func (p *Policy) When(e *Event) (first, last time.Time) {
	w := p.when(e)
	return w.from, w.to
}
