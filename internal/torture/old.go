package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
)

// runOld opens the store of each earlier version, and kills the program while it renews and
// seals it: job.count times each.
func runOld(ctx context.Context, j *job) error {
	program, err := j.program(ctx)
	if err != nil {
		return err
	}
	stores, err := oldStores()
	if err != nil {
		return err
	}
	for _, s := range stores {
		if err := s.renewed(ctx, j, program); err != nil {
			return fmt.Errorf("store %s: %w", s.name, err)
		}
		j.add("stores", 1)
	}
	return nil
}

// renewed opens a store, undisturbed at first, which says how long that takes, and then
// with a kill at a moment of that time. A killed start is started again.
func (s *oldStore) renewed(ctx context.Context, j *job, program string) error {
	dir := filepath.Join(j.dir, s.name)
	defer os.RemoveAll(dir)
	if err := s.unpack(dir); err != nil {
		return err
	}
	took, err := s.check(ctx, program, dir)
	if err != nil {
		return err
	}
	rng := chance(j.seed, 1)
	for range j.count {
		if err := errors.Join(os.RemoveAll(dir), s.unpack(dir)); err != nil {
			return err
		}
		if err := killWhileStarting(j, rng, program, dir, took); err != nil {
			return err
		}
		if _, err := s.check(ctx, program, dir); err != nil {
			return err
		}
	}
	return nil
}

// killsInARow is how often at most a start is killed before one is left alone.
const killsInARow = 3

// killWhileStarting starts the program and kills it within the time that a start takes.
func killWhileStarting(j *job, rng *rand.Rand, program, dir string, took time.Duration) error {
	for range 1 + rng.IntN(killsInARow) {
		p, err := launch(program, dir)
		if err != nil {
			return err
		}
		time.Sleep(time.Duration(rng.Int64N(int64(took)))) // the moment is what is tried
		p.kill()
		j.add("kills", 1)
	}
	return nil
}

// check opens the store and holds it to what it answered when it was packed; then writes,
// stops, verifies, opens it again and asks again. It returns how long the first start took.
func (s *oldStore) check(ctx context.Context, program, dir string) (took time.Duration, err error) {
	begin := time.Now()
	p, err := serve(program, dir)
	if err != nil {
		return 0, err
	}
	took = time.Since(begin)
	if err := s.holds(ctx, p, program, dir); err != nil {
		p.kill()
		return took, fmt.Errorf("%w\n%s", err, p.log.Bytes())
	}
	r := newSource(1, 0).record(operation{0, 1})
	if _, err := newCaller(p.conn).ingest.Put(ctx, &aloiv1.PutRequest{Record: server.RecordMessage(r)}); err != nil {
		p.kill()
		return took, fmt.Errorf("writing: %w", err)
	}
	if err := errors.Join(p.stop(), verify(ctx, program, dir), noClearKeys(dir)); err != nil {
		return took, err
	}
	if p, err = serve(program, dir); err != nil {
		return took, fmt.Errorf("opening it again: %w", err)
	}
	if err := s.holds(ctx, p, program, dir); err != nil {
		p.kill()
		return took, fmt.Errorf("opened again: %w", err)
	}
	return took, p.stop()
}

// holds asks a server everything that the store answered before.
func (s *oldStore) holds(ctx context.Context, p *process, program, dir string) error {
	now := s.asNamed()
	if err := now.ask(ctx, newCaller(p.conn)); err != nil {
		return err
	}
	if err := s.differs(now); err != nil || s.Checkpoint == "" {
		return err
	}
	kept := filepath.Join(filepath.Dir(dir), s.name+".checkpoint")
	if err := os.WriteFile(kept, []byte(s.Checkpoint), 0o600); err != nil {
		return err
	}
	defer os.Remove(kept)
	out, err := exec.CommandContext(ctx, program, "audit", "consistency", kept, "--key", filepath.Join(dir, "audit.pub"), "--addr", p.conn.Target()).CombinedOutput()
	if err != nil {
		return fmt.Errorf("the audit log is not the one that it was: %w\n%s", err, out)
	}
	return nil
}

// noClearKeys makes sure that the keys which earlier versions kept in the clear are gone.
func noClearKeys(dir string) error {
	for _, name := range []string{"secret.key", "audit.key"} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is still there: %v", name, err)
		}
	}
	return nil
}
