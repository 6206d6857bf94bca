package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"aloi"
	"aloi/internal/failpoint"
)

// interceptUnary runs around every unary call: it waits for the call's turn, logs, recovers
// and translates errors.
func (s *Server) interceptUnary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	start := time.Now()
	requestCame(ctx)
	var resp any
	err := recovered(func() (err error) {
		if err := refusal(req); err != nil {
			return err
		}
		end, err := s.admission.turn(ctx, info.FullMethod)
		if err != nil {
			return err
		}
		defer end()
		resp, err = handle(ctx, req)
		failpoint.Pass("call/answer")
		return err
	})
	return resp, s.finish(ctx, info.FullMethod, start, err)
}

// interceptStream is the same for streams. A stream that only sends ends when the
// server stops; one that also receives ends itself, once what came is acknowledged.
func (s *Server) interceptStream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	start := time.Now()
	guarded := &guardedStream{ServerStream: stream, ctx: stream.Context()}
	if !info.IsClientStream {
		ctx, cancel := context.WithCancelCause(stream.Context())
		defer cancel(nil)
		defer context.AfterFunc(s.stopping, func() { cancel(context.Cause(s.stopping)) })()
		guarded.ctx = ctx
	}
	err := s.guard(info.FullMethod, guarded, func() error { return handle(srv, guarded) })
	if err != nil && !info.IsClientStream && context.Cause(guarded.ctx) == errStopping {
		err = errStopping
	}
	return s.finish(stream.Context(), info.FullMethod, start, err)
}

// finish logs how a call ended and returns its error as a status.
func (s *Server) finish(ctx context.Context, method string, start time.Time, err error) error {
	st := withReason(statusOf(capped(err)))
	level := slog.LevelDebug
	attributes := []slog.Attr{
		slog.String("method", method),
		slog.String("code", st.Code().String()),
		slog.Duration("took", time.Since(start)),
	}
	switch st.Code() {
	case codes.Internal, codes.DataLoss, codes.Unknown:
		level = slog.LevelError
		attributes = append(attributes, slog.String("error", err.Error()))
	}
	s.log.LogAttrs(ctx, level, "call", attributes...)
	return st.Err()
}

// reasonTooLarge is of what gRPC itself finds larger than a message may be.
const reasonTooLarge = "MESSAGE_TOO_LARGE"

// withReason gives a status that has no reason yet, because gRPC or a context made it, the
// name of its code for one.
func withReason(st *status.Status) *status.Status {
	if st.Code() == codes.OK || len(st.Details()) > 0 {
		return st
	}
	name := strings.ToUpper(st.Code().String())
	switch st.Code() {
	case codes.ResourceExhausted:
		name = reasonTooLarge
	case codes.DeadlineExceeded:
		name = "DEADLINE_EXCEEDED"
	}
	return withDetails(st.Code(), st.Message(), reason(name))
}

// maxViolations is how many fields an answer names. They go into the trailer of a call, for
// which clients in some languages take 8 KiB.
const maxViolations = 16

// capped returns the error with no more violations than an answer names, and how many there
// are besides.
func capped(err error) error {
	var e *aloi.Error
	if !errors.As(err, &e) || len(e.Violations) <= maxViolations {
		return err
	}
	short := *e
	short.Violations = capViolations(e.Violations)
	return &short
}

func capViolations(v []aloi.Violation) []aloi.Violation {
	if len(v) <= maxViolations {
		return v
	}
	last := maxViolations - 1
	return append(v[:last:last], aloi.Violation{Field: v[last].Field, Reason: fmt.Sprintf("%s; %d more are wrong", v[last].Reason, len(v)-maxViolations)})
}

// panicError is a panic that was stopped. Its text holds no value of the panic but a
// run-time error's own, since a value may be personal.
type panicError struct {
	what  string
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %s\n%s", e.what, e.stack) }

// recovered runs f and returns its panic, if any, as an error.
func recovered(f func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case runtime.Error:
			err = &panicError{what: p.Error(), stack: debug.Stack()}
		default:
			err = &panicError{what: fmt.Sprintf("a %T", p), stack: debug.Stack()}
		}
	}()
	return f()
}
