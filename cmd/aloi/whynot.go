package main

import (
	"fmt"

	aloiv1 "aloi/proto/aloi/v1"
)

// whyNotCommand is `aloi why-not`: it says what keeps two records apart.
type whyNotCommand struct{ askedPair }

// Help is the longer help of the command.
func (whyNotCommand) Help() string {
	return `Says what keeps two records apart, gravest first: a steward's judgement, a contradiction,
no blocking key in common, too few bits and what takes them away, or how their entities
stand to one another. Then which values would bring them together, were they known and the
same in both: each is tried out by the matcher on copies of the records.

  aloi why-not web/W-1005 web/W-1004
  aloi why-not web/W-1005 web/W-1004 --lang fr

` + refHelp
}

// Run asks and prints.
func (c *whyNotCommand) Run(e *env) error { return c.ask(e, (*page).whyNot, nil) }

// whyNot adds what keeps a pair apart, and what would not.
func (p *page) whyNot(a, b *aloiv1.RecordRef, w *aloiv1.WhyResponse) {
	t := p.say()
	if w.SameEntity {
		p.paragraph(0, fmt.Sprintf(t.together, refText(a), refText(b)))
		return
	}
	p.line(fmt.Sprintf(t.apart, refText(a), refText(b)))
	rows := make([][]string, len(w.Obstacles))
	for i, o := range w.Obstacles {
		rows[i] = []string{fmt.Sprint(i + 1), o.Text}
	}
	p.rows(2, rows)
	p.line()
	if len(w.Remedies) == 0 {
		p.line(t.noRemedy)
		return
	}
	p.line(t.remedies)
	rows = make([][]string, len(w.Remedies))
	for i, r := range w.Remedies {
		rows[i] = []string{fmt.Sprint(i + 1), r.Text}
	}
	p.rows(2, rows)
}
