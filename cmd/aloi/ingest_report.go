package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"aloi/internal/mapping"
	"aloi/internal/tabular"
	aloiv1 "aloi/proto/aloi/v1"
)

// outcomes are the names of the outcomes, in the order of a summary.
var outcomes = []aloiv1.Outcome{
	aloiv1.Outcome_OUTCOME_CREATED, aloiv1.Outcome_OUTCOME_JOINED, aloiv1.Outcome_OUTCOME_MERGED,
	aloiv1.Outcome_OUTCOME_SPLIT, aloiv1.Outcome_OUTCOME_UPDATED, aloiv1.Outcome_OUTCOME_UNCHANGED,
	aloiv1.Outcome_OUTCOME_STALE,
}

// outcomeName is an outcome without the prefix of its enum.
func outcomeName(o aloiv1.Outcome) string { return strings.TrimPrefix(o.String(), "OUTCOME_") }

// ingestReport collects what became of the rows of a run.
type ingestReport struct {
	e        *env
	outcomes map[string]uint64 // of what was acknowledged and not rejected
	flags    map[string]uint64 // remarks on consent events, by code
	accepted int
	files    []*inputSummary
	rejects  *rejectSink
}

// open begins a file and says where its columns go, before hours are spent on it.
func (r *ingestReport) open(path string, in *tabular.Reader) {
	f := &inputSummary{File: path, Columns: in.Mapping().Describe()}
	r.files = append(r.files, f)
	r.columns(f.File, f.Columns)
}

// columns prints where columns go. Those that go nowhere are told in any case.
func (r *ingestReport) columns(file string, list []mapping.Description) {
	var mapped, unmapped [][]string
	for _, d := range list {
		if d.To != "" {
			mapped = append(mapped, []string{d.Column, "→ " + d.To})
		} else {
			unmapped = append(unmapped, []string{d.Column, d.Reason})
		}
	}
	var p page
	if len(mapped) > 0 && !r.e.quiet {
		p.line(file, ": columns")
		p.rows(2, mapped)
	}
	if len(unmapped) > 0 {
		p.line(file, ": columns that are NOT sent")
		p.rows(2, unmapped)
	}
	r.say(&p)
}

// say prints a page to stderr, where a write error has nobody to be told.
func (r *ingestReport) say(p *page) { _ = p.writeTo(r.e.stderr) }

// close ends a file: columns that came up late, and what was left out of rows.
func (r *ingestReport) close(in *tabular.Reader) {
	f := r.files[len(r.files)-1]
	known := map[mapping.Description]bool{}
	for _, d := range f.Columns {
		known[d] = true
	}
	f.Columns, f.Notices = in.Mapping().Describe(), in.Notices()
	var late []mapping.Description
	for _, d := range f.Columns {
		if !known[d] {
			late = append(late, d)
		}
	}
	r.columns(f.File, late)
	var p page
	for _, n := range f.Notices {
		p.line(fmt.Sprintf("%s: %s: %s (%d rows, the first on line %d)", f.File, n.Field, n.Reason, n.Rows, n.FirstLine))
	}
	r.say(&p)
}

// settled counts a row; a nil acknowledgement is a bad row, which was not sent.
func (r *ingestReport) settled(x *item, a *aloiv1.Acknowledgement) {
	f := r.files[len(r.files)-1]
	f.Rows++
	if a.GetOutcome() == aloiv1.Outcome_OUTCOME_REJECTED {
		x.bad = &tabular.RowError{Line: x.line, Reason: a.Reason}
		if len(a.Violations) > 0 {
			x.bad.Field, x.bad.Reason = tabular.FieldName(a.Violations[0].Field), a.Violations[0].Reason
		}
	}
	if x.bad == nil {
		r.accepted++
		r.outcomes[outcomeName(a.Outcome)]++
		for _, f := range a.Flags {
			r.flags[f.Code]++
		}
		return
	}
	f.Rejected++
	r.rejects.add(r.e, f.File, x.bad)
}

// rows is how many rows are settled.
func (r *ingestReport) rows() int { return r.accepted + r.rejects.count() }

// lost tells that the connection broke.
func (r *ingestReport) lost(unacknowledged int, wait time.Duration) {
	fmt.Fprintf(r.e.stderr, "aloi: connection lost: %d records are sent again in %s\n", unacknowledged, wait)
}

func (r *ingestReport) full(unacknowledged int, wait time.Duration) {
	fmt.Fprintf(r.e.stderr, "aloi: the disk of the server is nearly full: %d records wait for room, and are sent again every %s until there is some\n", unacknowledged, wait)
}

// print writes the summary.
func (r *ingestReport) print(took time.Duration) error {
	rate := float64(r.rows()) / max(took.Seconds(), time.Millisecond.Seconds())
	if r.e.json {
		return json.NewEncoder(r.e.stdout).Encode(struct {
			Records  int               `json:"records"`
			Rejected int               `json:"rejected"`
			Outcomes map[string]uint64 `json:"outcomes"`
			Flags    map[string]uint64 `json:"flags"`
			Seconds  float64           `json:"seconds"`
			Files    []*inputSummary   `json:"files"`
		}{r.accepted, r.rejects.count(), r.outcomes, r.flags, took.Seconds(), r.files})
	}
	var p page
	p.line(fmt.Sprintf("%d records acknowledged, %d rows rejected, in %s (%.0f/s)", r.accepted, r.rejects.count(), took.Round(time.Millisecond), rate))
	var rows [][]string
	for _, o := range outcomes {
		if n := r.outcomes[outcomeName(o)]; n > 0 {
			rows = append(rows, []string{outcomeName(o), fmt.Sprint(n), outcomeMeaning[o]})
		}
	}
	p.rows(2, rows)
	r.printFlags(&p)
	return p.writeTo(r.e.stdout)
}

// printFlags adds what is remarkable about consent events: each was kept all the same.
func (r *ingestReport) printFlags(p *page) {
	if len(r.flags) == 0 {
		return
	}
	p.line("Remarks on consent events, which were kept:")
	var rows [][]string
	for _, code := range slices.Sorted(maps.Keys(r.flags)) {
		rows = append(rows, []string{code, fmt.Sprint(r.flags[code]), englishConsent.flag(code)})
	}
	p.rows(2, rows)
}

// outcomeMeaning says what an outcome is, for those who see it for the first time.
var outcomeMeaning = map[aloiv1.Outcome]string{
	aloiv1.Outcome_OUTCOME_CREATED:   "a new person",
	aloiv1.Outcome_OUTCOME_JOINED:    "one more record of a known person",
	aloiv1.Outcome_OUTCOME_MERGED:    "showed that several entities are one person",
	aloiv1.Outcome_OUTCOME_SPLIT:     "showed that one entity is several persons",
	aloiv1.Outcome_OUTCOME_UPDATED:   "a known record with new values",
	aloiv1.Outcome_OUTCOME_UNCHANGED: "sent before",
	aloiv1.Outcome_OUTCOME_STALE:     "older than what is stored",
}
