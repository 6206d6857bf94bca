package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"aloi"
	"aloi/engine"
	"aloi/internal/synth"
)

// costWindow is how many records go into one of the two stores before as many go into the
// other: what else the machine does then slows both.
const costWindow = 2000

// measureCost ingests the same records without consent events and with one each, in turns,
// into two stores.
func measureCost(ctx context.Context) error {
	var stores [2]*stack
	for i := range stores {
		tmp, err := os.MkdirTemp("", "aloi-consent-cost-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		if stores[i], err = open(ctx, tmp); err != nil {
			return err
		}
		defer stores[i].close()
	}
	source, w := synth.New(*seed, *cost), newTeller(time.Now())
	var windows [2][]time.Duration
	for window := 0; ; window++ {
		bare, telling := w.window(source)
		if len(bare) == 0 {
			break
		}
		for turn := range 2 {
			i := (window + turn) % 2 // each goes first every other time
			ops := [][]engine.Operation{bare, telling}[i]
			took, err := apply(ctx, stores[i], ops)
			if err != nil {
				return err
			}
			windows[i] = append(windows[i], took)
		}
	}
	if len(windows[0]) < 4 {
		return fmt.Errorf("-cost needs at least %d records", 4*costWindow)
	}
	var rate [2]float64
	ratios := make([]float64, len(windows[0]))
	for i, list := range windows {
		var all time.Duration
		for _, d := range list {
			all += d
		}
		rate[i] = float64(*cost) / all.Seconds()
	}
	for i := range ratios {
		ratios[i] = 100 * (float64(windows[1][i])/float64(windows[0][i]) - 1)
	}
	slices.Sort(ratios)
	n := len(ratios)
	fmt.Printf("ingest in process, %d records in windows of %d by turns: %.0f records/s without events, %.0f with one each\n", *cost, costWindow, rate[0], rate[1])
	fmt.Printf("an event costs %.1f %% of a record; median of %d windows %.1f %%, quartiles %.1f and %.1f\n", 100*(rate[0]/rate[1]-1), n, ratios[n/2], ratios[n/4], ratios[3*n/4])
	return nil
}

// window reads records, and makes two operations of each: without what the person said,
// and with one consent or sale.
func (w *teller) window(source *synth.Generator) (bare, telling []engine.Operation) {
	for range costWindow {
		r, _, ok := source.Next()
		if !ok {
			break
		}
		r.Consents = nil
		without := *r
		bare = append(bare, engine.Operation{Put: &without})
		e := w.act(aloi.ConsentSale, "web_form")
		if len(r.Emails) > 0 && w.chance(60) {
			e = w.grant("EMAIL", "email:"+r.Emails[0], "doi")
		}
		r.Consents = []aloi.ConsentEvent{e}
		telling = append(telling, engine.Operation{Put: r})
	}
	return bare, telling
}

func apply(ctx context.Context, s *stack, ops []engine.Operation) (time.Duration, error) {
	began := time.Now()
	for batch := range slices.Chunk(ops, recordsABatch) {
		if _, err := s.Apply(ctx, batch); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}
