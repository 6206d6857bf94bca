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
// or where there is no room for all, each when there is room for it. Of a message that is
// malformed, those before the fault are queued.
func (w *window) put(ctx context.Context, operations [][]byte) error {
	weighed, total, malformed := weighAll(operations)
	if len(weighed) == 0 {
		return malformed
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if w.tryEnter(int64(len(weighed)), total) {
		if err := w.queueAll(weighed, total); err != nil {
			return err
		}
		return malformed
	}
	for _, m := range weighed {
		taken, err := w.enter(ctx, m.weight)
		if err != nil {
			return err
		}
		if err := w.queueAll([]undecoded{m}, taken); err != nil {
			return err
		}
	}
	return malformed
}

// weighAll weighs operations as they come, up to one that is malformed.
func weighAll(operations [][]byte) (weighed []undecoded, total int64, err error) {
	weighed = make([]undecoded, 0, len(operations))
	for _, wire := range operations {
		m, err := weighOperation(wire)
		if err != nil {
			return weighed, total, err
		}
		weighed, total = append(weighed, m), total+m.weight
	}
	return weighed, total, nil
}

// queueAll decodes and queues operations for which taken bytes of the budget are taken, up to
// one that can't be decoded. The memory of the others it gives back.
func (w *window) queueAll(weighed []undecoded, taken int64) error {
	ready := make([]operation, 0, len(weighed))
	for _, m := range weighed {
		op, err := m.read()
		if err != nil {
			w.queue.put(ready...)
			w.giveBack(taken)
			return err
		}
		op.weight, op.taken = m.weight, min(m.weight, taken)
		taken -= op.taken
		ready = append(ready, op)
	}
	w.queue.put(ready...)
	return nil
}

// enter waits for the room that an operation needs. It returns how much it took of the budget
// of all streams, of which this one always has room for one operation.
func (w *window) enter(ctx context.Context, weight int64) (taken int64, err error) {
	if w.operations.Acquire(ctx, 1) != nil || w.bytes.Acquire(ctx, weight) != nil {
		return 0, context.Cause(ctx)
	}
	weight = min(weight, w.all.size)
	for !w.reserve(weight, true) {
		select {
		case <-w.freed:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
	if taken, err = w.all.take(ctx, weight); err != nil {
		w.unreserve(weight)
	}
	return taken, err
}

// tryEnter takes the room that n operations of so many bytes need, and reports whether there
// is as much.
func (w *window) tryEnter(n, bytes int64) bool {
	if !w.operations.TryAcquire(n) {
		return false
	}
	if w.bytes.TryAcquire(bytes) {
		if w.reserve(bytes, false) {
			if w.all.tryTake(bytes) {
				return true
			}
			w.unreserve(bytes)
		}
		w.bytes.Release(bytes)
	}
	w.operations.Release(n)
	return false
}

// reserve counts bytes, of which there are some, as held if they are within the share, or if
// they are the first and first ones may be more. When they are not, and first ones may be,
// something is held, and freed says when less is.
func (w *window) reserve(bytes int64, first bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	alone := w.held == 0
	if alone {
		w.all.sharing.Add(1)
	}
	if w.held+bytes > w.all.share() && !(alone && first) {
		if alone {
			w.all.sharing.Add(-1)
		}
		return false
	}
	w.held += bytes
	return true
}

// unreserve counts bytes that reserve counted, of which there are some, as held no more.
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
	drain := func() []operation {
		return w.queue.take(context.Background(), func() int { return 1 }, batchOperations)
	}
	go func() {
		for batch := drain(); len(batch) > 0; batch = drain() {
			w.done(batch)
		}
	}()
}
