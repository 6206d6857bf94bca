package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"aloi"
	"aloi/internal/tabular"
	aloiv1 "aloi/proto/aloi/v1"
)

// The sizes of what is sent. The window is what may be sent and not acknowledged: it
// covers what the server reads ahead, so that the two work at the same time.
const (
	messageOperations = 128
	messageBytes      = 1 << 20
	windowItems       = 4096
	windowBytes       = 16 << 20
)

// After a broken connection it is tried again this often without an acknowledgement
// in between, at first after retryDelay and then each time twice as long.
const (
	maxRetries = 6
	retryDelay = 200 * time.Millisecond
)

// drainLimit is how long an interrupted run waits for the acknowledgements of what it
// has sent.
const drainLimit = 10 * time.Second

// errStreamEnded says that a stream ended while something was sent.
var errStreamEnded = errors.New("the stream has ended")

// item is one row on its way: an operation, or what is wrong with the row.
type item struct {
	line   int
	offset int64 // how much of the file was read by then, in bytes
	op     *aloiv1.Operation
	bytes  int // of op
	bad    *tabular.RowError
}

// sender streams rows to a server within a window, and sends again what was not
// acknowledged when the connection breaks.
type sender struct {
	client aloiv1.IngestClient
	rows   <-chan *item // closed at the end
	// settled is told of each row once, in order, with its acknowledgement, nil for a
	// bad row. It is never called twice at the same time.
	settled func(*item, *aloiv1.Acknowledgement)
	// lost is told of a broken connection, the rows to be sent again and the time until then.
	lost func(unacknowledged int, wait time.Duration)
	// full is told once that the server's disk is nearly full, and how often the rows are sent
	// again until there is room: that can take hours. With nil the run ends.
	full func(unacknowledged int, wait time.Duration)
	// oneByOne waits for the acknowledgement of each record before the next is sent.
	oneByOne bool

	interrupted  <-chan struct{}
	mu           sync.Mutex
	moved        sync.Cond // on mu: pending got shorter, or broken is set
	pending      []*item   // sent or about to be, in order
	pendingBytes int
	broken       bool   // the stream under way has ended
	sequence     uint64 // of the last operation
	acknowledged uint64
	connected    bool // a stream was opened once
}

// run sends all rows and returns when each is settled, or what ended it for good. When
// ctx ends, no more rows are taken, and those that were sent are settled first.
func (s *sender) run(ctx context.Context) error {
	s.moved.L, s.interrupted = &s.mu, ctx.Done()
	streams, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(drainLimit, cancel) })()
	for retries, wasFull := 0, false; ; {
		before := s.acknowledged
		err := s.attempt(streams)
		wait, isFull := untilRoom(err)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case isFull && s.full != nil:
			if !wasFull || s.acknowledged > before {
				s.full(len(s.pending), wait)
			}
		case err == nil || !blowsOver(err) || !s.connected:
			return err
		default:
			if s.acknowledged > before {
				retries = 0
			}
			if retries == maxRetries {
				return &exitError{exitUnavailable, fmt.Errorf("the connection to the server broke and did not come back; %d records "+
					"are not acknowledged: send the file again, what is stored is answered UNCHANGED", len(s.pending))}
			}
			wait = retryDelay << retries
			retries++
			s.lost(len(s.pending), wait)
		}
		wasFull = isFull
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// blowsOver reports whether what ended a stream passes by itself: the connection broke, or the
// server had as much to do as it takes on.
func blowsOver(err error) bool {
	st := status.Convert(err)
	_, later := retryOf(st)
	return st.Code() == codes.Unavailable || later && reasonOf(st) != string(aloi.CodeFull)
}

// untilRoom returns how long to wait when the server's disk is nearly full; false: it is not.
func untilRoom(err error) (wait time.Duration, full bool) {
	st, ok := status.FromError(err)
	if !ok || reasonOf(st) != string(aloi.CodeFull) {
		return 0, false
	}
	wait, _ = retryOf(st)
	return max(wait, retryDelay), true
}

// attempt sends what is pending, then the rows that come, over one stream.
func (s *sender) attempt(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := s.client.Stream(ctx)
	if err != nil {
		return err
	}
	s.connected, s.broken = true, false
	received := make(chan error, 1)
	go func() {
		err := s.receive(stream)
		s.mu.Lock()
		s.broken = true
		s.moved.Broadcast()
		s.mu.Unlock()
		cancel()
		received <- err
	}()
	if err := s.sendAll(ctx, stream); err != nil && err != errStreamEnded {
		cancel()
		return errors.Join(err, <-received)
	}
	return <-received
}

// sendAll sends until the rows end, or until the stream does: then it returns
// errStreamEnded, and the receiver knows why.
func (s *sender) sendAll(ctx context.Context, stream aloiv1.Ingest_StreamClient) error {
	for again := s.unsettled(); len(again) > 0; {
		n := messageLength(again)
		if err := send(stream, again[:n]); err != nil {
			return err
		}
		again = again[n:]
	}
	for {
		batch, more := s.take(ctx)
		if len(batch) > 0 {
			if err := send(stream, batch); err != nil {
				return err
			}
		}
		switch {
		case ctx.Err() != nil:
			return errStreamEnded
		case !more:
			return stream.CloseSend()
		}
	}
}

// take waits for a row and returns it with those that are there behind it, up to a
// message, all of them pending; more is false at the end of the rows. It returns
// early when the stream ends: what is pending goes into the next one.
func (s *sender) take(ctx context.Context) (batch []*item, more bool) {
	for bytes := 0; len(batch) < s.mostPerMessage() && bytes < messageBytes && s.wait(); {
		x, ok := s.next(ctx, len(batch) == 0)
		if !ok {
			return batch, ctx.Err() != nil
		}
		if x == nil {
			break
		}
		if s.push(x) {
			batch, bytes = append(batch, x), bytes+x.bytes
		}
	}
	return batch, true
}

// next returns the next row, and waits for it if block is set; without, it may be nil.
// ok is false at the end of the rows, of ctx, or of the run.
func (s *sender) next(ctx context.Context, block bool) (x *item, ok bool) {
	if !block {
		select {
		case x, ok = <-s.rows:
			return x, ok
		default:
			return nil, true
		}
	}
	select {
	case x, ok = <-s.rows:
		return x, ok
	case <-ctx.Done():
		return nil, false
	case <-s.interrupted:
		return nil, false
	}
}

func (s *sender) mostPerMessage() int {
	if s.oneByOne {
		return 1
	}
	return messageOperations
}

// wait returns when there is room in the window; false says that the stream broke.
func (s *sender) wait() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	most := windowItems
	if s.oneByOne {
		most = 1
	}
	for !s.broken && (len(s.pending) >= most || s.pendingBytes >= windowBytes) {
		s.moved.Wait()
	}
	return !s.broken
}

// push makes a row pending and reports whether there is something to send.
func (s *sender) push(x *item) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.op != nil {
		s.sequence++
		x.op.Sequence = s.sequence
		x.bytes = proto.Size(x.op)
	}
	s.pending = append(s.pending, x)
	s.pendingBytes += x.bytes
	s.settleBad()
	return x.op != nil
}

// unsettled returns the operations that are pending.
func (s *sender) unsettled() []*item {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []*item
	for _, x := range s.pending {
		if x.op != nil {
			list = append(list, x)
		}
	}
	return list
}

// receive settles what is acknowledged until the stream ends, nil at its proper end.
func (s *sender) receive(stream aloiv1.Ingest_StreamClient) error {
	for {
		resp, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if len(s.pending) > 0 {
				return fmt.Errorf("the server ended the stream with %d records not acknowledged", len(s.pending))
			}
			return nil
		}
		if err != nil {
			return err
		}
		for _, a := range resp.Acknowledgements {
			if err := s.settle(a); err != nil {
				return err
			}
		}
	}
}

// settle takes the acknowledged operation, which is the first, out of the window.
func (s *sender) settle(a *aloiv1.Acknowledgement) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) == 0 || s.pending[0].op.Sequence != a.Sequence {
		return fmt.Errorf("the server acknowledged operation %d out of turn", a.Sequence)
	}
	s.acknowledged++
	s.pop(a)
	s.settleBad()
	s.moved.Broadcast()
	return nil
}

// settleBad settles the bad rows at the head, with mu held.
func (s *sender) settleBad() {
	for len(s.pending) > 0 && s.pending[0].op == nil {
		s.pop(nil)
	}
}

func (s *sender) pop(a *aloiv1.Acknowledgement) {
	x := s.pending[0]
	s.pending[0] = nil // so that its record is freed
	s.pending = s.pending[1:]
	s.pendingBytes -= x.bytes
	s.settled(x, a)
}

// messageLength is how many items go into the next message, one at least.
func messageLength(items []*item) int {
	bytes := 0
	for i, x := range items {
		if bytes += x.bytes; i == messageOperations || i > 0 && bytes > messageBytes {
			return i
		}
	}
	return len(items)
}

func send(stream aloiv1.Ingest_StreamClient, items []*item) error {
	m := &aloiv1.StreamRequest{Operations: make([]*aloiv1.Operation, len(items))}
	for i, x := range items {
		m.Operations[i] = x.op
	}
	if err := stream.Send(m); err != io.EOF {
		return err
	}
	return errStreamEnded // gRPC says so by io.EOF
}
