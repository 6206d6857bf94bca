package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// leastTargets is how many fuzz targets the module has at least.
const leastTargets = 100

// Everything that reads bytes from outside has a target, and each target begins with
// something that is not garbage.
func TestTargets(t *testing.T) {
	targets, err := targetsIn("../..", "./...")
	if err != nil {
		t.Fatal(err)
	}
	if len(targets) < leastTargets {
		t.Errorf("%d targets, want %d at least", len(targets), leastTargets)
	}
	for _, x := range targets {
		if !x.seeded {
			t.Errorf("%s of %s has no seeds", x.name, x.pkg)
		}
	}
}

// fuzzModule is a module of its own with targets that end in every way.
const fuzzModule = `package sample

import "testing"

func seeds(t *testing.T, f *testing.F) { f.Add("a") }

func FuzzSound(f *testing.F) { f.Add("a"); f.Fuzz(func(t *testing.T, s string) {}) }

func FuzzByHelper(f *testing.F) { seeds(nil, f); f.Fuzz(func(t *testing.T, s string) {}) }

func FuzzSeedless(f *testing.F) { f.Fuzz(func(t *testing.T, s string) {}) }

func FuzzBadSeed(f *testing.F) {
	f.Add("ab")
	f.Fuzz(func(t *testing.T, s string) {
		if s == "ab" {
			t.Error("a fault")
		}
	})
}

func FuzzFault(f *testing.F) {
	f.Add("seed")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 5 {
			panic("a fault")
		}
	})
}
`

// sample writes the module and returns its folder.
func sample(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module sample\n\ngo 1.24\n", "x_test.go": fuzzModule, "other_test.go": "//go:build never\n\npackage sample\n\nfunc FuzzElsewhere() {}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// The list holds what the build does, with whether there are seeds; and a run tells a
// fault, and how to see it again.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles and fuzzes")
	}
	dir := sample(t)
	t.Chdir(dir)
	targets, err := targetsIn(".", "./...")
	if err != nil {
		t.Fatal(err)
	}
	ready := make(chan job, len(targets))
	if err := buildAll(context.Background(), targets, regexp.MustCompile(""), dir, ready); err != nil {
		t.Fatal(err)
	}
	close(ready)
	got := map[string]result{}
	for r := range fuzzAll(context.Background(), ready, 1, how{length: time.Second / 2, seed: 1, cache: filepath.Join(dir, "cache")}) {
		got[r.name] = r
	}
	for _, c := range []struct {
		name           string
		seeded, failed bool
		replay         string
	}{
		{"FuzzSound", true, false, ""}, {"FuzzByHelper", true, false, ""}, {"FuzzSeedless", false, false, ""},
		{"FuzzBadSeed", true, true, `^go test -run='\^FuzzBadSeed\$/\^seed#0\$' sample$`},
		{"FuzzFault", true, true, `^go test -run='\^FuzzFault\$/\^[0-9a-f]+\$' sample$`},
	} {
		r := got[c.name]
		if r.seeded != c.seeded || r.failed != c.failed || !regexp.MustCompile(c.replay).MatchString(r.replay) || !c.failed && r.execs == 0 {
			t.Errorf("%s: seeded %t, failed %t, replay %q, %d execs\n%s", c.name, r.seeded, r.failed, r.replay, r.execs, r.output)
		}
	}
	if len(got) != 5 {
		t.Errorf("%d targets ran, want 5", len(got))
	}
	fault := got["FuzzFault"].replay
	if _, err := os.Stat(filepath.Join(dir, "testdata", "fuzz", "FuzzFault", fault[strings.LastIndex(fault, "^")+1:strings.LastIndex(fault, "$")])); err != nil {
		t.Error(err)
	}
}

// What the go command prints is read for what it says.
func TestRead(t *testing.T) {
	failure := errors.New("exit status 1")
	for _, c := range []struct {
		name, output string
		err          error
		want         result
	}{
		{"found", "fuzz: elapsed: 3s, execs: 12 (4/sec), new interesting: 2 (total: 9)\n", nil, result{execs: 12, found: 2, corpus: 9}},
		{"kept only", "fuzz: elapsed: 0s, gathering baseline coverage: 3/90 completed\n", nil, result{execs: 3, corpus: 90, only: true}},
		{"kept all", "fuzz: elapsed: 0s, gathering baseline coverage: 9/9 completed, now fuzzing with 1 workers\n", nil, result{execs: 9, corpus: 9}},
		{"stuck", strings.Repeat("fuzz: elapsed: 3s, execs: 12 (0/sec), new interesting: 2 (total: 9)\n", 3), nil, result{execs: 12, found: 2, corpus: 9, stuck: true}},
		{"ends", strings.Repeat("fuzz: elapsed: 3s, execs: 12 (0/sec), new interesting: 2 (total: 9)\n", 2), nil, result{execs: 12, found: 2, corpus: 9}},
		{"out of time", "--- FAIL: FuzzX (5.02s)\n    context deadline exceeded\n", failure, result{}},
		{"does not run", "no such file\n", failure, result{failed: true}},
	} {
		got := read([]byte(c.output), c.err)
		got.output = nil
		if !slices.Equal([]any{got.execs, got.found, got.corpus, got.stuck, got.only, got.failed, got.replay}, []any{c.want.execs, c.want.found, c.want.corpus, c.want.stuck, c.want.only, c.want.failed, c.want.replay}) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
