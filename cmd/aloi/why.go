package main

import (
	"fmt"

	aloiv1 "aloi/proto/aloi/v1"
)

// whyCommand is `aloi why`: it explains a pair of records.
type whyCommand struct {
	askedPair
	SVG string `name:"svg" placeholder:"FILE" help:"Write a chart of the weight there too, as an SVG image."`
}

// askedPair is two records that a command asks about.
type askedPair struct {
	A string `arg:"" name:"a" help:"One record."`
	B string `arg:"" name:"b" help:"Another."`
	language
	target
}

// ask asks why, does more with the answer (nil for nothing), and shows it.
func (c *askedPair) ask(e *env, show func(*page, *aloiv1.RecordRef, *aloiv1.RecordRef, *aloiv1.WhyResponse),
	more func(a, b *aloiv1.RecordRef, w *aloiv1.WhyResponse) error) error {
	a, b, err := parseRefs(c.A, c.B)
	if err != nil {
		return err
	}
	return c.call(e.ctx, func(cl *client) error {
		resp, err := cl.Why(e.ctx, &aloiv1.WhyRequest{A: a, B: b, Language: c.Lang})
		if err == nil && more != nil {
			err = more(a, b, resp)
		}
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(e.stdout, resp)
		}
		p := page{words: c.words()}
		show(&p, a, b, resp)
		return p.writeTo(e.stdout)
	})
}

// Help is the longer help of the command.
func (whyCommand) Help() string {
	return `Says why two records are, or are not, held to be one person: each comparison with both
values, what it weighs in bits (one bit doubles the odds), the sum against the thresholds
of the model, and a steward's judgement where there is one.

  aloi why store/MAG-0001 web/W-1001
  aloi why store/MAG-0001 web/W-1001 --lang fr --svg why.svg

` + refHelp
}

// Run asks and prints.
func (c *whyCommand) Run(e *env) error {
	return c.ask(e, (*page).why, func(a, b *aloiv1.RecordRef, w *aloiv1.WhyResponse) error {
		if c.SVG == "" {
			return nil
		}
		return writeChart(c.SVG, c.words(), a, b, w)
	})
}

// why adds the explanation of a pair.
func (p *page) why(a, b *aloiv1.RecordRef, w *aloiv1.WhyResponse) {
	t := p.say()
	p.line(fmt.Sprintf(t.pair, refText(a), refText(b), t.verdict(w.Verdict), p.bits(w.Weight)))
	p.line()
	p.evidence(2, w.Prior, w.Evidence)
	p.line("  ", fmt.Sprintf(t.thresholds, p.bits(w.SameThreshold), p.bits(w.ReviewThreshold), w.ModelVersion))
	if j := w.Judgement; j != nil {
		p.line()
		p.paragraph(2, fmt.Sprintf(t.judged, t.verdict(j.Verdict), j.Steward, j.Reason))
	}
	if len(w.Path) > 0 {
		p.line()
		p.paragraph(2, fmt.Sprintf(t.path, refTexts(w.Path)))
	}
	p.line()
	p.paragraph(0, w.Text)
}
