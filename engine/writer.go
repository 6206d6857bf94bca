package engine

// The writer has two lanes. Whoever sends a record and waits for its answer must not wait for
// the commits of those who send thousands, and those must not wait for ever for the others.
const (
	// smallOperations is the most operations of a request that counts as small.
	smallOperations = 16
	// companions is how many bulk operations go with the small ones of a commit: most of what
	// that takes is for the commit itself.
	companions = 8
	// smallTurns is how many such commits there are in a row at most while bulk waits.
	smallTurns = 4
)

// lane is requests that wait for the writer, in order.
type lane struct {
	queue <-chan *request // nil when it is closed and empty
	head  *request        // the first, when it has been taken from the queue
}

// laneOf returns the lane that a request goes into. A preview goes with the small ones: a
// person waits for it.
func (e *Engine) laneOf(r *request) chan<- *request {
	if r.isSmall() {
		return e.small
	}
	return e.bulk
}

func (r *request) isSmall() bool { return r.adopt == nil && len(r.ops) <= smallOperations }

// received makes a request the first of its lane; open is false when no more will come.
func (l *lane) received(r *request, open bool) {
	if l.head = r; !open {
		l.queue = nil
	}
}

// first returns the first request that is not done with, nil when none waits.
func (l *lane) first() *request {
	for {
		if l.head != nil && !l.head.isOver() {
			return l.head
		}
		l.head = nil
		select {
		case r, open := <-l.queue:
			l.received(r, open)
			if !open {
				return nil
			}
		default:
			return nil
		}
	}
}

// take returns about so many operations of the requests that wait, to be committed together:
// whole requests until there are enough, or, if it may split them, not one more. An adoption
// or a preview ends them.
func (l *lane) take(most int, split bool) (batch []portion) {
	for n := 0; n < most; {
		r := l.first()
		if r == nil || r.alone != nil {
			break
		}
		ops := r.ops[r.taken:]
		if split {
			ops = ops[:min(len(ops), most-n)]
		}
		batch, n = append(batch, portion{r, ops}), n+len(ops)
		if r.taken += len(ops); r.taken < len(r.ops) {
			break // the rest of it is still the first
		}
		l.head = nil
	}
	return batch
}

// writer is what the goroutine that commits knows.
type writer struct {
	e           *Engine
	small, bulk lane
	passed      int     // commits of small requests in a row, while bulk waited
	flight      *flight // the last commit, if it may be under way
}

// serve is the writer: it gathers the requests that wait and commits them together, until
// both lanes are closed and empty. An adoption or a preview is a request by itself. While a
// commit is brought to the disk, the next is computed already.
func (e *Engine) serve() {
	defer close(e.done)
	defer close(e.landing)
	go e.land()
	w := writer{e: e, small: lane{queue: e.small}, bulk: lane{queue: e.bulk}}
	for w.wait() {
		w.turn()
	}
}

// wait waits for a request. It returns false when none will come any more, and all is done.
func (w *writer) wait() bool {
	for w.small.first() == nil && w.bulk.first() == nil {
		var landed chan struct{} // nil: never
		if w.flight != nil {
			landed = w.flight.over
		} else if w.small.queue == nil && w.bulk.queue == nil {
			return false
		}
		select {
		case r, open := <-w.small.queue:
			w.small.received(r, open)
		case r, open := <-w.bulk.queue:
			w.bulk.received(r, open)
		case <-landed:
			w.settle()
		}
	}
	return true
}

// settle waits until no commit is under way. One that failed with nothing stored is done over.
func (w *writer) settle() {
	if f := w.flight; f != nil {
		if <-f.over; f.failed {
			w.e.commit(f.portions)
		}
		w.flight = nil
	}
}

// commit begins the commit of portions of requests, or makes it: by itself, and in parts, where
// it can't be made as one.
func (w *writer) commit(batch []portion) {
	f, err := w.e.launch(batch)
	switch {
	case err == nil:
		w.flight = f
	case isUndone(err):
		w.settle()
		w.e.commit(batch)
	default:
		answer(batch, nil, w.e.failedCommit(err))
	}
}

// turn serves one of the lanes: that of small requests first, but not too often in a row.
func (w *writer) turn() {
	small, bulk := w.small.first(), w.bulk.first()
	if small != nil {
		w.e.pace.hurry()
	}
	switch {
	case bulk == nil:
		w.passed = 0
		w.serve(&w.small, MaxBatchOperations, false, 0)
	case small != nil && w.passed < smallTurns:
		w.passed++
		w.serve(&w.small, w.e.pace.most(), false, companions)
	default:
		w.passed = 0
		most := w.e.pace.most()
		w.serve(&w.bulk, most, most < MaxBatchOperations, 0)
	}
}

// serve does what is first in a lane: something by itself, or a commit of about so many
// operations, and as many of bulk with them. A request is split only to keep commits short:
// whole, it is answered sooner.
func (w *writer) serve(l *lane, most int, split bool, with int) {
	if r := l.first(); r.alone != nil {
		l.head = nil
		w.settle()
		r.alone(r)
		return
	}
	batch, n := append(l.take(most, split), w.bulk.take(with, true)...), 0
	for _, p := range batch {
		n += len(p.ops)
	}
	began := w.e.pace.elapsed()
	w.commit(batch)
	w.e.pace.took(n, w.e.pace.elapsed()-began)
}
