package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

const (
	// markLanes is how many marks are tried beside one another.
	markLanes = 2
	// latestHit is the highest of the hits that are drawn.
	latestHit = 8
	// errorEvery is how often a mark that can fail does, instead of ending the process.
	errorEvery = 3
)

// runFailpoints is the scenario failpoints: the program is made to end, or to fail, at
// every mark in its sources, job.count times each, in the middle of what leads there. A
// mark that nothing leads to fails the scenario.
func runFailpoints(ctx context.Context, j *job) error {
	list, err := marks(ctx)
	if err != nil {
		return err
	}
	if j.detail != "" {
		list = slices.DeleteFunc(list, func(m mark) bool { return m.name != j.detail })
	}
	if len(list) == 0 {
		return errors.New("there is no such mark")
	}
	program, err := j.programWithFailpoints(ctx)
	if err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(markLanes)
	for _, m := range list {
		g.Go(func() error {
			if err := j.tryMark(ctx, program, m); err != nil {
				j.failAs(j.name+":"+m.name, j.seed, j.count, fmt.Errorf("mark %s: %w", m.name, err))
			}
			return ctx.Err()
		})
	}
	j.add("marks", len(list))
	return g.Wait()
}

// tryMark goes by a mark job.count times, with one store.
func (j *job) tryMark(ctx context.Context, program string, m mark) error {
	dir, err := os.MkdirTemp(j.dir, "mark-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	v := &visit{
		trial: j.newTrial(program, dir, j.seed), mark: m.name, dir: dir,
		draw: chance(j.seed, 1), verdicts: map[ruled]verdicts{},
	}
	run := scriptOf(m.name)
	reached, most := 0, latestHit
	for i := range j.count {
		v.does, v.hit, v.seen = "crash", 1, false
		if m.fails && i%errorEvery == 1 {
			v.does = "error"
		}
		if i > 1 && reached > 0 { // the first times are tried of each
			v.hit = 1 + v.draw.IntN(most)
		}
		if err := run(ctx, v); err != nil {
			return fmt.Errorf("%s: %w", v.armed(), err)
		}
		if v.seen {
			reached++
			j.add(v.does+" at a mark", 1)
		} else {
			most = max(1, v.hit-1) // its script does not come by that often
		}
	}
	if reached == 0 {
		return errors.New("nothing comes by it")
	}
	return nil
}

// visit is one mark, a store, and what is known of both.
type visit struct {
	*trial
	mark, does string
	hit        int
	dir        string
	draw       *rand.Rand
	seen       bool // the mark was hit
	verdicts   map[ruled]verdicts
}

// armed is what the variable of package failpoint says.
func (v *visit) armed() string { return fmt.Sprintf("%s=%s@%d", v.mark, v.does, v.hit) }

// arm lets a command know of the mark.
func (v *visit) arm(c *exec.Cmd) {
	c.Env = append(os.Environ(), "ALOI_FAILPOINTS="+v.armed())
}

// look notes whether the mark was hit, from what a process wrote that has ended.
func (v *visit) look(written string) {
	v.seen = v.seen || strings.Contains(written, "failpoint "+v.mark+": "+v.does)
}

// serveArmed starts a server; nil when it ended before it answered.
func (v *visit) serveArmed(flags ...string) (*process, error) {
	p, err := launch(v.program, v.data, v.arm, withFlags(flags...))
	if err != nil {
		return nil, err
	}
	if err := p.answers(); err != nil {
		p.kill()
		v.look(p.log.String())
		if !v.seen {
			return nil, err
		}
		return nil, nil
	}
	return p, nil
}

// end stops a server in order, if it still runs, and looks at what it wrote. That a server
// which has failed does not stop in order is no fault.
func (v *visit) end(p *process) {
	if p == nil {
		return
	}
	err := p.stop()
	v.look(p.log.String())
	if err != nil && !v.seen {
		v.say("a server did not stop in order, without a mark being hit: %v", err)
	}
}

// command runs a command of the program with the mark armed, and returns its error.
func (v *visit) command(ctx context.Context, args ...string) error {
	c := exec.CommandContext(ctx, v.program, args...)
	v.arm(c)
	out, err := c.CombinedOutput()
	v.look(string(out))
	if err != nil {
		err = fmt.Errorf("aloi %s: %w\n%s", args[0], err, out)
	}
	return err
}

// recover starts a server as it is shipped on what is left, and holds it to what it said.
func (v *visit) recover(ctx context.Context) error {
	p, err := v.begin(ctx)
	if err != nil {
		return err
	}
	if err := v.checkVerdicts(ctx, p); err != nil {
		p.kill()
		return err
	}
	if err := p.stop(); err != nil {
		return err
	}
	return v.verify(ctx)
}

// path is a file beside the store.
func (v *visit) path(name string) string { return filepath.Join(v.dir, name) }
