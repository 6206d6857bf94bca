package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// minimize bounds how often an input of new coverage is tried in smaller forms. Go's own
// bound is a minute: more than a run of seconds has, of which nothing is then left for
// new inputs (FuzzLoad of internal/mapping in 5 s: 6 inputs with it, 55,000 with this).
const minimize = "100x"

// grace is how long a target may take beyond its time: to start, to end, and to try the
// inputs that earlier runs have found.
const grace = 2 * time.Minute

// result is what became of one target.
type result struct {
	target
	execs, found, corpus int64 // inputs tried; of new coverage; those and the ones before
	took                 time.Duration
	stuck                bool   // for seconds no new input was tried
	only                 bool   // only what was kept was tried: the time was too short for more
	failed               bool   // it found a fault, or did not run
	replay               string // command that shows the fault, empty where none is known
	output               []byte
}

// build compiles the tests of a package, instrumented for fuzzing.
func build(ctx context.Context, pkg, binary string) ([]byte, error) {
	return exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-fuzz=Fuzz", "-o", binary, pkg).CombinedOutput()
}

// how is in what way targets are run.
type how struct {
	length time.Duration
	tries  int    // instead of a time, 0 for none
	seed   int    // 0 for chance
	cache  string // folder of what runs keep
}

// bound is how long a target runs, as the go command has it.
func (h how) bound() string {
	if h.tries > 0 {
		return strconv.Itoa(h.tries) + "x"
	}
	return h.length.String()
}

// longest is when a target has run for too long. A number of tries has a grace of several:
// the slowest targets take 25 ms for one.
func (h how) longest() time.Duration {
	if h.tries > 0 {
		return 4 * grace
	}
	return h.length + grace
}

// fuzz runs one target for a time, or a number of inputs.
func fuzz(ctx context.Context, t target, binary string, h how) result {
	ctx, cancel := context.WithTimeout(ctx, h.longest())
	defer cancel()
	only := "^" + t.name + "$"
	run := exec.CommandContext(ctx, binary, "-test.run="+only, "-test.fuzz="+only, "-test.fuzztime="+h.bound(),
		"-test.parallel=1", "-test.fuzzminimizetime="+minimize, "-test.fuzzcachedir="+filepath.Join(h.cache, filepath.FromSlash(t.pkg)))
	run.Dir = t.dir
	if h.seed != 0 {
		run.Env = append(run.Environ(), fmt.Sprintf("GODEBUG=fuzzseed=%d", h.seed))
	}
	start := time.Now()
	output, err := run.CombinedOutput()
	r := read(output, err)
	r.target, r.took = t, time.Since(start)
	if r.replay != "" {
		r.replay = fmt.Sprintf("go test -run='^%s$/^%s$' %s", t.name, r.replay, t.pkg)
	}
	return r
}

var (
	baseline = regexp.MustCompile(`gathering baseline coverage: (\d+)/(\d+)`) // of what is kept
	progress = regexp.MustCompile(`execs: (\d+) \((\d+)/sec\), new interesting: (\d+) \(total: (\d+)\)`)
	written  = regexp.MustCompile(`Failing input written to (\S+)`)
	seed     = regexp.MustCompile(`(?m)^\s*--- FAIL: Fuzz\w+/(\S+)|seed corpus entry: Fuzz\w+/(\S+)`)
)

// read makes out what became of a run by its output.
func read(output []byte, err error) result {
	r := result{output: output, failed: err != nil}
	for _, m := range baseline.FindAllSubmatch(output, -1) {
		r.execs, r.corpus = number(m[1]), number(m[2])
		r.only = r.execs < r.corpus
	}
	lines := progress.FindAllSubmatch(output, -1)
	for i, m := range lines {
		r.execs, r.found, r.corpus = number(m[1]), number(m[3]), number(m[4])
		// The last line may follow the one before at once.
		r.stuck = r.stuck || i > 0 && i < len(lines)-1 && number(m[2]) == 0
	}
	if !r.failed {
		return r
	}
	if m := written.FindSubmatch(output); m != nil {
		r.replay = path.Base(string(m[1]))
	} else if m := seed.FindSubmatch(output); m != nil {
		r.replay = string(m[1]) + string(m[2])
	} else if bytes.Contains(output, []byte("context deadline exceeded")) {
		r.failed = false // the time was over at a moment that package testing mistakes (golang/go#75804)
	}
	return r
}

func number(text []byte) int64 {
	n, _ := strconv.ParseInt(string(text), 10, 64) // digits, by the expression
	return n
}

// String is the line of a result.
func (r *result) String() string {
	line := fmt.Sprintf("%-64s %9d execs %5d new %6d kept %5.1fs", strings.TrimPrefix(r.pkg, module)+" "+r.name, r.execs, r.found, r.corpus, r.took.Seconds())
	if r.stuck {
		line += "  SLOW: seconds without a new input"
	}
	if r.only && !r.failed {
		line += "  SHORT: what was kept took all the time"
	}
	if r.failed {
		line += "  FAILED"
	}
	return line
}
