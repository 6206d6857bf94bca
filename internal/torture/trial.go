package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// A server runs under load for as long as is drawn between these.
const (
	soonestBlow = 100 * time.Millisecond
	latestBlow  = 800 * time.Millisecond
)

// trial is one store, what was sent to it, and what happens to it.
type trial struct {
	*job
	*channels
	program string
	data    string
}

// newTrial returns a trial in an empty directory.
func (j *job) newTrial(program, dir string, seed uint64) *trial {
	return &trial{job: j, program: program, data: filepath.Join(dir, "data"), channels: newChannels(seed)}
}

// begin starts the server, and checks what it holds of what was in question.
func (t *trial) begin(ctx context.Context) (*process, error) {
	p, err := serve(t.program, t.data)
	if err != nil {
		return nil, err
	}
	checked, err := t.check(ctx, p, false)
	t.add("records looked at", checked)
	if err != nil {
		p.kill()
		return nil, err
	}
	return p, nil
}

// loadUntil streams until a moment drawn by chance, when blow ends the server.
func (t *trial) loadUntil(ctx context.Context, p *process, blow func() error) error {
	before := t.acked()
	struck := make(chan error, 1)
	moment := time.AfterFunc(between(t.rng, soonestBlow, latestBlow), func() { struck <- blow() })
	err := t.load(ctx, p, 0)
	if moment.Stop() { // the streams ended by themselves
		p.kill()
		return errors.Join(err, fmt.Errorf("the streams ended by themselves:\n%s", p.log.Bytes()))
	}
	err = errors.Join(err, <-struck)
	t.add("operations acknowledged", t.acked()-before)
	t.add("in flight then", t.inFlight())
	return err
}

// verify runs `aloi verify`, which takes the lock of the data that the process held.
func (t *trial) verify(ctx context.Context) error {
	t.add("runs of aloi verify", 1)
	return verify(ctx, t.program, t.data)
}

// finish sends what is left, looks at every record, sends everything again, and verifies.
func (t *trial) finish(ctx context.Context) error {
	p, err := serve(t.program, t.data)
	if err != nil {
		return err
	}
	records, again, err := t.settle(ctx, p)
	if err != nil {
		p.kill()
		return fmt.Errorf("%w:\n%s", err, p.log.Bytes())
	}
	t.add("records looked at", records)
	t.add("operations sent again without a change", again)
	if err := p.stop(); err != nil {
		return err
	}
	return t.verify(ctx)
}
