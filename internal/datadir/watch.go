package datadir

import (
	"context"
	"sync"
)

// failure is why the store must not be used any more, once there is a reason.
type failure struct {
	mu     sync.Mutex
	err    error
	failed chan struct{}
}

// Failed is closed when the store must not be used any more: a commit of unknown outcome,
// or damage that the scrubber found. Err says which.
func (d *Data) Failed() <-chan struct{} { return d.failure.failed }

// Err is why Failed was closed, nil before. Damage is ErrDamaged; anything else is over
// when the store is opened again.
func (d *Data) Err() error {
	d.failure.mu.Lock()
	defer d.failure.mu.Unlock()
	return d.failure.err
}

// fail closes Failed; only the first reason counts.
func (d *Data) fail(err error) {
	d.failure.mu.Lock()
	defer d.failure.mu.Unlock()
	if d.failure.err == nil {
		d.failure.err = err
		close(d.failure.failed)
	}
}

// watch starts what runs beside until Close: the look at the engine, and the scrubber.
func (d *Data) watch() {
	ctx, end := context.WithCancel(context.Background())
	d.end = end
	d.beside.Go(func() {
		select {
		case <-d.Engine.Failed():
			d.fail(d.Engine.Failure())
		case <-ctx.Done():
		}
	})
	if d.o.ScrubBytesPerSecond > 0 {
		d.beside.Go(func() { d.scrubOn(ctx) })
	}
}
