package server

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"aloi"
)

func TestStatusOf(t *testing.T) {
	violation := aloi.Violation{Field: "record.emails[2]", Reason: "not valid UTF-8"}
	for _, c := range []struct {
		name    string
		err     error
		code    codes.Code
		message string
		reason  string
		field   string
		retry   bool
	}{
		{"invalid", aloi.Invalid(violation), codes.InvalidArgument, "record.emails[2]: not valid UTF-8", "INVALID", "record.emails[2]", false},
		{"wrapped", fmt.Errorf("apply: %w", aloi.Invalid(violation)), codes.InvalidArgument, "record.emails[2]: not valid UTF-8", "INVALID", "record.emails[2]", false},
		{"not found", aloi.NotFound("entity"), codes.NotFound, "entity not found", "NOT_FOUND", "", false},
		{"unavailable", &aloi.Error{Code: aloi.CodeUnavailable, Message: "closed", Err: errors.New("hidden")}, codes.Unavailable, "closed", "UNAVAILABLE", "", true},
		{"corrupt", &aloi.Error{Code: aloi.CodeCorrupt, Message: "checksum", Err: errors.New("hidden")}, codes.DataLoss, "checksum", "CORRUPT", "", false},
		{"too large", &aloi.Error{Code: aloi.CodeTooLarge, Message: "too many"}, codes.ResourceExhausted, "too many", "TOO_LARGE", "", false},
		{"full", &aloi.Error{Code: aloi.CodeFull, Message: "no room", Err: errors.New("hidden")}, codes.ResourceExhausted, "no room", "STORAGE_FULL", "", true},
		{"refused", &aloi.Error{Code: aloi.CodeRefused, Message: "too late", Reason: "TOKEN_EXPIRED"}, codes.FailedPrecondition, "too late", "TOKEN_EXPIRED", "", false},
		{"internal", &aloi.Error{Code: aloi.CodeInternal, Message: "hidden"}, codes.Internal, "internal error", "INTERNAL", "", false},
		{"unknown", errors.New("hidden: 06 12 34 56 78"), codes.Internal, "internal error", "INTERNAL", "", false},
		{"past the end", errPastEnd, codes.OutOfRange, "the cursor is past the end of the journal", "CURSOR_PAST_END", "cursor", false},
		{"cancelled", context.Canceled, codes.Canceled, "the call was cancelled", "", "", false},
		{"deadline", fmt.Errorf("hidden: %w", context.DeadlineExceeded), codes.DeadlineExceeded, "the call's deadline has passed", "", "", false},
		{"of gRPC", status.Error(codes.ResourceExhausted, "message too large"), codes.ResourceExhausted, "message too large", "", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := statusOf(c.err)
			if s.Code() != c.code || s.Message() != c.message {
				t.Errorf("%v %q, want %v %q", s.Code(), s.Message(), c.code, c.message)
			}
			if strings.Contains(s.Proto().String(), "hidden") {
				t.Errorf("the status shows what it should not: %v", s.Proto())
			}
			reason, field, retry := details(s)
			if reason != c.reason || field != c.field || retry != c.retry {
				t.Errorf("details %q %q %v, want %q %q %v", reason, field, retry, c.reason, c.field, c.retry)
			}
		})
	}
	if statusOf(nil).Err() != nil {
		t.Error("no error became one")
	}
}

// details returns the reason, the first field and whether a retry is advised.
func details(s *status.Status) (reason, field string, retry bool) {
	for _, d := range s.Details() {
		switch d := d.(type) {
		case *errdetails.ErrorInfo:
			reason = d.Reason
		case *errdetails.BadRequest:
			field = d.FieldViolations[0].Field
		case *errdetails.RetryInfo:
			retry = d.RetryDelay.AsDuration() > 0
		}
	}
	return reason, field, retry
}

func TestRecoveredHidesTheValue(t *testing.T) {
	err := recovered(func() error { panic("Anne Lefèvre") })
	if err == nil || strings.Contains(err.Error(), "Anne") || !strings.Contains(err.Error(), "a string") {
		t.Errorf("err = %v", err)
	}
	var m map[string]int
	err = recovered(func() error { m["Anne"]++; return nil })
	if err == nil || !strings.Contains(err.Error(), "nil map") {
		t.Errorf("err = %v", err)
	}
	if err := recovered(func() error { return nil }); err != nil {
		t.Errorf("err = %v", err)
	}
}
