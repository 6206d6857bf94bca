package main

import (
	"fmt"
	"slices"
	"sync"

	aloiv1 "aloi/proto/aloi/v1"
)

// ledger is what the parent knows for certain of one stream: its first acked
// operations were acknowledged, and at most the first sent were ever sent.
//
// After a kill a stream goes on from the first operation that is not acknowledged,
// so some are carried out twice. What the server may hold follows from what it was
// seen to hold before the stream began, at operation base: the result of the
// operations from there to some n, acked ≤ n ≤ sent.
type ledger struct {
	*source

	mu     sync.Mutex
	acked  int
	sent   int
	closed bool       // the stream has ended
	frozen bool       // what is acknowledged from now on to the end of the stream is not certain
	moved  *sync.Cond // acked or closed changed
	end    error      // with which the last stream ended, nil for in order
	base   int
	seen   map[int]state // records, at base
	// touched are the records that operations were sent for since the last check.
	touched map[int]bool
	// of lists the operations on each record, ascending.
	of map[int][]int
}

func newLedger(s *source) *ledger {
	l := &ledger{source: s, seen: map[int]state{}, touched: map[int]bool{}, of: map[int][]int{}}
	l.moved = sync.NewCond(&l.mu)
	return l
}

// open begins a stream, and returns the first operation to send.
func (l *ledger) open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed, l.frozen = false, false
	return l.acked
}

// close ends a stream, and notes with what.
func (l *ledger) close(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed, l.end = true, err
	l.moved.Broadcast()
}

// freeze makes the ledger hold on to what is certain now, until the stream ends.
func (l *ledger) freeze() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.frozen = true
}

// roomFor waits until operation i may be sent; false: the stream has ended.
func (l *ledger) roomFor(i int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i-l.acked > window && !l.closed {
		l.moved.Wait()
	}
	return !l.closed
}

// send notes that operation i is about to be sent, and returns it.
func (l *ledger) send(i int) operation {
	l.mu.Lock()
	defer l.mu.Unlock()
	op := l.at(i)
	if i >= l.sent {
		l.sent = i + 1
		l.of[op.record] = append(l.of[op.record], i)
	}
	l.touched[op.record] = true
	return op
}

// acknowledge notes the answer to the next operation, or says what is wrong with it.
func (l *ledger) acknowledge(a *aloiv1.Acknowledgement) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.frozen {
		return nil
	}
	if a.GetSequence() != uint64(l.acked) {
		return fmt.Errorf("%s: operation %d is acknowledged, %d is next", l.name, a.GetSequence(), l.acked)
	}
	if a.GetOutcome() == aloiv1.Outcome_OUTCOME_REJECTED || a.GetOutcome() == aloiv1.Outcome_OUTCOME_UNSPECIFIED {
		return fmt.Errorf("%s: operation %d is answered %v: %s", l.name, l.acked, a.GetOutcome(), a.GetReason())
	}
	l.acked++
	l.moved.Broadcast()
	return nil
}

// state is what the server holds of a record.
type state struct {
	version int64
	events  string // the versions whose consent events it has, ascending: one letter each
}

// event is the letter of a version's consent event. A record has few versions.
func event(version int64) rune { return 'A' + rune(version) }

// after returns the state that an operation leads to.
func (s state) after(op operation) state {
	if op.version == 0 {
		return state{}
	}
	events := []rune(s.events)
	if at, found := slices.BinarySearch(events, event(op.version)); !found {
		events = slices.Insert(events, at, event(op.version))
	}
	return state{max(s.version, op.version), string(events)}
}

// possible returns the states that a record may be in: that of the acknowledged
// operations, and those of what was sent after them.
func (l *ledger) possible(record int) []state {
	now := l.seen[record]
	states := []state{now}
	for _, i := range l.of[record] {
		switch {
		case i < l.base:
		case i < l.acked:
			now = now.after(l.ops[i])
			states = []state{now}
		default:
			now = now.after(l.ops[i])
			states = append(states, now)
		}
	}
	return states
}
