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
	err := e.st.Update(ctx, func(w *store.Writer) error {
		var err error
		if b, err = e.compute(&w.Reader, ops, true); err != nil {
			return err
		}
		return errors.Join(b.flush(w), failpoint.Hit("batch/flushed"))
	})
	if errors.Is(err, kv.ErrUnknown) || errors.Is(err, kv.ErrClosed) {
		err = e.fail(&aloi.Error{Code: aloi.CodeUnavailable, Message: "the store failed, the outcome is unknown: send again after a restart", Err: err})
	}
	if err != nil {
		return nil, err
	}
	failpoint.Pass("batch/committed")
	e.latest.Store(&b.now)
	e.advance(b.counters.Sequence)
	return b.acks, nil
}

// fail makes the engine refuse every operation from now on, and returns the error.
func (e *Engine) fail(err *aloi.Error) error {
	if e.failed.CompareAndSwap(nil, err) {
		close(e.broken)
	}
	return err
}
