package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

const (
	// cutsPerStore is how many power cuts a store sees before a fresh one takes its place,
	// on a file system of the next layout.
	cutsPerStore = 4
	// cutsPerVerify is after how many cuts `aloi verify` runs, and at the end.
	cutsPerVerify = 2
	// cutsPerStart is after how many cuts one more hits a server that starts.
	cutsPerStart = 2
)

// runPower is the scenario power: the store lies on a file system of its own, which stops
// under load as at a power cut and loses all that was not synced.
//
// What is known for certain is read before the cut. An acknowledgement that races with it
// may be of a sync that the kernel answered while it gave up: no real disk does that.
func runPower(ctx context.Context, j *job) error {
	program, err := j.program(ctx)
	if err != nil {
		return err
	}
	return j.rounds(ctx, cutsPerStore, func(ctx context.Context, dir string, seed uint64, n int) error {
		return j.onDisk(ctx, program, dir, seed, func(t *trial, d *disk) error {
			for i := range n {
				if err := t.cutPower(ctx, d, i+1); err != nil {
					return fmt.Errorf("cut %d, %s: %w", i+1, d.layout.name, err)
				}
			}
			return t.finish(ctx)
		})
	})
}

// onDisk calls do with a trial on a file system of its own, which is gone afterwards.
func (j *job) onDisk(ctx context.Context, program, dir string, seed uint64, do func(*trial, *disk) error) error {
	d, err := newDisk(ctx, filepath.Join(dir, "image"), diskBytes, layouts[seed%uint64(len(layouts))])
	if err != nil {
		return err
	}
	t := j.newTrial(program, d.dir, seed)
	return errors.Join(do(t, d), d.remove())
}

// cutPower is one server under load whose machine loses its power.
func (t *trial) cutPower(ctx context.Context, d *disk, number int) error {
	if number%cutsPerStart == 0 {
		if err := t.cutAtStart(d); err != nil {
			return err
		}
	}
	p, err := t.begin(ctx)
	if err != nil {
		return err
	}
	err = t.loadUntil(ctx, p, func() error {
		t.freeze()
		err := d.cut()
		p.kill()
		return err
	})
	if err = errors.Join(err, d.restore()); err != nil {
		return err
	}
	t.add("power cuts", 1)
	if number%cutsPerVerify == 0 {
		return t.verify(ctx)
	}
	return nil
}

// cutAtStart cuts the power of a server that starts.
func (t *trial) cutAtStart(d *disk) error {
	p, err := launch(t.program, t.data)
	if err != nil {
		return err
	}
	time.Sleep(between(t.rng, 0, latestStartKill)) // the moment is what is tried
	err = d.cut()
	p.kill()
	t.add("power cuts at the start", 1)
	return errors.Join(err, d.restore())
}
