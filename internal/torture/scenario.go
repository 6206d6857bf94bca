package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
)

// scenario is one way to torment the program.
type scenario struct {
	name  string
	shows string // what holds if it passes, for the report
	// short and long are how many rounds it has by itself, and with -long.
	short, long int
	// waits says that it leaves the processor idle for most of its time: two of those run
	// beside one another.
	waits bool
	// run does job.count rounds. It returns an error for a broken promise, notPossible for
	// what this machine can't do, and notes what it did in the job.
	run func(ctx context.Context, j *job) error
	// detail is what of it was chosen.
	detail string
}

// scenarios are all of them, in the order of the report.
var scenarios = []scenario{
	{name: "kill", short: 100, long: 1000, waits: true, run: runKill,
		shows: "killed with SIGKILL under load or while it starts, the server holds what it acknowledged, and `aloi verify` finds nothing"},
	{name: "power", short: 20, long: 200, waits: true, run: runPower,
		shows: "after a power cut under load, on ext4 of several layouts, the store holds what was acknowledged before"},
	{name: "eio", short: 6, long: 60, run: runEIO,
		shows: "a server whose disk fails acknowledges nothing more, says that it is unavailable and ends, and the next one holds what was acknowledged"},
	{name: "full", short: 10, long: 50, run: runFull,
		shows: "on a full disk, ext4 or tmpfs, filled at once, steadily or by itself, the server does not crash, refuses records within a second, answers and erases, starts, and takes records within five seconds of there being room"},
	{name: "failpoints", short: 3, long: 20, run: runFailpoints,
		shows: "ended or failing at any mark in its sources, the program holds what it acknowledged, and finishes what broke off"},
	{name: "damage", short: 500, long: 5000, run: runDamage,
		shows: "whatever file of a store is flipped, zeroed, cut, deleted, swapped, put back or tampered with, the store names it, or answers as if nothing had happened"},
	{name: "histories", short: 200, long: 2000, run: runHistories,
		shows: "what several clients are answered at once, some while the server is killed, they could have been answered one after another (linearizability, by porcupine)"},
	{name: "backup", short: 10, long: 100, run: runBackup,
		shows: "backups that are made under load, some of them killed, come back as what was acknowledged, at the end and at any commit, without what was deleted since; a damaged one is refused"},
	{name: "overload", short: 1, long: 5, run: runOverload,
		shows: "in 512 MiB, with 200 streams that send all they can, 500 that send nothing and 20 that never read, the server takes as much as at its peak, answers questions, and is itself again within five seconds"},
	{name: "old", short: 2, long: 20, run: runOld,
		shows: "the stores that earlier versions left, stopped or killed, are renewed and sealed, also when that is killed on the way, and answer what they answered"},
}

// job is a scenario's work. Its methods may be called from several goroutines.
type job struct {
	name string
	// detail is what of the scenario is chosen, by -only NAME:DETAIL; empty for all of it.
	detail string
	out    io.Writer // for who looks on
	seed   uint64
	count  int
	long   bool
	dir    string    // its own, empty, removed afterwards
	built  *programs // what it torments
	tally  tally
}

// rounds calls round until it has done the job's count, at most most of them at a time, each
// time in an empty directory and with a seed of its own: seed s+i for round i, so that one
// that fails is repeated by -seed s+i -count n. It notes an error as a failure, and goes on
// up to maxFailures.
func (j *job) rounds(ctx context.Context, most int, round func(ctx context.Context, dir string, seed uint64, n int) error) error {
	failures := 0
	for seed, left := j.seed, j.count; left > 0; seed++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(left, most)
		left -= n
		dir, err := os.MkdirTemp(j.dir, "round-")
		if err != nil {
			return err
		}
		if err := errors.Join(round(ctx, dir, seed, n), os.RemoveAll(dir)); err != nil {
			if isImpossible(err) || ctx.Err() != nil {
				return err
			}
			j.fail(seed, n, err)
			if failures++; failures == maxFailures {
				return fmt.Errorf("given up after %d failures", failures)
			}
		}
	}
	return nil
}

// maxFailures is how many rounds of a scenario may fail before it is given up.
const maxFailures = 5

// chance returns the generator of a seed. What two parts of a round draw must not depend on
// one another's order: give each a number.
func chance(seed uint64, part uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, part)) }

// say tells who looks on.
func (j *job) say(format string, args ...any) {
	fmt.Fprintf(j.out, j.name+": "+format+"\n", args...)
}

// add counts n of what for the report: kills, records looked at.
func (j *job) add(what string, n int) { j.tally.add(what, n) }

// note puts a sentence into the report.
func (j *job) note(format string, args ...any) { j.tally.note(fmt.Sprintf(format, args...)) }

// fail notes that count rounds from seed failed, and how to see that again.
func (j *job) fail(seed uint64, count int, err error) { j.failAs(j.name, seed, count, err) }

// failAs is fail of a part of the scenario: NAME:DETAIL.
func (j *job) failAs(name string, seed uint64, count int, err error) {
	again := replay(name, seed, count)
	j.say("FAILED: %v\nagain: %s", err, again)
	j.tally.fail(failure{again, err})
}

// replay is the command that repeats some rounds.
func replay(name string, seed uint64, count int) string {
	return fmt.Sprintf("go run ./internal/torture -only %s -seed %d -count %d", name, seed, count)
}

// impossible is the error of a scenario that this machine can't do.
type impossible struct{ why string }

func (e *impossible) Error() string { return "not possible here: " + e.why }

// notPossible says why a machine can't do a scenario.
func notPossible(format string, args ...any) error {
	return &impossible{fmt.Sprintf(format, args...)}
}

func isImpossible(err error) bool {
	var e *impossible
	return errors.As(err, &e)
}

// tally is what a scenario did.
type tally struct {
	mu       sync.Mutex
	names    []string // of counts, in the order they came
	counts   map[string]int
	notes    []string
	failures []failure
}

// failure is a round, or some in a row, that broke a promise.
type failure struct {
	again string // the command that repeats it
	err   error
}

func (t *tally) add(what string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	if _, ok := t.counts[what]; !ok {
		t.names = append(t.names, what)
	}
	t.counts[what] += n
}

func (t *tally) note(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.notes = append(t.notes, text)
}

func (t *tally) fail(f failure) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failures = append(t.failures, f)
}

// programs are the builds of the program that is tormented, each made when it is first
// asked for.
type programs struct {
	dir           string
	mu            sync.Mutex
	plain, marked string
}

// program returns the path of the program as it is shipped.
func (j *job) program(ctx context.Context) (string, error) {
	p := j.built
	p.mu.Lock()
	defer p.mu.Unlock()
	return buildOnce(ctx, &p.plain, filepath.Join(p.dir, "aloi"))
}

// programWithFailpoints returns the path of the program with its failpoints.
func (j *job) programWithFailpoints(ctx context.Context) (string, error) {
	p := j.built
	p.mu.Lock()
	defer p.mu.Unlock()
	return buildOnce(ctx, &p.marked, filepath.Join(p.dir, "aloi-failpoints"), "-tags", "failpoints")
}

func buildOnce(ctx context.Context, path *string, target string, flags ...string) (string, error) {
	if *path == "" {
		if err := build(ctx, target, flags...); err != nil {
			return "", err
		}
		*path = target
	}
	return *path, nil
}
