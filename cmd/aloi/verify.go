package main

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"aloi"
	"aloi/engine"
	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
)

// verifyCommand is `aloi verify`: it recomputes a store and names what differs.
type verifyCommand struct {
	Data string `placeholder:"DIR" help:"Directory of the store; no server may have it open. Without it the server verifies its own, and goes on."`
	storeFlags
	target
}

// Help is the longer help of the command.
func (verifyCommand) Help() string {
	return `Opens every value, recomputes everything from the records, the judgements and the acts of
consent that are stored, and compares: what the records are compared by, blocks, links,
entities, golden records, dossiers, counts, the journal, the audit log, and that what refers
to something finds it. It changes nothing. The result is by invariants (docs/invariants.md).
All prepared records are in memory meanwhile: some 0.75 GB for 100,000.

  aloi verify                        the server at --addr, of the moment it is asked
  aloi verify --data ./aloi-data     a store that no server has open
  aloi verify --json | jq '.invariants[] | select(.differences > 0)'

Exit codes: 0 nothing differs, 1 something differs, 5 stored data failed its check.`
}

// Run verifies and prints the report.
func (c *verifyCommand) Run(e *env) error {
	if c.Data == "" {
		return c.fromServer(e)
	}
	return verifyStore(e, c.Data, &c.storeFlags, (*page).report, func(d *datadir.Data, steps *stepBars) (*engine.Report, error) {
		return d.Verify(e.ctx, steps.at)
	})
}

// fromServer has the server verify its store, and shows how far it is.
func (c *verifyCommand) fromServer(e *env) error {
	if c.storeFlags != (storeFlags{}) {
		return usage(errors.New("files and keys go with --data: a server has its own"))
	}
	return c.call(e.ctx, func(cl *client) error {
		stream, err := aloiv1.NewOperationsClient(cl.conn).Verify(e.ctx, &aloiv1.VerifyRequest{})
		if err != nil {
			return err
		}
		steps := &stepBars{e: e}
		defer steps.done()
		for {
			m, err := stream.Recv()
			if err != nil {
				return err
			}
			if m.Report != nil {
				steps.done()
				return showReport(e, reportOf(m.Report), (*page).report)
			}
			steps.at(m.Step, int(m.Done), int(m.Total))
		}
	})
}

// verifyStore opens a store, which it does not change, verifies it and prints the report.
func verifyStore(e *env, dir string, flags *storeFlags, show func(*page, *engine.Report), verify func(*datadir.Data, *stepBars) (*engine.Report, error)) (err error) {
	o, err := flags.options(e, slog.New(slog.NewTextHandler(e.stderr, nil)))
	if err != nil {
		return err
	}
	d, err := openData(e.ctx, dir, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	steps := &stepBars{e: e}
	report, err := verify(d, steps)
	steps.done()
	if err != nil {
		return damaged(err)
	}
	return showReport(e, report, show)
}

// damaged says what a failed check means.
func damaged(err error) error {
	if aloi.CodeOf(err) != aloi.CodeCorrupt {
		return err
	}
	return &exitError{exitCorrupt, fmt.Errorf("stored data is damaged: %w; restore a copy, or send the sources again to a new store", err)}
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

// done ends the last bar; again does nothing.
func (s *stepBars) done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bar.done()
	s.bar = nil
}
