package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"aloi/internal/datadir"
)

// windowsPerRun is how many lines an ingest has.
const windowsPerRun = 20

// stream measures durable streaming ingest into an empty store up to all records, and at
// each size the single calls; then load, memory, disk and start-up at the end.
func (b *bench) stream(ctx context.Context, r *report) error {
	dir := b.path("store", b.records)
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	m, err := b.load("messages", nil)
	if err != nil {
		return err
	}
	s, err := b.serve(ctx, dir)
	if err != nil {
		return err
	}
	r.printf("stream: %d records of synth (seed %d) over gRPC into `aloi serve`, %d streams, %d operations per message, %d unacknowledged per stream,\n"+
		"every acknowledgement after the fsync; a server with its sealed store, witness, archive and scrubber, in a process of its own\n\n",
		b.records, b.seed, b.streams, b.perMessage, b.inFlight)
	windows, err := b.fill(ctx, r, s, m, b.sizes(), func() error { return b.single(ctx, r, s, m) })
	if err != nil {
		return err
	}
	r.image(".svg", costChart(windows))
	f := b.summary(r, windows)
	if err := b.loaded(ctx, r, s, m); err != nil {
		return err
	}
	f.BytesPerRecord, err = b.afterIngest(ctx, r, s, dir, m.stored())
	if err != nil {
		return err
	}
	f.Used, f.Left = m.used, m.count()
	return b.keep("stream", b.records, f)
}

// fill ingests up to each size and calls at after that.
func (b *bench) fill(ctx context.Context, r *report, s *served, m *messages, sizes []int, at func() error) ([]window, error) {
	meter := &meter{ctx: ctx, s: s, size: max(b.records/windowsPerRun, b.perMessage), print: r.window}
	sender := &sending{conn: s.conn, messages: m, streams: b.streams, inFlight: b.inFlight / b.perMessage, acked: meter.add}
	for _, size := range sizes {
		r.windowHead()
		if err := meter.start(); err != nil {
			return nil, err
		}
		if err := sender.send(ctx, size/b.perMessage); err != nil {
			return nil, err
		}
		if err := meter.finish(); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := at(); err != nil {
			return nil, err
		}
		r.printf("\n")
	}
	return meter.windows, nil
}

// summary prints an ingest in a few lines.
func (b *bench) summary(r *report, windows []window) figures {
	all, last := total(windows), windows[len(windows)-1]
	f := figures{RecordsPerSecond: rate(all.added, all.wall), ServerMicros: perRecord(all.server, all.added)}
	r.printf("ingest: %.0f records/s over all, %.0f in the last window; CPU per record: server %.1f µs, client %.1f µs\n",
		f.RecordsPerSecond, rate(last.added, last.wall), f.ServerMicros, perRecord(all.other, all.added))
	first := windows[min(warmWindow, len(windows)-1)]
	r.printf("last window ÷ that to %d records: wall %.2f, server CPU %.2f\n", first.records,
		ratio(perRecord(last.wall, last.added), perRecord(first.wall, first.added)), ratio(perRecord(last.server, last.added), perRecord(first.server, first.added)))
	r.printf("memory of the server: %.0f MiB resident at its peak; in the last window %.0f MiB, of which its own %.0f and pages of files %.0f; Go heap %.0f MiB\n",
		mib(all.memory.peak), mib(last.memory.resident), mib(last.memory.own), mib(last.memory.files), mib(last.heap))
	return f
}

// warmWindow is the one that later ones are compared with: before it everything is in the
// memory that the store writes the first tables from.
const warmWindow = 1

// afterIngest measures disk and start-up, and ends the server. n records are stored.
func (b *bench) afterIngest(ctx context.Context, r *report, s *served, dir string, n int) (float64, error) {
	stopped, err := s.stop()
	if err != nil {
		return 0, err
	}
	store, err := onDisk(filepath.Join(dir, datadir.StoreFolder))
	if err != nil {
		return 0, err
	}
	all, err := onDisk(dir)
	if err != nil {
		return 0, err
	}
	compacted, err := b.compactedCopy(dir)
	if err != nil {
		return 0, err
	}
	per := func(bytes int64) float64 { return float64(bytes) / float64(n) }
	r.printf("\ndisk, bytes per record of %d: store %.0f, after compaction %.0f; archive, witness and ballast %.0f (bounded, whatever the store holds)\n",
		n, per(store), per(compacted), per(all-store))
	return per(compacted), b.startUp(ctx, r, dir, stopped)
}

// starts is how often a start is timed.
const starts = 3

func (b *bench) startUp(ctx context.Context, r *report, dir string, stopped time.Duration) error {
	for i := range starts {
		s, err := b.serve(ctx, dir)
		if err != nil {
			return err
		}
		m, err := s.memory()
		if err != nil {
			return err
		}
		cpu, err := s.cpu()
		if err != nil {
			return err
		}
		r.printf("start %d: answers after %.2f s (CPU %.2f s), %.0f MiB resident, of which its own %.0f; the stop before took %.2f s\n",
			i+1, s.started.Seconds(), cpu.Seconds(), mib(m.resident), mib(m.own), stopped.Seconds())
		if stopped, err = s.stop(); err != nil {
			return err
		}
	}
	return nil
}
