package datadir

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"aloi/store/kv"
)

const (
	// scrubPause lies between two passes over the store.
	scrubPause = time.Minute
	// scrubBurst is how much the scrubber reads at once at most, in bytes: as much as one
	// value can be.
	scrubBurst = kv.MaxValueBytes
)

// Fault is an ErrDamaged: what reading a whole store has found, as kv.Scrubbed names it.
type Fault string

// Error implements error.
func (f Fault) Error() string { return string(f) }

// Is makes it an ErrDamaged.
func (f Fault) Is(target error) bool { return target == ErrDamaged }

// scrubber is what the scrubber has done.
type scrubber struct {
	mu     sync.Mutex
	status ScrubStatus
}

// scrubOn reads the whole store again and again, slowly, until it finds damage or ctx ends.
func (d *Data) scrubOn(ctx context.Context) {
	limit := rate.NewLimiter(rate.Limit(d.o.ScrubBytesPerSecond), scrubBurst)
	pace := func(bytes int) error {
		d.scrubber.read(bytes)
		return wait(ctx, limit, bytes)
	}
	for ctx.Err() == nil {
		if err := d.scrub(ctx, pace); err != nil {
			d.scrubFailed(ctx, err)
			return
		}
		select {
		case <-time.After(scrubPause):
		case <-ctx.Done():
		}
	}
}

// wait waits until so many bytes may be read.
func wait(ctx context.Context, limit *rate.Limiter, bytes int) error {
	for bytes > 0 {
		n := min(bytes, scrubBurst)
		if err := limit.WaitN(ctx, n); err != nil {
			return err
		}
		bytes -= n
	}
	return nil
}

// scrub reads the whole store once. What it finds is ErrDamaged.
func (d *Data) scrub(ctx context.Context, pace func(int) error) error {
	scrubbed, err := d.DB.Scrub(ctx, pace)
	if err != nil {
		return err
	}
	d.scrubber.passed(scrubbed, d.o.Now())
	if len(scrubbed.Faults) > 0 {
		return Fault(scrubbed.Faults[0])
	}
	return nil
}

// scrubFailed says why the scrubber ended, unless the directory is being closed. A store
// that has failed is the watch's matter.
func (d *Data) scrubFailed(ctx context.Context, err error) {
	if ctx.Err() != nil || errors.Is(err, kv.ErrUnknown) || errors.Is(err, kv.ErrClosed) {
		return
	}
	for _, fault := range d.scrubStatus().Faults {
		d.o.Log.Error("the scrubber found damage", "fault", fault)
	}
	if !errors.Is(err, ErrDamaged) {
		err = fmt.Errorf("%w: it can't be read: %w", ErrDamaged, err)
		d.o.Log.Error("the scrubber found damage", "error", err)
	}
	d.fail(err)
}

// read counts what was read.
func (s *scrubber) read(bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.Bytes += uint64(bytes)
}

// passed counts a pass over the whole store.
func (s *scrubber) passed(scrubbed kv.Scrubbed, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.Keys += scrubbed.Keys
	s.status.Faults = scrubbed.Faults
	if len(scrubbed.Faults) == 0 {
		s.status.Passes++
		s.status.LastPass = at
	}
}

func (d *Data) scrubStatus() ScrubStatus {
	d.scrubber.mu.Lock()
	defer d.scrubber.mu.Unlock()
	status := d.scrubber.status
	status.Faults = slices.Clone(status.Faults)
	return status
}
