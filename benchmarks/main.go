// Command benchmarks measures what Aloi costs, and runs peers and raw limits beside it in
// one go on the same machine: it makes its data with synth, builds the program, runs it as
// processes of their own, and prints ratios with a description of the machine.
//
//	go run ./benchmarks                                              # all parts at a million records
//	go run ./benchmarks -part batch,match -python .venv/bin/python   # Splink beside
//
// Each part is written to -out as YYYY-MM-DD-PART.txt, what has a curve as .svg too. Data
// and stores stay in -work for the next run; the directory can be removed at any time. The
// parts are described in docs/performance.md, and the Python that Splink wants at the top of
// benchmarks/peers/splink_run.py.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// options are what the command line says.
type options struct {
	parts      []string
	records    int    // of the largest store and file
	seed       uint64 // of the invented customers
	streams    int    // that ingest at once
	perMessage int    // operations of one message
	inFlight   int    // unacknowledged operations of one stream
	calls      int    // timed calls of each kind
	python     string // runs Splink; empty leaves it out
	work, out  string // folders
}

// part is one thing that can be measured alone.
type part struct {
	name string
	run  func(*bench, context.Context, *report) error
}

// parts are in the order in which they are run: limits compare with what stream left.
var parts = []part{
	{"batch", (*bench).batch},
	{"stream", (*bench).stream},
	{"match", (*bench).match},
	{"limits", (*bench).limits},
	{"hostile", (*bench).hostile},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o := readFlags()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		os.Exit(1)
	}
}

func readFlags() options {
	var o options
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	list := flag.String("part", strings.Join(names, ","), "what to measure")
	flag.IntVar(&o.records, "records", 1_000_000, "records of the largest store and file; a tenth of it is measured too, and 1,000,000 on the way to more")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the invented customers")
	flag.IntVar(&o.streams, "streams", 2, "streams that ingest at once")
	flag.IntVar(&o.perMessage, "per-message", 100, "operations in one message")
	flag.IntVar(&o.inFlight, "in-flight", 2_000, "unacknowledged operations of one stream")
	flag.IntVar(&o.calls, "calls", 5_000, "timed calls of each kind")
	flag.StringVar(&o.python, "python", "", "Python with benchmarks/peers/requirements.txt; without it no peer runs")
	flag.StringVar(&o.work, "work", "bin/benchmarks", "folder for data and stores, some 10 GB for a million records")
	flag.StringVar(&o.out, "out", "benchmarks/results", "folder for the results")
	flag.Parse()
	o.parts = strings.Split(*list, ",")
	return o
}

// run measures the parts in their order.
func run(ctx context.Context, o options, stdout io.Writer) error {
	for _, name := range o.parts {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			return fmt.Errorf("there is no part %q", name)
		}
	}
	b, err := newBench(ctx, o)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if !slices.Contains(o.parts, p.name) {
			continue
		}
		r := newReport(stdout, o, p.name)
		r.printf("%s\n\n", b.machine)
		if err := p.run(b, ctx, r); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if err := r.write(); err != nil {
			return err
		}
	}
	return nil
}
