package engine

import (
	"context"
	"errors"

	"aloi"
	"aloi/internal/failpoint"
	"aloi/store"
	"aloi/store/kv"
)

// commitOperations commits operations in order, halving a batch that does not fit
// into a transaction, or a golden record of which does not fit into a value. One
// operation that does not fit by itself is rejected.
func (e *Engine) commitOperations(ctx context.Context, ops []*prepared) ([]aloi.Acknowledgement, error) {
	acks, err := e.commitOnce(ctx, ops)
	switch {
	case !errors.Is(err, kv.ErrTooBig) && !errors.Is(err, kv.ErrValueTooBig):
		return acks, err
	case len(ops) == 1:
		return []aloi.Acknowledgement{{Outcome: aloi.OutcomeRejected, Reason: "too much depends on this record for one transaction",
			Violations: []aloi.Violation{{Field: "record", Reason: "touches more than one transaction can hold"}}}}, nil
	}
	half := len(ops) / 2
	first, err := e.commitOperations(ctx, ops[:half])
	if err != nil {
		return nil, err
	}
	second, err := e.commitOperations(ctx, ops[half:])
	return append(first, second...), err
}

// commitOnce resolves and commits operations in one transaction.
func (e *Engine) commitOnce(ctx context.Context, ops []*prepared) ([]aloi.Acknowledgement, error) {
	if failed := e.failed.Load(); failed != nil {
		return nil, failed
	}
	var b *batch
	err := e.st.Update(ctx, func(w *store.Writer) (err error) {
		b, err = e.write(w, ops)
		return err
	})
	if err != nil {
		return nil, e.failedCommit(err)
	}
	b.tell()
	e.latest.Store(&b.now)
	e.committed(b)
	return b.acks, nil
}

// write computes a batch and writes what it became.
func (e *Engine) write(w *store.Writer, ops []*prepared) (*batch, error) {
	b, err := e.compute(&w.Reader, ops, true)
	if err != nil {
		return nil, err
	}
	return b, errors.Join(b.flush(w), failpoint.Hit("batch/flushed"))
}

// committed makes a commit known to those who wait for any.
func (e *Engine) committed(b *batch) {
	failpoint.Pass("batch/committed")
	e.advance(b.counters.Sequence)
}

// failedCommit is the error of a commit that failed, after which the engine takes no more if
// nobody can tell what is on disk.
func (e *Engine) failedCommit(err error) error {
	if errors.Is(err, kv.ErrUnknown) || errors.Is(err, kv.ErrClosed) {
		return e.fail(&aloi.Error{Code: aloi.CodeUnavailable, Message: "the store failed, the outcome is unknown: send again after a restart", Err: err})
	}
	return err
}

// fail makes the engine refuse every operation from now on, and returns the error.
func (e *Engine) fail(err *aloi.Error) error {
	if e.failed.CompareAndSwap(nil, err) {
		close(e.broken)
	}
	return err
}
