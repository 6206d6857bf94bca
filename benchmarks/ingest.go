package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	aloiv1 "aloi/proto/aloi/v1"
)

// encoded is a message that is sent as it is.
type encoded []byte

// passing is the codec of protobuf, for which a message may be encoded already.
type passing struct{}

func (passing) Name() string { return "proto" }

func (passing) Marshal(v any) ([]byte, error) {
	if b, ok := v.(encoded); ok {
		return b, nil
	}
	return proto.Marshal(v.(proto.Message))
}

func (passing) Unmarshal(b []byte, v any) error { return proto.Unmarshal(b, v.(proto.Message)) }

// sending is one ingest: messages over streams, and what is told of acknowledgements.
type sending struct {
	conn     *grpc.ClientConn
	messages *messages
	streams  int
	inFlight int               // messages of a stream that are not acknowledged
	pace     float64           // messages per second of all streams; 0 is as fast as it goes
	acked    func(n int) error // called after each answer, never at once with itself
}

// errRejected says that the benchmark sent what the server does not take.
var errRejected = errors.New("a record was rejected")

// send sends the messages up to one, from the first that was not sent, until ctx ends.
func (s *sending) send(ctx context.Context, to int) error {
	to = min(to, s.messages.count())
	var next atomic.Int64
	next.Store(int64(s.messages.used))
	first, start := s.messages.used, time.Now()
	take := func() (int, bool) {
		if ctx.Err() != nil {
			return 0, false
		}
		i := int(next.Add(1)) - 1
		if i >= to {
			return 0, false
		}
		if s.pace > 0 {
			time.Sleep(time.Until(start.Add(time.Duration(float64(i-first) / s.pace * float64(time.Second)))))
		}
		return i, true
	}
	var mu sync.Mutex
	g, streaming := errgroup.WithContext(context.WithoutCancel(ctx)) // what is on its way is acknowledged
	for range s.streams {
		g.Go(func() error { return s.stream(streaming, take, &mu) })
	}
	err := g.Wait()
	s.messages.used = min(int(next.Load()), to)
	return err
}

// stream sends on one stream what take gives.
func (s *sending) stream(ctx context.Context, take func() (int, bool), mu *sync.Mutex) error {
	stream, err := s.conn.NewStream(ctx, &aloiv1.Ingest_ServiceDesc.Streams[0], aloiv1.Ingest_Stream_FullMethodName, grpc.ForceCodec(passing{}))
	if err != nil {
		return err
	}
	room := make(chan struct{}, max(1, s.inFlight))
	var g errgroup.Group
	g.Go(func() error { return s.receive(stream, room, mu) })
	for {
		i, ok := take()
		if !ok {
			break
		}
		b, err := s.messages.bytes(i)
		if err != nil {
			return err
		}
		select {
		case room <- struct{}{}:
		case <-stream.Context().Done():
			return g.Wait()
		}
		if stream.SendMsg(encoded(b)) != nil {
			return g.Wait() // which has the reason
		}
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	return g.Wait()
}

// receive counts acknowledgements until the end of the stream, and makes room.
func (s *sending) receive(stream grpc.ClientStream, room <-chan struct{}, mu *sync.Mutex) error {
	pending := 0
	for {
		var answer aloiv1.StreamResponse
		if err := stream.RecvMsg(&answer); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		n := len(answer.GetAcknowledgements())
		for _, a := range answer.GetAcknowledgements() {
			if a.GetOutcome() == aloiv1.Outcome_OUTCOME_REJECTED {
				return fmt.Errorf("%w: %s", errRejected, a.GetReason())
			}
		}
		mu.Lock()
		err := s.acked(n)
		mu.Unlock()
		if err != nil {
			return err
		}
		for pending += n; pending >= s.messages.perMessage; pending -= s.messages.perMessage {
			<-room
		}
	}
}
