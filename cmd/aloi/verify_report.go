package main

import (
	"encoding/json"
	"fmt"
	"io"

	"aloi/engine"
	aloiv1 "aloi/proto/aloi/v1"
)

// showReport prints a report: the exit code says whether something differs, and whether
// stored data failed its check.
func showReport(e *env, r *engine.Report, show func(*page, *engine.Report)) error {
	var err error
	if e.json {
		err = reportJSON(e.stdout, r)
	} else {
		var p page
		show(&p, r)
		err = p.writeTo(e.stdout)
	}
	switch {
	case err != nil:
		return err
	case r.Damaged():
		return &exitError{code: exitCorrupt}
	case r.Differences > 0:
		return &exitError{code: exitFinding}
	}
	return nil
}

// report adds the result of a verification of everything.
func (p *page) report(r *engine.Report) {
	p.line(fmt.Sprintf("%s, %d entities, %s, %s, %s, %s, %d entries of the audit log", count(int(r.Records), "record"), r.Entities,
		count(int(r.Links), "link"), count(int(r.Blocks), "block"), count(int(r.Judgements), "judgement"), count(int(r.Events), "event"), r.Entries))
	rows := make([][]string, len(r.Invariants))
	for i, inv := range r.Invariants {
		state := "not looked at"
		switch {
		case inv.Differences > 0:
			state = count(inv.Differences, "difference")
		case inv.Checked:
			state = "holds"
		}
		rows[i] = []string{inv.ID, state, inv.Sentence}
	}
	p.rows(2, rows)
	if r.Differences == 0 {
		p.line("Nothing differs from what the records, the judgements and the acts of consent say.")
		return
	}
	p.findings(count(r.Differences, "difference"), r)
}

// auditReport adds the result of a verification of the log.
func (p *page) auditReport(r *engine.Report) {
	if r.Differences == 0 {
		p.line("The audit log holds, and everything that it proves.")
		return
	}
	p.findings(count(r.Differences, "finding"), r)
}

// findings adds what a report names.
func (p *page) findings(title string, r *engine.Report) {
	p.line(title, ":")
	rows := make([][]string, len(r.Findings))
	for i, f := range r.Findings {
		rows[i] = []string{f.Invariant, f.Check, f.Where, f.Detail}
	}
	p.table(2, []string{"", "CHECK", "WHERE", "WHAT"}, rows)
	if more := r.Differences - len(r.Findings); more > 0 {
		p.line("  and ", count(more, "more"))
	}
}

// reportJSON writes a report as docs/invariants.md describes it.
func reportJSON(w io.Writer, r *engine.Report) error {
	type invariant struct {
		ID          string `json:"id"`
		Sentence    string `json:"sentence"`
		Checked     bool   `json:"checked"`
		Differences int    `json:"differences"`
	}
	type finding struct {
		Invariant string `json:"invariant"`
		Check     string `json:"check"`
		Where     string `json:"where"`
		Detail    string `json:"detail"`
	}
	invariants := make([]invariant, len(r.Invariants))
	for i, x := range r.Invariants {
		invariants[i] = invariant(x)
	}
	findings := make([]finding, len(r.Findings))
	for i, f := range r.Findings {
		findings[i] = finding(f)
	}
	return json.NewEncoder(w).Encode(struct {
		Records     uint64      `json:"records"`
		Entities    uint64      `json:"entities"`
		Links       uint64      `json:"links"`
		Blocks      uint64      `json:"blocks"`
		Judgements  uint64      `json:"judgements"`
		Events      uint64      `json:"events"`
		LogEntries  uint64      `json:"log_entries"`
		Erased      uint64      `json:"erased"`
		Values      uint64      `json:"values"`
		Differences int         `json:"differences"`
		Invariants  []invariant `json:"invariants"`
		Findings    []finding   `json:"findings"`
	}{r.Records, r.Entities, r.Links, r.Blocks, r.Judgements, r.Events, r.Entries, r.Erased, r.Values, r.Differences, invariants, findings})
}

// reportOf is the report of a server.
func reportOf(m *aloiv1.VerifyReport) *engine.Report {
	r := &engine.Report{
		Records: m.Records, Entities: m.Entities, Judgements: m.Judgements, Links: m.Links, Blocks: m.Blocks,
		Events: m.Events, Entries: m.LogEntries, Erased: m.Erased, Values: m.Values, Differences: int(m.Differences),
	}
	for _, i := range m.Invariants {
		r.Invariants = append(r.Invariants, engine.Invariant{ID: i.Id, Sentence: i.Sentence, Checked: i.Checked, Differences: int(i.Differences)})
	}
	for _, f := range m.Findings {
		r.Findings = append(r.Findings, engine.Finding{Invariant: f.Invariant, Check: f.Check, Where: f.Where, Detail: f.Detail})
	}
	return r
}
