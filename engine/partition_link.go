package engine

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"

	"aloi/matcher"
)

// blocksPerTask is how many blocks one task of link compares.
const blocksPerTask = 256

// link compares every pair that shares a block, once. It returns the links, sorted, and how
// many pairs were compared.
func link(ctx context.Context, m *matcher.Matcher, records []*matcher.Prepared, blocks *blocksOfAll, workers int, progress func(done, total int)) ([]Link, int, error) {
	type task struct{ shard, from, to int }
	var tasks []task
	for s := range blocks.shards {
		n := blocks.shards[s].len()
		for from := 0; from < n; from += blocksPerTask {
			tasks = append(tasks, task{s, from, min(from+blocksPerTask, n)})
		}
	}
	linkers := make([]linker, workers)
	var done atomic.Int64
	err := spread(ctx, workers, len(tasks), func(w, t int) {
		l, at := linkers[w], tasks[t] // a copy, which no other worker's shares a cache line with
		l.matcher, l.records, l.blocks = m, records, blocks
		for i := at.from; i < at.to; i++ {
			l.compare(uint32(blocks.before[at.shard]+i), blocks.shards[at.shard].records(i))
		}
		linkers[w] = l
		if n := done.Add(int64(at.to - at.from)); progress != nil {
			progress(int(n), blocks.count())
		}
	})
	if err != nil {
		return nil, 0, err
	}
	links, compared := gatherLinks(linkers, len(records))
	return links, compared, nil
}

// linker compares the records of blocks.
type linker struct {
	matcher  *matcher.Matcher
	records  []*matcher.Prepared
	blocks   *blocksOfAll
	links    []Link
	compared int
}

// compare compares the pairs of a block that share no earlier block.
func (l *linker) compare(block uint32, members []int32) {
	for i, x := range members {
		before := l.blocks.of(x)
		before = before[:slices.Index(before, block)]
		for _, y := range members[i+1:] {
			if meet(before, l.blocks.of(y)) {
				continue
			}
			l.compared++
			if found, ok := l.matcher.Linked(l.records[x], l.records[y], l.blocks.tooCommon); ok {
				l.links = append(l.links, Link{A: x, B: y, Link: found})
			}
		}
	}
}

// meet reports whether two ascending lists have an element in common.
func meet(a, b []uint32) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			return true
		}
	}
	return false
}

// gatherLinks returns the links of all linkers, sorted, and how many pairs they compared.
func gatherLinks(linkers []linker, records int) (links []Link, compared int) {
	next := make([]int, records+1)
	total := 0
	for _, l := range linkers {
		compared, total = compared+l.compared, total+len(l.links)
		for _, x := range l.links {
			next[x.A]++
		}
	}
	if total == 0 {
		return nil, compared
	}
	links = make([]Link, total)
	offsets(next)
	for _, l := range linkers {
		for _, x := range l.links {
			links[next[x.A]] = x
			next[x.A]++
		}
	}
	from := 0
	for _, end := range next { // which is now where the links of each end
		slices.SortFunc(links[from:end], func(x, y Link) int { return cmp.Compare(x.B, y.B) })
		from = end
	}
	return links, compared
}
