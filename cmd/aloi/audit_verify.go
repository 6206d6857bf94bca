package main

import (
	"time"

	"aloi/engine"
	"aloi/internal/datadir"
)

// auditVerifyCommand is `aloi audit verify`.
type auditVerifyCommand struct {
	Data       string   `required:"" placeholder:"DIR" help:"Directory of the store; no server may have it open."`
	Checkpoint []string `placeholder:"FILE" sep:"none" help:"A checkpoint that was kept elsewhere; may be repeated."`
	List       []string `placeholder:"FILE.csv" sep:"none" help:"A list of aloi audience that was given out; may be repeated."`
	storeFlags
}

// Help is the longer help of the command.
func (auditVerifyCommand) Help() string {
	return `Reads the whole audit log of a store and computes its tree anew: whether an entry was
changed, taken out, put in or moved, whether every consent event is in the log and is what
the log commits to, and whether what is gone was erased for a reason that the log holds.
Only a checkpoint that was kept elsewhere shows that the end of the log was cut off, or that
all of it was written anew. Of a list that was given out it says whether the log holds just
that one. It changes nothing.

  aloi audit verify --data ./aloi-data --checkpoint 2026-10.checkpoint --checkpoint 2026-11.checkpoint
  aloi audit verify --data ./aloi-data --list list.csv

Exit codes: 0 nothing differs, 1 something differs, 5 stored data failed its check.`
}

// Run verifies and prints the report.
func (c *auditVerifyCommand) Run(e *env) error {
	options := engine.AuditOptions{Now: time.Now()}
	for _, path := range c.Checkpoint {
		text, err := readCheckpoint(path)
		if err != nil {
			return err
		}
		options.Checkpoints = append(options.Checkpoints, text)
	}
	for _, path := range c.List {
		list, err := readGiven(path)
		if err != nil {
			return err
		}
		options.Lists = append(options.Lists, list)
	}
	return verifyStore(e, c.Data, &c.storeFlags, (*page).auditReport, func(d *datadir.Data, steps *stepBars) (*engine.Report, error) {
		return d.Engine.VerifyLog(e.ctx, options, func(step string, done, total uint64) { steps.at(step, int(done), int(total)) })
	})
}
