package server

import (
	"context"
	"errors"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"aloi"
)

// errorDomain is the domain of every ErrorInfo that the server sends.
const errorDomain = "aloi"

// errPastEnd refuses a cursor that the journal has not reached: it is of another store.
var errPastEnd = errors.New("server: cursor is past the end of the journal")

// statusCodes says which gRPC code an error code becomes.
var statusCodes = map[aloi.Code]codes.Code{
	aloi.CodeInvalid:     codes.InvalidArgument,
	aloi.CodeNotFound:    codes.NotFound,
	aloi.CodeUnavailable: codes.Unavailable,
	aloi.CodeCorrupt:     codes.DataLoss,
	aloi.CodeTooLarge:    codes.ResourceExhausted,
	aloi.CodeFull:        codes.ResourceExhausted,
	aloi.CodeRefused:     codes.FailedPrecondition,
}

// retries says how long a client is told to wait before it sends again. Room on a disk is
// made by people, and is noticed within a second.
var retries = map[aloi.Code]time.Duration{
	aloi.CodeUnavailable: retryAfter,
	aloi.CodeFull:        5 * time.Second,
}

// statusOf returns the status that a client sees for an error: its code, its
// message, the fields that were wrong, and the code's name as the reason of an
// ErrorInfo. Of an error that is none of ours nothing shows but that it is internal.
func statusOf(err error) *status.Status {
	if s, ok := err.(interface{ GRPCStatus() *status.Status }); ok {
		return s.GRPCStatus() // from gRPC itself: a broken stream, a message too large
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errPastEnd):
		return withDetails(codes.OutOfRange, "the cursor is past the end of the journal",
			reason("CURSOR_PAST_END"), badRequest([]aloi.Violation{{Field: "cursor", Reason: "is past the end of the journal"}}))
	case errors.Is(err, context.Canceled):
		return status.New(codes.Canceled, "the call was cancelled")
	case errors.Is(err, context.DeadlineExceeded):
		return status.New(codes.DeadlineExceeded, "the call's deadline has passed")
	}
	var e *aloi.Error
	if !errors.As(err, &e) {
		return internalStatus()
	}
	code, ok := statusCodes[e.Code]
	if !ok {
		return internalStatus()
	}
	name := string(e.Code)
	if e.Reason != "" {
		name = e.Reason
	}
	details := []protoadapt.MessageV1{reason(name)}
	if len(e.Violations) > 0 {
		details = append(details, badRequest(e.Violations))
	}
	if wait, ok := retries[e.Code]; ok {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(wait)})
	}
	return withDetails(code, messageOf(e), details...)
}

func internalStatus() *status.Status {
	return withDetails(codes.Internal, "internal error", reason(string(aloi.CodeInternal)))
}

// messageOf is what the error says, without what it wraps.
func messageOf(e *aloi.Error) string {
	return (&aloi.Error{Message: e.Message, Violations: e.Violations}).Error()
}

func reason(name string) protoadapt.MessageV1 {
	return &errdetails.ErrorInfo{Reason: name, Domain: errorDomain}
}

func badRequest(violations []aloi.Violation) protoadapt.MessageV1 {
	b := &errdetails.BadRequest{}
	for _, v := range violations {
		b.FieldViolations = append(b.FieldViolations,
			&errdetails.BadRequest_FieldViolation{Field: v.Field, Description: v.Reason})
	}
	return b
}

// withDetails returns the status without its details where they can't be encoded.
func withDetails(code codes.Code, message string, details ...protoadapt.MessageV1) *status.Status {
	s := status.New(code, message)
	if full, err := s.WithDetails(details...); err == nil {
		return full
	}
	return s
}
