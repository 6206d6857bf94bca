package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"aloi"
	aloiv1 "aloi/proto/aloi/v1"
)

// measure prints the model against the judgements.
func (c *reviewCommand) measure(e *env) error {
	return c.call(e.ctx, func(cl *client) error {
		m, err := cl.Measure(e.ctx, &aloiv1.MeasureRequest{})
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(e.stdout, m)
		}
		p := page{words: c.words()}
		p.measure(c.reviewWords(), m)
		return p.writeTo(e.stdout)
	})
}

// measure adds precision and recall with their intervals, and the judged pairs by weight.
func (p *page) measure(t *reviewWords, m *aloiv1.MeasureResponse) {
	p.line(fmt.Sprintf(t.judged, m.Judged, m.JudgedSame, m.Judged-m.JudgedSame))
	if m.Judged == 0 {
		return
	}
	p.line()
	interval := func(share, low, high float64, of uint64) string {
		return fmt.Sprintf(t.interval, p.share(share), of, p.share(low), p.share(high))
	}
	p.rows(2, [][]string{
		{t.precision, interval(m.Precision, m.PrecisionLow, m.PrecisionHigh, m.ModelSame)},
		{t.recall, interval(m.Recall, m.RecallLow, m.RecallHigh, m.JudgedSame)},
	})
	p.line()
	rows := [][]string{t.bands}
	for _, b := range m.Bands {
		rows = append(rows, []string{p.band(t, b), strconv.FormatUint(b.Same, 10), strconv.FormatUint(b.Different, 10)})
	}
	p.rows(2, rows)
	p.line()
	p.paragraph(0, t.chosen)
}

// band names a range of weights.
func (p *page) band(t *reviewWords, b *aloiv1.MeasuredBand) string {
	switch {
	case math.IsInf(b.From, -1):
		return fmt.Sprintf(t.below, p.bits(b.To))
	case math.IsInf(b.To, 1):
		return fmt.Sprintf(t.from, p.bits(b.From))
	}
	return fmt.Sprintf(t.between, p.bits(b.From), p.bits(b.To))
}

// share writes a proportion with three decimals.
func (p *page) share(x float64) string {
	text := strconv.FormatFloat(x, 'f', 3, 64)
	if p.say().lang == aloi.French {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}
