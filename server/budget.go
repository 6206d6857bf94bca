package server

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// budgets are what each kind of stream may hold in memory.
type budgets struct{ ingest, asked, answers, watch *budget }

func newBudgets(l limits) *budgets {
	return &budgets{newBudget(l.Ingest), newBudget(l.Asked), newBudget(l.Answers), newBudget(l.Watch)}
}

// budget bounds the memory of something over all streams. Who waits for it is served in
// order, so that nobody is passed over because she asks for much.
type budget struct {
	size  int64
	free  *semaphore.Weighted
	taken atomic.Int64
}

func newBudget(bytes int64) *budget {
	return &budget{size: bytes, free: semaphore.NewWeighted(bytes)}
}

// take waits until bytes are free, all of the budget at most, and returns how many it took.
// Its only error is the cause of the context's end.
func (b *budget) take(ctx context.Context, bytes int64) (int64, error) {
	bytes = min(bytes, b.size)
	if b.free.Acquire(ctx, bytes) != nil {
		return 0, context.Cause(ctx)
	}
	b.taken.Add(bytes)
	return bytes, nil
}

// giveBack frees what take took.
func (b *budget) giveBack(bytes int64) {
	b.taken.Add(-bytes)
	b.free.Release(bytes)
}
