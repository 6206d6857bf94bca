package server

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/semaphore"

	"aloi"
	"aloi/engine"
	"aloi/internal/failpoint"
	aloiv1 "aloi/proto/aloi/v1"
)

// The window of a stream: what the server has received and not acknowledged. Full,
// it stops the receiver, and HTTP/2 flow control then stops the client.
const (
	windowOperations = 2048
	windowBytes      = 8 << 20
	batchOperations  = 512 // given to the engine at once
)

// Stream takes operations and acknowledges each, in order, once it is durable.
//
// A receiver converts what comes and queues it within the window; this goroutine
// gives what is queued to the engine and sends the acknowledgements. When the stream
// ends, in whatever way, what was queued by then is still done and acknowledged. When
// the server stops, only the batch that the engine has is: a stopping server must not
// take long, and its client sends the rest again.
func (s *ingest) Stream(stream aloiv1.Ingest_StreamServer) error {
	ctx, cancel := context.WithCancelCause(stream.Context())
	defer cancel(nil)
	defer context.AfterFunc(s.stopping, func() { cancel(errStopping) })()
	w := newWindow()
	received := make(chan error, 1)
	go func() {
		defer close(w.queue)
		received <- recovered(func() error { return receive(ctx, stream, w) })
	}()
	for {
		batch := w.take(s.stopping)
		if len(batch) == 0 {
			break
		}
		if err := s.applyBatch(stream, batch); err != nil {
			return err
		}
		w.release(batch)
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
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if n := len(m.Operations); n > maxStreamOperations {
			return aloi.Invalid(aloi.Violation{
				Field:  "operations",
				Reason: fmt.Sprintf("more than %d in one message: nothing of it was stored", maxStreamOperations),
			})
		}
		if err := w.put(ctx, m.Operations); err != nil {
			return err
		}
	}
}

// applyBatch carries out a batch and sends its acknowledgements in one message.
func (s *ingest) applyBatch(stream aloiv1.Ingest_StreamServer, batch []operation) error {
	var ops []engine.Operation
	for _, op := range batch {
		if len(op.violations) == 0 {
			ops = append(ops, op.do)
		}
	}
	var acks []aloi.Acknowledgement
	if len(ops) > 0 {
		var err error
		if acks, err = s.engine.Apply(stream.Context(), ops); err != nil {
			return err
		}
	}
	resp := &aloiv1.StreamResponse{}
	for _, op := range batch {
		a := aloi.Acknowledgement{
			Outcome: aloi.OutcomeRejected, Reason: "the operation is not valid", Violations: op.violations,
		}
		if len(op.violations) == 0 {
			a, acks = acks[0], acks[1:]
		}
		resp.Acknowledgements = append(resp.Acknowledgements, toAcknowledgement(op.sequence, a))
	}
	failpoint.Pass("ack/before")
	err := stream.Send(resp)
	failpoint.Pass("ack/after")
	return err
}

// window bounds what a stream has received and not acknowledged.
type window struct {
	queue      chan operation // never blocks: it has room for a whole window
	operations *semaphore.Weighted
	bytes      *semaphore.Weighted
}

func newWindow() *window {
	return &window{
		queue:      make(chan operation, windowOperations),
		operations: semaphore.NewWeighted(windowOperations),
		bytes:      semaphore.NewWeighted(windowBytes),
	}
}

// put converts and queues the operations of one message, when there is room.
func (w *window) put(ctx context.Context, in []*aloiv1.Operation) error {
	for _, m := range in {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		op := readOperation(m)
		if w.operations.Acquire(ctx, 1) != nil || w.bytes.Acquire(ctx, op.bytes) != nil {
			return context.Cause(ctx)
		}
		w.queue <- op
	}
	return nil
}

// take waits for an operation and returns it with those queued behind it, a batch at
// most. It returns nothing when the stream has ended and all is taken, and when the
// server stops: its client then sends again what is still queued.
func (w *window) take(stopping context.Context) []operation {
	if stopping.Err() != nil {
		return nil
	}
	var batch []operation
	select {
	case op, ok := <-w.queue:
		if !ok {
			return nil
		}
		batch = append(batch, op)
	case <-stopping.Done():
		return nil
	}
	for len(batch) < batchOperations {
		select {
		case op, ok := <-w.queue:
			if !ok {
				return batch
			}
			batch = append(batch, op)
		default:
			return batch
		}
	}
	return batch
}

// release makes room for as much as the batch held.
func (w *window) release(batch []operation) {
	var bytes int64
	for _, op := range batch {
		bytes += op.bytes
	}
	w.operations.Release(int64(len(batch)))
	w.bytes.Release(bytes)
}
