package engine

import (
	"context"

	"aloi"
	"aloi/internal/failpoint"
	"aloi/matcher"
)

// Adoption is what a new model changed.
type Adoption struct {
	Version, Replaced string // of the model in force, and of the one before
	Records, Entities uint64 // stored, after it
	// Changed counts the entities that gained or lost records, or are new.
	Changed uint64
	// FirstSequence and LastSequence are the journal positions of the changes; 0 when
	// nothing changed.
	FirstSequence, LastSequence uint64
}

// adopting is an adoption on its way through the writer.
type adopting struct {
	file   *modelFile
	steps  chan adoptionStep // the latest, when the caller is slower than the work
	result *Adoption
}

type adoptionStep struct {
	name        string
	done, total uint64
}

var (
	errBusy = &aloi.Error{Code: aloi.CodeUnavailable, Message: "a model is being learned or adopted: try again when that is done"}
	errCut  = &aloi.Error{Code: aloi.CodeUnavailable, Message: "the adoption broke off: it is finished when the store is opened again"}
)

// Adopt puts a model in force: every record is resolved anew under it, and what
// changed is in the journal. Apply waits meanwhile; questions are answered from what
// is committed, each entity as it is under the one model or the other.
//
// Nothing is written before the whole outcome is known to fit; until then the end of
// ctx ends the work. Past that it is finished even if the caller has gone, and an
// adoption that breaks off, by Close or a crash, is finished by the next Open. It
// holds all prepared records in memory. progress, if not nil, is told of records done,
// from the goroutine of the caller.
//
// The error is of CodeInvalid for a model that is none, CodeTooLarge for one that would
// make entities which no store can hold, CodeUnavailable when another model is being
// learned or adopted. A model that is in force already changes nothing.
func (e *Engine) Adopt(ctx context.Context, model *matcher.Model, progress func(step string, done, total uint64)) (*Adoption, error) {
	file, err := fileOf(model)
	if err != nil {
		return nil, err
	}
	if progress == nil {
		progress = func(string, uint64, uint64) {}
	}
	if !e.busy.CompareAndSwap(false, true) {
		return nil, errBusy
	}
	a := &adopting{file: file, steps: make(chan adoptionStep, 1)}
	r := &request{ctx: ctx, alone: e.carryOut, adopt: a, ready: make(chan struct{})}
	if err := e.submit(r); err != nil {
		e.busy.Store(false)
		return nil, err
	}
	for {
		select {
		case s := <-a.steps:
			progress(s.name, s.done, s.total)
		case <-r.ready:
			return a.result, r.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// tell notes a step, unless the caller has not heard the last one yet.
func (a *adopting) tell(step string, done, total uint64) {
	select {
	case a.steps <- adoptionStep{step, done, total}:
	default:
	}
}

// carryOut is an adoption in the writer.
func (e *Engine) carryOut(r *request) {
	defer close(r.ready)
	defer e.busy.Store(false)
	if failed := e.failed.Load(); failed != nil {
		r.err = failed
		return
	}
	was := e.inForce.Load()
	a := &adoption{e: e, file: r.adopt.file, replaced: was.matcher.Model().Version, progress: r.adopt.tell}
	if was.text == a.file.text {
		r.adopt.result, r.err = a.nothing(r.ctx)
		return
	}
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	defer context.AfterFunc(e.ending, cancel)()
	if r.err = a.run(ctx, e.ending); r.err == nil {
		r.adopt.result = &a.result
		e.inForce.Store(a.file)
		failpoint.Pass("adopt/in-force")
		return
	}
	switch {
	case a.begun: // half of the store is of the one model: nothing may be built on it
		r.err = e.fail(&aloi.Error{Code: errCut.Code, Message: errCut.Message, Err: r.err})
	case e.ending.Err() != nil:
		r.err = errClosed
	default:
		r.err = fullError(r.err)
	}
}

// nothing is the outcome of adopting the model that is in force.
func (a *adoption) nothing(ctx context.Context) (*Adoption, error) {
	c, err := a.e.Counts(ctx)
	if err != nil {
		return nil, err
	}
	return &Adoption{Version: a.replaced, Replaced: a.replaced, Records: c.Records, Entities: c.Entities}, nil
}
