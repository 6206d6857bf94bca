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
	var windows, cpu [2][]time.Duration
	for window := 0; ; window++ {
		bare, telling := w.window(source)
		if len(bare) == 0 {
			break
		}
		for turn := range 2 {
			i := (window + turn) % 2 // each goes first every other time
			ops := [][]engine.Operation{bare, telling}[i]
			began, used := time.Now(), cpuTime()
			if err := apply(ctx, stores[i], ops); err != nil {
				return err
			}
			windows[i], cpu[i] = append(windows[i], time.Since(began)), append(cpu[i], cpuTime()-used)
		}
	}
	if len(windows[0]) < 4 {
		return fmt.Errorf("-cost needs at least %d records", 4*costWindow)
	}
	fmt.Printf("ingest in process, %d records in windows of %d by turns\n", *cost, costWindow)
	printCost("clock", windows)
	printCost("CPU", cpu)
	return nil
}

// printCost compares the windows of records without events and with one each.
func printCost(of string, windows [2][]time.Duration) {
	var rate [2]float64
	for i, list := range windows {
		var all time.Duration
		for _, d := range list {
			all += d
		}
		rate[i] = float64(*cost) / all.Seconds()
	}
	ratios := make([]float64, len(windows[0]))
	for i := range ratios {
		ratios[i] = 100 * (float64(windows[1][i])/float64(windows[0][i]) - 1)
	}
	slices.Sort(ratios)
	n := len(ratios)
	fmt.Printf("  by the %s: %.0f records/s without events, %.0f with one each: an event costs %.1f %% of a record (windows: median %.1f, quartiles %.1f and %.1f)\n",
		of, rate[0], rate[1], 100*(rate[0]/rate[1]-1), ratios[n/2], ratios[n/4], ratios[3*n/4])
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

func apply(ctx context.Context, s *stack, ops []engine.Operation) error {
	for batch := range slices.Chunk(ops, recordsABatch) {
		if _, err := s.Apply(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}
