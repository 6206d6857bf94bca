package main

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	aloiv1 "aloi/proto/aloi/v1"
)

// charted is a pair to draw, with values that would break an image that does not escape.
func charted() *aloiv1.WhyResponse {
	return &aloiv1.WhyResponse{
		Verdict: aloiv1.Verdict_VERDICT_REVIEW, Weight: -1.5, Prior: -15, SameThreshold: 2, ReviewThreshold: -2,
		Text: `Two <script>alert("x")</script> & "people"` + "\x00\u202e",
		Evidence: []*aloiv1.Evidence{
			{Comparison: "given_name", Level: "exact", Weight: 7.25, ValueA: "<b>A&B</b>", ValueB: "<b>A&B</b>", Text: "a]]>b"},
			{Comparison: "attribute.métier", Level: "close", Weight: 9.5, ValueA: strings.Repeat("très long ", 40), ValueB: "山田\x1b[31m"},
			{Comparison: "household", Level: "possible", Weight: -3.25},
		},
	}
}

// drawn is what the test reads of an image.
type drawn struct {
	XMLName xml.Name `xml:"http://www.w3.org/2000/svg svg"`
	Role    string   `xml:"role,attr"`
	Title   string   `xml:"title"`
	Desc    string   `xml:"desc"`
	Rows    []struct {
		Texts []string `xml:"text"`
		Rects []struct {
			Class string  `xml:"class,attr"`
			X     float64 `xml:"x,attr"`
			Width float64 `xml:"width,attr"`
		} `xml:"rect"`
	} `xml:"g"`
	Lines []struct {
		Class string  `xml:"class,attr"`
		X     float64 `xml:"x1,attr"`
	} `xml:"line"`
}

func draw(t *testing.T, words *words, w *aloiv1.WhyResponse) (drawn, string) {
	t.Helper()
	var b bytes.Buffer
	a, z := &aloiv1.RecordRef{Source: "web", RecordId: "<1>"}, &aloiv1.RecordRef{Source: "store", RecordId: "2"}
	if err := writeSVG(&b, drawChart(words, a, z, w)); err != nil {
		t.Fatal(err)
	}
	var d drawn
	if err := xml.Unmarshal(b.Bytes(), &d); err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	return d, b.String()
}

// TestChart holds that the image is valid XML whose bars add up: each begins where the
// one before ended, the last ends where the sum does.
func TestChart(t *testing.T) {
	for _, words := range []*words{&englishWords, &frenchWords} {
		w := charted()
		d, text := draw(t, words, w)
		if d.Role != "img" || d.Title == "" || !strings.Contains(d.Desc, `<script>alert("x")</script>`) || strings.Contains(text, "<script") {
			t.Errorf("title %q, description %q", d.Title, d.Desc)
		}
		if len(d.Rows) != len(w.Evidence)+2 {
			t.Fatalf("%d rows", len(d.Rows))
		}
		var zero, end, sum float64
		for i, row := range d.Rows {
			bar := row.Rects[len(row.Rects)-1]
			from, to := bar.X, bar.X+bar.Width
			if bar.Class == "against" || bar.Class == "prior" || bar.Class == "sum" { // all below zero here
				from, to = to, from
			}
			switch {
			case i == 0:
				zero = from
			case bar.Class == "sum":
				sum = to
				if math.Abs(from-zero) > 0.2 {
					t.Errorf("the sum begins at %v, zero is at %v", from, zero)
				}
			case math.Abs(from-end) > 0.2:
				t.Errorf("row %d begins at %v, the one before ends at %v", i, from, end)
			}
			if bar.Class != "sum" {
				end = to
			}
		}
		if math.Abs(end-sum) > 0.2 {
			t.Errorf("the evidence ends at %v, the sum at %v", end, sum)
		}
		thresholds := 0
		for _, l := range d.Lines {
			if l.Class == "threshold" {
				thresholds++
			}
		}
		if thresholds != 2 {
			t.Errorf("%d thresholds", thresholds)
		}
	}
}

// TestChartShowsValuesSafely holds that nothing that drives a terminal or turns the order
// of text around is left in an image, and that it runs nothing.
func TestChartShowsValuesSafely(t *testing.T) {
	_, text := draw(t, &englishWords, charted())
	for _, bad := range []string{"\x00", "\x1b", "\u202e", "href", "xmlns=\"\""} {
		if strings.Contains(text, bad) {
			t.Errorf("%q is in the image", bad)
		}
	}
	for dec := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := dec.Token()
		if err == io.EOF {
			return
		}
		if e, ok := token.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if x, err := strconv.ParseFloat(a.Value, 64); err == nil && (math.IsNaN(x) || math.IsInf(x, 0)) || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("%s %s=%q", e.Name.Local, a.Name.Local, a.Value)
				}
			}
		}
	}
}
