package consent

import "time"

// Kills reports whether a stop ends the token of a request: it bears on what was asked
// for, and is not certainly of before the request.
func (p *Policy) Kills(stop, request *Event) bool {
	s, r := &event{Event: stop, when: p.when(stop)}, &event{Event: request, when: p.when(request)}
	return touching(stop, request) && !after(r, s)
}

// AddAction notes that the person did something towards the house.
func (d *Dossier) AddAction(t time.Time) { d.LastAction = latest(d.LastAction, t) }
