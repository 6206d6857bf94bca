package main

import (
	"errors"
	"log/slog"
	"time"

	"aloi/internal/datadir"
	"aloi/store/kv"
)

// recoverCommand is `aloi recover`: it says what is wrong with a data directory, and which
// ways out there are.
type recoverCommand struct {
	Data   string `required:"" placeholder:"DIR" help:"Data directory; no server may have it open."`
	Accept bool   `help:"Go on with a store that is whole where the log of its commits is missing or damaged: begin that anew."`
	storeFlags
}

// Help is the longer help of the command.
func (recoverCommand) Help() string {
	return `Opens a data directory as a server would, reads every value in it, and says in plain words
what is wrong: what is missing, which file is damaged, which commits are lost. It repairs
nothing: it names the ways out, the best one first. What it finds damaged stays as it is.

  aloi recover --data ./aloi-data

With --accept it does one thing: where the log of commits (DIR/witness) is missing or
damaged, and the store is whole as far as the store itself can tell, it begins that log anew.
Whether the store lost its last commits together with the log nobody can tell then, but who
kept a checkpoint of the audit log.

Exit codes: 0 nothing is wrong, or it was accepted, 2 the master key is wrong, 3 it can't be
opened for another reason, 5 it is damaged, 75 no room on the disk.`
}

// finding is what recover found.
type finding struct {
	State   string     `json:"state"` // whole, accepted, witness, behind, damaged, key, in_use, no_data, no_room, unknown
	Problem string     `json:"problem,omitempty"`
	Records uint64     `json:"records,omitempty"`
	Have    uint64     `json:"commit,omitempty"`           // the last that is there
	Want    uint64     `json:"witnessed_commit,omitempty"` // the last that there was
	Since   *time.Time `json:"since,omitempty"`            // of the last commit that is there
	Until   *time.Time `json:"until,omitempty"`            // of the last that there was
	Ways    []string   `json:"ways,omitempty"`
	code    int
}

// Run looks, and prints what it found.
func (c *recoverCommand) Run(e *env) error {
	log := slog.New(slog.NewTextHandler(e.stderr, nil))
	o, err := c.options(e, log)
	if err != nil {
		return err
	}
	f, err := c.look(e, o)
	switch {
	case e.ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		f = c.explain(err)
	}
	if err := f.print(e); err != nil {
		return err
	}
	return &exitError{code: f.code}
}

// look opens the directory and reads all of it. Its error is why that can't be done.
func (c *recoverCommand) look(e *env, o datadir.Options) (f finding, err error) {
	d, err := datadir.Open(e.ctx, c.Data, o)
	accepted := false
	if c.Accept && errors.Is(err, datadir.ErrWitness) {
		o.AcceptWitness, accepted = true, true
		d, err = datadir.Open(e.ctx, c.Data, o)
	}
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	counts, err := d.Engine.Counts(e.ctx)
	if err != nil {
		return f, err
	}
	scrubbed, err := c.scrub(e, d)
	if err != nil {
		return f, err
	}
	if len(scrubbed.Faults) > 0 {
		return f, datadir.Fault(scrubbed.Faults[0])
	}
	s, err := d.Status(e.ctx)
	f = finding{State: "whole", Records: counts.Records, Have: s.Commit}
	if accepted {
		f.State = "accepted"
	}
	return f, err
}

// scrub reads every value.
func (c *recoverCommand) scrub(e *env, d *datadir.Data) (kv.Scrubbed, error) {
	steps := &stepBars{e: e}
	defer steps.done()
	done := 0
	return d.DB.Scrub(e.ctx, func(bytes int) error {
		done += bytes
		steps.at("bytes", done, 0)
		return nil
	})
}

// explain says what an error is, and which ways out there are.
func (c *recoverCommand) explain(err error) finding {
	f := finding{State: "unknown", Problem: err.Error(), code: exitUnavailable}
	var exit *exitError
	if errors.As(dataError(c.Data, err), &exit) {
		f.code = exit.code
	}
	var behind *datadir.BehindError
	switch {
	case errors.Is(err, datadir.ErrNoRoom):
		f.State, f.Ways = "no_room", c.waysToRoom()
	case errors.Is(err, datadir.ErrInUse):
		f.State, f.Ways = "in_use", []string{"Stop the server, or the command, that has it open, and ask again; a server that runs is asked with: aloi status."}
	case errors.Is(err, datadir.ErrNoData):
		f.State, f.Ways = "no_data", []string{"Look whether this is the right directory, and whether its disk is mounted.", c.wayToNew()}
	case errors.Is(err, datadir.ErrKey):
		f.State, f.Ways = "key", c.waysToKey()
	case errors.As(err, &behind):
		f.State, f.Have, f.Want, f.Until = "behind", behind.Have, behind.Want, &behind.Until
		if !behind.Since.IsZero() {
			f.Since = &behind.Since
		}
		f.Ways = append([]string{"Put back the newest files of " + c.Data + "/store, where they were moved or an old copy took their place: all files of that folder, of one moment."}, c.waysToRestore(behind.Want)...)
	case errors.Is(err, datadir.ErrWitness):
		f.State, f.Ways, f.code = "witness", c.waysToWitness(), exitCorrupt
	case errors.Is(err, datadir.ErrDamaged):
		f.State, f.Ways = "damaged", append([]string{"Put back what is named above, where another copy of just this file is: mirrored disk, snapshot of the same moment."}, c.waysToRestore(0)...)
	}
	return f
}
