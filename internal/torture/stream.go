package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
)

// What one stream sends, in operations.
const (
	maxMessage = 200 // most in one message
	window     = 300 // most that are sent and not acknowledged, the last message besides
)

// stream sends operations from the first that is not acknowledged, until the server
// is gone or limit operations are sent (0: no limit), and notes the answers. That
// the server went is no error; an answer that breaks its promise is.
func (l *ledger) stream(ctx context.Context, client aloiv1.IngestClient, rng *rand.Rand, limit int) error {
	s, err := client.Stream(ctx)
	if err != nil {
		l.close(err)
		return nil // the server was killed before the stream began
	}
	var sender sync.WaitGroup
	first := l.open()
	sender.Go(func() {
		for i := first; limit == 0 || i < first+limit; {
			n := 1 + rng.IntN(maxMessage)
			if limit != 0 {
				n = min(n, first+limit-i)
			}
			if !l.roomFor(i) || s.Send(l.message(i, n)) != nil {
				return
			}
			i += n
		}
		// The receiver sees what went wrong.
		_ = s.CloseSend()
	})
	defer sender.Wait()
	var ended error
	defer func() { l.close(ended) }()
	for {
		answer, err := s.Recv()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				ended = err
			}
			return nil // killed, or ended in order: the ledger knows what is acknowledged
		}
		for _, a := range answer.GetAcknowledgements() {
			if err := l.acknowledge(a); err != nil {
				return err
			}
		}
	}
}

// message packs n operations from i on.
func (l *ledger) message(i, n int) *aloiv1.StreamRequest {
	m := &aloiv1.StreamRequest{}
	for k := i; k < i+n; k++ {
		m.Operations = append(m.Operations, l.request(uint64(k), l.send(k)))
	}
	return m
}

func (l *ledger) request(sequence uint64, op operation) *aloiv1.Operation {
	o := &aloiv1.Operation{Sequence: sequence}
	if op.version == 0 {
		ref := l.ref(op.record)
		o.Operation = &aloiv1.Operation_Delete{Delete: &aloiv1.RecordRef{Source: ref.Source, RecordId: ref.ID}}
	} else {
		o.Operation = &aloiv1.Operation_Put{Put: server.RecordMessage(l.record(op))}
	}
	return o
}

// replay sends everything again that should change nothing: each version since the
// record was last deleted, or its deletion. It returns how many operations it sent
// and the journal position, which must be one and the same in every answer.
func (l *ledger) replay(ctx context.Context, client aloiv1.IngestClient) (sent int, position uint64, err error) {
	var ops []operation
	for record := range l.last {
		var since []operation
		for _, i := range l.of[record] {
			if op := l.ops[i]; op.version == 0 {
				since = []operation{op}
			} else if len(since) == 1 && since[0].version == 0 {
				since = []operation{op}
			} else {
				since = append(since, op)
			}
		}
		ops = append(ops, since...)
	}
	s, err := client.Stream(ctx)
	if err != nil {
		return 0, 0, err
	}
	failed := make(chan error, 1)
	go func() {
		for i, op := range ops {
			if err := s.Send(&aloiv1.StreamRequest{Operations: []*aloiv1.Operation{l.request(uint64(i), op)}}); err != nil {
				failed <- err
				return
			}
		}
		failed <- s.CloseSend()
	}()
	for sent < len(ops) {
		answer, err := s.Recv()
		if err != nil {
			return sent, position, errors.Join(err, <-failed)
		}
		for _, a := range answer.GetAcknowledgements() {
			switch a.GetOutcome() {
			case aloiv1.Outcome_OUTCOME_UNCHANGED, aloiv1.Outcome_OUTCOME_STALE, aloiv1.Outcome_OUTCOME_NOT_FOUND:
			default:
				return sent, position, fmt.Errorf("%s: what was sent again is answered %v", l.name, a.GetOutcome())
			}
			if sent > 0 && a.GetJournalSequence() != position {
				return sent, position, fmt.Errorf("%s: sending again moved the journal from %d to %d", l.name, position, a.GetJournalSequence())
			}
			position = a.GetJournalSequence()
			sent++
		}
	}
	return sent, position, <-failed
}
