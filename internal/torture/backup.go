package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"aloi/internal/backup"
	"aloi/store/kv"
)

const (
	// backupsPerStore is how many backups a store sees, a full one and then increments,
	// before a fresh one takes its place.
	backupsPerStore = 5
	// backupLoad is how many operations of each stream come beside a backup.
	backupLoad = 150
	// killEvery is how often a backup is killed, once in so many, before it is made.
	killEvery = 3
	// soonestKill and latestKill are when: both are of a backup or a restore that takes
	// about half a second.
	soonestKill = 20 * time.Millisecond
	latestKill  = 600 * time.Millisecond
	// damagesShort and damagesLong are how many damaged copies of each backup are tried.
	damagesShort = 20
	damagesLong  = 10
)

// runBackup is the scenario backup: backups are made under load, some are killed, and what
// is restored of them, at the end and at a moment between, is held to what was acknowledged.
// Damaged copies of each must be refused.
func runBackup(ctx context.Context, j *job) error {
	program, err := j.program(ctx)
	if err != nil {
		return err
	}
	return j.rounds(ctx, backupsPerStore, func(ctx context.Context, dir string, seed uint64, n int) error {
		id, err := age.GenerateX25519Identity()
		if err != nil {
			return err
		}
		b := &backups{trial: j.newTrial(program, dir, seed), dir: dir, rng: chance(seed, 2), identity: filepath.Join(dir, "backup.key"),
			secret: id.String(), recipient: id.Recipient().String()}
		if err := os.WriteFile(b.identity, []byte(b.secret+"\n"), 0o600); err != nil {
			return err
		}
		return b.round(ctx, n)
	})
}

// backups are the backups of one store.
type backups struct {
	*trial
	dir                         string
	rng                         *rand.Rand
	identity, secret, recipient string
	files                       []string
	commits                     []uint64 // the last one of each file
}

// round makes n backups under load and one more, and restores them.
func (b *backups) round(ctx context.Context, n int) error {
	p, err := b.begin(ctx)
	if err != nil {
		return err
	}
	for i := range n {
		loaded := make(chan error, 1)
		go func() { loaded <- b.load(ctx, p, backupLoad) }()
		err := b.backup(ctx, i%killEvery == killEvery-1, "--addr", p.conn.Target())
		if err = errors.Join(err, <-loaded); err != nil {
			p.kill()
			return err
		}
	}
	if err := p.stop(); err != nil {
		return err
	}
	if err := b.backup(ctx, false, "--data", b.data); err != nil {
		return err
	}
	for _, file := range b.files {
		if err := b.damage(ctx, file); err != nil {
			return err
		}
	}
	if err := b.restoreLast(ctx); err != nil {
		return err
	}
	return b.restoreEarlier(ctx)
}

// backup makes the next backup; if kill is set, after one that was killed.
func (b *backups) backup(ctx context.Context, kill bool, from ...string) error {
	file := filepath.Join(b.dir, fmt.Sprintf("backup-%d", len(b.files)))
	args := append([]string{"backup", "--json", "--to", file, "--recipient", b.recipient}, from...)
	if len(b.files) > 0 {
		args = append(args, "--after", b.files[len(b.files)-1]+backup.Suffix)
	}
	if kill {
		if _, err := b.killed(ctx, args...); err != nil {
			return err
		}
		b.add("backups killed", 1)
		if whole, err := os.ReadFile(file); !errors.Is(err, fs.ErrNotExist) { // all but its last steps was done
			if err := errors.Join(err, b.readBackup(ctx, whole)); err != nil {
				return fmt.Errorf("a backup that was killed is under its name: %w", err)
			}
		}
		if err := discard(file, file+backup.Suffix); err != nil {
			return err
		}
	}
	out, err := b.aloi(ctx, args...)
	if err != nil {
		return err
	}
	commit, err := commitOf(out)
	if err != nil {
		return err
	}
	b.files, b.commits = append(b.files, file), append(b.commits, commit)
	b.add("backups restored and verified", 1)
	return nil
}

// commitOf returns the commit that `aloi backup --json` says that it has backed up.
func commitOf(out []byte) (uint64, error) {
	var made struct{ Commit uint64 }
	if err := json.Unmarshal(out, &made); err != nil {
		return 0, fmt.Errorf("aloi backup said %q", out)
	}
	return made.Commit, nil
}

// aloi runs a command of the program and returns what it printed.
func (t *trial) aloi(ctx context.Context, args ...string) ([]byte, error) {
	var said bytes.Buffer
	c := exec.CommandContext(ctx, t.program, args...)
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("aloi %s: %w\n%s", args[0], err, &said)
	}
	return out, nil
}

// killed runs a command and kills it at a moment drawn by chance. ended says that it was
// done before.
func (b *backups) killed(ctx context.Context, args ...string) (ended bool, err error) {
	c := exec.CommandContext(ctx, b.program, args...)
	if err := c.Start(); err != nil {
		return false, err
	}
	blow := time.AfterFunc(between(b.rng, soonestKill, latestKill), func() { _ = c.Process.Kill() })
	defer blow.Stop()
	return c.Wait() == nil, nil
}

// damage tries damaged copies of a backup.
func (b *backups) damage(ctx context.Context, file string) error {
	whole, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	times := damagesShort
	if b.long {
		times = damagesLong
	}
	for range times {
		bad := b.damaged(slices.Clone(whole))
		if bytes.Equal(bad, whole) {
			continue
		}
		if err := b.readBackup(ctx, bad); err == nil {
			return errors.Join(errors.New("a damaged backup was taken"), os.WriteFile(file+".damaged", bad, 0o600))
		}
		b.add("damaged backups refused", 1)
	}
	return b.readBackup(ctx, whole)
}

// damaged changes a backup in one of several ways.
func (b *backups) damaged(f []byte) []byte {
	const page = 512
	at := b.rng.IntN(len(f))
	switch b.rng.IntN(6) {
	case 0:
		return f[:at]
	case 1:
		return append(f, make([]byte, 1+b.rng.IntN(page))...)
	case 2:
		return slices.Delete(f, at, min(at+1+b.rng.IntN(page), len(f)))
	case 3:
		clear(f[at:min(at+page, len(f))])
		return f
	case 4: // two parts change places
		half := len(f) / 2
		return slices.Concat(f[:half/2], f[half:], f[half/2:half])
	}
	f[at] ^= 1 << b.rng.IntN(8)
	return f
}

// readBackup reads a backup whole.
func (b *backups) readBackup(ctx context.Context, file []byte) error {
	ids, err := backup.ParseIdentities(strings.NewReader(b.secret))
	if err != nil {
		return err
	}
	r, err := backup.NewReader(bytes.NewReader(file), ids)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = r.Each(ctx, func(_, _ []byte) error { return nil }, func(kv.Commit) error { return nil })
	return err
}
