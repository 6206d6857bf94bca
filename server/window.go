package server

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// The window of a stream: what the server has received and not acknowledged. Full,
// it stops the receiver, and HTTP/2 flow control then stops the client.
const (
	windowOperations = 2048
	windowBytes      = 8 << 20 // in memory, as weigh reckons
	batchOperations  = 512     // given to the engine at once
)

// window bounds what a stream has received and not acknowledged. It takes the memory for
// it from a budget of all streams, of which it holds no more than its share.
type window struct {
	queue      *queue
	operations *semaphore.Weighted
	bytes      *semaphore.Weighted
	all        *budget

	mu    sync.Mutex
	held  int64         // of the budget, or about to be
	freed chan struct{} // has room for one: something was given back
}

func newWindow(all *budget) *window {
	return &window{
		queue:      newQueue(),
		operations: semaphore.NewWeighted(windowOperations),
		bytes:      semaphore.NewWeighted(windowBytes),
		all:        all,
		freed:      make(chan struct{}, 1),
	}
}

// put decodes and queues the operations of one message, each when there is room for it.
func (w *window) put(ctx context.Context, operations [][]byte) error {
	for _, wire := range operations {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		weight, heavy, err := weighOperation(wire)
		if err != nil {
			return err
		}
		if w.operations.Acquire(ctx, 1) != nil || w.bytes.Acquire(ctx, weight) != nil {
			return context.Cause(ctx)
		}
		taken, err := w.takeShare(ctx, weight)
		if err != nil {
			return err
		}
		op, err := readWire(wire, heavy)
		if err != nil {
			w.giveBack(taken)
			return err
		}
		op.weight, op.taken = weight, taken
		w.queue.put(op)
	}
	return nil
}

// takeShare takes memory from the budget of all streams when that is within the share of
// this one, which always has room for one operation.
func (w *window) takeShare(ctx context.Context, weight int64) (int64, error) {
	weight = min(weight, w.all.size)
	for !w.reserve(weight) {
		select {
		case <-w.freed:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
	taken, err := w.all.take(ctx, weight)
	if err != nil {
		w.unreserve(weight)
	}
	return taken, err
}

// reserve counts bytes as held if they are within the share. When they are not, something
// is held, and freed says when less is.
func (w *window) reserve(bytes int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.held == 0:
		w.all.sharing.Add(1)
	case w.held+bytes > w.all.share():
		return false
	}
	w.held += bytes
	return true
}

func (w *window) unreserve(bytes int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held -= bytes; w.held == 0 {
		w.all.sharing.Add(-1)
	}
	select {
	case w.freed <- struct{}{}:
	default: // nobody has heard of the one before yet
	}
}

func (w *window) giveBack(bytes int64) {
	w.all.giveBack(bytes)
	w.unreserve(bytes)
}

// take waits for an operation and returns it with those queued behind it, a batch at
// most. It returns nothing when the stream has ended and all is taken, and when the
// server stops: its client then sends again what is still queued.
func (w *window) take(stopping context.Context) []operation {
	return w.queue.take(stopping, batchOperations)
}

// done gives the memory of a batch back, which the engine has carried out.
func (w *window) done(batch []operation) {
	var taken int64
	for i := range batch {
		taken += batch[i].taken
		batch[i].taken = 0
	}
	if taken > 0 {
		w.giveBack(taken)
	}
}

// acknowledged makes room in the window for as much as the batch held.
func (w *window) acknowledged(batch []operation) {
	var weight int64
	for _, op := range batch {
		weight += op.weight
	}
	w.operations.Release(int64(len(batch)))
	w.bytes.Release(weight)
}

// close says that nothing more comes. It is the receiver's.
func (w *window) close() { w.queue.close() }

// abandon gives back the memory of what is queued and will never be taken. The receiver
// may still be waiting for its client; gRPC ends that when the handler has returned.
func (w *window) abandon() {
	go func() {
		for batch := w.take(context.Background()); len(batch) > 0; batch = w.take(context.Background()) {
			w.done(batch)
		}
	}()
}
