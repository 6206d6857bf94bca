package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// progress shows on stderr how far long work is, with its rate and the time left. It
// is silent when stderr is no terminal and with --json or --quiet. It may be used from
// several goroutines; the nil *progress is a silent one.
type progress struct {
	container *mpb.Progress
	bar       *mpb.Bar
	items     atomic.Int64
	started   time.Time
}

// progressWidth is the width of a bar in characters.
const progressWidth = 80

// progress begins a piece of work. total is its size in any unit, such as the bytes of
// a file, and 0 when it is not known; what is counted for the reader are items of the
// given name. End it with done.
func (e *env) progress(title, item string, total int64) *progress {
	file, ok := e.stderr.(*os.File)
	if e.json || e.quiet || !ok || !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	p := &progress{started: time.Now(), container: mpb.New(mpb.WithOutput(file), mpb.WithWidth(progressWidth))}
	counted := decor.Any(func(decor.Statistics) string { return p.counted(item) })
	if total <= 0 {
		p.bar = p.container.AddSpinner(0, mpb.PrependDecorators(decor.Name(title+" ")), mpb.AppendDecorators(counted))
		return p
	}
	p.bar = p.container.AddBar(total,
		mpb.PrependDecorators(decor.Name(title+" "), decor.Percentage(decor.WC{W: len("100 % ")})),
		mpb.AppendDecorators(counted, decor.OnComplete(decor.AverageETA(decor.ET_STYLE_GO, decor.WC{W: 8}), ""), decor.OnComplete(decor.Name(" left"), "")),
	)
	return p
}

// counted writes the items so far and how many there were a second.
func (p *progress) counted(item string) string {
	n := p.items.Load()
	rate := float64(n) / max(time.Since(p.started).Seconds(), 1e-3)
	return fmt.Sprintf(" %d %s, %.0f/s ", n, item, rate)
}

// at says how much of the total is done, and how many items that was.
func (p *progress) at(done, items int64) {
	if p == nil {
		return
	}
	p.items.Store(items)
	p.bar.SetCurrent(done)
}

// done ends the work and leaves the last state on the screen.
func (p *progress) done() {
	if p == nil {
		return
	}
	p.bar.SetTotal(-1, true)
	p.container.Wait()
}
