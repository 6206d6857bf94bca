package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"golang.org/x/sync/errgroup"

	aloiv1 "aloi/proto/aloi/v1"
)

// streams is how many channels send at once.
const streams = 8

// channels are the sources that send to one store, and what is known of what they sent.
type channels struct {
	ledgers []*ledger
	rng     *rand.Rand
}

func newChannels(seed uint64) *channels {
	c := &channels{rng: chance(seed, 0)}
	for k := range streams {
		c.ledgers = append(c.ledgers, newLedger(newSource(seed, k)))
	}
	return c
}

// load streams from all channels until the server is gone, or limit operations of
// each are sent.
func (c *channels) load(ctx context.Context, p *process, limit int) error {
	client := aloiv1.NewIngestClient(p.conn)
	var g errgroup.Group
	for k, l := range c.ledgers {
		rng := chance(c.rng.Uint64(), uint64(k))
		g.Go(func() error { return l.stream(ctx, client, rng, limit) })
	}
	return g.Wait()
}

// check compares what the server holds with what it may hold: every record, or those that
// operations were sent for since the last check and some more.
func (c *channels) check(ctx context.Context, p *process, all bool) (records int, err error) {
	return check(ctx, aloiv1.NewEntitiesClient(p.conn), c.ledgers, c.rng, all)
}

// settle sends what is left, looks at every record, and sends everything again.
func (c *channels) settle(ctx context.Context, p *process) (records, again int, err error) {
	if err := c.sendRest(ctx, p); err != nil {
		return 0, 0, err
	}
	if records, err = c.check(ctx, p, true); err != nil {
		return records, 0, err
	}
	again, err = c.replay(ctx, p)
	return records, again, err
}

// sendRest sends what was not acknowledged, at least one operation of each channel.
func (c *channels) sendRest(ctx context.Context, p *process) error {
	left := 0
	for _, l := range c.ledgers {
		l.sent = max(l.sent, l.acked+1)
		for i := l.acked; i < l.sent; i++ {
			l.send(i)
		}
		left = max(left, l.sent-l.acked)
	}
	if err := c.load(ctx, p, left); err != nil {
		return err
	}
	if n := c.inFlight(); n != 0 {
		return fmt.Errorf("%d operations were never acknowledged:\n%s", n, p.log.Bytes())
	}
	return nil
}

// replay sends everything again: nothing may change, in the journal neither.
func (c *channels) replay(ctx context.Context, p *process) (again int, err error) {
	position := uint64(0)
	for _, l := range c.ledgers {
		n, at, err := l.replay(ctx, aloiv1.NewIngestClient(p.conn))
		if err != nil {
			return again, err
		}
		if position != 0 && at != position {
			return again, fmt.Errorf("sending again moved the journal from %d to %d", position, at)
		}
		again, position = again+n, at
	}
	return again, nil
}

// freeze freezes all ledgers.
func (c *channels) freeze() {
	for _, l := range c.ledgers {
		l.freeze()
	}
}

// acked counts the acknowledged operations of all streams.
func (c *channels) acked() (n int) {
	for _, l := range c.ledgers {
		l.mu.Lock()
		n += l.acked
		l.mu.Unlock()
	}
	return n
}

// inFlight counts the operations that were sent and not acknowledged.
func (c *channels) inFlight() (n int) {
	for _, l := range c.ledgers {
		l.mu.Lock()
		n += l.sent - l.acked
		l.mu.Unlock()
	}
	return n
}
