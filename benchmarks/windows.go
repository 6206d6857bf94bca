package main

import (
	"context"
	"time"
)

// window is a stretch of an ingest.
type window struct {
	records             int           // in the store at its end
	added               int           // in it
	wall, server, other time.Duration // by the clock, and of the processor: of the server and of the client
	memory              memory
	heap                int64
}

// meter cuts an ingest into windows. Between two stretches of it, start begins anew.
type meter struct {
	ctx     context.Context
	s       *served
	size    int // records of a window
	acked   int
	last    int // acknowledged at the end of the last window
	wall    time.Time
	server  time.Duration
	client  time.Duration
	windows []window
	print   func(window)
}

// start begins a window now.
func (m *meter) start() (err error) {
	m.last, m.wall, m.client = m.acked, time.Now(), ownCPU()
	m.server, err = m.s.cpu()
	return err
}

// add counts acknowledgements.
func (m *meter) add(n int) error {
	m.acked += n
	if m.acked-m.last < m.size {
		return nil
	}
	return m.cut()
}

// cut ends a window and begins the next.
func (m *meter) cut() error {
	now, client := time.Now(), ownCPU()
	server, err := m.s.cpu()
	if err != nil {
		return err
	}
	w := window{records: m.acked, added: m.acked - m.last, wall: now.Sub(m.wall), server: server - m.server, other: client - m.client}
	if w.memory, err = m.s.memory(); err != nil {
		return err
	}
	if w.heap, err = m.s.heap(m.ctx); err != nil {
		return err
	}
	m.windows = append(m.windows, w)
	m.print(w)
	return m.start()
}

// finish ends the last window of a stretch, if it holds enough to tell something.
func (m *meter) finish() error {
	if m.acked-m.last < m.size/2 {
		return nil
	}
	return m.cut()
}

// total adds windows up.
func total(windows []window) (sum window) {
	for _, w := range windows {
		sum.records = w.records
		sum.added += w.added
		sum.wall += w.wall
		sum.server += w.server
		sum.other += w.other
		sum.memory.peak = max(sum.memory.peak, w.memory.peak)
		sum.heap = max(sum.heap, w.heap)
	}
	return sum
}

const windowHead = "%10s %10s %12s %14s %14s %9s %9s %9s\n"

func (r *report) windowHead() {
	r.printf(windowHead, "records", "records/s", "wall µs/rec", "server CPU µs", "client CPU µs", "RSS MiB", "own MiB", "heap MiB")
}

func (r *report) window(w window) {
	r.printf("%10d %10.0f %12.1f %14.1f %14.1f %9.0f %9.0f %9.0f\n", w.records, rate(w.added, w.wall), perRecord(w.wall, w.added),
		perRecord(w.server, w.added), perRecord(w.other, w.added), mib(w.memory.resident), mib(w.memory.own), mib(w.heap))
}
