//go:build failpoints

package failpoint

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// variable holds what happens at which marks.
const variable = "ALOI_FAILPOINTS"

// The things that can happen at a mark.
const (
	crash = "crash" // the process is killed, as by SIGKILL
	fail  = "error" // Hit returns an error
	sleep = "sleep" // the caller waits
)

// point is what happens at one mark.
type point struct {
	does string
	wait time.Duration // for sleep
	at   int64         // the how-manieth time
	hits atomic.Int64
}

// points are those of the environment; text that is none ends the process, since a test
// that arms nothing shows nothing.
var points = sync.OnceValue(func() map[string]*point {
	armed, err := parse(os.Getenv(variable))
	if err != nil {
		panic(err)
	}
	return armed
})

// parse reads the variable.
func parse(text string) (map[string]*point, error) {
	armed := map[string]*point{}
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			continue
		}
		name, rest, ok := strings.Cut(part, "=")
		does, at, counted := strings.Cut(rest, "@")
		does, wait, waits := strings.Cut(does, ":")
		p := &point{does: does}
		var err error
		if p.at, err = strconv.ParseInt(at, 10, 64); err != nil || !ok || !counted || p.at < 1 {
			return nil, fmt.Errorf("%s: %q is not MARK=WHAT@N", variable, part)
		}
		if p.wait, err = time.ParseDuration(wait); waits != (does == sleep) || waits && err != nil || does != crash && does != fail && does != sleep {
			return nil, fmt.Errorf("%s: %q does none of crash, error, sleep:TIME", variable, part)
		}
		armed[name] = p
	}
	return armed, nil
}

// Hit marks a place that can fail.
func Hit(name string) error {
	p := points()[name]
	if p == nil || p.hits.Add(1) != p.at {
		return nil
	}
	fmt.Fprintf(os.Stderr, "failpoint %s: %s\n", name, p.does)
	switch p.does {
	case crash:
		end()
	case sleep:
		time.Sleep(p.wait)
	case fail:
		return fmt.Errorf("failpoint %s", name)
	}
	return nil
}

// Pass marks a place where a process can only end, or wait.
func Pass(name string) {
	if err := Hit(name); err != nil {
		panic(err)
	}
}

// end kills the process at once: nothing is flushed, and no deferred function runs.
func end() {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {}
}
