package txn

import (
	"context"
	"sync"

	"aloi/store/kv"
)

// gate counts who is inside a database, lets one writer in at a time, and keeps all
// out once it is closed or poisoned.
type gate struct {
	mu     sync.Mutex
	closed bool
	fault  error // what every call gets after a commit of unknown outcome
	inside sync.WaitGroup
	writer chan struct{} // holds a token while a writer is inside
}

// enter lets a caller in, or says why not. Each enter that returns nil is paired with
// one inside.Done.
func (g *gate) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return kv.ErrClosed
	case g.fault != nil:
		return g.fault
	}
	g.inside.Add(1)
	return nil
}

// enterWriter waits until no other writer is inside, or until ctx is done. Each
// enterWriter that returns nil is paired with one leaveWriter.
func (g *gate) enterWriter(ctx context.Context) error {
	if err := g.enter(ctx); err != nil {
		return err
	}
	select {
	case g.writer <- struct{}{}:
	case <-ctx.Done():
		g.inside.Done()
		return ctx.Err()
	}
	// The writer before may have poisoned the database while this one waited.
	g.mu.Lock()
	fault := g.fault
	g.mu.Unlock()
	if fault != nil {
		g.leaveWriter()
	}
	return fault
}

func (g *gate) leaveWriter() {
	<-g.writer
	g.inside.Done()
}

// poison makes every later call fail with err.
func (g *gate) poison(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fault = err
}

// close keeps everybody out and waits for those inside. It returns kv.ErrClosed when
// it was closed before, and whether the database is poisoned.
func (g *gate) close() (poisoned bool, err error) {
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return false, kv.ErrClosed
	}
	g.closed = true
	poisoned = g.fault != nil
	g.mu.Unlock()
	g.inside.Wait()
	return poisoned, nil
}
