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
// A receiver converts what comes and queues it within the window; this goroutine
// gives what is queued to the engine and sends the acknowledgements. When the client
// half-closes the stream, or sends something that ends it, what was queued by then is still
// done and acknowledged. When the server stops, only the batch that the engine has is: a
// stopping server must not take long, and its client sends the rest again. Of a client that
// has hung up nothing more is done than what is being committed.
func (s *ingest) Stream(stream aloiv1.Ingest_StreamServer) error {
	ctx, cancel := context.WithCancelCause(stream.Context())
	defer cancel(nil)
	defer context.AfterFunc(s.stopping, func() { cancel(errStopping) })()
	w := newWindow(s.waiting)
	received := make(chan error, 1)
	go func() {
		defer w.close()
		received <- recovered(func() error { return receive(ctx, stream, w) })
	}()
	defer w.abandon()
	for {
		batch := w.take(s.stopping)
		if len(batch) == 0 {
			break
		}
		if err := s.applyBatch(stream, w, batch); err != nil {
			return err
		}
		w.acknowledged(batch)
	}
	select {
	case err := <-received:
		return err
	default: // the receiver is still waiting for its client
		return errStopping
	}
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

// applyBatch carries out a batch and sends its acknowledgements.
func (s *ingest) applyBatch(stream aloiv1.Ingest_StreamServer, w *window, batch []operation) error {
	var ops []engine.Operation
	for _, op := range batch {
		if len(op.violations) == 0 {
			ops = append(ops, op.do)
		}
	}
	defer w.done(batch) // however it ends
	var acks []aloi.Acknowledgement
	if len(ops) > 0 {
		var err error
		if acks, err = s.engine.Apply(stream.Context(), ops); err != nil {
			return err
		}
	}
	w.done(batch) // before the client has to read
	failpoint.Pass("ack/before")
	err := acknowledge(stream, batch, acks)
	failpoint.Pass("ack/after")
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
