package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"aloi/internal/backup"
	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
)

// backupCommand is `aloi backup`: it makes a backup, and restores it to see whether it is one.
type backupCommand struct {
	To             string   `required:"" placeholder:"FILE" help:"File of the backup; its manifest goes beside it, as FILE.manifest."`
	Recipient      []string `placeholder:"age1…" sep:"none" help:"Public key that it is encrypted to; may be repeated."`
	RecipientsFile string   `placeholder:"FILE" help:"File with such keys, one on each line."`
	After          string   `placeholder:"MANIFEST" help:"Make an increment: what was committed since the backup with this manifest."`
	Data           string   `placeholder:"DIR" help:"Back up a directory that no server has open, instead of asking a server."`
	Scratch        string   `placeholder:"DIR" help:"Where the backup is restored to see whether it can be; beside FILE otherwise."`
	target
	storeFlags
}

// Help is the longer help of the command.
func (backupCommand) Help() string {
	return `Makes a backup of the state of now, encrypted to public keys of age; the server goes on
meanwhile. The private half belongs elsewhere. Make a pair with the tool age-keygen:

  age-keygen -o backup.key          (prints the public key, age1…; keep backup.key offline)
  aloi backup --to monday.aloi --recipient age1…
  aloi backup --to tuesday.aloi --recipient age1… --after monday.aloi.manifest

A backup takes its name only when it was restored, into a directory that is removed again,
and verified there: that takes room for a copy of the store, and time. An increment is read
through, and must go on from the one before. FILE.manifest says what is in it; it is signed
and holds nothing personal.

Exit codes: 0 done, 1 what an increment needs is not kept any more: make a full backup,
3 not reachable, 5 the backup, or the store, did not verify.`
}

// Run makes the backup.
func (c *backupCommand) Run(e *env) error {
	r, err := c.recipients()
	if err != nil {
		return err
	}
	before, err := c.before()
	if err != nil {
		return err
	}
	if _, err := os.Lstat(c.To); !errors.Is(err, fs.ErrNotExist) {
		return usage(errors.Join(err, fmt.Errorf("%s is there already: a backup does not replace another", c.To)))
	}
	ids, mine, err := backup.Ephemeral(r)
	if err != nil {
		return err
	}
	request := datadir.BackupRequest{Recipients: append(r, mine)}
	if before != nil {
		request.After = before.Commit
	}
	if _, err := backup.ParseRecipients(request.Recipients); err != nil {
		return usage(err)
	}
	part := c.To + ".part"
	defer os.Remove(part)
	signed, err := c.write(e, part, request)
	if err != nil {
		return err
	}
	m, err := c.check(e, part, signed, before, ids)
	if err != nil {
		return err
	}
	if err := c.keep(part, signed); err != nil {
		return err
	}
	return c.report(e, m)
}

// recipients are the keys of the command line and the file.
func (c *backupCommand) recipients() ([]string, error) {
	keys := append([]string(nil), c.Recipient...)
	if c.RecipientsFile != "" {
		text, err := readAtMost(c.RecipientsFile, backup.MaxManifestBytes)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				keys = append(keys, line)
			}
		}
	}
	_, err := backup.ParseRecipients(keys)
	return keys, usage(err)
}

// before is the manifest that an increment goes on from, nil for a full backup.
func (c *backupCommand) before() (*backup.Manifest, error) {
	if c.After == "" {
		return nil, nil
	}
	text, err := readAtMost(c.After, backup.MaxManifestBytes)
	if err != nil {
		return nil, err
	}
	m, err := backup.ParseManifest(string(text))
	if err != nil {
		return nil, usage(fmt.Errorf("--after %s: %w", c.After, err))
	}
	return m, nil
}

// write gets the backup, and returns its manifest.
func (c *backupCommand) write(e *env, path string, r datadir.BackupRequest) (signed string, err error) {
	const private = 0o600
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, private)
	if err != nil {
		return "", err
	}
	if c.Data != "" {
		signed, err = c.fromData(e, f, r)
	} else {
		err = c.call(e.ctx, func(s *client) (err error) {
			signed, err = fromServer(e, aloiv1.NewOperationsClient(s.conn), f, r)
			return err
		})
	}
	return signed, errors.Join(err, f.Sync(), f.Close())
}

// fromServer asks a server.
func fromServer(e *env, s aloiv1.OperationsClient, to io.Writer, r datadir.BackupRequest) (signed string, err error) {
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	stream, err := s.Backup(ctx, &aloiv1.BackupRequest{Recipients: r.Recipients, After: r.After})
	if err != nil {
		return "", err
	}
	bar := &backupBar{e: e, what: whatOf(r)}
	defer bar.done()
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) && signed != "" {
			return signed, nil
		}
		if errors.Is(err, io.EOF) {
			return "", &exitError{exitUnavailable, errors.New("the server ended the backup early")}
		}
		if err != nil {
			return "", err
		}
		if _, err := to.Write(m.GetChunk()); err != nil {
			return "", err
		}
		bar.at(m.GetDone(), m.GetTotal())
		signed = m.GetManifest()
	}
}

// fromData backs up a directory that nobody has open.
func (c *backupCommand) fromData(e *env, to io.Writer, r datadir.BackupRequest) (signed string, err error) {
	o, err := c.options(e, slog.New(slog.NewTextHandler(e.stderr, nil)))
	if err != nil {
		return "", err
	}
	o.ArchiveBytes = math.MaxInt64 // all that is there stays
	d, err := openData(e.ctx, c.Data, o)
	if err != nil {
		return "", err
	}
	bar := &backupBar{e: e, what: whatOf(r)}
	signed, err = d.Backup(e.ctx, to, r, bar.at)
	bar.done()
	return signed, errors.Join(dataError(c.Data, err), d.Close())
}

// check restores the backup, or reads it through.
func (c *backupCommand) check(e *env, part, signed string, before *backup.Manifest, ids backup.Identities) (*backup.Manifest, error) {
	m, err := backup.ParseManifest(signed)
	if err != nil {
		return nil, &exitError{exitCorrupt, fmt.Errorf("the manifest of the backup: %w", err)}
	}
	scratch := c.Scratch
	if scratch == "" {
		scratch = filepath.Dir(c.To)
	}
	steps := &stepBars{e: e}
	err = datadir.CheckBackup(e.ctx, part, m, before, scratch, datadir.RestoreRequest{Identities: ids, Now: time.Now, Progress: steps.at64})
	steps.done()
	return m, restoreError(err)
}

// keep gives the backup its name, and writes its manifest.
func (c *backupCommand) keep(part, signed string) error {
	if err := os.Rename(part, c.To); err != nil {
		return err
	}
	return writeFile(c.To+backup.Suffix, func(w io.Writer) error { // which syncs
		_, err := io.WriteString(w, signed)
		return err
	})
}

// report says what was backed up.
func (c *backupCommand) report(e *env, m *backup.Manifest) error {
	if e.json {
		return json.NewEncoder(e.stdout).Encode(map[string]any{
			"file": c.To, "manifest": c.To + backup.Suffix, "kind": m.Kind, "store": m.Store, "after": m.After, "commit": m.Commit,
			"time": m.Time, "journal": m.Journal, "records": m.Records, "entities": m.Entities, "bytes": m.Size,
			"sha256": hex.EncodeToString(m.SHA256[:]),
		})
	}
	var p page
	what := "A full backup, restored and verified: "
	if m.Kind == backup.Increment {
		what = fmt.Sprintf("An increment of %s, read through, that goes on from commit %d: ", count(int(m.Commit-m.After), "commit"), m.After)
	}
	p.line(what, fmt.Sprintf("%s, %d entities, as of commit %d at %s.", count(int(m.Records), "record"), m.Entities, m.Commit, m.Time.Format(time.RFC3339)))
	p.line(sizeText(m.Size), " in ", c.To, ", what is in it in ", c.To+backup.Suffix)
	return p.writeTo(e.stdout)
}

// whatOf names what a backup counts.
func whatOf(r datadir.BackupRequest) string {
	if r.After > 0 {
		return "commits"
	}
	return "keys"
}

// backupBar is a progress bar that begins when the total is known.
type backupBar struct {
	e    *env
	what string
	bar  *progress
	on   bool
}

func (b *backupBar) at(done, total uint64) {
	if total == 0 {
		return
	}
	if !b.on {
		b.on, b.bar = true, b.e.progress("backup", b.what, int64(total))
	}
	b.bar.at(int64(done), int64(done))
}

func (b *backupBar) done() { b.bar.done() }

// at64 is at for numbers as the engine counts them.
func (s *stepBars) at64(step string, done, total uint64) { s.at(step, int(done), int(total)) }
