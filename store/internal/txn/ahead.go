package txn

import (
	"context"
	"errors"
	"sync/atomic"

	"aloi/store/kv"
)

// commit is a commit of UpdateAhead, under way or over.
type commit struct {
	draft *draft
	after atomic.Pointer[Snapshot] // the state that it began from, for the next transaction
	over  chan struct{}            // closed when err is set
	err   error
}

// Wait implements kv.Pending.
func (c *commit) Wait() error {
	<-c.over
	return c.err
}

// isOver reports whether Wait would return at once.
func (c *commit) isOver() bool {
	select {
	case <-c.over:
		return true
	default:
		return false
	}
}

// next returns the state that the commit began from, once and while it is under way, or nil.
// Its writes are to be read above it. A snapshot that is taken now would do as well, but
// Badger has those wait for the commit.
func (c *commit) next() Snapshot {
	if s := c.after.Swap(nil); s != nil {
		return *s
	}
	return nil
}

// UpdateAhead implements kv.DB.
func (db *DB) UpdateAhead(ctx context.Context, fn func(kv.Txn) error) (kv.Pending, error) {
	if err := db.gate.enterWriter(ctx); err != nil {
		return nil, err
	}
	defer db.gate.leaveWriter()
	before := db.pending
	if before != nil && before.isOver() {
		if db.pending = nil; before.err != nil {
			return nil, failedBefore(before.err)
		}
		before = nil
	}
	d, err := db.collect(ctx, fn, before)
	if before != nil {
		failed := before.Wait() // what fn made of writes that are not to be is nothing, whatever it says
		if db.pending = nil; failed != nil {
			return nil, failedBefore(failed)
		}
	}
	if err != nil {
		return nil, err
	}
	return db.begin(d), nil
}

// failedBefore is the error of a transaction that was built on a commit which failed.
func failedBefore(err error) error {
	if errors.Is(err, kv.ErrUnknown) {
		return err
	}
	return kv.ErrBefore
}

// begin begins a commit.
func (db *DB) begin(d *draft) *commit {
	c := &commit{draft: d, over: make(chan struct{})}
	if len(d.writes.list) == 0 {
		close(c.over)
		return c
	}
	after := db.snapshot()
	c.after.Store(&after)
	db.pending = c
	db.gate.inside.Add(1) // beside the writer's own, until the commit is over
	go func() {
		defer db.gate.inside.Done()
		defer close(c.over)
		c.err = db.commit(d)
		if s := c.next(); s != nil {
			s.Release()
		}
	}()
	return c
}
