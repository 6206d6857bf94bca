package server

import (
	"context"

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
// it from a budget of all streams.
type window struct {
	queue      chan operation // never blocks: it has room for a whole window
	operations *semaphore.Weighted
	bytes      *semaphore.Weighted
	all        *budget
}

func newWindow(all *budget) *window {
	return &window{
		queue:      make(chan operation, windowOperations),
		operations: semaphore.NewWeighted(windowOperations),
		bytes:      semaphore.NewWeighted(windowBytes),
		all:        all,
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
		taken, err := w.all.take(ctx, weight)
		if err != nil {
			return err
		}
		op, err := readWire(wire, heavy)
		if err != nil {
			w.all.giveBack(taken)
			return err
		}
		op.weight, op.taken = weight, taken
		w.queue <- op
	}
	return nil
}

// take waits for an operation and returns it with those queued behind it, a batch at
// most. It returns nothing when the stream has ended and all is taken, and when the
// server stops: its client then sends again what is still queued.
func (w *window) take(stopping context.Context) []operation {
	if stopping.Err() != nil {
		return nil
	}
	var batch []operation
	select {
	case op, ok := <-w.queue:
		if !ok {
			return nil
		}
		batch = append(batch, op)
	case <-stopping.Done():
		return nil
	}
	for len(batch) < batchOperations {
		select {
		case op, ok := <-w.queue:
			if !ok {
				return batch
			}
			batch = append(batch, op)
		default:
			return batch
		}
	}
	return batch
}

// done gives the memory of a batch back, which the engine has carried out.
func (w *window) done(batch []operation) {
	for i := range batch {
		w.all.giveBack(batch[i].taken)
		batch[i].taken = 0
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
func (w *window) close() { close(w.queue) }

// abandon gives back the memory of what is queued and will never be taken. The receiver
// may still be waiting for its client; gRPC ends that when the handler has returned.
func (w *window) abandon() {
	go func() {
		for op := range w.queue {
			w.done([]operation{op})
		}
	}()
}
