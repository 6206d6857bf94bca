package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"
)

const (
	// killsPerStore is how many kills a store sees before a fresh one takes its place:
	// what is looked at after each grows with the store.
	killsPerStore = 10
	// killsPerVerify is after how many kills `aloi verify` runs, and at the end.
	killsPerVerify = 5
	// killsPerStart is after how many kills one more hits a server that starts.
	killsPerStart = 5
	// A server runs under load for as long as is drawn between these.
	soonestKill = 100 * time.Millisecond
	latestKill  = 800 * time.Millisecond
	// latestStartKill is the latest moment of a kill that hits a server that starts.
	latestStartKill = 150 * time.Millisecond
)

// between draws a duration.
func between(rng *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(rng.Int64N(int64(most-least)))
}

// runKill is the scenario kill: 8 channels stream into the real program, which ends with
// SIGKILL at a moment drawn by chance.
//
// SIGKILL loses what the program has not given to the operating system; it does not lose
// what the system has not given to the disk. That is what the scenario power is for.
func runKill(ctx context.Context, j *job) error {
	program, err := j.program(ctx)
	if err != nil {
		return err
	}
	return j.rounds(ctx, killsPerStore, func(ctx context.Context, dir string, seed uint64, n int) error {
		k := &killing{job: j, program: program, data: filepath.Join(dir, "data"), channels: newChannels(seed)}
		return k.run(ctx, n)
	})
}

// killing is one store and its kills.
type killing struct {
	*job
	*channels
	program string
	data    string
}

// run kills n times, and looks at everything at the end.
func (k *killing) run(ctx context.Context, n int) error {
	for i := range n {
		if err := k.cycle(ctx, i+1); err != nil {
			return fmt.Errorf("kill %d: %w", i+1, err)
		}
	}
	return k.finish(ctx)
}

// cycle starts the server, checks what it holds, loads it and kills it.
func (k *killing) cycle(ctx context.Context, number int) error {
	if number%killsPerStart == 0 {
		if err := k.killAtStart(); err != nil {
			return err
		}
	}
	p, err := serve(k.program, k.data)
	if err != nil {
		return err
	}
	checked, err := k.check(ctx, p, false)
	if err != nil {
		p.kill()
		return err
	}
	before := k.acked()
	if err := k.loadAndKill(ctx, p); err != nil {
		return err
	}
	k.add("kills under load", 1)
	k.add("operations acknowledged", k.acked()-before)
	k.add("operations in flight when killed", k.inFlight())
	k.add("records looked at", checked)
	if number%killsPerVerify == 0 {
		return k.verify(ctx)
	}
	return nil
}

// loadAndKill streams until the server is killed.
func (k *killing) loadAndKill(ctx context.Context, p *process) error {
	gone := make(chan struct{})
	killed := time.AfterFunc(between(k.rng, soonestKill, latestKill), func() { p.kill(); close(gone) })
	err := k.load(ctx, p, 0)
	if killed.Stop() { // the streams ended by themselves
		p.kill()
		return errors.Join(err, fmt.Errorf("the streams ended before the server was killed:\n%s", p.log.Bytes()))
	}
	<-gone // with its lock on the data
	return err
}

// killAtStart ends a server before, or soon after, it answers.
func (k *killing) killAtStart() error {
	p, err := launch(k.program, k.data)
	if err != nil {
		return err
	}
	time.Sleep(between(k.rng, 0, latestStartKill))
	p.kill()
	k.add("kills at the start", 1)
	return nil
}

// verify runs `aloi verify`, which takes the lock of the data that the killed
// process held.
func (k *killing) verify(ctx context.Context) error {
	k.add("runs of aloi verify", 1)
	return verify(ctx, k.program, k.data)
}

// finish sends what is left, looks at every record, and sends everything again.
func (k *killing) finish(ctx context.Context) error {
	p, err := serve(k.program, k.data)
	if err != nil {
		return err
	}
	records, again, err := k.settle(ctx, p)
	if err != nil {
		p.kill()
		return err
	}
	k.add("records looked at", records)
	k.add("operations sent again without a change", again)
	if err := p.stop(); err != nil {
		return err
	}
	return k.verify(ctx)
}
