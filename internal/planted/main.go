// Command planted breaks the engine, or the rules of consent, on purpose, one bug at a
// time, and shows that the tests catch each: the laws (engine/laws_test.go), the vectors
// and laws of consent, the tests of the packages that hold a store together. The sources stay
// as they are: a bug is planted by the build's overlay.
//
//	go run ./internal/planted                    # all bugs of the engine
//	go run ./internal/planted -in ledger         # all of how consent is kept and read
//	go run ./internal/planted -in consent        # all of consent
//	go run ./internal/planted -in consent -bug 3 # one of them, with the output of the tests
//	go run ./internal/planted -in reliability    # all of what holds a store together
//	go run ./internal/planted -in engine -list   # their names alone
//	go run ./internal/planted -every 4           # one in four: what each change is held to
//
// It exits with 1 when a bug goes unnoticed.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// suite is a table of bugs and the tests that must catch them, run one after the other
// until one fails.
type suite struct {
	bugs  []bug
	tests [][]string // arguments of go test
	// of, if not nil, has the arguments by the file that a bug is in, in place of tests.
	of map[string][]string
}

// testsFor are the tests that must catch a bug.
func (s suite) testsFor(b bug) [][]string {
	if s.of == nil {
		return s.tests
	}
	return [][]string{s.of[b.file]}
}

var suites = map[string]suite{
	"reliability": {bugs: reliabilityBugs, of: reliabilityTests},
	"engine": {bugs: engineBugs, tests: [][]string{
		{"-run", "^Test(TooCommonAgainst|Step|Order|Twice|Undo|Reopen|Stores)$", "./engine", "-sets", "60", "-steps", "6000"},
	}},
	"ledger": {bugs: ledgerBugs, tests: [][]string{
		{"-run", "^Test(DecideAsIfFromNothing|SaidToThePerson)$", "./engine"},
		{"-run", "^Test(Ledger|Confirm|Suppress|Policy|Decide|Stop|Grant|Preview|History|Verify|Receipt)", "./engine"},
	}},
	"consent": {bugs: consentBugs, tests: [][]string{
		{"-run", "^Test(Vectors|Rules)", "./consent"},
		{"./consent", "-rapid.nofailfile", "-rapid.shrinktime", "0s"},
	}},
}

func main() {
	in := flag.String("in", "engine", "where to plant: engine, ledger, consent or reliability")
	only := flag.Int("bug", 0, "number of the only bug to plant")
	from := flag.Int("from", 1, "number of the first bug to plant")
	every := flag.Int("every", 1, "try one bug in so many")
	jobs := flag.Int("jobs", 2, "bugs to try at once")
	list := flag.Bool("list", false, "only print what the bugs are")
	flag.Parse()
	s, ok := suites[*in]
	if !ok {
		fmt.Fprintln(os.Stderr, "planted: -in is none of engine, ledger, consent, reliability")
		os.Exit(2)
	}
	if *list {
		for i, b := range s.bugs {
			fmt.Printf("%2d  %s (%s)\n", i+1, b.name, b.file)
		}
		return
	}
	trials := make([]chan trial, len(s.bugs))
	for i := range s.bugs {
		if *only == 0 && i+1 >= *from && i%max(1, *every) == 0 || *only == i+1 {
			trials[i] = make(chan trial, 1)
		}
	}
	go s.tryAll(trials, max(1, *jobs))
	missed := 0
	for i, b := range s.bugs {
		if trials[i] == nil {
			continue
		}
		x := <-trials[i]
		if x.err != nil {
			fmt.Fprintf(os.Stderr, "planted: %s: %v\n", b.name, x.err)
			os.Exit(2)
		}
		verdict := "MISSED"
		if x.caught {
			verdict = "caught by " + law(x.output)
		} else {
			missed++
		}
		fmt.Printf("%2d  %-72s %s (%s)\n", i+1, b.name, verdict, x.took.Round(time.Second/10))
		if *only != 0 {
			os.Stdout.Write(x.output)
		}
	}
	if missed > 0 {
		fmt.Printf("%d of %d bugs went unnoticed\n", missed, len(s.bugs))
		os.Exit(1)
	}
}

// trial is what became of one bug.
type trial struct {
	output []byte
	caught bool
	err    error
	took   time.Duration
}

// tryAll tries the bugs that somebody waits for, in order, some at once.
func (s suite) tryAll(trials []chan trial, jobs int) {
	free := make(chan struct{}, jobs)
	for i, b := range s.bugs {
		if trials[i] == nil {
			continue
		}
		free <- struct{}{}
		go func() {
			defer func() { <-free }()
			start := time.Now()
			output, caught, err := s.try(b)
			trials[i] <- trial{output, caught, err, time.Since(start)}
		}()
	}
}

// try runs the tests with a bug planted.
func (s suite) try(b bug) (output []byte, caught bool, err error) {
	dir, err := os.MkdirTemp("", "aloi-planted-")
	if err != nil {
		return nil, false, err
	}
	defer os.RemoveAll(dir)
	overlay, err := plant(b, dir)
	if err != nil {
		return nil, false, err
	}
	for _, args := range s.testsFor(b) {
		test := exec.Command("go", append([]string{"test", "-vet=off", "-count=1", "-failfast", "-overlay", overlay}, args...)...)
		output, err = test.CombinedOutput()
		var exit *exec.ExitError
		switch {
		case err == nil:
			continue
		case !errors.As(err, &exit):
			return output, false, err
		case bytes.Contains(output, []byte("[build failed]")):
			return output, false, fmt.Errorf("does not compile:\n%s", output)
		}
		return output, true, nil
	}
	return output, false, nil
}

// plant writes the broken source and the overlay that puts it in place, and returns
// the overlay's path.
func plant(b bug, dir string) (string, error) {
	path, err := filepath.Abs(b.file)
	if err != nil {
		return "", err
	}
	source, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	broken, err := b.in(string(source))
	if err != nil {
		return "", err
	}
	replacement := filepath.Join(dir, "broken"+filepath.Ext(b.file))
	if err := os.WriteFile(replacement, []byte(broken), 0o600); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {path: replacement}})
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "overlay.json")
	return file, os.WriteFile(file, overlay, 0o600)
}

// in returns the source with the bug in it.
func (b bug) in(source string) (string, error) {
	if n := strings.Count(source, b.old); n != 1 {
		return "", fmt.Errorf("%s: the text to replace occurs %d times, not once", b.file, n)
	}
	return strings.Replace(source, b.old, b.new, 1), nil
}

var failed = regexp.MustCompile(`(?m)^ *--- FAIL: (\S+)`)

// law names the law that failed.
func law(output []byte) string {
	if m := failed.FindSubmatch(output); m != nil {
		return string(m[1])
	}
	return "a panic"
}
