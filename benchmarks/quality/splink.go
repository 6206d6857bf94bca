package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"aloi/benchmarks/truthset"
	"aloi/internal/quality"
)

// The thresholds at which Splink's links are clustered, in bits. Splink leaves the
// choice to its user; its tutorials take a probability of .95.
const (
	splinkLowest  = -12.0
	splinkHighest = 30.0
	splinkStep    = 0.5
)

var splinkTutorial = math.Log2(.95 / .05)

// splinkScript runs Splink; how to make the Python that it wants stands at its top.
const splinkScript = "benchmarks/quality/run_splink.py"

// splinkRun is what the script says of itself.
type splinkRun struct {
	Splink  string  `json:"splink"`
	Duckdb  string  `json:"duckdb"`
	Seconds float64 `json:"seconds"` // to read, train, predict and cluster at .95
	links   []splinkLink
}

type splinkLink struct {
	a, b   int32
	weight float64 // bits
}

// printSplink runs Splink on the same records and prints how it does at the threshold of
// its tutorials, and at the one that is best for it with the truth in hand.
func printSplink(python string, w wanted, s *truthset.Set) error {
	if w.folder == "senzing_truthset" {
		return nil // no settings: too few records to learn from
	}
	run, err := runSplink(python, w, s)
	if err != nil {
		return fmt.Errorf("Splink: %w; its set-up is at the top of %s", err, splinkScript)
	}
	r := &result{Set: s}
	at := func(threshold float64) quality.Result { return r.scoreOf(run.labels(len(s.Records), threshold)) }
	best, bestAt := quality.Result{}, 0.0
	for t := splinkLowest; t <= splinkHighest; t += splinkStep {
		if q := at(t); q.PairF1 > best.PairF1 {
			best, bestAt = q, t
		}
	}
	for _, row := range []struct {
		way string
		q   quality.Result
	}{
		{fmt.Sprintf("Splink %s, .95", run.Splink), at(splinkTutorial)},
		{fmt.Sprintf("Splink %s, best: %.1f bits", run.Splink, bestAt), best},
	} {
		f := scored(w.name, row.way, row.q)
		f.Seconds = run.Seconds
		fmt.Println(f.row())
	}
	return nil
}

// splinkLimit is how long Splink may take for one set.
const splinkLimit = 10 * time.Minute

func runSplink(python string, w wanted, s *truthset.Set) (*splinkRun, error) {
	dir, err := os.MkdirTemp("", "aloi-splink-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	records, err := truthset.Find(s.Folder, "records.csv")
	if err != nil {
		return nil, err
	}
	links := filepath.Join(dir, "links.csv")
	args := []string{splinkScript, records, w.folder, links}
	if w.drop != "" {
		args = append(args, "--drop", w.drop)
	}
	command := exec.Command(python, args...)
	var out, complaints bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaints
	stop := time.AfterFunc(splinkLimit, func() { _ = command.Process.Kill() })
	defer stop.Stop()
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, lastLine(complaints.Bytes()))
	}
	var run splinkRun
	if err := json.Unmarshal(lastLine(out.Bytes()), &run); err != nil {
		return nil, err
	}
	run.links, err = readLinks(links, s.IDs)
	return &run, err
}

func lastLine(b []byte) []byte {
	b = bytes.TrimSpace(b)
	return b[bytes.LastIndexByte(b, '\n')+1:]
}

func readLinks(path string, ids []string) ([]splinkLink, error) {
	at := make(map[string]int32, len(ids))
	for i, id := range ids {
		at[id] = int32(i)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.ReuseRecord = true
	if _, err := in.Read(); err != nil {
		return nil, err
	}
	var links []splinkLink
	for {
		row, err := in.Read()
		if err == io.EOF {
			slices.SortFunc(links, func(x, y splinkLink) int { return cmp.Compare(y.weight, x.weight) })
			return links, nil
		}
		if err != nil {
			return nil, err
		}
		a, okA := at[row[0]]
		b, okB := at[row[1]]
		weight, err := strconv.ParseFloat(row[2], 64)
		if err != nil || !okA || !okB {
			return nil, fmt.Errorf("%s: a link that cannot be read", filepath.Base(path))
		}
		links = append(links, splinkLink{a, b, weight})
	}
}

// labels are the connected components of the links at and above a threshold, which is
// how Splink clusters.
func (r *splinkRun) labels(records int, threshold float64) []int32 {
	f := newForest(records)
	for _, l := range r.links {
		if l.weight < threshold {
			break
		}
		f.join(l.a, l.b)
	}
	return f.labels()
}
