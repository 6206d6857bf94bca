package engine

import (
	"cmp"
	"context"
	"slices"

	"aloi/matcher"
)

// near returns the records in an order in which those that are compared with one another
// tend to be near one another: most keys are of names. It decides nothing; it lets a core
// find what it compares in the memory near to it, and not each record far away.
func near(ctx context.Context, records []*matcher.Prepared, workers int) ([]int32, error) {
	type place struct {
		near   uint64
		record int32
	}
	places := make([]place, len(records))
	err := spread(ctx, workers, (len(records)+recordsPerChunk-1)/recordsPerChunk, func(_, t int) {
		for i := t * recordsPerChunk; i < min((t+1)*recordsPerChunk, len(records)); i++ {
			places[i] = place{matcher.Near(records[i]), int32(i)}
		}
	})
	slices.SortFunc(places, func(x, y place) int { return cmp.Or(cmp.Compare(x.near, y.near), cmp.Compare(x.record, y.record)) })
	order := make([]int32, len(records))
	for i, p := range places {
		order[i] = p.record
	}
	return order, err
}
