package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"

	"aloi"
	"aloi/engine"
)

// verifyCommand is `aloi verify`: it recomputes a store and names what differs.
type verifyCommand struct {
	Data string `required:"" placeholder:"DIR" help:"Directory of the store; no server may have it open."`
	termsFlags
}

// Help is the longer help of the command.
func (verifyCommand) Help() string {
	return `Recomputes everything from the records and judgements that are stored, and compares: what
the records are compared by, blocks, links, entities, golden records, counts, and that
what refers to something finds it. It changes nothing.

  aloi verify --data ./aloi-data

Exit codes: 0 nothing differs, 1 something differs, 5 stored data failed its check.`
}

// Run verifies and prints the report.
func (c *verifyCommand) Run(e *env) error {
	return verifyStore(e, c.Data, &c.termsFlags, (*page).report, func(d *data, steps *stepBars) (*engine.Report, error) {
		return d.engine.Verify(e.ctx, steps.at)
	})
}

// verifyStore opens a store, which it does not change, verifies it and prints the report.
func verifyStore(e *env, dir string, flags *termsFlags, show func(*page, *engine.Report), verify func(*data, *stepBars) (*engine.Report, error)) (err error) {
	terms, err := flags.terms()
	if err != nil {
		return err
	}
	d, err := openData(e.ctx, dir, false, terms, slog.New(slog.NewTextHandler(e.stderr, nil)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	steps := &stepBars{e: e}
	report, err := verify(d, steps)
	steps.done()
	if err != nil {
		return damaged(err)
	}
	if e.json {
		err = reportJSON(e.stdout, report)
	} else {
		var p page
		show(&p, report)
		err = p.writeTo(e.stdout)
	}
	if err == nil && report.Differences > 0 {
		return &exitError{code: exitFinding}
	}
	return err
}

// damaged says what a failed check means.
func damaged(err error) error {
	if aloi.CodeOf(err) != aloi.CodeCorrupt {
		return err
	}
	return &exitError{exitCorrupt, fmt.Errorf("stored data is damaged: %w; restore a copy, or send the sources again to a new store", err)}
}

// report adds the result of a verification.
func (p *page) report(r *engine.Report) {
	p.line(fmt.Sprintf("%s, %d entities, %s, %s, %s", count(int(r.Records), "record"), r.Entities,
		count(int(r.Links), "link"), count(int(r.Blocks), "block"), count(int(r.Judgements), "judgement")))
	if r.Differences == 0 {
		p.line("Nothing differs from what the records and judgements say.")
		return
	}
	p.line(count(r.Differences, "difference"), " from what the records and judgements say:")
	rows := make([][]string, len(r.Findings))
	for i, f := range r.Findings {
		rows[i] = []string{f.Check, f.Where, f.Detail}
	}
	p.table(2, []string{"CHECK", "WHERE", "WHAT"}, rows)
	if more := r.Differences - len(r.Findings); more > 0 {
		p.line("  and ", count(more, "more"))
	}
}

func reportJSON(w io.Writer, r *engine.Report) error {
	type finding struct {
		Check  string `json:"check"`
		Where  string `json:"where"`
		Detail string `json:"detail"`
	}
	findings := make([]finding, len(r.Findings))
	for i, f := range r.Findings {
		findings[i] = finding(f)
	}
	return json.NewEncoder(w).Encode(struct {
		Records     uint64    `json:"records"`
		Entities    uint64    `json:"entities"`
		Links       uint64    `json:"links"`
		Blocks      uint64    `json:"blocks"`
		Judgements  uint64    `json:"judgements"`
		Differences int       `json:"differences"`
		Findings    []finding `json:"findings"`
	}{r.Records, r.Entities, r.Links, r.Blocks, r.Judgements, r.Differences, findings})
}

// stepBars shows one progress bar after the other, one for each step. Verify tells of
// its steps from several goroutines.
type stepBars struct {
	e    *env
	mu   sync.Mutex
	step string
	bar  *progress
}

func (s *stepBars) at(step string, done, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if step != s.step {
		s.bar.done()
		s.step, s.bar = step, s.e.progress(step, step, int64(total))
	}
	s.bar.at(int64(done), int64(done))
}

func (s *stepBars) done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bar.done()
}
