package server

import (
	"context"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
)

// guardedStream is a stream whose client is held to its part: to send a request that fits
// into memory, and to take the answers.
type guardedStream struct {
	grpc.ServerStream
	ctx   context.Context
	came  bool         // a message has come; of the goroutine that receives
	since atomic.Int64 // when the message under way began to be sent, in Unix nanoseconds; 0: none is
}

// Context returns the context of the handler.
func (s *guardedStream) Context() context.Context { return s.ctx }

// RecvMsg receives a message.
func (s *guardedStream) RecvMsg(m any) error {
	if err := s.ServerStream.RecvMsg(m); err != nil {
		return err
	}
	if !s.came {
		s.came = true
		requestCame(s.ctx)
	}
	return refusal(m)
}

// SendMsg sends a message, which waits for as long as the client reads none.
func (s *guardedStream) SendMsg(m any) error {
	s.since.Store(time.Now().UnixNano())
	defer s.since.Store(0)
	return s.ServerStream.SendMsg(m)
}

// stalls reports whether a message has been on its way for longer than a limit.
func (s *guardedStream) stalls(limit time.Duration) bool {
	since := s.since.Load()
	return since != 0 && time.Since(time.Unix(0, since)) > limit
}

// looksPerLimit is how often it is looked whether a client takes its answers, in the time
// that it has.
const looksPerLimit = 4

// guard runs the handler of a stream, and returns its error; before that errSlowReader when
// the client takes no answers. gRPC then ends the call, and with it what the handler waits
// for: it ends soon after, which s.handlers waits for.
func (s *Server) guard(method string, stream *guardedStream, handle func() error) error {
	ended := make(chan error, 1)
	s.handlers.Go(func() { ended <- recovered(handle) })
	limits := s.admission.limits
	tick := time.NewTicker(min(limits.Send, limits.Contended) / looksPerLimit)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return err
		case <-tick.C:
			limit := limits.Send
			if s.stopping.Err() != nil || s.budgets.contended(method) {
				limit = limits.Contended
			}
			if stream.stalls(limit) {
				return errSlowReader
			}
		}
	}
}
