package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"aloi"
	"aloi/store"
	"aloi/store/kv"
)

// Redo gathers, from what later commits of a store wrote, what an earlier state of it must
// not forget when that is put back: which records were removed, and what people refused. It
// is for one goroutine.
type Redo struct {
	e       *Engine
	next    uint64                    // the number that a record of a later commit has at least
	numbers map[store.RefHash]uint64  // of records that have another number since, or none: 0
	sources map[uint64]aloi.RecordRef // of records of later commits
	ledger  map[string]store.Written  // by key: what takes permission away
	lists   map[store.PointHash][]store.Suppression
}

// Redone is what Redo.Apply did.
type Redone struct {
	Removed      int // records
	Stops        int // withdrawals, objections, restrictions: what takes permission away
	Suppressions int
}

// NewRedo begins to gather what came after the state that the engine has now.
func (e *Engine) NewRedo(ctx context.Context) (*Redo, error) {
	r := &Redo{
		e: e, numbers: map[store.RefHash]uint64{}, sources: map[uint64]aloi.RecordRef{},
		ledger: map[string]store.Written{}, lists: map[store.PointHash][]store.Suppression{},
	}
	return r, e.view(ctx, func(in *store.Reader) error {
		c, err := in.Counters()
		r.next = c.NextRecord
		return err
	})
}

// Add takes the next commit.
func (r *Redo) Add(c kv.Commit) error {
	for _, x := range c.Writes {
		w, err := store.ReadWrite(x)
		if err != nil {
			return fmt.Errorf("commit %d: %w", c.Number, err)
		}
		switch w.Kind {
		case store.WroteNumber:
			r.numbers[w.Ref] = w.Number
		case store.WroteRecord:
			if w.Number >= r.next && !w.Deleted {
				r.sources[w.Number] = w.Source
			}
		case store.WroteEntry, store.WroteWaiting, store.WrotePoint:
			delete(r.ledger, string(x.Key)) // of a record that went: its stops are on its contact points
			if !w.Deleted && takesAway(w.Entry) {
				r.ledger[string(x.Key)] = w
			}
		case store.WroteSuppressions:
			r.lists[w.Point] = w.Suppressions
		}
	}
	return nil
}

// takesAway reports whether an event takes permission away from the record that has it.
func takesAway(e *store.Entry) bool {
	switch e.Kind {
	case aloi.ConsentBounced, aloi.ConsentInvalidated, aloi.ConsentRestricted, aloi.ConsentErased:
		return true
	}
	return e.Kind.IsStop() && e.Assigned >= 0
}

// Apply does to the engine's store what was gathered, durably. To do it again changes
// nothing. Events come before the removal of the record that they are of, which leaves its
// stops on its contact points; what waits for a record comes after.
func (r *Redo) Apply(ctx context.Context) (done Redone, err error) {
	if done.Stops, err = r.e.applyRedone(ctx, r.events(true)); err != nil {
		return done, err
	}
	removals, err := r.removals(ctx)
	if err != nil {
		return done, err
	}
	if done.Removed, err = r.e.applyRedone(ctx, removals); err != nil {
		return done, err
	}
	apart, err := r.e.applyRedone(ctx, r.events(false))
	if done.Stops += apart; err != nil {
		return done, err
	}
	done.Suppressions, err = r.e.applyRedone(ctx, r.suppressions())
	return done, err
}

// redone is one thing that a later commit did, named by what is left of names: numbers and
// hashes.
type redone struct {
	number uint64          // of the record, 0 for none
	later  *aloi.RecordRef // the record, where the state does not know the number
	ref    store.RefHash   // of the record that is waited for
	point  store.PointHash // the contact point of an event on it alone, or of list
	list   *aloi.Suppression
	event  aloi.ConsentEvent
}

func redoing(x *redone) *prepared { return &prepared{Operation: Operation{redone: x}} }

// events are the events of records, or those that are of none, in order of their keys.
func (r *Redo) events(ofRecords bool) (ops []*prepared) {
	keys := make([]string, 0, len(r.ledger))
	for k, w := range r.ledger {
		if (w.Kind == store.WroteEntry) == ofRecords {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		w := r.ledger[k]
		x := &redone{number: w.Number, ref: w.Ref, point: w.Point, event: w.Entry.ConsentEvent}
		if ref, ok := r.sources[w.Number]; ok {
			x.later = &ref
		}
		ops = append(ops, redoing(x))
	}
	return ops
}

// removals are those of the records that have gone since, though they may have come again.
func (r *Redo) removals(ctx context.Context) (ops []*prepared, err error) {
	return ops, r.e.view(ctx, func(in *store.Reader) error {
		for _, hash := range inOrder(r.numbers) {
			number, err := in.Number(hash)
			if err != nil {
				return err
			}
			if number == 0 || number == r.numbers[hash] {
				continue
			}
			rec, err := in.Record(number)
			if err != nil {
				return err
			}
			ops = append(ops, &prepared{Operation: Operation{Delete: &rec.Record.Ref}, ref: hash})
		}
		return nil
	})
}

// suppressions are all that were on the list.
func (r *Redo) suppressions() (ops []*prepared) {
	for _, point := range inOrder(r.lists) {
		for i := range r.lists[point] {
			ops = append(ops, redoing(&redone{point: point, list: &r.lists[point][i].Suppression}))
		}
	}
	return ops
}

// applyRedone commits operations and returns how many of them were news.
func (e *Engine) applyRedone(ctx context.Context, ops []*prepared) (n int, err error) {
	for chunk := range slices.Chunk(ops, MaxBatchOperations) {
		r := &request{ctx: ctx, ops: chunk, ready: make(chan struct{})}
		if err := e.submit(r); err != nil {
			return n, err
		}
		<-r.ready
		if r.err != nil {
			return n, r.err
		}
		for _, ack := range r.acks {
			switch ack.Outcome {
			case aloi.OutcomeRecorded, aloi.OutcomeDeleted:
				n++
			case aloi.OutcomeUnchanged:
			default:
				return n, errors.New("engine: what a later commit did could not be done again: " + ack.Reason)
			}
		}
	}
	return n, nil
}

// redo does again what a later commit did.
func (b *batch) redo(x *redone, res *result) error {
	content, err := store.ConsentContent(x.event)
	switch {
	case err != nil:
		return err
	case x.list != nil:
		return b.suppressAt(x.point, x.list, res)
	case x.point != store.PointHash{}:
		return b.redoOnPoint(x.point, content, x.event, res)
	case x.later != nil:
		return b.redoOfLater(*x.later, content, x.event, res)
	case x.number == 0:
		return b.actAwaiting(x.ref, x.event, content, res)
	}
	s, err := b.record(x.number)
	if err != nil {
		return err
	}
	res.number = x.number
	return b.addAct(x.number, s.after.Record.Ref, x.event, content, nil, res)
}

func (b *batch) redoOnPoint(point store.PointHash, content store.ContentHash, e aloi.ConsentEvent, res *result) error {
	res.outcome = aloi.OutcomeUnchanged
	held, err := b.onPoint(point, content)
	if err != nil || held {
		return err
	}
	b.keepOnPoint(point, content, e)
	res.outcome = aloi.OutcomeRecorded
	return nil
}

// redoOfLater keeps what a record said that is not stored any more. What is no stop, and on
// no contact point, is of that record alone, and comes with it when its source sends it
// again.
func (b *batch) redoOfLater(ref aloi.RecordRef, content store.ContentHash, e aloi.ConsentEvent, res *result) error {
	if err := b.actOfRecord(ref, b.e.st.RefHash(ref), e, content, res); err != nil {
		return err
	}
	if res.outcome == aloi.OutcomeNotFound {
		res.outcome = aloi.OutcomeUnchanged
	}
	return nil
}
