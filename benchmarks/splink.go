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

// splinkDedupe runs Splink on the same file: as it learns, with its saved model, both with the
// settings that are best for it and with those of its examples, and, on
// files of at most sweepRecords, at the threshold that is best for it with the truth in hand.
func (b *bench) splinkDedupe(ctx context.Context, r *report, dir string, n int, o ours) error {
	records, truth := filepath.Join(dir, "records.csv"), filepath.Join(dir, "truth.csv")
	clusters, model := filepath.Join(dir, "splink.csv"), filepath.Join(dir, "splink.json")
	run := func(what string, against spent, args ...string) (splinkRun, error) {
		s, run, err := b.splink(ctx, append([]string{"dedupe", records, clusters}, args...)...)
		if err != nil {
			return run, err
		}
		f1, err := b.f1(ctx, truth, clusters)
		r.row(fmt.Sprintf("Splink %s, DuckDB %s, %s", run.Splink, run.Duckdb, what), n, s, f1)
		r.printf("  by stage, s: %v; its wall time ÷ ours %.2f, its CPU time ÷ ours %.2f, its memory ÷ ours %.2f\n", run.Seconds,
			ratio(s.wall.Seconds(), against.wall.Seconds()), ratio(s.cpu.Seconds(), against.cpu.Seconds()), ratio(float64(s.peak), float64(against.peak)))
		return run, err
	}
	if _, err := run("learned", o.learned, "--save", model); err != nil {
		return err
	}
	if _, err := run("saved", o.saved, "--model", model); err != nil {
		return err
	}
	example := filepath.Join(dir, "splink-example.json")
	if _, err := run("as in its examples, learned", o.learned, "--example", "--save", example); err != nil {
		return err
	}
	if _, err := run("as in its examples, saved", o.saved, "--model", example); err != nil {
		return err
	}
	if n > sweepRecords {
		return nil
	}
	return b.splinkBest(ctx, r, n, records, truth, clusters, model)
}

// sweepRecords is up to which size the best threshold of Splink is looked for.
const sweepRecords = 100_000

func (b *bench) splinkBest(ctx context.Context, r *report, n int, records, truth, clusters, model string) error {
	if _, _, err := b.splink(ctx, "dedupe", records, clusters, "--model", model, "--sweep"); err != nil {
		return err
	}
	files, err := filepath.Glob(clusters + ".*")
	if err != nil {
		return err
	}
	best, at := 0.0, ""
	for _, f := range files {
		f1, err := b.f1(ctx, truth, f)
		if err != nil {
			return err
		}
		if f1 > best {
			best, at = f1, strings.TrimPrefix(f, clusters+".")
		}
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	r.printf("  Splink at the threshold that is best for it with the truth in hand, %s bits, on %d records: F1 %.3f\n", at, n, best)
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
	for _, c := range []struct {
		what, model string
		settings    []string
	}{
		{"as in its examples", filepath.Join(dir, "splink-example.json"), []string{"--example"}},
		{"at its best", filepath.Join(dir, "splink.json"), nil},
	} {
		if _, err := os.Stat(c.model); err != nil {
			learn := append([]string{"dedupe", records, filepath.Join(dir, "splink.csv"), "--save", c.model}, c.settings...)
			if _, _, err := b.splink(ctx, learn...); err != nil {
				return err
			}
		}
		s, run, err := b.splink(ctx, "match", records, "--model", c.model, "--new", fmt.Sprint(b.fresh()))
		if err != nil {
			return err
		}
		r.printf("Splink %s, DuckDB %s, predict_between, %s, read and cleaned before (%.1f s) and term frequencies counted (%.1f s): %d in %.2f s, one in %.3f s; peak %.0f MiB\n",
			run.Splink, run.Duckdb, c.what, run.Seconds["read"], run.Seconds["set up"], b.fresh(), run.All.Seconds, run.One.Seconds, mib(s.peak))
		r.printf("  its time ÷ ours: %d stored and clustered %.1f, %d asked %.1f, one %.0f; it keeps no clusters, no store, and acknowledges nothing\n",
			b.fresh(), ratio(run.All.Seconds, o.stored.Seconds()), b.fresh(), ratio(run.All.Seconds, o.asked.Seconds()), ratio(run.One.Seconds, o.one.Seconds()))
	}
	return nil
}
