package server

import (
	"context"
	"errors"
	"fmt"
	"io"

	"aloi"
	"aloi/consent"
	"aloi/engine"
	aloiv1 "aloi/proto/aloi/v1"
)

// waitingBatches is how many messages of subjects may wait to be decided, and batches of
// verdicts to be sent. Full, they stop the receiver, and HTTP/2 flow control the client.
const waitingBatches = 2

// DecideMany answers one question about many people. A receiver converts what comes, a
// decider asks the engine, and this goroutine sends; so that all three work at once.
//
// What was asked before something malformed is still answered. However the stream ends,
// the log holds what was given out: a client that hangs up before the summary has its
// PERMITs all the same.
func (s *consents) DecideMany(stream aloiv1.Consent_DecideManyServer) error {
	ctx, cancel := context.WithCancelCause(stream.Context())
	defer context.AfterFunc(s.stopping, func() { cancel(errStopping) })()
	c := &campaign{
		engine: s.engine, queue: make(chan []engine.Subject, waitingBatches), decided: make(chan decision, waitingBatches),
	}
	defer func() { // the engine must not be closed under the decider
		cancel(nil)
		for range c.decided {
		}
	}()
	received, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		defer close(c.queue)
		received <- recovered(func() error { return c.receive(ctx, stream) })
	}()
	go func() {
		defer close(c.decided)
		ended <- recovered(func() error { return c.decide(ctx) })
	}()
	given := newDisclosure(stream)
	err := given.sendAll(c)
	if err == nil {
		err = <-ended
	}
	if err == nil { // then the queue was closed, after this:
		err = <-received
	}
	if err != nil {
		return given.breakOff(ctx, c, err)
	}
	return given.finish(ctx, c)
}

// campaign is what one stream asks.
type campaign struct {
	engine *engine.Engine
	// The receiver sets these before the first batch is queued or the queue closed.
	question consent.Question
	explain  bool
	everyone bool

	asked   bool // about subjects; the receiver's own
	queue   chan []engine.Subject
	decided chan decision
}

// decision is the verdicts on one batch of subjects, in order.
type decision struct {
	verdicts [][]engine.Verdict // of each subject
	total    uint64             // subjects that there will be; 0: nobody knows
}

// receive queues the subjects of each message, until the client half-closes the stream
// or asks for everyone.
func (c *campaign) receive(ctx context.Context, stream aloiv1.Consent_DecideManyServer) error {
	for n := 0; ; n++ {
		m, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF) && n > 0:
			return nil
		case errors.Is(err, io.EOF):
			m = &aloiv1.DecideManyRequest{} // which says what is missing
		case err != nil:
			return err
		}
		subjects, err := c.read(m, n)
		if err != nil || c.everyone {
			return err
		}
		if len(subjects) == 0 {
			continue
		}
		select {
		case c.queue <- subjects:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// read converts the nth message; nothing of one that is wrong is answered.
func (c *campaign) read(m *aloiv1.DecideManyRequest, n int) ([]engine.Subject, error) {
	var r reader
	r.request(m)
	switch {
	case n == 0:
		c.question, c.explain = r.question(m.Campaign, "campaign"), m.Explain
		if c.question.ContactPoint != "" {
			r.fail("campaign.contact_point", "must be empty: each person has her own")
		}
	case m.Campaign != nil:
		r.fail("campaign", "must be in the first message alone")
	case m.Explain:
		r.fail("explain", "must be in the first message")
	}
	switch {
	case m.Everyone && (len(m.Subjects) > 0 || c.asked):
		r.fail("everyone", "must be without subjects")
	case len(m.Subjects) > maxStreamSubjects:
		r.fail("subjects", fmt.Sprintf("more than %d in one message", maxStreamSubjects))
		return nil, r.err()
	}
	c.asked = c.asked || len(m.Subjects) > 0
	subjects := r.subjects(m.Subjects)
	if err := r.err(); err != nil {
		return nil, err
	}
	c.everyone = m.Everyone
	return subjects, nil
}

// decide decides on what is queued, then, if asked, on everyone.
func (c *campaign) decide(ctx context.Context) error {
	for {
		select {
		case subjects, open := <-c.queue:
			switch {
			case open:
				if err := c.decideOn(ctx, subjects, 0); err != nil {
					return err
				}
			case c.everyone:
				return c.decideOnEveryone(ctx)
			default:
				return nil
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (c *campaign) decideOnEveryone(ctx context.Context) error {
	count, err := c.engine.Counts(ctx)
	if err != nil {
		return err
	}
	for after := aloi.EntityID(""); ; {
		ids, err := c.engine.EntityIDs(ctx, after, maxStreamSubjects)
		if err != nil || len(ids) == 0 {
			return err
		}
		after = ids[len(ids)-1]
		subjects := make([]engine.Subject, len(ids))
		for i, id := range ids {
			subjects[i].Entity = id
		}
		if err := c.decideOn(ctx, subjects, count.Entities); err != nil {
			return err
		}
	}
}

func (c *campaign) decideOn(ctx context.Context, subjects []engine.Subject, total uint64) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	verdicts, err := c.engine.DecideMany(ctx, subjects, c.question)
	if err != nil {
		return err
	}
	select {
	case c.decided <- decision{verdicts, total}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
