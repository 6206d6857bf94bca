package main

import (
	"bytes"
	"fmt"
	"math"
	"os"

	"aloi/matcher"
	aloiv1 "aloi/proto/aloi/v1"
)

// The measures of a chart, in pixels.
const (
	chartWidth  = 1000.0
	chartMargin = 28.0
	plotLeft    = 450.0 // the bars lie between plotLeft and plotRight
	plotRight   = 925.0
	rowsTop     = 116.0
	rowHeight   = 42.0
	barHeight   = 22.0
	axisHeight  = 48.0
	labelCells  = 44 // most cells of a label, which is bold
	valueCells  = 54 // and of the values below it
	tickBits    = 10.0
	digitWidth  = 8.5 // of a figure beside a bar
)

// The colours of a chart. For and against are told apart by sign and direction too.
const (
	inkColour     = "#1f2328"
	faintColour   = "#59636e"
	lineColour    = "#d1d9e0"
	forColour     = "#1a7f4b"
	againstColour = "#b42318"
	priorColour   = "#6e7781"
	sumColour     = "#1f4e8c"
	chartFont     = "system-ui, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif"
)

// bar is one row of a chart: a step of the running sum, or the sum itself.
type bar struct {
	label, values, hint string
	from, to            float64 // bits
	class, colour       string
}

// chart is a waterfall: each evidence begins where the one before ended.
type chart struct {
	words    *words
	why      *aloiv1.WhyResponse
	bars     []bar
	low      float64 // bits at the left end of the plot
	perPixel float64 // bits
	root     *element
}

// writeChart writes the chart of a pair into a file.
func writeChart(path string, t *words, a, b *aloiv1.RecordRef, w *aloiv1.WhyResponse) error {
	var image bytes.Buffer
	if err := writeSVG(&image, drawChart(t, a, b, w)); err != nil {
		return err
	}
	return os.WriteFile(path, image.Bytes(), 0o600) // it holds personal values
}

// drawChart draws how a match weight adds up.
func drawChart(t *words, a, b *aloiv1.RecordRef, w *aloiv1.WhyResponse) *element {
	c := &chart{words: t, why: w}
	c.collect()
	c.scale()
	height := px(rowsTop + rowHeight*float64(len(c.bars)) + axisHeight)
	title := fmt.Sprintf(t.chart, refText(a), refText(b))
	c.root = tag("svg", "width", px(chartWidth), "height", height, "viewBox", "0 0 "+px(chartWidth)+" "+height,
		"role", "img", "aria-labelledby", "title desc", "font-family", chartFont, "fill", inkColour)
	c.root.with(
		tag("title", "id", "title").saying(title),
		tag("desc", "id", "desc").saying(w.Text),
		tag("rect", "width", "100%", "height", "100%", "fill", "#ffffff"),
		tag("text", "x", px(chartMargin), "y", "40", "font-size", "20", "font-weight", "600").saying(title),
		tag("text", "x", px(chartMargin), "y", "66", "font-size", "15", "fill", faintColour).saying(
			fmt.Sprintf("%s%s%s bits", t.verdict(w.Verdict), t.lang.Colon(), t.lang.Decimal(w.Weight))),
	)
	c.axis()
	c.threshold(w.SameThreshold, fmt.Sprintf(t.samePast, t.lang.Decimal(w.SameThreshold)), "start", 6)
	c.threshold(w.ReviewThreshold, fmt.Sprintf(t.reviewPast, t.lang.Decimal(w.ReviewThreshold)), "end", -6)
	for i := range c.bars {
		c.row(i)
	}
	return c.root
}

// collect makes the bars: the prior, each evidence, and the sum.
func (c *chart) collect() {
	t := c.words
	c.bars = []bar{{label: t.prior, from: 0, to: c.why.Prior, class: "prior", colour: priorColour}}
	at := c.why.Prior
	for _, x := range c.why.Evidence {
		b := bar{
			label:  matcher.ComparisonLabel(t.lang, x.Comparison) + " · " + matcher.LevelLabel(t.lang, x.Level),
			values: values(x), hint: x.Text, from: at, to: at + x.Weight, class: "for", colour: forColour,
		}
		if x.Weight < 0 {
			b.class, b.colour = "against", againstColour
		}
		at = b.to
		c.bars = append(c.bars, b)
	}
	c.bars = append(c.bars, bar{label: t.sum, values: t.verdict(c.why.Verdict), from: 0, to: c.why.Weight, class: "sum", colour: sumColour})
}

// scale fits the bars and the thresholds into the plot.
func (c *chart) scale() {
	low, high := math.Min(0, c.why.ReviewThreshold), math.Max(0, c.why.SameThreshold)
	for _, b := range c.bars {
		low, high = math.Min(low, b.to), math.Max(high, b.to)
	}
	c.low, c.perPixel = low, (high-low)/(plotRight-plotLeft)
}

// x is where a weight lies.
func (c *chart) x(weight float64) float64 { return plotLeft + (weight-c.low)/c.perPixel }

func (c *chart) bottom() float64 { return rowsTop + rowHeight*float64(len(c.bars)) }

// axis draws a line for every tickBits, the one at zero darker.
func (c *chart) axis() {
	high := c.low + (plotRight-plotLeft)*c.perPixel
	for tick := math.Ceil(c.low/tickBits) * tickBits; tick <= high; tick += tickBits {
		colour := lineColour
		if tick == 0 {
			colour = faintColour
		}
		x := px(c.x(tick))
		c.root.with(
			tag("line", "x1", x, "x2", x, "y1", px(rowsTop), "y2", px(c.bottom()+6), "stroke", colour),
			tag("text", "x", x, "y", px(c.bottom()+24), "font-size", "12", "text-anchor", "middle", "fill", faintColour).saying(fmt.Sprintf("%.0f", tick)),
		)
	}
}

// threshold draws a threshold of the model with its name beside.
func (c *chart) threshold(weight float64, name, anchor string, shift float64) {
	x := c.x(weight)
	c.root.with(
		tag("line", "class", "threshold", "x1", px(x), "x2", px(x), "y1", px(rowsTop-18), "y2", px(c.bottom()),
			"stroke", sumColour, "stroke-width", "1.5", "stroke-dasharray", "5 4"),
		tag("text", "x", px(x+shift), "y", px(rowsTop-8), "font-size", "12", "text-anchor", anchor, "fill", sumColour).saying(name),
	)
}

// row draws a bar with its label, its bits, and the thread to the next bar.
func (c *chart) row(i int) {
	b, top := &c.bars[i], rowsTop+rowHeight*float64(i)
	middle := top + rowHeight/2
	left, right := c.x(math.Min(b.from, b.to)), c.x(math.Max(b.from, b.to))
	labelY := middle + 5
	if b.values != "" {
		labelY = middle - 2
	}
	row := tag("g", "class", "row").with(
		tag("text", "x", px(chartMargin), "y", px(labelY), "font-size", "14", "font-weight", "600").saying(cells.Truncate(b.label, labelCells, "…")))
	if b.values != "" {
		row.with(tag("text", "x", px(chartMargin), "y", px(middle+14), "font-size", "12", "fill", faintColour).saying(cells.Truncate(b.values, valueCells, "…")))
	}
	rect := tag("rect", "class", b.class, "x", px(left), "y", px(middle-barHeight/2), "width", px(right-left), "height", px(barHeight), "rx", "2", "fill", b.colour)
	if b.hint != "" {
		rect.with(tag("title").saying(b.hint))
	}
	text := c.words.lang.Signed(b.to - b.from)
	room := digitWidth*float64(width(text)) + 4
	textX, roomX, anchor := right+6, right+4, "start"
	if b.to < b.from {
		textX, roomX, anchor = left-6, left-4-room, "end"
	}
	row.with(
		tag("rect", "x", px(roomX), "y", px(middle-8), "width", px(room), "height", "16", "fill", "#ffffff"), // keeps the lines off the figure
		rect,
		tag("text", "x", px(textX), "y", px(middle+5), "font-size", "13", "font-weight", "600", "text-anchor", anchor, "fill", b.colour).saying(text),
	)
	if i+1 < len(c.bars) {
		end := px(c.x(b.to))
		row.with(tag("line", "x1", end, "x2", end, "y1", px(middle+barHeight/2), "y2", px(middle+rowHeight-barHeight/2), "stroke", faintColour, "stroke-dasharray", "2 2"))
	}
	c.root.with(row)
}
