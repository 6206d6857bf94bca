package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	aloiv1 "aloi/proto/aloi/v1"
)

// freshRecords are matched with those that are stored.
const freshRecords = 1_000

// fresh is freshRecords, less where the benchmark is tried out on little.
func (b *bench) fresh() int { return min(freshRecords, b.spare()/10) }

// matchers ask at once.
const matchers = 8

// match measures how long new records take to be matched with a full store: asked only
// (Preview), and stored (Stream). Splink's current way stands beside.
func (b *bench) match(ctx context.Context, r *report) error {
	m, err := b.load("messages", nil)
	if err != nil {
		return err
	}
	dir, err := b.filled(ctx, r, m)
	if err != nil {
		return err
	}
	s, err := b.serve(ctx, dir)
	if err != nil {
		return err
	}
	r.printf("match: %d new records against %d that are stored\n\n", b.fresh(), b.records)
	times, err := b.matchOurs(ctx, r, s, m)
	if err != nil {
		return err
	}
	if _, err := s.stop(); err != nil {
		return err
	}
	if err := b.leave(m); err != nil || b.python == "" {
		return err
	}
	return b.splinkMatch(ctx, r, times)
}

// newTimes are how long new records take: one that is asked for, all asked for, and all stored.
type newTimes struct{ one, asked, stored time.Duration }

func (b *bench) matchOurs(ctx context.Context, r *report, s *served, m *messages) (t newTimes, err error) {
	records, err := m.fresh(b.fresh())
	if err != nil {
		return t, err
	}
	if err := s.warm(ctx); err != nil {
		return t, err
	}
	// Once before, as Splink has it.
	if _, err := previewAll(ctx, s, records); err != nil {
		return t, err
	}
	if t.asked, err = previewAll(ctx, s, records); err != nil {
		return t, err
	}
	l, err := timed(ctx, records, s.preview(ctx))
	if err != nil {
		return t, err
	}
	t.one = l.at(.5)
	r.printf("Aloi, preview: %d in %.2f s by %d callers (%.0f records/s), one in %.2f ms (median)\n",
		len(records), t.asked.Seconds(), matchers, rate(len(records), t.asked), float64(t.one.Microseconds())/1000)
	send := &sending{conn: s.conn, messages: m, streams: 1, inFlight: b.inFlight / b.perMessage, acked: func(int) error { return nil }}
	var stored []time.Duration
	for range storedRuns {
		start := time.Now()
		if err := send.send(ctx, m.used+max(1, b.fresh()/b.perMessage)); err != nil {
			return t, err
		}
		stored = append(stored, time.Since(start))
	}
	slices.Sort(stored[1:])
	t.stored = stored[len(stored)/2]
	r.printf("Aloi, matched and stored, durable, clusters kept: as many in %.2f s the first time, then %.2f s (median of %d)\n",
		stored[0].Seconds(), t.stored.Seconds(), storedRuns-1)
	return t, nil
}

// storedRuns is how often new records are stored, others each time; the first warms up, as
// Splink's does.
const storedRuns = 4

// previewAll asks for all records by several callers, and says how long that took.
func previewAll(ctx context.Context, s *served, records []*aloiv1.Record) (time.Duration, error) {
	start := time.Now()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(matchers)
	preview := s.preview(ctx)
	for _, record := range records {
		g.Go(func() error { return preview(record) })
	}
	err := g.Wait()
	return time.Since(start), err
}

// filled returns the directory of a store that holds all records, which the part stream left
// or which is filled now.
func (b *bench) filled(ctx context.Context, r *report, m *messages) (string, error) {
	dir := b.path("store", b.records)
	left, ok, err := b.kept("stream", b.records)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(dir); ok && err == nil {
		m.resume(left)
		return dir, nil
	}
	r.printf("filling a store of %d records\n", b.records)
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	s, err := b.serve(ctx, dir)
	if err != nil {
		return "", err
	}
	windows, err := b.fill(ctx, r, s, m, []int{b.records}, func() error { return nil })
	if err != nil {
		return "", err
	}
	f := b.summary(r, windows)
	if _, err := s.stop(); err != nil {
		return "", fmt.Errorf("filling: %w", err)
	}
	compacted, err := b.compactedCopy(dir)
	if err != nil {
		return "", err
	}
	f.BytesPerRecord, f.Used, f.Left = float64(compacted)/float64(b.records), m.used, m.count()
	return dir, b.keep("stream", b.records, f)
}

// leave notes which messages were sent, for the next who use the store.
func (b *bench) leave(m *messages) error {
	f, _, err := b.kept("stream", b.records)
	if err != nil {
		return err
	}
	f.Used, f.Left = m.used, m.count()
	return b.keep("stream", b.records, f)
}
