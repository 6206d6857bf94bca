package main

import (
	"bytes"
	"fmt"
	"math"
)

// The image in pixels, and where the axes are in it.
const (
	chartWidth, chartHeight         = 720, 360
	chartLeft, chartRight           = 64, 24
	chartTop, chartBottom           = 44, 52
	plotWidth, plotHeight   float64 = chartWidth - chartLeft - chartRight, chartHeight - chartTop - chartBottom
	ticks                           = 5
)

// curve is one line of a chart.
type curve struct {
	name, colour string
	x, y         []float64
}

// costChart draws what a record costs by what the store holds.
func costChart(windows []window) []byte {
	wall := curve{name: "time", colour: "#0b5394"}
	server := curve{name: "CPU of the server", colour: "#b45f06"}
	for _, w := range windows {
		x := float64(w.records)
		wall.x, wall.y = append(wall.x, x), append(wall.y, perRecord(w.wall, w.added))
		server.x, server.y = append(server.x, x), append(server.y, perRecord(w.server, w.added))
	}
	return chart("durable ingest: cost of a record by the size of the store", "records stored", "µs per record", []curve{wall, server})
}

// chart draws curves on axes that begin at 0.
func chart(title, xName, yName string, curves []curve) []byte {
	var xMost, yMost float64
	for _, c := range curves {
		for i := range c.x {
			xMost, yMost = max(xMost, c.x[i]), max(yMost, c.y[i])
		}
	}
	xStep, yStep := step(xMost), step(yMost)
	yMost = yStep * math.Ceil(yMost/yStep)
	at := func(x, y float64) (float64, float64) {
		return chartLeft + plotWidth*x/max(xMost, 1), chartTop + plotHeight*(1-y/max(yMost, 1))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", chartWidth, chartHeight)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="#fff"/>`+"\n"+`<text x="%d" y="20" font-size="14">%s</text>`+"\n", chartLeft, title)
	for y := 0.0; y <= yMost; y += yStep {
		_, py := at(0, y)
		fmt.Fprintf(&b, `<path d="M%d %.1fh%.0f" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n", chartLeft, py, plotWidth, chartLeft-6, py+4, number(y))
	}
	for x := 0.0; x <= xMost; x += xStep {
		px, py := at(x, 0)
		fmt.Fprintf(&b, `<path d="M%.1f %.1fv5" stroke="#000"/><text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`+"\n", px, py, px, py+20, number(x))
	}
	fmt.Fprintf(&b, `<path d="M%d %dv%.0fh%.0f" stroke="#000" fill="none"/>`+"\n", chartLeft, chartTop, plotHeight, plotWidth)
	fmt.Fprintf(&b, `<text x="%.0f" y="%d" text-anchor="middle">%s</text>`+"\n", chartLeft+plotWidth/2, chartHeight-10, xName)
	fmt.Fprintf(&b, `<text transform="translate(14 %.0f) rotate(-90)" text-anchor="middle">%s</text>`+"\n", chartTop+plotHeight/2, yName)
	for i, c := range curves {
		c.draw(&b, at)
		fmt.Fprintf(&b, `<text x="%d" y="%d" fill="%s">%s</text>`+"\n", chartLeft+10+i*120, chartTop-6, c.colour, c.name)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func (c curve) draw(b *bytes.Buffer, at func(x, y float64) (float64, float64)) {
	fmt.Fprintf(b, `<path fill="none" stroke="%s" stroke-width="2" d="`, c.colour)
	for i := range c.x {
		x, y := at(c.x[i], c.y[i])
		fmt.Fprintf(b, "%c%.1f %.1f", "ML"[min(i, 1)], x, y)
	}
	b.WriteString(`"/>` + "\n")
}

// step is a round distance between marks, of which there are about as many as ticks.
func step(most float64) float64 {
	if most <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(most/ticks)))
	for _, times := range []float64{1, 2, 5} {
		if most/(times*unit) <= ticks {
			return times * unit
		}
	}
	return 10 * unit
}

// number is a number as a label: 200,000 is 200 k.
func number(x float64) string {
	switch {
	case x >= 1e6:
		return fmt.Sprintf("%g M", x/1e6)
	case x >= 1e4:
		return fmt.Sprintf("%g k", x/1e3)
	}
	return fmt.Sprintf("%g", x)
}
