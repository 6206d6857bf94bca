package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
)

// What one history is.
const (
	historyClients = 5
	historyCalls   = 60 // of each client
	historyIslands = 6
	killedOf       = 3   // one history in so many is cut by a kill
	perStore       = 25  // histories on one data directory
	killJitter     = 4e6 // nanoseconds, at most, between the call that is drawn and the kill
	checkLimit     = time.Minute
)

// runHistories lets clients call at once, one history after another, and looks for an order
// of the calls that explains every answer.
func runHistories(ctx context.Context, j *job) error {
	program, err := j.program(ctx)
	if err != nil {
		return err
	}
	return j.rounds(ctx, perStore, func(ctx context.Context, dir string, seed uint64, n int) error {
		data := filepath.Join(dir, "data")
		p, err := serve(program, data)
		if err != nil {
			return err
		}
		for i := range n {
			if p, err = oneHistory(ctx, j, p, program, data, seed+uint64(i)); err != nil {
				return err
			}
		}
		if err := p.stop(); err != nil {
			return err
		}
		return verify(ctx, program, data)
	})
}

// oneHistory plays a history, with a kill or without, and returns the process that runs then.
func oneHistory(ctx context.Context, j *job, p *process, program, data string, seed uint64) (*process, error) {
	h := newHistory(seed, time.Now())
	if seed%killedOf == 0 {
		h.killAt, h.kill = int64(1+h.rng.IntN(historyClients*historyCalls-1)), p.kill
		j.add("kills", 1)
	}
	err := h.play(ctx, p.conn)
	if err == nil && h.kill != nil {
		if p, err = serve(program, data); err != nil {
			return nil, err
		}
		err = h.play(ctx, p.conn)
	}
	if err == nil {
		err = h.check()
	}
	if err != nil {
		p.kill()
		return nil, fmt.Errorf("history %d: %w\n%s", seed, err, p.log.Bytes())
	}
	j.add("histories", 1)
	j.add("calls", len(h.calls()))
	j.add("calls of unknown outcome", h.unknown())
	return p, nil
}

// history is what several clients called and were answered.
type history struct {
	seed    uint64
	rng     *rand.Rand
	begin   time.Time
	islands []*island
	acts    []atomic.Int32 // of each island, as many as were drawn
	clients []*client
	// kill ends the server at about call number killAt; nil for never.
	kill    func()
	killAt  int64
	started atomic.Int64
	killing atomic.Bool
	killed  chan struct{}
}

// client calls one thing after another.
type client struct {
	id    int
	rng   *rand.Rand
	done  int // calls
	calls []porcupine.Operation
	cut   bool // the last call has no answer
}

// newHistory draws a history: the islands and what is sent, not the order of it.
func newHistory(seed uint64, now time.Time) *history {
	h := &history{seed: seed, rng: chance(seed, 1), begin: now, acts: make([]atomic.Int32, historyIslands), killed: make(chan struct{})}
	for i := range historyIslands {
		h.islands = append(h.islands, newIsland(h.rng, fmt.Sprintf("h%d.%d", seed, i), now))
	}
	for i := range historyClients {
		h.clients = append(h.clients, &client{id: i, rng: chance(seed, uint64(i)+2)})
	}
	return h
}

// play lets the clients call until each has made all its calls or the server is killed.
func (h *history) play(ctx context.Context, conn *grpc.ClientConn) error {
	g, ctx := errgroup.WithContext(ctx)
	to := newCaller(conn)
	for _, c := range h.clients {
		g.Go(func() error {
			for c.done < historyCalls {
				if err := h.one(ctx, c, to); err != nil || c.cut {
					return err
				}
			}
			return nil
		})
	}
	err := g.Wait()
	if !h.killing.Load() {
		return err
	}
	<-h.killed
	for _, c := range h.clients { // from here on nothing of before can happen any more
		if c.cut {
			c.calls[len(c.calls)-1].Return, c.cut = h.now(), false
		}
	}
	return err
}

// one makes a client's next call, and writes down the answer.
func (h *history) one(ctx context.Context, c *client, to *caller) error {
	what := h.draw(c.rng)
	if n := h.started.Add(1); h.kill != nil && n == h.killAt {
		h.killing.Store(true)
		time.AfterFunc(time.Duration(c.rng.Int64N(killJitter)), func() {
			h.kill()
			close(h.killed)
		})
	}
	op := porcupine.Operation{ClientId: c.id, Input: what, Call: h.now()}
	out, err := to.do(ctx, what)
	op.Return = h.now()
	c.done++
	switch {
	case err == nil:
		op.Output = out
	case !h.killing.Load() || ctx.Err() != nil:
		return fmt.Errorf("%v: %w", what, err)
	default:
		op.Output, c.cut = answer{unknown: true}, true
	}
	c.calls = append(c.calls, op)
	return nil
}

// shares are how often each verb is drawn.
var shares = [verbs]int{putRecord: 26, deleteRecord: 8, judgeSame: 5, judgeDifferent: 5, withdrawJudgement: 4, recordAct: 10,
	getRecord: 12, getEntity: 16, listJudgements: 5, decideRecord: 9}

// draw makes up a call.
func (h *history) draw(rng *rand.Rand) call {
	i := rng.IntN(len(h.islands))
	c := call{island: h.islands[i], a: int8(rng.IntN(members)), act: noAct}
	c.b = (c.a + 1 + int8(rng.IntN(members-1))) % members
	c.version = 1 + int8(rng.IntN(versions))
	total := 0
	for _, share := range shares {
		total += share
	}
	for at := rng.IntN(total); at >= shares[c.verb]; c.verb++ {
		at -= shares[c.verb]
	}
	if c.verb == recordAct || c.verb == putRecord && rng.IntN(4) == 0 {
		n := h.acts[i].Add(1) - 1
		switch {
		case n < maxActs/2:
			c.act = int8(2*n) + int8(rng.IntN(2)) // of each pair one, so that either may follow either
		case c.verb == recordAct:
			c.verb = getRecord
		}
	}
	return c
}

// now is the time since the history began, in nanoseconds.
func (h *history) now() int64 { return int64(time.Since(h.begin)) }

// calls are all calls that were made.
func (h *history) calls() (all []porcupine.Operation) {
	for _, c := range h.clients {
		all = append(all, c.calls...)
	}
	return all
}

// unknown counts the calls that were cut off.
func (h *history) unknown() (n int) {
	for _, op := range h.calls() {
		if op.Output.(answer).unknown {
			n++
		}
	}
	return n
}

// check looks for an order of the calls that explains every answer. It writes a picture of
// a history that has none.
func (h *history) check() error {
	model := islands.ToModel()
	result, info := porcupine.CheckOperationsVerbose(model, h.calls(), checkLimit)
	if result == porcupine.Ok {
		return nil
	}
	path := filepath.Join(os.TempDir(), fmt.Sprintf("aloi-history-%d.html", h.seed))
	if err := porcupine.VisualizePath(model, info, path); err != nil {
		return fmt.Errorf("%s, and drawing it: %w", result, err)
	}
	return fmt.Errorf("no order of the calls explains the answers (%s): see %s", result, path)
}
