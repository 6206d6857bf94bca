package server

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"aloi/internal/failpoint"
)

// interceptUnary runs around every unary call: it logs, recovers and translates errors.
func (s *Server) interceptUnary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	start := time.Now()
	var resp any
	err := recovered(func() (err error) {
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
	if !info.IsClientStream {
		ctx, cancel := context.WithCancelCause(stream.Context())
		defer cancel(nil)
		defer context.AfterFunc(s.stopping, func() { cancel(context.Cause(s.stopping)) })()
		stream = &endingStream{ServerStream: stream, ctx: ctx}
	}
	err := recovered(func() error { return handle(srv, stream) })
	if err != nil && !info.IsClientStream && context.Cause(stream.Context()) == errStopping {
		err = errStopping
	}
	return s.finish(stream.Context(), info.FullMethod, start, err)
}

// endingStream is a stream whose context also ends when the server stops.
type endingStream struct {
	grpc.ServerStream
	ctx context.Context
}

// Context returns the context that ends with the call or the server.
func (s *endingStream) Context() context.Context { return s.ctx }

// finish logs how a call ended and returns its error as a status.
func (s *Server) finish(ctx context.Context, method string, start time.Time, err error) error {
	st := statusOf(err)
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
