package mapping

import (
	"slices"
	"strings"

	"aloi"
)

// consentStep turns the columns of one consent into an event.
type consentStep struct {
	Consent
	index, timeAt int
	timeLayout    string
}

func (b *binder) consent(c Consent) consentStep {
	return consentStep{Consent: c, index: b.find(c.Column), timeAt: b.find(c.Time.Column), timeLayout: b.layout(c.Time.Format)}
}

// put adds the event of a row to its record. Nothing is recorded for a value that is
// in no list: silence is no answer.
func (s *consentStep) put(p *Plan, r *aloi.Record, cells []string, line int) {
	v := p.value(cells, s.index)
	if v == "" {
		return
	}
	e := aloi.ConsentEvent{Purposes: []string{s.Purpose}, Channels: []string{s.Channel}, Controllers: []string{s.Controller}, Notice: s.Notice, Method: s.Method}
	switch {
	case holds(s.Given, v):
		e.Kind = aloi.ConsentGiven
	case holds(s.Refused, v):
		e.Kind = aloi.ConsentRefused
	case holds(s.Withdrawn, v):
		e.Kind = aloi.ConsentWithdrawn
	default:
		p.notices.Add(line, "consent "+s.Column, "not among given, refused and withdrawn: no consent recorded")
		return
	}
	if t := p.value(cells, s.timeAt); t != "" {
		at, ok := parseTime(t, s.timeLayout)
		if !ok {
			p.notices.Add(line, "consent time "+s.Time.Column, "not understood as a time: consent recorded without one")
		}
		e.Time = at
	}
	r.Consents = append(r.Consents, e)
}

func holds(list []string, value string) bool {
	value = strings.TrimSpace(value)
	return slices.ContainsFunc(list, func(x string) bool {
		return strings.EqualFold(x, value) || folded(x) == folded(value) && folded(x) != ""
	})
}

// Notice is something that was left out of rows: not bad enough to reject them.
type Notice struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
	// Rows counts the rows, FirstLine is the line of the first.
	Rows      int `json:"rows"`
	FirstLine int `json:"first_line"`
}

// Notices collects notices, one for each field and reason, in order of appearance.
type Notices struct{ list []Notice }

// Add counts a row. The reason must not repeat a value.
func (n *Notices) Add(line int, field, reason string) {
	for i := range n.list {
		if n.list[i].Field == field && n.list[i].Reason == reason {
			n.list[i].Rows++
			return
		}
	}
	n.list = append(n.list, Notice{Field: field, Reason: reason, Rows: 1, FirstLine: line})
}

// All returns the notices so far.
func (n *Notices) All() []Notice { return slices.Clone(n.list) }
