package server

import (
	"context"
	"errors"
	"io"

	"google.golang.org/protobuf/proto"

	"aloi"
	"aloi/engine"
	"aloi/internal/failpoint"
	aloiv1 "aloi/proto/aloi/v1"
)

// Stream takes operations and acknowledges each, in order, once it is durable.
//
// A receiver converts what comes and queues it within the window, a second goroutine gives
// what is queued to the engine, so that it always has something to do, and this one sends the
// acknowledgements. When the client half-closes the stream, or sends something that ends it,
// what was queued by then is still done and acknowledged. When the server stops, only what the
// engine has is: a stopping server must not take long, and its client sends the rest again. Of
// a client that has hung up nothing more is done than what is being committed.
func (s *ingest) Stream(stream aloiv1.Ingest_StreamServer) error {
	w := newWindow(s.waiting)
	batches := make(chan begun, windowOperations/aheadOperations)
	defer func() {
		for b := range batches {
			w.done(b.batch)
		}
	}()
	ctx, cancel := context.WithCancelCause(stream.Context())
	defer cancel(nil)
	defer context.AfterFunc(s.stopping, func() { cancel(errStopping) })()
	received := make(chan error, 1)
	go func() {
		defer w.close()
		received <- recovered(func() error { return receive(ctx, stream, w) })
	}()
	defer w.abandon()
	left, leave := context.WithCancel(stream.Context())
	defer leave()
	go func() {
		defer close(batches)
		s.begin(ctx, left, w, batches)
	}()
	for b := range batches {
		if err := s.finish(stream, w, b); err != nil {
			return err
		}
	}
	select {
	case err := <-received:
		return err
	default: // the receiver is still waiting for its client
		return errStopping
	}
}

// begun is a batch that the engine has, or has refused.
type begun struct {
	batch []operation
	call  *engine.Call
	err   error
}

// begin gives the engine one batch after the other, until there are no more, one can't be
// given, or taking ends, as when the server stops. The engine has them until left ends.
func (s *ingest) begin(taking, left context.Context, w *window, to chan<- begun) {
	line := s.engine.Line()
	for {
		b := begun{batch: w.take(taking)}
		if len(b.batch) == 0 || left.Err() != nil {
			w.done(b.batch)
			return
		}
		b.err = recovered(func() (err error) {
			b.call, err = line.Begin(left, operationsIn(b.batch))
			return err
		})
		to <- b // somebody takes it, however the stream ends
		if b.err != nil {
			return
		}
	}
}

// operationsIn returns the operations of a batch that are valid.
func operationsIn(batch []operation) (ops []engine.Operation) {
	for _, op := range batch {
		if len(op.violations) == 0 {
			ops = append(ops, op.do)
		}
	}
	return ops
}

// receive queues the operations of a stream until its client half-closes it, which
// is no error.
func receive(ctx context.Context, stream aloiv1.Ingest_StreamServer, w *window) error {
	for {
		var m rawMessage
		if err := stream.RecvMsg(&m); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		operations, err := operationsOf(m.wire)
		if err != nil {
			return err
		}
		if err := w.put(ctx, operations); err != nil {
			return err
		}
	}
}

// finish waits for a batch, and sends its acknowledgements.
func (s *ingest) finish(stream aloiv1.Ingest_StreamServer, w *window, b begun) error {
	defer w.done(b.batch) // however it ends
	if b.err != nil {
		return b.err
	}
	acks, err := b.call.Wait()
	if err != nil {
		return err
	}
	w.done(b.batch) // before the client has to read
	failpoint.Pass("ack/before")
	err = acknowledge(stream, b.batch, acks)
	failpoint.Pass("ack/after")
	w.acknowledged(b.batch)
	return err
}

// acknowledge answers each operation of a batch, in as many messages as that needs. acks are
// the engine's, of those that it was given.
func acknowledge(stream aloiv1.Ingest_StreamServer, batch []operation, acks []aloi.Acknowledgement) error {
	resp, bytes := &aloiv1.StreamResponse{}, 0
	for _, op := range batch {
		a := aloi.Acknowledgement{
			Outcome: aloi.OutcomeRejected, Reason: "the operation is not valid", Violations: op.violations,
		}
		if len(op.violations) == 0 {
			a, acks = acks[0], acks[1:]
		}
		if bytes > sendBytes {
			if err := stream.Send(resp); err != nil {
				return err
			}
			resp, bytes = &aloiv1.StreamResponse{}, 0
		}
		m := toAcknowledgement(op.sequence, a)
		resp.Acknowledgements = append(resp.Acknowledgements, m)
		bytes += proto.Size(m)
	}
	return stream.Send(resp)
}
