package engine

import (
	"context"
	"errors"
	"slices"

	"aloi"
	"aloi/internal/failpoint"
	"aloi/store/kv"
)

// errFull is what is answered while the disk is nearly full.
var errFull = &aloi.Error{Code: aloi.CodeFull, Err: kv.ErrFull,
	Message: "the disk is nearly full: only deletions, opt-outs and suppressions are taken, sent by themselves; what was acknowledged is kept, send the rest again later"}

// fullError gives kv.ErrFull its code, and returns any other error as it is.
func fullError(err error) error {
	if errors.Is(err, kv.ErrFull) {
		return errFull
	}
	return err
}

// isEssential reports whether all operations of a request erase, or take down what somebody
// refused: those must go on when the disk is nearly full. They need little room, and some
// must be done within days.
func (r *request) isEssential() bool {
	return !slices.ContainsFunc(r.ops, func(p *prepared) bool {
		return p.Delete == nil && p.Suppress == nil && (p.Consent == nil || !p.Consent.Event.Kind.IsStop())
	})
}

// commit applies requests in one transaction; in smaller ones when that is too big. It
// answers them all. When the disk is nearly full, those that are essential are committed
// without the others.
func (e *Engine) commit(batch []*request) {
	if e.commitTogether(context.Background(), batch) {
		return
	}
	var essential []*request
	for _, r := range batch {
		if r.isEssential() {
			essential = append(essential, r)
		} else {
			r.answer(nil, errFull)
		}
	}
	if len(essential) > 0 && !e.commitTogether(kv.Essential(context.Background()), essential) {
		for _, r := range essential {
			r.answer(nil, errFull)
		}
	}
}

// commitTogether applies requests and answers them all. When the disk is too full it answers
// none and returns false; a part may have been committed then, and is found UNCHANGED when
// it comes again.
func (e *Engine) commitTogether(ctx context.Context, batch []*request) bool {
	var ops []*prepared
	for _, r := range batch {
		ops = append(ops, r.ops...)
	}
	failpoint.Pass("batch/gathered")
	acks, err := e.commitOperations(ctx, ops)
	failpoint.Pass("batch/answered")
	if errors.Is(err, kv.ErrFull) {
		return false
	}
	for _, r := range batch {
		if err != nil {
			r.answer(nil, err)
			continue
		}
		r.answer(acks[:len(r.ops):len(r.ops)], nil)
		acks = acks[len(r.ops):]
	}
	return true
}

// answer gives a request its outcome.
func (r *request) answer(acks []aloi.Acknowledgement, err error) {
	r.acks, r.err = acks, err
	close(r.ready)
}
