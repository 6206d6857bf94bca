package server

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	aloiv1 "aloi/proto/aloi/v1"
)

// The window takes no more than its operations and bytes, and goes on when a batch
// is released.
func TestWindow(t *testing.T) {
	small := &aloiv1.Operation{Operation: &aloiv1.Operation_Put{Put: &aloiv1.Record{}}}
	large := &aloiv1.Operation{Operation: &aloiv1.Operation_Put{Put: &aloiv1.Record{Note: strings.Repeat("x", maxStreamOperations<<10)}}}
	for _, c := range []struct {
		name string
		op   *aloiv1.Operation
		room int
	}{
		{"operations", small, windowOperations},
		{"bytes", large, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWindow(newBudget(ingestBytes))
			full, cancel := context.WithCancelCause(t.Context())
			done := make(chan error, 1)
			go func() { done <- w.put(full, repeat(c.op, c.room+1)) }()
			for deadline := time.Now().Add(20 * time.Second); w.queue.len() < c.room && time.Now().Before(deadline); {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(20 * time.Millisecond) // for one too many
			cancel(errStopping)
			if err := <-done; !errors.Is(err, errStopping) || w.queue.len() != c.room {
				t.Fatalf("%d operations were taken, then %v; want %d", w.queue.len(), err, c.room)
			}
			batch := w.take(t.Context())
			if want := min(c.room, batchOperations); len(batch) != want {
				t.Fatalf("a batch of %d, want %d", len(batch), want)
			}
		})
	}
}

// A released batch makes room for as much again.
func TestWindowRelease(t *testing.T) {
	op := &aloiv1.Operation{Operation: &aloiv1.Operation_Put{Put: &aloiv1.Record{Note: strings.Repeat("x", 1<<20)}}}
	w := newWindow(newBudget(ingestBytes))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- w.put(ctx, repeat(op, 100)) }()
	for taken := 0; taken < 100; {
		batch := w.take(ctx)
		if len(batch) == 0 {
			t.Fatalf("nothing came after %d operations", taken)
		}
		taken += len(batch)
		w.done(batch)
		w.acknowledged(batch)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// When the client half-closes, what is queued is taken to the end; when the server
// stops, nothing more is.
func TestWindowEnds(t *testing.T) {
	w := newWindow(newBudget(ingestBytes))
	if err := w.put(t.Context(), repeat(&aloiv1.Operation{}, 2*batchOperations+1)); err != nil {
		t.Fatal(err)
	}
	w.close()
	if got := len(w.take(t.Context())); got != batchOperations {
		t.Errorf("took %d", got)
	}
	stopping, stop := context.WithCancel(t.Context())
	stop()
	if got := len(w.take(stopping)); got != 0 {
		t.Errorf("took %d of a server that is stopping", got)
	}
	for _, want := range []int{batchOperations, 1, 0} {
		if got := len(w.take(t.Context())); got != want {
			t.Errorf("took %d, want %d", got, want)
		}
	}
}

// A stream has the whole budget while it is alone, and its share of it when there are others;
// one operation it always has room for.
func TestShares(t *testing.T) {
	op := &aloiv1.Operation{Operation: &aloiv1.Operation_Put{Put: &aloiv1.Record{Note: strings.Repeat("x", 90<<10)}}}
	one, err := weighOperation(repeat(op, 1)[0])
	if err != nil {
		t.Fatal(err)
	}
	all := newBudget(6 * one.weight)
	fill := func(w *window, n int) int {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_ = w.put(ctx, repeat(op, n))
		return w.queue.len()
	}
	first, second, third := newWindow(all), newWindow(all), newWindow(all)
	if n := fill(first, 4); n != 4 {
		t.Fatalf("alone it holds %d", n)
	}
	if n := fill(second, 4); n != 2 {
		t.Errorf("the second holds %d of what is left", n)
	}
	first.done(first.take(t.Context()))
	if n := fill(first, 4); n != 3 {
		t.Errorf("of two the first holds %d", n)
	}
	if n := fill(third, 4); n != 1 {
		t.Errorf("the third holds %d", n)
	}
	for _, w := range []*window{first, second, third} {
		w.close()
		for batch := w.take(t.Context()); len(batch) > 0; batch = w.take(t.Context()) {
			w.done(batch)
		}
	}
	if held, sharing := all.taken.Load(), all.sharing.Load(); held != 0 || sharing != 0 {
		t.Errorf("%d bytes are held by %d streams", held, sharing)
	}
}

// However the messages of a stream and what takes them fall together in time, nothing is held
// in the end, and nobody shares the budget.
func TestWindowGivesAllBack(t *testing.T) {
	all := newBudget(ingestBytes)
	op := &aloiv1.Operation{Operation: &aloiv1.Operation_Put{Put: &aloiv1.Record{Note: "note"}}}
	bad := append(repeat(op, 2), bytes.Replace(repeat(op, 1)[0], []byte("note"), []byte("not\xff"), 1)) // can be weighed, not decoded
	var streams sync.WaitGroup
	for range 4 {
		w := newWindow(all)
		streams.Go(func() {
			defer w.close()
			for i := range 50000 {
				ops := repeat(op, 1+i%3)
				if i%50 == 0 {
					ops = bad
				}
				if err := w.put(t.Context(), ops); err != nil && !errors.Is(err, errMalformedRequest) {
					t.Error(err)
				}
			}
		})
		streams.Go(func() {
			for batch := w.take(t.Context()); len(batch) > 0; batch = w.take(t.Context()) {
				w.done(batch)
				w.acknowledged(batch)
			}
		})
	}
	streams.Wait()
	if held, sharing := all.taken.Load(), all.sharing.Load(); held != 0 || sharing != 0 {
		t.Errorf("%d bytes are held by %d streams", held, sharing)
	}
}

// repeat returns an operation n times, as it comes.
func repeat(op *aloiv1.Operation, n int) [][]byte {
	wire, err := proto.Marshal(op)
	if err != nil {
		panic(err)
	}
	ops := make([][]byte, n)
	for i := range ops {
		ops[i] = wire
	}
	return ops
}
