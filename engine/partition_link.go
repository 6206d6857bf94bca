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

// link compares every pair that shares a block, once: the blocks are of places in order. It
// returns the links, sorted, and how many pairs were compared.
func link(ctx context.Context, m *matcher.Matcher, records []*matcher.Prepared, order []int32, blocks *blocksOfAll, workers int, progress func(done, total int)) ([]Link, int, error) {
	linkers := make([]linker, workers)
	var done atomic.Int64
	err := spread(ctx, workers, (blocks.count()+blocksPerTask-1)/blocksPerTask, func(w, t int) {
		l := linkers[w] // a copy, which shares no cache line with those of the others
		l.matcher, l.records, l.order, l.blocks = m, records, order, blocks
		from, to := t*blocksPerTask, min((t+1)*blocksPerTask, blocks.count())
		for i := from; i < to; i++ {
			l.compare(i)
		}
		linkers[w] = l
		if n := done.Add(int64(to - from)); progress != nil {
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
	order    []int32
	blocks   *blocksOfAll
	links    []Link
	compared int
}

// compare compares the pairs of a block that share no earlier block.
func (l *linker) compare(block int) {
	members := l.blocks.records(block)
	for i, x := range members {
		before := l.blocks.of(x)
		before = before[:slices.Index(before, uint32(block))]
		for _, y := range members[i+1:] {
			if meet(before, l.blocks.of(y)) {
				continue
			}
			l.compared++
			a, b := l.order[x], l.order[y]
			if a > b {
				a, b = b, a
			}
			if found, ok := l.matcher.Linked(l.records[a], l.records[b], l.blocks.tooCommon); ok {
				l.links = append(l.links, Link{A: a, B: b, Link: found})
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
