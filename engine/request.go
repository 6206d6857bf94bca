package engine

import (
	"context"
	"sync"

	"aloi"
)

// request is one call of Apply, Adopt or PreviewJudgement, on its way to the writer.
type request struct {
	ctx   context.Context
	ops   []*prepared
	taken int            // operations that the writer has taken up
	alone func(*request) // what the writer does by itself and answers, nil for Apply
	adopt *adopting      // of Adopt

	mu       sync.Mutex             // until ready is closed
	acks     []aloi.Acknowledgement // of the operations that are committed
	err      error
	answered bool // there is nothing more to do with it
	ready    chan struct{}
}

// portion is some operations of a request, in order, that are committed together.
type portion struct {
	request *request
	ops     []*prepared
}

// isOver reports whether a request is answered. One of Apply that nobody waits for any more is
// answered undone: clients that have hung up must not hold up those that have not.
func (r *request) isOver() bool {
	if r.alone == nil && r.ctx.Err() != nil {
		r.fail(r.ctx.Err())
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.answered
}

// committed notes the answers to the next operations of a request, and gives them all with
// the last.
func (r *request) committed(acks []aloi.Acknowledgement) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.answered {
		return
	}
	if r.acks == nil {
		r.acks = make([]aloi.Acknowledgement, 0, len(r.ops))
	}
	if r.acks = append(r.acks, acks...); len(r.acks) == len(r.ops) {
		r.answer()
	}
}

// fail answers a request with an error, however much of it is committed.
func (r *request) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.answered {
		r.acks, r.err = nil, err
		r.answer()
	}
}

func (r *request) answer() {
	r.answered = true
	close(r.ready)
}
