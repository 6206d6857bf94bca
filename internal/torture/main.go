// Command torture holds the program to its word while everything goes wrong: it is
// killed, loses its power, its disk fails or fills up.
//
//	go run ./internal/torture                            # all of it, about a quarter of an hour
//	go run ./internal/torture -long -report FILE         # hours; writes what was done and found
//	go run ./internal/torture -only kill,power -seed 7   # some of it
//
// Each scenario (scenario.go) torments the real program over gRPC and compares it with
// what the tormentor knows for certain. It prints a line with its seed and the command
// that repeats it. What a machine can't do, for want of root or of a loop device, is
// said, and counts as neither passed nor failed. The exit code is 1 when a promise was
// broken.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// lanes is how many scenarios that mostly wait run beside one another.
const lanes = 2

// options are the command line.
type options struct {
	long   bool
	only   string
	seed   uint64
	count  int
	report string
}

// String is the command line again.
func (o options) String() string {
	line := "go run ./internal/torture"
	if o.long {
		line += " -long"
	}
	if o.only != "" {
		line += " -only " + o.only
	}
	line += fmt.Sprintf(" -seed %d", o.seed)
	if o.count > 0 {
		line += fmt.Sprintf(" -count %d", o.count)
	}
	if o.report != "" {
		line += " -report " + filepath.ToSlash(o.report)
	}
	return line
}

func main() {
	var o options
	flag.BoolVar(&o.long, "long", false, "as many rounds as before a release")
	flag.StringVar(&o.only, "only", "", "names of the scenarios, between commas, with :MARK for one failpoint; all by itself")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of everything that is drawn by chance")
	flag.IntVar(&o.count, "count", 0, "rounds of each scenario; 0 for its own number")
	flag.StringVar(&o.report, "report", "", "file to write the report to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		os.Exit(1)
	}
}

// run carries the chosen scenarios out, and writes the report.
func run(ctx context.Context, out io.Writer, o options) error {
	chosen, err := choose(o.only)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "aloi-torture-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	started := time.Now()
	results := runAll(ctx, &lockedWriter{w: out}, chosen, &programs{dir: dir}, o)
	if o.report != "" {
		if err := writeReport(ctx, o, results, time.Since(started), dir); err != nil {
			return err
		}
	}
	failed := 0
	for _, r := range results {
		if r.failed() {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d scenarios failed", failed, len(results))
	}
	return nil
}

// choose returns the scenarios of a list of names.
func choose(only string) ([]scenario, error) {
	if only == "" {
		return scenarios, nil
	}
	var chosen []scenario
	for part := range strings.SplitSeq(only, ",") {
		name, detail, _ := strings.Cut(part, ":")
		i := slices.IndexFunc(scenarios, func(s scenario) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no scenario %q", name)
		}
		s := scenarios[i]
		s.detail = detail
		chosen = append(chosen, s)
	}
	return chosen, nil
}

// result is what became of a scenario.
type result struct {
	scenario
	job  *job
	err  error
	took time.Duration
}

// failed reports whether a promise was broken, or the scenario did not end.
func (r *result) failed() bool {
	return len(r.job.tally.failures) > 0 || r.err != nil && !isImpossible(r.err)
}

// What became of a scenario that this machine can do.
const (
	passed = "passed"
	broken = "FAILED"
)

// verdict is what became of a scenario, in a word, or why this machine can't do it.
func (r *result) verdict() string {
	switch {
	case r.failed():
		return broken
	case r.err != nil:
		return r.err.Error()
	}
	return passed
}

// line is what is printed of a result.
func (r *result) line() string {
	line := fmt.Sprintf("%-10s %s in %s, seed %d: %s", r.name, r.verdict(), r.took.Round(time.Second/10), r.job.seed, r.job.tally.counted())
	if r.failed() && r.err != nil {
		line += fmt.Sprintf("\n           %v", r.err)
	}
	return line + "\n           again: " + replay(r.name, r.job.seed, r.job.count)
}

// runAll runs those that wait beside one another, and then the others one by one.
func runAll(ctx context.Context, out io.Writer, chosen []scenario, built *programs, o options) []*result {
	results := make([]*result, len(chosen))
	for _, waits := range []bool{true, false} {
		width := 1
		if waits {
			width = lanes
		}
		free := make(chan struct{}, width)
		var all sync.WaitGroup
		for i, s := range chosen {
			if s.waits != waits {
				continue
			}
			free <- struct{}{}
			all.Go(func() {
				defer func() { <-free }()
				results[i] = runOne(ctx, out, s, built, o)
				fmt.Fprintln(out, results[i].line())
			})
		}
		all.Wait()
	}
	return results
}

// runOne gives a scenario its job.
func runOne(ctx context.Context, out io.Writer, s scenario, built *programs, o options) *result {
	count := s.short
	if o.long {
		count = s.long
	}
	if o.count > 0 {
		count = o.count
	}
	j := &job{name: s.name, detail: s.detail, out: out, seed: o.seed, count: count, long: o.long, built: built, dir: filepath.Join(built.dir, s.name)}
	started := time.Now()
	err := os.Mkdir(j.dir, 0o700)
	if err == nil {
		err = errors.Join(s.run(ctx, j), os.RemoveAll(j.dir))
	}
	return &result{s, j, err, time.Since(started)}
}

// lockedWriter lets several scenarios write, each a whole message at a time.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
