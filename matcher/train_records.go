package matcher

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// arrange puts the records in the order of their ties, in which everything is counted:
// so the order in which they came changes nothing. What need not be counted in that order
// is done as they came, which is about how they lie in memory.
func (t *trainer) arrange(records []*Prepared) {
	type entry struct {
		start uint64 // of the tie
		came  int32
	}
	order := make([]entry, len(records))
	for i, r := range records {
		order[i] = entry{binary.BigEndian.Uint64(r.Tie[:]), int32(i)}
	}
	slices.SortFunc(order, func(x, y entry) int {
		if x.start != y.start {
			return cmp.Compare(x.start, y.start)
		}
		return cmp.Or(bytes.Compare(records[x.came].Tie[:], records[y.came].Tie[:]), cmp.Compare(x.came, y.came))
	})
	t.came, t.places = records, make([]int32, len(records))
	t.records, t.origins, t.ties = make([]*Prepared, len(records)), make([]int32, len(records)), make([]Tie, len(records))
	for place, e := range order {
		r := records[e.came]
		t.places[e.came], t.origins[place], t.records[place], t.ties[place] = int32(place), e.came, r, r.Tie
	}
}

// each runs n tasks on the workers. Each worker makes its own task function, with what
// it may use again and again, and takes the next task that nobody has taken.
func (t *trainer) each(n int, worker func() func(task int)) error {
	var next atomic.Int64
	g, ctx := errgroup.WithContext(t.ctx)
	for range min(t.workers, n) {
		g.Go(func() error {
			run := worker()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := ctx.Err(); err != nil {
					return err
				}
				run(i)
			}
			return nil
		})
	}
	return g.Wait()
}
