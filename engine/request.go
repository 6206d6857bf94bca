package engine

import (
	"context"

	"aloi"
)

// request is one call of Apply, Adopt or PreviewJudgement, on its way to the writer.
type request struct {
	ctx      context.Context
	ops      []*prepared
	done     int // operations that are committed, acks their answers
	acks     []aloi.Acknowledgement
	alone    func(*request) // what the writer does by itself and answers, nil for Apply
	adopt    *adopting      // of Adopt
	err      error
	answered bool // the writer has nothing more to do with it
	ready    chan struct{}
}

// portion is some operations of a request, in order, that are committed together.
type portion struct {
	request *request
	ops     []*prepared
}

// abandoned reports whether nobody waits for the answer of a call of Apply any more, and then
// answers it undone: clients that have hung up must not hold up those that have not.
func (r *request) abandoned() bool {
	if r.alone != nil || r.ctx.Err() == nil {
		return false
	}
	r.fail(r.ctx.Err())
	return true
}

// committed notes the answers to the next operations of a request, and gives them all with
// the last.
func (r *request) committed(acks []aloi.Acknowledgement) {
	if r.acks == nil {
		r.acks = make([]aloi.Acknowledgement, 0, len(r.ops))
	}
	r.acks = append(r.acks, acks...)
	if r.done += len(acks); r.done == len(r.ops) {
		r.answer()
	}
}

// fail answers a request with an error, however much of it is committed.
func (r *request) fail(err error) {
	r.acks, r.err = nil, err
	r.answer()
}

func (r *request) answer() {
	r.answered = true
	close(r.ready)
}
