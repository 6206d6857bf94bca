package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"aloi"
	"aloi/internal/backup"
	"aloi/internal/datadir"
)

// restoreCommand is `aloi restore`: it makes a data directory of backups.
type restoreCommand struct {
	Files           []string `arg:"" placeholder:"FILE" help:"A full backup, and increments in their order."`
	Identity        string   `required:"" placeholder:"KEYFILE" help:"File with the private key of a recipient, as age-keygen makes it."`
	Data            string   `required:"" placeholder:"DIR" help:"Directory to make; it must not be there, or be empty."`
	Until           string   `placeholder:"MOMENT" help:"Restore the state of a commit (1234), of a time (2026-11-22T12:00:00Z), or of a place in the journal (journal:567)."`
	Archive         string   `placeholder:"OLDDIR" help:"Data directory that the backup is of, however damaged: where the files end, the archive in it goes on."`
	Erasures        string   `placeholder:"OLDDIR" help:"The same directory, that is only asked who was erased, and who refused, since."`
	WithoutErasures bool     `help:"Go on where it can't be known who was erased since."`
	AuditKey        string   `placeholder:"FILE" help:"The file audit.pub of the store: a backup that was signed with another key is refused."`
	OldKeyFile      string   `placeholder:"FILE" xor:"old" help:"File with the master key of OLDDIR; otherwise master.key in it, or what the new one has."`
	OldKeyCommand   string   `placeholder:"COMMAND" xor:"old" help:"Command that prints that key."`
	keyFlags
}

// Help is the longer help of the command.
func (restoreCommand) Help() string {
	return `Makes a data directory of a full backup and the increments after it, under new keys, and
verifies all of it before it takes its name. Whatever is damaged, cut short, of other keys
or out of order is refused whole.

  aloi restore monday.aloi tuesday.aloi --identity backup.key --data ./restored --erasures ./aloi-data
  aloi restore monday.aloi --identity backup.key --data ./restored --archive ./aloi-data
  aloi restore monday.aloi tuesday.aloi --identity backup.key --data ./restored \
      --until 2026-11-17T09:30:00Z --erasures ./aloi-data

Who was erased after the moment that is restored must not come back: removals, suppressions,
and withdrawals and other stops that came later are looked for in the increments past that
moment and in the archive of OLDDIR, and done again. Where OLDDIR is lost, say
--without-erasures, and see to them yourself.

Exit codes: 0 done, 2 wrong usage, 3 a file can't be read, 5 a backup was refused, or what
was restored did not verify.`
}

// Run restores.
func (c *restoreCommand) Run(e *env) error {
	r, err := c.request(e)
	if err != nil {
		return err
	}
	steps := &stepBars{e: e}
	r.Progress = steps.at64
	done, err := datadir.Restore(e.ctx, c.Data, r)
	steps.done()
	if err != nil {
		return restoreError(err)
	}
	return c.report(e, done)
}

// request is what the command line asks for.
func (c *restoreCommand) request(e *env) (r datadir.RestoreRequest, err error) {
	r = datadir.RestoreRequest{
		Files: c.Files, Archive: c.Archive, Erasures: c.Erasures, WithoutErasures: c.WithoutErasures,
		Master: c.master(e), OldMaster: c.oldMaster(e), Now: time.Now, Log: slog.New(slog.NewTextHandler(e.stderr, nil)),
	}
	if r.Until, err = parseMoment(c.Until); err != nil {
		return r, err
	}
	if c.AuditKey != "" {
		text, err := readAtMost(c.AuditKey, backup.MaxManifestBytes)
		if err != nil {
			return r, err
		}
		r.Key = strings.TrimSpace(string(text))
	}
	f, err := os.Open(c.Identity)
	if err != nil {
		return r, err
	}
	defer f.Close()
	if r.Identities, err = backup.ParseIdentities(f); err != nil {
		return r, usage(fmt.Errorf("--identity %s: %w", c.Identity, err))
	}
	return r, nil
}

// oldMaster is where the master key of the old directory comes from.
func (c *restoreCommand) oldMaster(e *env) datadir.MasterSource {
	m := datadir.MasterSource{File: c.OldKeyFile, Command: c.OldKeyCommand, Stderr: e.stderr}
	if m.File != "" || m.Command != "" {
		return m
	}
	old := c.Archive
	if old == "" {
		old = c.Erasures
	}
	if _, err := os.Stat(filepath.Join(old, datadir.MasterFile)); err == nil {
		return m
	}
	return c.master(e)
}

// parseMoment reads --until.
func parseMoment(text string) (m datadir.Moment, err error) {
	if text == "" {
		return m, nil
	}
	if n, ok := strings.CutPrefix(text, "journal:"); ok {
		m.Journal, err = strconv.ParseUint(n, 10, 64)
	} else if m.Commit, err = strconv.ParseUint(text, 10, 64); err != nil {
		m.Time, err = time.Parse(time.RFC3339Nano, text)
	}
	if err != nil || m == (datadir.Moment{}) {
		return m, usage(fmt.Errorf("--until %s: a commit (1234), a time (2026-11-22T12:00:00Z) or a place in the journal (journal:567)", text))
	}
	return m, nil
}

// restoreError gives what Restore refuses its exit code.
func restoreError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, datadir.ErrNoErasures):
		return usage(fmt.Errorf("%w (--erasures, --archive or --without-erasures)", err))
	case errors.Is(err, backup.ErrDamaged), errors.Is(err, backup.ErrIdentity), errors.Is(err, backup.ErrOther), errors.Is(err, datadir.ErrDamaged):
		return &exitError{exitCorrupt, err}
	case errors.Is(err, datadir.ErrNoRoom):
		return &exitError{exitNoRoom, err}
	case errors.Is(err, datadir.ErrKey):
		return usage(err)
	case errors.Is(err, context.Canceled):
		return errInterrupted
	}
	if aloi.CodeOf(err) != aloi.CodeInternal {
		return err
	}
	return &exitError{exitUnavailable, err}
}

// report says what was restored.
func (c *restoreCommand) report(e *env, d *datadir.Restored) error {
	if e.json {
		return json.NewEncoder(e.stdout).Encode(map[string]any{
			"data": c.Data, "store": d.Store, "commit": d.Commit, "time": d.Time, "journal": d.Journal, "records": d.Records,
			"entities": d.Entities, "erased_again": d.Redone.Removed, "stops_again": d.Redone.Stops,
			"suppressions_again": d.Redone.Suppressions, "erasures_through": d.Through, "erasures_complete": d.ErasuresComplete,
			"erasures_unread": d.Unread,
		})
	}
	var p page
	p.line(fmt.Sprintf("Restored and verified: the state of commit %d at %s, in %s: %s, %d entities.",
		d.Commit, d.Time.Format(time.RFC3339), c.Data, count(int(d.Records), "record"), d.Entities))
	p.line(fmt.Sprintf("Done again of what came later: %s removed, %s, %s.", count(d.Redone.Removed, "record"),
		count(d.Redone.Stops, "stop"), count(d.Redone.Suppressions, "suppression")))
	switch {
	case d.ErasuresComplete:
		p.line("All that the old directory knows of was looked at.")
	case d.Unread != "":
		p.line("NOT KNOWN is who was erased after commit ", fmt.Sprint(d.Through), ": ", d.Unread)
	default:
		p.line("NOT KNOWN is who was erased after commit ", fmt.Sprint(d.Through), ": no old directory was asked.")
	}
	p.line("It has new data keys; an increment can't go on from a backup of the old store: begin with a full one.")
	return p.writeTo(e.stdout)
}
