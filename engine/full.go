package engine

import (
	"context"
	"errors"
	"slices"

	"aloi"
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

// commit applies portions of requests in one transaction; in smaller ones when that is too big.
// It answers those that are done with. When the disk is nearly full, those that are essential
// are committed without the others.
func (e *Engine) commit(batch []portion) {
	if e.commitTogether(context.Background(), batch) {
		return
	}
	var essential []portion
	for _, p := range batch {
		if p.request.isEssential() {
			essential = append(essential, p)
		} else {
			p.request.fail(errFull)
		}
	}
	if len(essential) > 0 && !e.commitTogether(kv.Essential(context.Background()), essential) {
		for _, p := range essential {
			p.request.fail(errFull)
		}
	}
}

// commitTogether applies portions of requests and answers those that are done with. When the disk
// is too full it answers none and returns false; some operations may have been committed then,
// and are found UNCHANGED when they come again.
func (e *Engine) commitTogether(ctx context.Context, batch []portion) bool {
	acks, err := e.commitOperations(ctx, operationsOf(batch))
	if errors.Is(err, kv.ErrFull) {
		return false
	}
	answer(batch, acks, err)
	return true
}
