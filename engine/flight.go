package engine

import (
	"context"
	"errors"

	"aloi"
	"aloi/internal/failpoint"
	"aloi/store"
	"aloi/store/kv"
)

// flight is a commit that has begun, beside which the writer computes the next one.
type flight struct {
	portions []portion
	batch    *batch
	commit   *store.Pending
	over     chan struct{} // closed when it has landed
	failed   bool          // nothing of it is stored, and nothing is answered yet
}

// launch computes a batch on what the flight before it wrote, and begins its commit when that
// has landed. After an error nothing of it is stored.
func (e *Engine) launch(portions []portion) (*flight, error) {
	if failed := e.failed.Load(); failed != nil {
		return nil, failed
	}
	failpoint.Pass("batch/gathered")
	f := &flight{portions: portions, over: make(chan struct{})}
	ops := operationsOf(portions)
	var err error
	f.commit, err = e.st.UpdateAhead(context.Background(), func(w *store.Writer) (err error) {
		f.batch, err = e.write(w, ops)
		return err
	})
	if err != nil {
		return nil, err
	}
	e.latest.Store(&f.batch.now)
	e.landing <- f
	return f, nil
}

// operationsOf returns the operations of portions, in order.
func operationsOf(portions []portion) (ops []*prepared) {
	for _, p := range portions {
		ops = append(ops, p.ops...)
	}
	return ops
}

// land waits for one flight after the other, and answers what is durable.
func (e *Engine) land() {
	for f := range e.landing {
		f.batch.tell()
		err := f.commit.Wait()
		if err == nil {
			e.committed(f.batch)
		}
		failpoint.Pass("batch/answered")
		switch {
		case err == nil:
			answer(f.portions, f.batch.acks, nil)
		case isUndone(err):
			f.failed = true
		default:
			answer(f.portions, nil, e.failedCommit(err))
		}
		close(f.over)
	}
}

// isUndone reports whether a commit failed so that nothing of it is stored, and it may be
// tried in another way.
func isUndone(err error) bool {
	for _, way := range []error{kv.ErrTooBig, kv.ErrValueTooBig, kv.ErrFull, kv.ErrBefore} {
		if errors.Is(err, way) {
			return true
		}
	}
	return false
}

// answer gives portions their acknowledgements, or an error.
func answer(portions []portion, acks []aloi.Acknowledgement, err error) {
	for _, p := range portions {
		if err != nil {
			p.request.fail(err)
			continue
		}
		p.request.committed(acks[:len(p.ops)])
		acks = acks[len(p.ops):]
	}
}
