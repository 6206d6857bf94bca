package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// bench is what all parts share.
type bench struct {
	options
	machine string
	root    string // of the module
	aloi    string // the program
}

// newBench makes the folders and builds the program.
func newBench(ctx context.Context, o options) (*bench, error) {
	b := &bench{options: o}
	if o.records < 1 || o.streams < 1 || o.perMessage < 1 || o.calls < 1 {
		return nil, fmt.Errorf("records, streams, operations and calls are counted from 1")
	}
	var err error
	if b.work, err = filepath.Abs(o.work); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(b.work, 0o755); err != nil {
		return nil, err
	}
	if b.machine, err = describeMachine(b.work); err != nil {
		return nil, err
	}
	mod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return nil, err
	}
	b.root, b.aloi = filepath.Dir(string(bytes.TrimSpace(mod))), filepath.Join(b.work, "aloi")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", b.aloi, "aloi/cmd/aloi").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building: %w: %s", err, out)
	}
	return b, nil
}

// million is a size that is measured on the way to a larger one.
const million = 1_000_000

// sizes are those at which things are measured: a tenth of the records, a million on the
// way to more, and all.
func (b *bench) sizes() []int {
	sizes := []int{b.records}
	if b.records > million {
		sizes = append(sizes, million, million/10)
	} else if b.records >= 10 {
		sizes = append(sizes, b.records/10)
	}
	slices.Sort(sizes)
	return slices.Compact(sizes)
}

// path is a file in the folder of work that depends on the records and the seed.
func (b *bench) path(kind string, records int) string {
	return filepath.Join(b.work, fmt.Sprintf("%s-%d-%d", kind, records, b.seed))
}

// made makes a file or folder that is not there yet: under another name, so that what is
// there is whole.
func made(path string, make func(path string) error) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	part := path + ".part"
	if err := os.RemoveAll(part); err != nil {
		return err
	}
	if err := make(part); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// file returns a folder with records.csv and truth.csv of so many records.
func (b *bench) file(ctx context.Context, records int) (string, error) {
	dir := b.path("csv", records)
	return dir, made(dir, func(part string) error {
		_, _, err := measured(ctx, b.aloi, "synth", "--quiet", "--records", fmt.Sprint(records), "--seed", fmt.Sprint(b.seed), "--out", part)
		return err
	})
}

// f1 is the pairwise F1 of clusters.
func (b *bench) f1(ctx context.Context, truth, clusters string) (float64, error) {
	_, out, err := measured(ctx, b.aloi, "evaluate", "--json", "--truth", truth, "--clusters", clusters)
	if err != nil {
		return 0, err
	}
	var result struct {
		F1 float64 `json:"pair_f1"`
	}
	return result.F1, json.Unmarshal(out, &result)
}
