package engine

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"aloi"
	"aloi/internal/failpoint"
	"aloi/matcher"
	"aloi/store"
)

// prepared is an operation with all that can be computed without the store.
type prepared struct {
	Operation
	violations []aloi.Violation

	ref          store.RefHash // of Put or Delete
	content      store.ContentHash
	by           *matcher.Matcher // that made the features
	features     *features
	consents     []event[aloi.ConsentEvent]
	interactions []event[aloi.Interaction]
}

// event is a consent event or an interaction with its content hash.
type event[T any] struct {
	content store.ContentHash
	value   T
}

// features is what resolution needs of a record, decoded. It is never changed.
type features struct {
	store.Features
	record *matcher.Prepared
}

// Apply carries out the operations and answers each, in order, once it is durable.
// An operation that is wrong is answered REJECTED and does no harm to the others.
// Calls that arrive together share a commit, those of few operations before those of many,
// and one of many may take several commits. After an error the outcome of all is unknown:
// sending them again is safe. Records are read, not kept.
func (e *Engine) Apply(ctx context.Context, ops []Operation) ([]aloi.Acknowledgement, error) {
	call, err := e.Line().Begin(ctx, ops)
	if err != nil {
		return nil, err
	}
	return call.Wait()
}

// Line is where one caller's operations wait: they are carried out in the order in which they
// were begun. It is for one goroutine.
type Line struct {
	e    *Engine
	last *request
}

// Line returns a new line.
func (e *Engine) Line() *Line { return &Line{e: e} }

// Begin is Apply that returns when the operations are prepared and wait for their turn, so
// that a caller has the next ones prepared while these are carried out. It need not wait for
// the answer.
func (l *Line) Begin(ctx context.Context, ops []Operation) (*Call, error) {
	c := &Call{}
	for chunk := range slices.Chunk(ops, MaxBatchOperations) {
		if err := failpoint.Hit("prepare/before"); err != nil {
			return nil, err
		}
		ready, err := l.e.prepareAll(chunk)
		if err = errors.Join(err, failpoint.Hit("prepare/after")); err != nil {
			return nil, err
		}
		r := &request{ctx: ctx, ops: ready, ready: make(chan struct{})}
		if err := l.join(r); err != nil {
			return nil, err
		}
		c.requests = append(c.requests, r)
	}
	return c, nil
}

// join hands a request to the writer behind those before it, which are in the same of its
// lanes, or done.
func (l *Line) join(r *request) error {
	if l.last != nil && l.last.isSmall() != r.isSmall() {
		select {
		case <-l.last.ready:
		case <-r.ctx.Done():
			return r.ctx.Err()
		}
	}
	l.last = r
	return l.e.submit(r)
}

// Call is operations that the engine was given.
type Call struct{ requests []*request }

// Wait returns what Apply returns.
func (c *Call) Wait() ([]aloi.Acknowledgement, error) {
	var acks []aloi.Acknowledgement
	for _, r := range c.requests {
		<-r.ready
		if r.err != nil {
			return nil, r.err
		}
		acks = append(acks, r.acks...)
	}
	return acks, nil
}

// submit hands a request to the writer, which from then on always answers it: the
// gate is held shared, so that Close can't come between the check and the queue.
func (e *Engine) submit(r *request) error {
	e.gate.RLock()
	defer e.gate.RUnlock()
	if e.closed {
		return errClosed
	}
	select {
	case e.laneOf(r) <- r:
		return nil
	case <-r.ctx.Done():
		return r.ctx.Err()
	}
}

// prepareAll prepares operations on all workers.
func (e *Engine) prepareAll(ops []Operation) ([]*prepared, error) {
	out := make([]*prepared, len(ops))
	var g errgroup.Group
	g.SetLimit(e.workers)
	size := max(16, (len(ops)+e.workers-1)/e.workers)
	for start := 0; start < len(ops); start += size {
		g.Go(func() error {
			for i := start; i < min(start+size, len(ops)); i++ {
				p, err := e.prepare(ops[i])
				if err != nil {
					return err
				}
				out[i] = p
			}
			return nil
		})
	}
	return out, g.Wait()
}

func (e *Engine) prepare(op Operation) (*prepared, error) {
	p := &prepared{Operation: op, violations: validate(op)}
	switch {
	case len(p.violations) > 0:
	case op.Put != nil:
		return p, e.preparePut(p)
	case op.Delete != nil:
		p.ref = e.st.RefHash(*op.Delete)
	case op.Consent != nil:
		return p, e.prepareAct(p)
	}
	return p, nil
}

func (e *Engine) prepareAct(p *prepared) (err error) {
	if ref := p.Consent.Subject.Record; ref != nil {
		p.ref = e.st.RefHash(*ref)
	}
	p.content, err = store.ConsentContent(p.Consent.Event)
	return err
}

func (e *Engine) preparePut(p *prepared) error {
	r := p.Put
	p.content = store.ContentOf(r)
	p.ref = e.st.RefHash(r.Ref)
	p.by = e.matcher()
	p.features = e.featuresBy(p.by, r, p.ref)
	for _, c := range r.Consents {
		h, err := store.ConsentContent(c)
		if err != nil {
			return err
		}
		p.consents = append(p.consents, event[aloi.ConsentEvent]{h, c})
	}
	for _, x := range r.Interactions {
		h, err := store.InteractionContent(x)
		if err != nil {
			return err
		}
		p.interactions = append(p.interactions, event[aloi.Interaction]{h, x})
	}
	return nil
}

// validate returns what is wrong with an operation.
func validate(op Operation) []aloi.Violation {
	switch {
	case op.Put != nil:
		return op.Put.Validate()
	case op.Delete != nil:
		return aloi.ValidateRef("delete", *op.Delete)
	case op.Judge != nil:
		v := validatePair(op.Judge.A, op.Judge.B)
		if op.Judge.Verdict != aloi.VerdictSame && op.Judge.Verdict != aloi.VerdictDifferent {
			v = append(v, aloi.Violation{Field: "verdict", Reason: "must be SAME or DIFFERENT"})
		}
		for _, f := range []struct{ name, value string }{{"steward", op.Judge.Steward}, {"reason", op.Judge.Reason}} {
			v = append(v, aloi.ValidateText(f.name, f.value)...)
		}
		return v
	case op.Withdraw != nil:
		return validatePair(op.Withdraw[0], op.Withdraw[1])
	}
	return validateLedger(op)
}

func validatePair(a, b aloi.RecordRef) []aloi.Violation {
	v := append(aloi.ValidateRef("a", a), aloi.ValidateRef("b", b)...)
	if len(v) == 0 && a == b {
		v = append(v, aloi.Violation{Field: "b", Reason: "is the same record as a"})
	}
	return v
}

// parallel calls fn for 0…n-1 on the engine's workers.
func (e *Engine) parallel(n int, fn func(i int)) {
	e.ranges(n, func(from, to int) {
		for i := from; i < to; i++ {
			fn(i)
		}
	})
}

// ranges calls fn on the engine's workers with ranges that 0…n-1 are cut into. Each takes one
// after the other: while one waits for its core, which others use too, the rest go on.
func (e *Engine) ranges(n int, fn func(from, to int)) {
	const (
		least = 16 // numbers that are worth a goroutine
		turns = 8  // that a worker takes, if all are equally fast
	)
	if n < 2*least || e.workers == 1 {
		fn(0, n)
		return
	}
	size := max(least, n/(e.workers*turns))
	var taken atomic.Int64
	work := func() {
		for {
			from := int(taken.Add(int64(size))) - size
			if from >= n {
				return
			}
			fn(from, min(from+size, n))
		}
	}
	var others sync.WaitGroup
	for range min(e.workers, (n+size-1)/size) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}
