package main

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"
)

// loadStreams is how many clients send beside the one that is timed.
const loadStreams = 8

// loadedFor is how long one is timed at most.
const loadedFor = 15 * time.Second

// loaded times one record in, acknowledged durably, while others send: as much as they get in,
// each waiting for one message of its own, and then half of that.
func (b *bench) loaded(ctx context.Context, r *report, s *served, m *messages) error {
	r.printf("\none record in, acknowledged durably, beside %d streams of load, %d records stored:\n", loadStreams, m.stored())
	pace := 0.0
	for _, what := range []string{"as much as it takes", "half of that"} {
		l, took, err := b.beside(ctx, s, m, pace)
		if err != nil {
			return err
		}
		r.latency(what, l)
		r.printf("  %-32s %.0f records/s of load\n", "", took)
		pace = took / 2
	}
	return nil
}

// beside times calls while load is sent at a pace, in records per second, and returns the
// rate of the load.
func (b *bench) beside(ctx context.Context, s *served, m *messages, pace float64) (latencies, float64, error) {
	fresh, err := m.fresh(b.calls)
	if err != nil {
		return nil, 0, err
	}
	loading, end := context.WithTimeout(ctx, loadedFor)
	defer end()
	to := m.used + (m.count()-m.used)/3 // the rest is for those who come after
	acked, start := 0, time.Now()
	load := &sending{conn: s.conn, messages: m, streams: loadStreams, inFlight: 1, pace: pace / float64(b.perMessage),
		acked: func(n int) error { acked += n; return nil }}
	var g errgroup.Group
	var took float64
	g.Go(func() error {
		err := load.send(loading, to)
		end() // when the load is over, so are the calls
		took = rate(acked, time.Since(start))
		return err
	})
	l, err := timed(loading, fresh, s.put(ctx))
	end()
	err = errors.Join(err, g.Wait())
	return l, took, err
}
