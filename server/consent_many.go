package server

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/proto"

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
		engine: s.engine, people: s.budgets.asked, answers: s.budgets.answers,
		queue: make(chan asked, waitingBatches), decided: make(chan decision, waitingBatches),
	}
	defer c.abandon()
	defer func() { // the engine must not be closed under the decider
		cancel(nil)
		for d := range c.decided {
			c.answers.giveBack(d.taken)
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
	engine          *engine.Engine
	people, answers *budget
	// The receiver sets these before the first batch is queued or the queue closed.
	question consent.Question
	explain  bool
	everyone bool

	asked   bool // about subjects; the receiver's own
	queue   chan asked
	decided chan decision
}

// asked is the people of one message.
type asked struct {
	subjects []engine.Subject
	taken    int64 // of the budget for what comes
}

// decision is the verdicts on one batch of subjects, in order.
type decision struct {
	verdicts [][]engine.Verdict // of each subject
	total    uint64             // subjects that there will be; 0: nobody knows
	taken    int64              // of the budget for what goes
}

// What verdicts on one person take in memory, about.
const (
	verdictWeight   = 1 << 10
	explainedWeight = 4 << 10
)

// receive queues the subjects of each message, until the client half-closes the stream
// or asks for everyone.
func (c *campaign) receive(ctx context.Context, stream aloiv1.Consent_DecideManyServer) error {
	for n := 0; ; n++ {
		var raw rawMessage
		switch err := stream.RecvMsg(&raw); {
		case errors.Is(err, io.EOF) && n > 0:
			return nil
		case errors.Is(err, io.EOF): // an empty message says what is missing
		case err != nil:
			return err
		}
		batch, err := c.readWire(ctx, raw.wire, n)
		if err != nil || c.everyone {
			c.people.giveBack(batch.taken)
			return err
		}
		if len(batch.subjects) == 0 {
			c.people.giveBack(batch.taken)
			continue
		}
		select {
		case c.queue <- batch:
		case <-ctx.Done():
			c.people.giveBack(batch.taken)
			return context.Cause(ctx)
		}
	}
}

var decideManyDescriptor = (&aloiv1.DecideManyRequest{}).ProtoReflect().Descriptor()

// readWire decodes and converts the nth message when there is room for it. What it took of
// the budget comes back with an error too.
func (c *campaign) readWire(ctx context.Context, wire []byte, n int) (batch asked, err error) {
	weight, err := weigh(wire, decideManyDescriptor)
	if err != nil {
		return batch, errMalformedRequest
	}
	if weight > maxWeight {
		return batch, errTooHeavy
	}
	if batch.taken, err = c.people.take(ctx, weight); err != nil {
		return batch, err
	}
	var m aloiv1.DecideManyRequest
	if err := proto.Unmarshal(wire, &m); err != nil {
		return batch, errMalformedRequest
	}
	batch.subjects, err = c.read(&m, n)
	return batch, err
}

// abandon gives back the memory of what is queued and will never be decided. The receiver
// may still be waiting for its client; gRPC ends that when the handler has returned.
func (c *campaign) abandon() {
	go func() {
		for batch := range c.queue {
			c.people.giveBack(batch.taken)
		}
	}()
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
		case batch, open := <-c.queue:
			switch {
			case open:
				if err := c.decideOnBatch(ctx, batch); err != nil {
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

func (c *campaign) decideOnBatch(ctx context.Context, batch asked) error {
	defer c.people.giveBack(batch.taken)
	return c.decideOn(ctx, batch.subjects, 0)
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
	weight := int64(verdictWeight)
	if c.explain {
		weight = explainedWeight
	}
	taken, err := c.answers.take(ctx, weight*int64(len(subjects)))
	if err != nil {
		return err
	}
	queued := false
	defer func() {
		if !queued {
			c.answers.giveBack(taken)
		}
	}()
	verdicts, err := c.engine.DecideMany(ctx, subjects, c.question)
	if err != nil {
		return err
	}
	select {
	case c.decided <- decision{verdicts, total, taken}:
		queued = true
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
