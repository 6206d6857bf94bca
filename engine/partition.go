package engine

import (
	"context"
	"sync"
	"sync/atomic"

	"aloi/matcher"
)

// JudgedPair is a judgement between two records of a batch, by index.
type JudgedPair struct {
	A, B int32
	Same bool
}

// Link is a pair of records of a batch whose weight reaches the review threshold.
type Link struct {
	A, B int32 // A < B
	matcher.Link
}

// Partitioned is the result of Partition.
type Partitioned struct {
	// Labels has, for each record, the index of the first record of its entity.
	Labels []int32
	// Links are sorted by A, then B.
	Links []Link
	// Compared counts the pairs that were compared, Blocks the blocking keys shared by
	// at least two records, TooCommon those among them that are past their cap.
	Compared, Blocks, TooCommon int
}

// Partition resolves a whole set of records at once. It is the definition of what
// the incremental engine maintains: a pure function of the records, the judgements
// and the model, in any order of either. workers bounds the goroutines that work
// and changes nothing else; progress, if not nil, is told how many of the blocks are
// done, from several goroutines.
func Partition(ctx context.Context, m *matcher.Matcher, records []*matcher.Prepared, judged []JudgedPair, workers int, progress func(done, total int)) (*Partitioned, error) {
	workers = max(workers, 1)
	order, err := near(ctx, records, workers)
	if err != nil {
		return nil, err
	}
	blocks, err := block(ctx, m, records, order, workers)
	if err != nil {
		return nil, err
	}
	p := &Partitioned{Blocks: blocks.count() + len(blocks.common), TooCommon: len(blocks.common)}
	if p.Links, p.Compared, err = link(ctx, m, records, order, blocks, workers, progress); err != nil {
		return nil, err
	}
	p.Labels, err = resolveAll(ctx, m, records, p.Links, judged, workers)
	return p, err
}

// spread does tasks 0…tasks-1, each once, on as many goroutines as there are workers;
// work is told which of them, from 0, does the task. It stops early when the context ends.
func spread(ctx context.Context, workers, tasks int, work func(worker, task int)) error {
	var next atomic.Int64
	var group sync.WaitGroup
	for w := range min(workers, tasks) {
		group.Go(func() {
			for ctx.Err() == nil {
				t := int(next.Add(1)) - 1
				if t >= tasks {
					return
				}
				work(w, t)
			}
		})
	}
	group.Wait()
	return ctx.Err()
}

// offsets turns counts into where each piece begins in a list that has the pieces one
// after another: piece i is list[at[i]:at[i+1]]. counts has a last element of any value.
func offsets(counts []int) []int {
	sum := 0
	for i, n := range counts {
		counts[i] = sum
		sum += n
	}
	return counts
}
