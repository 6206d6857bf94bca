package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	aloiv1 "aloi/proto/aloi/v1"
)

// sampled is how many records of each stream are looked at that nothing was sent for
// since the last check.
const sampled = 100

// check asks the server for records of every stream, all of them or those that
// matter after a cycle, and returns how many. What it sees is what the next streams
// begin with.
func check(ctx context.Context, client aloiv1.EntitiesClient, ledgers []*ledger, rng *rand.Rand, all bool) (int, error) {
	checked := make([]int, len(ledgers))
	g, ctx := errgroup.WithContext(ctx)
	for k, l := range ledgers {
		records := l.toCheck(rng, all)
		g.Go(func() error {
			for _, r := range records {
				if err := l.checkRecord(ctx, client, r); err != nil {
					return err
				}
			}
			checked[k], l.base = len(records), l.acked
			return nil
		})
	}
	err := g.Wait()
	total := 0
	for _, n := range checked {
		total += n
	}
	return total, err
}

// toCheck returns the records to look at, and forgets which were touched.
func (l *ledger) toCheck(rng *rand.Rand, all bool) []int {
	records := map[int]bool{}
	for r := range l.touched {
		records[r] = true
	}
	l.touched = map[int]bool{}
	for r := range l.of {
		if all {
			records[r] = true
		}
	}
	for range sampled {
		if n := len(l.of); n > 0 {
			records[rng.IntN(n)] = true
		}
	}
	list := make([]int, 0, len(records))
	for r := range records {
		list = append(list, r)
	}
	slices.Sort(list)
	return list
}

// checkRecord compares what the server holds of a record with what it may hold.
func (l *ledger) checkRecord(ctx context.Context, client aloiv1.EntitiesClient, record int) error {
	ref := l.ref(record)
	answer, err := client.GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: &aloiv1.RecordRef{Source: ref.Source, RecordId: ref.ID}})
	var found state
	switch {
	case status.Code(err) == codes.NotFound:
	case err != nil:
		return err
	default:
		if found, err = stateOf(answer.GetRecord()); err != nil {
			return err
		}
	}
	if possible := l.possible(record); !slices.Contains(possible, found) {
		return fmt.Errorf("%s: record %d is %+v, and should be one of %+v", l.name, record, found, possible)
	}
	l.seen[record] = found
	return nil
}

// stateOf reads the state of a record off an answer.
func stateOf(r *aloiv1.Record) (state, error) {
	var events []rune
	for _, c := range r.GetConsents() {
		var record int
		var version int64
		if _, err := fmt.Sscanf(c.GetSourceEventId(), "%d-%d", &record, &version); err != nil {
			return state{}, fmt.Errorf("a consent event that nobody sent: %w", err)
		}
		events = append(events, event(version))
	}
	slices.Sort(events)
	return state{r.GetVersion(), string(events)}, nil
}
