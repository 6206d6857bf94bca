package server

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/semaphore"

	aloiv1 "aloi/proto/aloi/v1"
)

// budgets are what each kind of stream may hold in memory.
type budgets struct{ ingest, asked, answers, watch *budget }

func newBudgets(l limits) *budgets {
	return &budgets{newBudget(l.Ingest), newBudget(l.Asked), newBudget(l.Answers), newBudget(l.Watch)}
}

// contended reports whether others wait for what a stream of a method holds.
func (b *budgets) contended(method string) bool {
	switch method {
	case aloiv1.Ingest_Stream_FullMethodName:
		return b.ingest.contended()
	case aloiv1.Consent_DecideMany_FullMethodName:
		return b.asked.contended() || b.answers.contended()
	case aloiv1.Changes_Watch_FullMethodName:
		return b.watch.contended()
	}
	return false
}

// budget bounds the memory of something over all streams. Who waits for it is served in
// order, so that nobody is passed over because she asks for much.
type budget struct {
	size    int64
	free    *semaphore.Weighted
	taken   atomic.Int64
	waiting atomic.Int64 // those in take
	sharing atomic.Int64 // streams that hold something, or are about to
}

func newBudget(bytes int64) *budget {
	return &budget{size: bytes, free: semaphore.NewWeighted(bytes)}
}

// take waits until bytes are free, all of the budget at most, and returns how many it took.
// Its only error is the cause of the context's end.
func (b *budget) take(ctx context.Context, bytes int64) (int64, error) {
	bytes = min(bytes, b.size)
	if !b.free.TryAcquire(bytes) {
		b.waiting.Add(1)
		defer b.waiting.Add(-1)
		if b.free.Acquire(ctx, bytes) != nil {
			return 0, context.Cause(ctx)
		}
	}
	b.taken.Add(bytes)
	return bytes, nil
}

// tryTake takes bytes that are free, and reports whether so many are.
func (b *budget) tryTake(bytes int64) bool {
	free := b.free.TryAcquire(bytes)
	if free {
		b.taken.Add(bytes)
	}
	return free
}

// giveBack frees what take took.
func (b *budget) giveBack(bytes int64) {
	b.taken.Add(-bytes)
	b.free.Release(bytes)
}

// contended reports whether somebody waits.
func (b *budget) contended() bool { return b.waiting.Load() > 0 }

// share is what one stream may hold, so that a few that do not read their answers do not
// hold everything.
func (b *budget) share() int64 { return b.size / max(b.sharing.Load(), 1) }
