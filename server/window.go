package server

import (
	"context"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// The window of a stream: what the server has received and not acknowledged. Full,
// it stops the receiver, and HTTP/2 flow control then stops the client.
const (
	windowOperations = 2048
	windowBytes      = 8 << 20 // in memory, as weigh reckons
	batchOperations  = 512     // given to the engine at once
	// aheadOperations are worth giving to the engine while it has others of the stream.
	aheadOperations = 256
)

// window bounds what a stream has received and not acknowledged. It takes the memory for
// it from a budget of all streams, of which it holds no more than its share.
type window struct {
	queue      *queue
	operations *semaphore.Weighted
	bytes      *semaphore.Weighted
	all        *budget
	begun      atomic.Int64 // batches that were taken and are not acknowledged

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

// put decodes and queues the operations of one message: together, so that they share a batch,
// or where there is no room for all, each when there is room for it.
func (w *window) put(ctx context.Context, operations [][]byte) error {
	if whole, err := w.putWhole(ctx, operations); whole || err != nil {
		return err
	}
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

// putWhole queues the operations of a message together, and reports whether there was room.
func (w *window) putWhole(ctx context.Context, operations [][]byte) (whole bool, err error) {
	ready, total := make([]operation, 0, len(operations)), int64(0)
	weights, heavy := make([]int64, len(operations)), make([]bool, len(operations))
	for i, wire := range operations {
		if weights[i], heavy[i], err = weighOperation(wire); err != nil {
			return false, nil // those before it are queued one by one
		}
		total += weights[i]
	}
	n := int64(len(operations))
	if ctx.Err() != nil || !w.operations.TryAcquire(n) {
		return false, nil
	}
	if !w.bytes.TryAcquire(total) {
		w.operations.Release(n)
		return false, nil
	}
	if !w.reserveWhole(total) {
		w.operations.Release(n)
		w.bytes.Release(total)
		return false, nil
	}
	if !w.all.tryTake(total) {
		w.operations.Release(n)
		w.bytes.Release(total)
		w.unreserve(total)
		return false, nil
	}
	taken := total
	defer func() {
		w.queue.put(ready...)
		w.giveBack(taken)
	}()
	for i, wire := range operations {
		op, err := readWire(wire, heavy[i])
		if err != nil {
			return true, err
		}
		op.weight, op.taken = weights[i], weights[i]
		taken -= weights[i]
		ready = append(ready, op)
	}
	return true, nil
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

// reserveWhole counts bytes as held if they are within the share, also where nothing is.
func (w *window) reserveWhole(bytes int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	sharing := w.all.sharing.Load()
	if w.held == 0 {
		sharing++
	}
	if w.held+bytes > w.all.size/sharing {
		return false
	}
	if w.held == 0 {
		w.all.sharing.Add(1)
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

// take waits for an operation, or while there are batches that are not acknowledged for some,
// and returns it with those queued behind it, a batch at most. It returns nothing when the
// stream has ended and all is taken, and when the server stops: its client then sends again
// what is still queued.
func (w *window) take(stopping context.Context) []operation {
	batch := w.queue.take(stopping, func() int {
		if w.begun.Load() == 0 {
			return 1
		}
		return aheadOperations
	}, batchOperations)
	if len(batch) > 0 {
		w.begun.Add(1)
	}
	return batch
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
	if w.begun.Add(-1) == 0 {
		w.queue.tell() // who takes is content with less now
	}
}

// close says that nothing more comes. It is the receiver's.
func (w *window) close() { w.queue.close() }

// abandon gives back the memory of what is queued and will never be taken. The receiver
// may still be waiting for its client; gRPC ends that when the handler has returned.
func (w *window) abandon() {
	go func() {
		one := func() int { return 1 }
		for batch := w.queue.take(context.Background(), one, batchOperations); len(batch) > 0; batch = w.queue.take(context.Background(), one, batchOperations) {
			w.done(batch)
		}
	}()
}
