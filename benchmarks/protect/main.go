// Command protect measures what the protection of a store costs: the same invented
// customers go, by turns, into a bare database, into one that is sealed, witnessed and
// guarded against a full disk, and into one that keeps what commits wrote besides.
//
//	go run ./benchmarks/protect
//	go run ./benchmarks/protect -records 200000 -batch 64
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"syscall"
	"time"

	"aloi/engine"
	"aloi/internal/synth"
	"aloi/store"
	"aloi/store/badger"
	"aloi/store/kv"
	"aloi/store/seal"
)

var (
	records    = flag.Int("records", 100_000, "records that each store gets")
	batch      = flag.Int("batch", 512, "records that share a commit")
	seed       = flag.Uint64("seed", 1, "seed of the invented customers")
	dir        = flag.String("dir", "", "where to put the stores; a temporary directory when empty")
	cpuProfile = flag.String("cpuprofile", "", "write a CPU profile to this file")
)

// windowRecords is how many records go into one store before as many go into the next: what
// else the machine does then slows all of them.
const windowRecords = 2048

func main() {
	flag.Parse()
	debug.SetGCPercent(200) // as aloi serve does
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "protect:", err)
		os.Exit(1)
	}
}

// subject is a store, and how long each window took it.
type subject struct {
	name       string
	options    func(dir string) badger.Options
	engine     *engine.Engine
	db         kv.DB
	clock, cpu []time.Duration
}

func sealed(archiveBytes int64) func(dir string) badger.Options {
	return func(dir string) badger.Options {
		return badger.Options{
			Keyring: seal.NewKeyring(nil, ""), Witness: filepath.Join(dir, "witness"), ArchiveBytes: archiveBytes,
			Space: badger.SpaceOptions{Ballast: filepath.Join(dir, "ballast")},
		}
	}
}

func run(ctx context.Context) error {
	subjects := []*subject{
		{name: "bare", options: func(string) badger.Options { return badger.Options{Space: badger.SpaceOptions{Off: true}} }},
		{name: "sealed, witnessed, guarded", options: sealed(0)},
		{name: "and archived", options: sealed(1 << 40)},
	}
	for _, s := range subjects {
		root, err := os.MkdirTemp(*dir, "aloi-protect-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(root)
		if err := s.open(ctx, root); err != nil {
			return err
		}
		defer func() {
			if err := errors.Join(s.engine.Close(), s.db.Close()); err != nil {
				fmt.Fprintln(os.Stderr, "protect:", err)
			}
		}()
	}
	if *cpuProfile != "" {
		f, err := os.Create(*cpuProfile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	if err := ingest(ctx, subjects); err != nil {
		return err
	}
	report(subjects)
	return nil
}

func (s *subject) open(ctx context.Context, root string) error {
	db, err := badger.Open(filepath.Join(root, "store"), s.options(root))
	if err != nil {
		return err
	}
	s.db = db
	st, err := store.Open(ctx, db, []byte("a secret for measurements"))
	if err != nil {
		return err
	}
	s.engine, err = engine.Open(ctx, st, engine.Options{Now: time.Now})
	return err
}

// ingest sends window after window to all, another one being the first each time.
func ingest(ctx context.Context, subjects []*subject) error {
	source := synth.New(*seed, *records)
	for n := 0; ; n++ {
		var ops []engine.Operation
		for len(ops) < windowRecords {
			r, _, ok := source.Next()
			if !ok {
				return nil
			}
			ops = append(ops, engine.Operation{Put: r})
		}
		for i := range subjects {
			if err := subjects[(n+i)%len(subjects)].ingest(ctx, ops); err != nil {
				return err
			}
		}
	}
}

func (s *subject) ingest(ctx context.Context, ops []engine.Operation) error {
	began, used := time.Now(), cpuTime()
	for list := range slices.Chunk(ops, *batch) {
		if _, err := s.engine.Apply(ctx, list); err != nil {
			return err
		}
	}
	s.clock, s.cpu = append(s.clock, time.Since(began)), append(s.cpu, cpuTime()-used)
	return nil
}

// report prints rates, and the speed of each store as a part of that of the first: over all
// windows, and the median of windows, which what else the machine did moves less.
func report(subjects []*subject) {
	windows := len(subjects[0].clock)
	fmt.Printf("%d records each, %d in a commit, in process, %d windows of %d by turns\n", windows*windowRecords, *batch, windows, windowRecords)
	for _, s := range subjects {
		fmt.Printf("  %-28s %6.0f records/s, %4.0f µs of CPU a record", s.name,
			float64(windows*windowRecords)/total(s.clock).Seconds(), float64(total(s.cpu).Microseconds())/float64(windows*windowRecords))
		if s != subjects[0] {
			fmt.Printf("; of the speed of the bare one: %.2f by the clock (median of windows %.2f), %.2f by CPU (%.2f)",
				total(subjects[0].clock).Seconds()/total(s.clock).Seconds(), median(subjects[0].clock, s.clock),
				total(subjects[0].cpu).Seconds()/total(s.cpu).Seconds(), median(subjects[0].cpu, s.cpu))
		}
		fmt.Println()
	}
}

func total(list []time.Duration) (sum time.Duration) {
	for _, d := range list {
		sum += d
	}
	return sum
}

// median is that of the ratios of two lists.
func median(a, b []time.Duration) float64 {
	var ratios []float64
	for i := range a {
		ratios = append(ratios, a[i].Seconds()/b[i].Seconds())
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}

// cpuTime is what the process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	// It fails for another process's only.
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
