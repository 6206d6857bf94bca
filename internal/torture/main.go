// Command torture kills the server under load, again and again, and holds it to its
// word: what was acknowledged is there.
//
//	go run ./internal/torture -cycles 50 -seed 1
//
// Each cycle streams records from 8 channels over gRPC into the real program and
// ends it with SIGKILL at a moment drawn by chance, some of them while it starts.
// Then `aloi verify` must find nothing, and every record must be in the state of the
// operations that were acknowledged, or of some that were sent after them. At the
// end everything is sent again: nothing may change, in the journal neither.
//
// SIGKILL loses what the program has not given to the operating system; it does not
// lose what the system has not given to the disk. That part is held by
// store/storetest.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	aloiv1 "aloi/proto/aloi/v1"
)

// streams is how many channels send at once.
const streams = 8

// startupKills is how often a server is killed while it starts: one cycle in so many.
const startupKills = 5

func main() {
	cycles := flag.Int("cycles", 50, "how often the server is killed under load")
	seed := flag.Uint64("seed", 1, "seed of the records and of the moments")
	longest := flag.Duration("longest", 1500*time.Millisecond, "longest time that a server runs under load")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *cycles, *seed, *longest); err != nil {
		fmt.Fprintf(os.Stderr, "torture: %v\nagain: go run ./internal/torture -cycles %d -seed %d\n", err, *cycles, *seed)
		os.Exit(1)
	}
}

// torture is one run.
type torture struct {
	out     io.Writer
	program string
	data    string
	ledgers []*ledger
	rng     *rand.Rand
	longest time.Duration
}

func run(ctx context.Context, out io.Writer, cycles int, seed uint64, longest time.Duration) error {
	dir, remove, err := workspace()
	if err != nil {
		return err
	}
	defer remove()
	t := &torture{out: out, data: filepath.Join(dir, "data"), rng: rand.New(rand.NewPCG(seed, 0)), longest: longest}
	if t.program, err = build(ctx, dir); err != nil {
		return err
	}
	for k := range streams {
		t.ledgers = append(t.ledgers, newLedger(newSource(seed, k)))
	}
	for c := range cycles {
		if err := t.cycle(ctx, c+1); err != nil {
			return fmt.Errorf("cycle %d: %w", c+1, err)
		}
	}
	return t.finish(ctx)
}

// cycle starts the server, checks what it holds, loads it, kills it and verifies.
func (t *torture) cycle(ctx context.Context, number int) error {
	if number%startupKills == 0 {
		if err := t.killAtStart(); err != nil {
			return err
		}
	}
	p, err := serve(t.program, t.data)
	if err != nil {
		return err
	}
	checked, err := check(ctx, aloiv1.NewEntitiesClient(p.conn), t.ledgers, t.rng, false)
	if err != nil {
		p.kill()
		return err
	}
	before := t.acked()
	moment := time.Duration(t.rng.Int64N(int64(t.longest)))
	gone := make(chan struct{})
	killed := time.AfterFunc(moment, func() { p.kill(); close(gone) })
	err = t.load(ctx, p, 0)
	if killed.Stop() { // the streams ended by themselves
		p.kill()
		return errors.Join(err, fmt.Errorf("the streams ended before the server was killed:\n%s", p.log.Bytes()))
	}
	<-gone // with its lock on the data
	if err != nil {
		return err
	}
	if err := t.verify(ctx); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "cycle %d: %d records as promised; killed after %s, %d operations acknowledged and %d in flight; verify clean\n",
		number, checked, moment.Round(time.Millisecond), t.acked()-before, t.inFlight())
	return nil
}

// killAtStart ends a server before, or soon after, it answers.
func (t *torture) killAtStart() error {
	p, err := launch(t.program, t.data)
	if err != nil {
		return err
	}
	time.Sleep(time.Duration(t.rng.Int64N(int64(150 * time.Millisecond))))
	p.kill()
	return nil
}

// load streams from all channels until the server is gone, or limit operations of
// each are sent.
func (t *torture) load(ctx context.Context, p *process, limit int) error {
	client := aloiv1.NewIngestClient(p.conn)
	var g errgroup.Group
	for _, l := range t.ledgers {
		rng := rand.New(rand.NewPCG(t.rng.Uint64(), 0))
		g.Go(func() error { return l.stream(ctx, client, rng, limit) })
	}
	return g.Wait()
}

// verify runs `aloi verify`, which takes the lock of the data that the killed
// process held.
func (t *torture) verify(ctx context.Context) error { return verify(ctx, t.program, t.data) }

// finish sends what is left, looks at every record, and sends everything again.
func (t *torture) finish(ctx context.Context) error {
	p, err := serve(t.program, t.data)
	if err != nil {
		return err
	}
	if err := t.settle(ctx, p); err != nil {
		p.kill()
		return err
	}
	if err := p.stop(); err != nil {
		return err
	}
	return t.verify(ctx)
}

// settle is what finish asks of a running server.
func (t *torture) settle(ctx context.Context, p *process) error {
	for _, l := range t.ledgers {
		l.sent = max(l.sent, l.acked+1) // at least one operation each
		for i := l.acked; i < l.sent; i++ {
			l.send(i)
		}
	}
	left := 0
	for _, l := range t.ledgers {
		left = max(left, l.sent-l.acked)
	}
	if err := t.load(ctx, p, left); err != nil {
		return err
	}
	if n := t.inFlight(); n != 0 {
		return fmt.Errorf("%d operations were never acknowledged:\n%s", n, p.log.Bytes())
	}
	checked, err := check(ctx, aloiv1.NewEntitiesClient(p.conn), t.ledgers, t.rng, true)
	if err != nil {
		return err
	}
	sent, position := 0, uint64(0)
	for _, l := range t.ledgers {
		n, at, err := l.replay(ctx, aloiv1.NewIngestClient(p.conn))
		if err != nil {
			return err
		}
		if position != 0 && at != position {
			return fmt.Errorf("sending again moved the journal from %d to %d", position, at)
		}
		sent, position = sent+n, at
	}
	fmt.Fprintf(t.out, "end: all %d records as promised; %d operations sent again changed nothing, the journal stays at %d\n", checked, sent, position)
	return nil
}

// acked counts the acknowledged operations of all streams.
func (t *torture) acked() (n int) {
	for _, l := range t.ledgers {
		n += l.acked
	}
	return n
}

// inFlight counts the operations that were sent and not acknowledged.
func (t *torture) inFlight() (n int) {
	for _, l := range t.ledgers {
		n += l.sent - l.acked
	}
	return n
}
