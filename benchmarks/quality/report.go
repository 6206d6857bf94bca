package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"aloi/internal/quality"
)

// figures are what was measured on one set in one way. The baseline keeps what another
// machine finds too, all but time and memory. 0 stands for what was not measured.
type figures struct {
	Set            string  `json:"set"`
	Way            string  `json:"way"`
	PairPrecision  float64 `json:"pair_precision"`
	PairRecall     float64 `json:"pair_recall"`
	PairF1         float64 `json:"pair_f1"`
	B3Precision    float64 `json:"b3_precision"`
	B3Recall       float64 `json:"b3_recall"`
	B3F1           float64 `json:"b3_f1"`
	Overmerged     int     `json:"overmerged_clusters"`
	Split          int     `json:"split_entities"`
	Comparisons    float64 `json:"comparisons_per_record,omitempty"`
	Keys           float64 `json:"keys_per_record,omitempty"`
	BlockingRecall float64 `json:"blocking_recall,omitempty"`
	Seconds        float64 `json:"-"`
	PeakMiB        int     `json:"-"`
}

func (r *result) figures(set string) figures {
	f := scored(set, r.way, r.score)
	f.Comparisons = float64(r.partition.Compared) / float64(len(r.Records))
	f.Keys, f.BlockingRecall = r.keys, r.blockingRecall
	f.Seconds, f.PeakMiB = r.elapsed.Seconds(), r.peak
	return f
}

func scored(set, way string, q quality.Result) figures {
	return figures{
		Set: set, Way: way, PairPrecision: q.PairPrecision, PairRecall: q.PairRecall, PairF1: q.PairF1,
		B3Precision: q.B3Precision, B3Recall: q.B3Recall, B3F1: q.B3F1, Overmerged: q.OvermergedClusters, Split: q.SplitEntities,
	}
}

const header = "| set | model | pair P | pair R | pair F1 | B3 P | B3 R | B3 F1 | over-merged | split | comparisons a record | keys a record | blocking recall | seconds | peak MiB |\n" +
	"|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"

func (f figures) row() string {
	return fmt.Sprintf("| %s | %s | %.4f | %.4f | **%.4f** | %.4f | %.4f | **%.4f** | %d | %d | %s | %s | %s | %.1f | %s |", f.Set, f.Way,
		f.PairPrecision, f.PairRecall, f.PairF1, f.B3Precision, f.B3Recall, f.B3F1, f.Overmerged, f.Split,
		known("%.1f", f.Comparisons), known("%.1f", f.Keys), known("%.4f", f.BlockingRecall), f.Seconds, known("%.0f", float64(f.PeakMiB)))
}

// known formats a figure; one that was not measured is a dash.
func known(format string, v float64) string {
	if v == 0 {
		return "–"
	}
	return fmt.Sprintf(format, v)
}

// The files that -write replaces.
const (
	tableFile    = "table.md"
	baselineFile = "baseline.json"
)

// maxFall is how far F1 may fall below the baseline.
const maxFall = 0.002

// compare returns what fell below the baseline in the folder; without one, nothing.
func compare(folder string, now []figures) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(folder, baselineFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var before []figures
	if err := json.Unmarshal(b, &before); err != nil {
		return nil, err
	}
	var fallen []string
	for _, n := range now {
		for _, o := range before {
			if n.Set == o.Set && n.Way == o.Way && (n.PairF1 < o.PairF1-maxFall || n.B3F1 < o.B3F1-maxFall) {
				fallen = append(fallen, fmt.Sprintf("%s, %s: pair F1 %.4f, was %.4f; B-cubed F1 %.4f, was %.4f",
					n.Set, n.Way, n.PairF1, o.PairF1, n.B3F1, o.B3F1))
			}
		}
	}
	return fallen, nil
}

// chapters are the tables of the table file, in order.
var chapters = []struct{ way, title, text string }{
	{shipped, "The shipped model", "Untrained, at its own thresholds: what the first user of a new store gets."},
	{trained, "Trained on the set, without labels", "What `aloi dedupe` and `aloi train` do; under 500 records the shipped model stays."},
	{streaming, "Streamed into a new store", "The shipped model, records in the order of the file, the partition of the store after so many."},
}

// write replaces the table and the baseline of the folder.
func write(folder string, now []figures) error {
	b, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, baselineFile), append(b, '\n'), 0o644); err != nil {
		return err
	}
	var text strings.Builder
	text.WriteString("# Match quality\n\nRebuilt by `go run ./benchmarks/quality -write`; docs/quality.md says how to read it and has the peers beside it.\n" +
		"Seconds and memory are of two shared cores.\n")
	for _, c := range chapters {
		fmt.Fprintf(&text, "\n## %s\n\n%s\n\n%s\n", c.title, c.text, header)
		for _, f := range now {
			if f.Way == c.way {
				text.WriteString(f.row() + "\n")
			}
		}
	}
	return os.WriteFile(filepath.Join(folder, tableFile), []byte(text.String()), 0o644)
}
