package main

import (
	"fmt"
	"strings"

	aloiv1 "aloi/proto/aloi/v1"
)

// howCommand is `aloi how`: it tells how a person came together.
type howCommand struct {
	Who string `arg:"" name:"id|source/record" help:"An entity id, or one of its records."`
	language
	target
}

// Help is the longer help of the command.
func (howCommand) Help() string {
	return `Tells how the records of a person came together, link by link, the strongest first, and
which records are close and were kept out.

  aloi how E00000421
  aloi how web/1042

` + refHelp
}

// Run asks and prints.
func (c *howCommand) Run(e *env) error {
	id, ref, err := parseWho(c.Who)
	if err != nil {
		return err
	}
	req := &aloiv1.HowRequest{Language: c.Lang, By: &aloiv1.HowRequest_EntityId{EntityId: id}}
	if ref != nil {
		req.By = &aloiv1.HowRequest_Record{Record: ref}
	}
	return c.call(e.ctx, func(cl *client) error {
		resp, err := cl.How(e.ctx, req)
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(e.stdout, resp)
		}
		p := page{words: c.words()}
		p.how(resp)
		return p.writeTo(e.stdout)
	})
}

// how adds the joins of a person, and what was kept out.
func (p *page) how(h *aloiv1.HowResponse) {
	t := p.say()
	p.paragraph(0, h.EntityId+t.lang.Colon()+h.Text)
	if len(h.Steps) > 0 {
		p.line()
		rows := make([][]string, len(h.Steps))
		for i, s := range h.Steps {
			weight := p.bits(s.Weight)
			if s.Judged {
				weight = t.judgedStep
			}
			rows[i] = []string{fmt.Sprint(i + 1), refText(s.A) + " – " + refText(s.B), weight,
				fmt.Sprintf("%d + %d", len(s.GroupA), len(s.GroupB)), s.Text}
		}
		alignRight(rows, 2)
		p.table(2, t.stepColumns, rows)
	}
	if len(h.KeptOut) > 0 {
		p.line()
		p.line(t.keptOut)
		rows := make([][]string, len(h.KeptOut))
		for i, n := range h.KeptOut {
			rows[i] = []string{refText(n.Record), refText(n.Member), p.bits(n.Weight), n.Reason}
		}
		alignRight(rows, 2)
		p.table(2, t.outNames, rows)
	}
}

// agreement is what the ends of a link agree in, told in English.
func agreement(step *aloiv1.HowStep) string {
	return strings.TrimSuffix(strings.TrimSuffix(step.Text, " agree"), " agrees")
}
