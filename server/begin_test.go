package server

import (
	"context"
	"testing"
	"time"
)

// What gives a stream's operations to the engine ends when the stream does, also while it
// waits for more of them behind a batch that is under way.
func TestBeginEnds(t *testing.T) {
	w := newWindow(newBudget(ingestBytes))
	w.begun.Store(1)
	w.queue.put(operation{})
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		(&ingest{}).begin(ctx, t.Context(), w, nil)
	}()
	select {
	case <-ended:
		t.Fatal("it has ended by itself")
	case <-time.After(20 * time.Millisecond):
	}
	end()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("it goes on")
	}
}
