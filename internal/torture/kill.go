package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	// killsPerStore is how many kills a store sees before a fresh one takes its place:
	// what is looked at after each grows with the store.
	killsPerStore = 10
	// killsPerVerify is after how many kills `aloi verify` runs, and at the end.
	killsPerVerify = 5
	// killsPerStart is after how many kills one more hits a server that starts, at the
	// latest after latestStartKill.
	killsPerStart   = 5
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
		t := j.newTrial(program, dir, seed)
		for i := range n {
			if err := t.kill(ctx, i+1); err != nil {
				return fmt.Errorf("kill %d: %w", i+1, err)
			}
		}
		return t.finish(ctx)
	})
}

// kill is one server under load.
func (t *trial) kill(ctx context.Context, number int) error {
	if number%killsPerStart == 0 {
		if err := t.killAtStart(); err != nil {
			return err
		}
	}
	p, err := t.begin(ctx)
	if err != nil {
		return err
	}
	if err := t.loadUntil(ctx, p, func() error { p.kill(); return nil }); err != nil {
		return err
	}
	t.add("kills under load", 1)
	if number%killsPerVerify == 0 {
		return t.verify(ctx)
	}
	return nil
}

// killAtStart ends a server before, or soon after, it answers.
func (t *trial) killAtStart() error {
	p, err := launch(t.program, t.data)
	if err != nil {
		return err
	}
	time.Sleep(between(t.rng, 0, latestStartKill))
	p.kill()
	t.add("kills at the start", 1)
	return nil
}
