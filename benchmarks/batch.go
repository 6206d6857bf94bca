package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
)

// batchTurns is how often each way to de-duplicate a file has its turn, and onceFrom from how
// many records on one turn is enough. A machine may be half as fast a minute later: what is
// compared runs by turns, and the median counts.
const (
	batchTurns = 3
	onceFrom   = 2_000_000
)

// way is one way to de-duplicate a file.
type way struct {
	name    string
	learns  bool // the model, from the file; else it has a saved one
	run     func(context.Context) (spent, string, error)
	said    string  // by its last run, of itself
	f1      float64 // of its clusters
	spent   []spent // by turn
	against *way    // ours that does the same
}

// median returns what the run took whose wall time is the median.
func (w *way) median() spent {
	runs := slices.Clone(w.spent)
	slices.SortFunc(runs, func(a, b spent) int { return int(a.wall - b.wall) })
	return runs[len(runs)/2]
}

// batch measures `aloi dedupe`, CSV in and clusters out, with the model learned and with a
// saved one, and Splink on the same file.
func (b *bench) batch(ctx context.Context, r *report) error {
	r.printf("batch: `aloi dedupe`, from a CSV file of synth (seed %d) to a file of clusters; the median of the turns\n\n", b.seed)
	r.printf("%-58s %9s %8s %8s %9s %7s %9s  %s\n", "", "records", "wall s", "CPU s", "peak MiB", "F1", "records/s", "wall s by turn")
	for _, n := range b.sizes() {
		if err := b.batchOf(ctx, r, n); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) batchOf(ctx context.Context, r *report, n int) error {
	dir, err := b.file(ctx, n)
	if err != nil {
		return err
	}
	compared := 0
	ways := b.ours(dir, &compared)
	if b.python != "" {
		ways = append(ways, b.splinkWays(dir, ways)...)
	}
	turns := batchTurns
	if n >= onceFrom {
		turns = 1
	}
	for range turns {
		for _, w := range ways {
			if err := b.turn(ctx, dir, w); err != nil {
				return err
			}
		}
	}
	for _, w := range ways {
		r.way(n, w)
	}
	learned, saved := ways[0].median(), ways[1].median()
	r.printf("  %d comparisons; learning takes %.0f %% of the time\n", compared, 100*(1-ratio(saved.wall.Seconds(), learned.wall.Seconds())))
	if err := b.keep("batch", n, figures{Comparisons: compared, CPUSeconds: saved.cpu.Seconds()}); err != nil || b.python == "" || n > sweepRecords {
		return err
	}
	return b.splinkBest(ctx, r, n, dir)
}

// turn lets a way run once, and scores its clusters.
func (b *bench) turn(ctx context.Context, dir string, w *way) error {
	s, said, err := w.run(ctx)
	if err != nil {
		return err
	}
	w.spent, w.said = append(w.spent, s), said
	w.f1, err = b.f1(ctx, filepath.Join(dir, "truth.csv"), clustersIn(dir))
	return err
}

// clustersIn is where every way writes its clusters.
func clustersIn(dir string) string { return filepath.Join(dir, "clusters.csv") }

// way prints what one took, and how that compares with ours.
func (r *report) way(records int, w *way) {
	s := w.median()
	r.printf("%-58s %9d %8.1f %8.1f %9.0f %7.3f %9.0f ", w.name, records, s.wall.Seconds(), s.cpu.Seconds(), mib(s.peak), w.f1, rate(records, s.wall))
	for _, x := range w.spent {
		r.printf(" %.1f", x.wall.Seconds())
	}
	r.printf("\n")
	if w.against != nil {
		o := w.against.median()
		r.printf("  its wall time ÷ ours %.2f, its CPU time ÷ ours %.2f, its memory ÷ ours %.2f; %s\n",
			ratio(s.wall.Seconds(), o.wall.Seconds()), ratio(s.cpu.Seconds(), o.cpu.Seconds()), ratio(float64(s.peak), float64(o.peak)), w.said)
	}
}

// ours are the two ways of Aloi; compared gets how many pairs were compared.
func (b *bench) ours(dir string, compared *int) []*way {
	records, model := filepath.Join(dir, "records.csv"), filepath.Join(dir, "model.yaml")
	dedupe := func(ctx context.Context, more ...string) (spent, string, error) {
		s, out, err := measured(ctx, b.aloi, append([]string{"dedupe", "--json", "--in", records, "--clusters", clustersIn(dir)}, more...)...)
		if err != nil {
			return s, "", err
		}
		var summary struct{ Comparisons int }
		err = json.Unmarshal(out, &summary)
		*compared = summary.Comparisons
		return s, "", err
	}
	train := func(ctx context.Context) string {
		if _, _, err := measured(ctx, b.aloi, "train", "--json", "--in", records, "--out", model); err != nil {
			return "shipped" // too few records teach nothing
		}
		return model
	}
	saved := ""
	return []*way{
		{name: "Aloi, model learned from the file", learns: true, run: func(ctx context.Context) (spent, string, error) { return dedupe(ctx) }},
		{name: "Aloi, saved model", run: func(ctx context.Context) (spent, string, error) {
			if saved == "" {
				saved = train(ctx)
			}
			return dedupe(ctx, "--model", saved)
		}},
	}
}

// oursThat returns the way of Aloi that learns, or not.
func oursThat(ways []*way, learns bool) *way {
	return ways[slices.IndexFunc(ways, func(w *way) bool { return w.learns == learns })]
}
