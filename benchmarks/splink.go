package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// splinkRun is what benchmarks/peers/splink_run.py says of itself, in seconds.
type splinkRun struct {
	Splink, Duckdb string
	Seconds        map[string]float64 // by stage
	All, One       struct{ Seconds float64 }
}

func (b *bench) splinkScript() string {
	return filepath.Join(b.root, "benchmarks", "peers", "splink_run.py")
}

// splink runs the script and reads what it says.
func (b *bench) splink(ctx context.Context, args ...string) (spent, splinkRun, error) {
	var run splinkRun
	s, out, err := measured(ctx, b.python, append([]string{b.splinkScript()}, args...)...)
	if err == nil {
		err = json.Unmarshal(lastLine(out), &run)
	}
	return s, run, err
}

// splinkSetting is a choice of settings for Splink, with the file that a model learned by it is
// kept in.
type splinkSetting struct {
	name, model string
	args        []string
}

// splinkSettings are those of its examples, and those that we found best for it.
func splinkSettings(dir string) []splinkSetting {
	return []splinkSetting{
		{"as in its examples", filepath.Join(dir, "splink-example.json"), []string{"--example"}},
		{"at its best", filepath.Join(dir, "splink.json"), nil},
	}
}

// splinkWays are Splink on the same file with each setting: as it learns, and with the model
// that it has learned before.
func (b *bench) splinkWays(dir string, ours []*way) (ways []*way) {
	for _, c := range splinkSettings(dir) {
		for _, learns := range []bool{true, false} {
			what, args := "learned", append([]string{"dedupe", filepath.Join(dir, "records.csv"), clustersIn(dir), "--save", c.model}, c.args...)
			if !learns {
				what, args = "saved", []string{"dedupe", filepath.Join(dir, "records.csv"), clustersIn(dir), "--model", c.model}
			}
			w := &way{name: fmt.Sprintf("Splink, DuckDB, %s, %s", c.name, what), learns: learns, against: oursThat(ours, learns)}
			w.run = func(ctx context.Context) (spent, string, error) {
				s, run, err := b.splink(ctx, args...)
				return s, fmt.Sprintf("Splink %s, DuckDB %s, by stage, s: %v", run.Splink, run.Duckdb, run.Seconds), err
			}
			ways = append(ways, w)
		}
	}
	return ways
}

// sweepRecords is up to which size the best threshold of Splink is looked for.
const sweepRecords = 100_000

// splinkBest prints the F1 of Splink at the threshold that is best for it with the truth in hand.
func (b *bench) splinkBest(ctx context.Context, r *report, n int, dir string) error {
	truth, clusters := filepath.Join(dir, "truth.csv"), filepath.Join(dir, "splink.csv")
	best := splinkSettings(dir)[1]
	if _, _, err := b.splink(ctx, "dedupe", filepath.Join(dir, "records.csv"), clusters, "--model", best.model, "--sweep"); err != nil {
		return err
	}
	files, err := filepath.Glob(clusters + ".*")
	if err != nil {
		return err
	}
	highest, at := 0.0, ""
	for _, f := range files {
		f1, err := b.f1(ctx, truth, f)
		if err != nil {
			return err
		}
		if f1 > highest {
			highest, at = f1, strings.TrimPrefix(f, clusters+".")
		}
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	r.printf("  Splink at the threshold that is best for it with the truth in hand, %s bits, on %d records: F1 %.3f\n", at, n, highest)
	return nil
}

// splinkMatch prints how long Splink's way of matching new records with those there takes: with
// its examples' settings, and with those that we found best for it.
func (b *bench) splinkMatch(ctx context.Context, r *report, o newTimes) error {
	dir, err := b.file(ctx, b.records)
	if err != nil {
		return err
	}
	records := filepath.Join(dir, "records.csv")
	for _, c := range splinkSettings(dir) {
		if _, err := os.Stat(c.model); err != nil {
			learn := append([]string{"dedupe", records, filepath.Join(dir, "splink.csv"), "--save", c.model}, c.args...)
			if _, _, err := b.splink(ctx, learn...); err != nil {
				return err
			}
		}
		s, run, err := b.splink(ctx, "match", records, "--model", c.model, "--new", fmt.Sprint(b.fresh()))
		if err != nil {
			return err
		}
		r.printf("Splink %s, DuckDB %s, predict_between, %s, read and cleaned before (%.1f s) and term frequencies counted (%.1f s): %d in %.2f s, one in %.3f s; peak %.0f MiB\n",
			run.Splink, run.Duckdb, c.name, run.Seconds["read"], run.Seconds["set up"], b.fresh(), run.All.Seconds, run.One.Seconds, mib(s.peak))
		r.printf("  its time ÷ ours: %d stored and clustered %.1f, %d asked %.1f, one %.0f; it keeps no clusters, no store, and acknowledges nothing\n",
			b.fresh(), ratio(run.All.Seconds, o.stored.Seconds()), b.fresh(), ratio(run.All.Seconds, o.asked.Seconds()), ratio(run.One.Seconds, o.one.Seconds()))
	}
	return nil
}
