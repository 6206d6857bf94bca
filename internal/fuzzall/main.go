// Command fuzzall runs every fuzz target of the module for a short time, and fails when
// one of them finds a fault.
//
//	go run ./internal/fuzzall              # 5 s each
//	go run ./internal/fuzzall -time 1m     # longer
//	go run ./internal/fuzzall -tries 1000  # as many inputs each, however long that takes
//	go run ./internal/fuzzall -run Decode  # some of them
//	go run ./internal/fuzzall -seed 0      # by chance, from where the last run ended
//
// With a seed a run begins with the inputs that are committed and tries the same ones each time
// in the same order, and with a number of tries as many: what it finds is then of the change, and
// not of the day or of how fast the machine is. Without a seed it begins
// with what earlier runs kept in the cache of the go command: look for new faults so, for as
// long as there is time. An input that shows a fault is written to testdata/fuzz beside its test: it
// is committed with what mends it. It exits with 1 for a fault, with 2 where it can't run.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// module is what every import path begins with.
const module = "aloi/"

func main() {
	length := flag.Duration("time", 5*time.Second, "how long each target runs")
	tries := flag.Int("tries", 0, "how many inputs each target tries; 0: as many as there is time for")
	jobs := flag.Int("jobs", 2, "targets at once; each takes a core")
	seed := flag.Int("seed", 1, "of what is tried; 0 is chance, and goes on where the last run ended")
	only := flag.String("run", "", "regular expression of the targets to run")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	failed, err := runAll(ctx, how{length: *length, tries: *tries, seed: *seed}, max(1, *jobs), *only)
	if err != nil {
		fmt.Fprintf(os.Stderr, "fuzzall: %v\n", err)
		os.Exit(2)
	}
	if failed > 0 {
		fmt.Printf("%d targets found a fault\n", failed)
		os.Exit(1)
	}
}

// runAll runs the targets whose name matches and returns how many failed.
func runAll(ctx context.Context, h how, jobs int, only string) (failed int, err error) {
	start := time.Now()
	matches, err := regexp.Compile(only)
	if err != nil {
		return 0, err
	}
	targets, err := targetsIn(".", "./...")
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "aloi-fuzz-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	if h.cache = filepath.Join(dir, "kept"); h.seed == 0 {
		if h.cache, err = fuzzCache(); err != nil {
			return 0, err
		}
	}
	ready, built := make(chan job, len(targets)), make(chan error, 1)
	go func() {
		defer close(ready)
		built <- buildAll(ctx, targets, matches, dir, ready)
	}()
	var execs int64
	ran := 0
	for r := range fuzzAll(ctx, ready, jobs, h) {
		ran, execs = ran+1, execs+r.execs
		fmt.Println(r.String())
		if r.failed {
			failed++
			fmt.Printf("%s\n%s\n", r.output, r.replay)
		}
	}
	if err := <-built; err != nil {
		return failed, err
	}
	fmt.Printf("%d targets, %d execs, %s\n", ran, execs, time.Since(start).Round(time.Second))
	return failed, ctx.Err()
}

// job is a target and the binary that it is in.
type job struct {
	target
	binary string
}

// buildAll compiles each package and passes its targets on.
func buildAll(ctx context.Context, targets []target, matches *regexp.Regexp, dir string, ready chan<- job) error {
	binaries := map[string]string{}
	for _, t := range targets {
		if !matches.MatchString(t.name) {
			continue
		}
		if binaries[t.pkg] == "" {
			binaries[t.pkg] = filepath.Join(dir, strconv.Itoa(len(binaries))+".test")
			if output, err := build(ctx, t.pkg, binaries[t.pkg]); err != nil {
				return fmt.Errorf("%s: %w\n%s", t.pkg, err, output)
			}
		}
		ready <- job{t, binaries[t.pkg]}
	}
	return nil
}

// fuzzAll runs jobs as they come, some at once.
func fuzzAll(ctx context.Context, ready <-chan job, jobs int, h how) <-chan result {
	results := make(chan result)
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			for j := range ready {
				if ctx.Err() == nil {
					results <- fuzz(ctx, j.target, j.binary, h)
				}
			}
		})
	}
	go func() {
		workers.Wait()
		close(results)
	}()
	return results
}

// fuzzCache is where the go command keeps what fuzzing found.
func fuzzCache() (string, error) {
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "fuzz"), nil
}
