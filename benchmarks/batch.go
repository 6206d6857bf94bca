package main

import (
	"context"
	"encoding/json"
	"path/filepath"
)

// batch measures `aloi dedupe`, CSV in and clusters out, with the model learned and with a
// saved one, and Splink on the same file.
func (b *bench) batch(ctx context.Context, r *report) error {
	r.printf("batch: `aloi dedupe`, from a CSV file of synth (seed %d) to a file of clusters\n\n", b.seed)
	r.printf("%-34s %9s %8s %8s %9s %7s %9s\n", "", "records", "wall s", "CPU s", "peak MiB", "F1", "records/s")
	for _, n := range b.sizes() {
		dir, err := b.file(ctx, n)
		if err != nil {
			return err
		}
		ours, err := b.dedupe(ctx, r, dir, n)
		if err != nil {
			return err
		}
		if b.python == "" {
			continue
		}
		if err := b.splinkDedupe(ctx, r, dir, n, ours); err != nil {
			return err
		}
	}
	return nil
}

// row prints one run.
func (r *report) row(what string, records int, s spent, f1 float64) {
	r.printf("%-34s %9d %8.1f %8.1f %9.0f %7.3f %9.0f\n", what, records, s.wall.Seconds(), s.cpu.Seconds(), mib(s.peak), f1, rate(records, s.wall))
}

// ours are the runs of Aloi that others are compared with.
type ours struct{ learned, saved spent }

func (b *bench) dedupe(ctx context.Context, r *report, dir string, n int) (o ours, err error) {
	records, truth := filepath.Join(dir, "records.csv"), filepath.Join(dir, "truth.csv")
	model, clusters := filepath.Join(dir, "model.yaml"), filepath.Join(dir, "clusters.csv")
	compared := 0
	dedupe := func(what string, more ...string) (spent, error) {
		s, out, err := measured(ctx, b.aloi, append([]string{"dedupe", "--json", "--in", records, "--clusters", clusters}, more...)...)
		if err != nil {
			return s, err
		}
		var summary struct{ Comparisons int }
		if err := json.Unmarshal(out, &summary); err != nil {
			return s, err
		}
		compared = summary.Comparisons
		f1, err := b.f1(ctx, truth, clusters)
		r.row(what, n, s, f1)
		return s, err
	}
	if o.learned, err = dedupe("Aloi, model learned from the file"); err != nil {
		return o, err
	}
	train := []string{"train", "--json", "--in", records, "--out", model}
	if _, _, err = measured(ctx, b.aloi, train...); err != nil {
		// Too few records teach nothing: the shipped model takes the place of a saved one.
		model = "shipped"
	}
	if o.saved, err = dedupe("Aloi, saved model", "--model", model); err != nil {
		return o, err
	}
	r.printf("  %d comparisons; learning takes %.0f %% of the time\n", compared, 100*(1-ratio(o.saved.wall.Seconds(), o.learned.wall.Seconds())))
	return o, b.keep("batch", n, figures{Comparisons: compared, CPUSeconds: o.saved.cpu.Seconds()})
}
