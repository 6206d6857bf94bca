package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// figures are what the baseline keeps of one set.
type figures struct {
	Set            string  `json:"set"`
	PairPrecision  float64 `json:"pair_precision"`
	PairRecall     float64 `json:"pair_recall"`
	PairF1         float64 `json:"pair_f1"`
	B3F1           float64 `json:"b3_f1"`
	Comparisons    float64 `json:"comparisons_per_record"`
	BlockingRecall float64 `json:"blocking_recall"`
}

func (r *result) figures() figures {
	return figures{
		Set: r.name, PairPrecision: r.score.PairPrecision, PairRecall: r.score.PairRecall, PairF1: r.score.PairF1,
		B3F1: r.score.B3F1, Comparisons: float64(r.partition.Compared) / float64(len(r.records)), BlockingRecall: r.blockingRecall,
	}
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
			if n.Set == o.Set && (n.PairF1 < o.PairF1-maxFall || n.B3F1 < o.B3F1-maxFall) {
				fallen = append(fallen, fmt.Sprintf("%s: pair F1 %.4f, was %.4f; B-cubed F1 %.4f, was %.4f", n.Set, n.PairF1, o.PairF1, n.B3F1, o.B3F1))
			}
		}
	}
	return fallen, nil
}

// write replaces the table and the baseline of the folder.
func write(folder string, rows []string, now []figures) error {
	b, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, baselineFile), append(b, '\n'), 0o644); err != nil {
		return err
	}
	text := "# Match quality\n\nThe shipped model, untrained, at its own threshold, on the truth sets.\n" +
		"Rebuilt by `go run ./benchmarks/quality -write`; docs/matching.md says how to read it.\n\n" +
		header + "\n" + strings.Join(rows, "\n") + "\n"
	return os.WriteFile(filepath.Join(folder, tableFile), []byte(text), 0o644)
}
