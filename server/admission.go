package server

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/tap"
	"google.golang.org/protobuf/types/known/durationpb"
)

// The reasons of what the server itself refuses, or ends.
const (
	reasonOverloaded = "OVERLOADED"
	reasonSlowReader = "SLOW_READER"
	reasonMalformed  = "MALFORMED"
)

// errOverloaded refuses a call that was not begun.
var errOverloaded = withDetails(codes.ResourceExhausted, "the server has as much to do as it takes on: nothing was done, send again later",
	reason(reasonOverloaded), &errdetails.RetryInfo{RetryDelay: durationpb.New(retryAfter)}).Err()

// errSlowReader ends a stream whose client takes no answers.
var errSlowReader = withDetails(codes.Unavailable, "answers were not read for too long: go on after the last that came, and send again what was not acknowledged",
	reason(reasonSlowReader), &errdetails.RetryInfo{RetryDelay: durationpb.New(retryAfter)}).Err()

// admission is who may be served.
type admission struct {
	limits  limits
	calls   atomic.Int64 // under way
	reading *semaphore.Weighted
	writing *semaphore.Weighted
}

func newAdmission(l limits) *admission {
	return &admission{limits: l, reading: semaphore.NewWeighted(l.Unary), writing: semaphore.NewWeighted(l.Unary)}
}

// admit is called for each call before anything but its headers is read, and must not
// wait. It refuses calls past the limit, gives the others a deadline, and ends those whose
// request does not come.
func (s *Server) admit(ctx context.Context, info *tap.Info) (context.Context, error) {
	if isHealth(info.FullMethodName) {
		return ctx, nil
	}
	a, m := s.admission, methodOf(info.FullMethodName)
	if a.calls.Add(1) > a.limits.Calls {
		a.calls.Add(-1)
		return nil, errOverloaded
	}
	context.AfterFunc(ctx, func() { a.calls.Add(-1) }) // gRPC ends it with the call
	if m.owes {
		ctx = awaitRequest(ctx, a.limits.Request)
	}
	if _, set := ctx.Deadline(); !set && m.deadline > 0 {
		limited, cancel := context.WithTimeout(ctx, m.deadline)
		context.AfterFunc(ctx, cancel)
		ctx = limited
	}
	return ctx, nil
}

// awaitedKey is of the timer of a request that has not come.
type awaitedKey struct{}

// awaitRequest returns a context that ends when the request does not come in time.
func awaitRequest(ctx context.Context, limit time.Duration) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	timer := time.AfterFunc(limit, cancel)
	context.AfterFunc(ctx, func() { timer.Stop() })
	return context.WithValue(ctx, awaitedKey{}, timer)
}

// requestCame says that the request of a call is there.
func requestCame(ctx context.Context) {
	if timer, ok := ctx.Value(awaitedKey{}).(*time.Timer); ok {
		timer.Stop()
	}
}

// turn waits until a unary call may be carried out, and returns what ends its turn.
func (a *admission) turn(ctx context.Context, name string) (end func(), err error) {
	if isHealth(name) {
		return func() {}, nil
	}
	lane := a.reading
	if methodOf(name).writes {
		lane = a.writing
	}
	wait, cancel := context.WithTimeout(ctx, a.limits.Admission)
	defer cancel()
	switch {
	case lane.Acquire(wait, 1) == nil:
		return func() { lane.Release(1) }, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	return nil, errOverloaded
}
