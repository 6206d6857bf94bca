package server

import (
	"context"
	"sync"
)

// queue hands operations from the receiver of a stream to its handler. It is as large as
// what is in it: most streams have nothing in it, and a channel that never blocks would take
// a quarter of a MiB for each of them.
type queue struct {
	mu     sync.Mutex
	held   []operation
	closed bool
	moved  chan struct{} // has room for one: there is a reason to look again
}

func newQueue() *queue { return &queue{moved: make(chan struct{}, 1)} }

// put adds operations.
func (q *queue) put(ops ...operation) {
	q.mu.Lock()
	q.held = append(q.held, ops...)
	q.mu.Unlock()
	q.tell()
}

// close says that nothing more comes.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.tell()
}

// tell has who takes look again.
func (q *queue) tell() {
	select {
	case q.moved <- struct{}{}:
	default: // nobody has looked since the time before
	}
}

// take waits until there are least operations, or nothing more comes, and returns those that
// are there, some at most. It returns nothing when the queue is closed and empty, and when ctx
// ends.
func (q *queue) take(ctx context.Context, least func() int, most int) []operation {
	for ctx.Err() == nil {
		batch, closed := q.next(least(), most)
		if len(batch) > 0 || closed {
			return batch
		}
		select {
		case <-q.moved:
		case <-ctx.Done():
		}
	}
	return nil
}

// next returns what is there, if it is enough, and whether nothing more comes.
func (q *queue) next(least, most int) (batch []operation, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.held) < least && !q.closed {
		return nil, false
	}
	n := min(len(q.held), most)
	batch, q.held = q.held[:n:n], q.held[n:]
	if len(q.held) == 0 {
		q.held = nil
	}
	return batch, q.closed
}

// len is how many operations wait.
func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.held)
}
