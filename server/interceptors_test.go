package server

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"

	"aloi"
	aloiv1 "aloi/proto/aloi/v1"
)

// A call that panics or fails is an error without its reason for the client, and a
// log line without values for the operator.
func TestInterceptUnary(t *testing.T) {
	const canary = "anne.lefevre84@example.org"
	for _, c := range []struct {
		name  string
		fail  func() error
		code  codes.Code
		level string
		logs  string
	}{
		{"panic", func() error { panic(canary) }, codes.Internal, "ERROR", "interceptors_test.go"},
		{"unknown", func() error { return errors.New("disk on fire") }, codes.Internal, "ERROR", "disk on fire"},
		{"invalid", func() error { return aloi.Invalid(aloi.Violation{Field: "ref", Reason: "is missing"}) }, codes.InvalidArgument, "DEBUG", "InvalidArgument"},
		{"none", func() error { return nil }, codes.OK, "DEBUG", "code=OK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			s := &Server{admission: newAdmission(usualLimits), log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
			_, err := s.interceptUnary(t.Context(), canary, &grpc.UnaryServerInfo{FullMethod: "/aloi.v1.Ingest/Put"},
				func(context.Context, any) (any, error) { return nil, c.fail() })
			if status.Code(err) != c.code {
				t.Errorf("err = %v, want %v", err, c.code)
			}
			line := log.String()
			for _, want := range []string{"level=" + c.level, c.logs, "method=/aloi.v1.Ingest/Put"} {
				if !strings.Contains(line, want) {
					t.Errorf("the log lacks %q: %s", want, line)
				}
			}
			if strings.Contains(line, canary) || err != nil && strings.Contains(err.Error(), canary) {
				t.Errorf("a value shows: %v, %s", err, line)
			}
		})
	}
}

// A call without a deadline gets that of its method; one with a deadline keeps it; a stream
// gets none.
func TestDeadlines(t *testing.T) {
	s := &Server{admission: newAdmission(usualLimits)}
	own, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	for _, c := range []struct {
		method string
		ctx    context.Context
		want   time.Duration
	}{
		{aloiv1.Entities_Get_FullMethodName, t.Context(), usualDeadline},
		{aloiv1.Judgements_Review_FullMethodName, t.Context(), longDeadline},
		{aloiv1.Entities_Get_FullMethodName, own, time.Hour},
		{aloiv1.Ingest_Stream_FullMethodName, t.Context(), 0},
		{aloiv1.Models_Adopt_FullMethodName, t.Context(), 0},
	} {
		ctx, err := s.admit(c.ctx, &tap.Info{FullMethodName: c.method})
		if err != nil {
			t.Fatal(err)
		}
		deadline, set := ctx.Deadline()
		if left := time.Until(deadline); set != (c.want > 0) || set && (left > c.want || left < c.want-time.Minute/2) {
			t.Errorf("%s has %v left, %v; want %v", c.method, left, set, c.want)
		}
	}
}

// Calls that wait for the writer have turns of their own: when all of them are taken, one
// that reads is carried out all the same, and one that writes is refused after a while.
func TestTurns(t *testing.T) {
	l := usualLimits
	l.Unary, l.Admission = 2, 50*time.Millisecond
	a := newAdmission(l)
	var ends []func()
	for range l.Unary {
		end, err := a.turn(t.Context(), aloiv1.Ingest_Put_FullMethodName)
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, end)
	}
	if _, err := a.turn(t.Context(), aloiv1.Consent_Record_FullMethodName); !errors.Is(err, errOverloaded) {
		t.Errorf("a third that writes: %v", err)
	}
	for _, name := range []string{aloiv1.Consent_Decide_FullMethodName, "/grpc.health.v1.Health/Check"} {
		if end, err := a.turn(t.Context(), name); err != nil {
			t.Errorf("%s: %v", name, err)
		} else {
			end()
		}
	}
	ends[0]()
	if _, err := a.turn(t.Context(), aloiv1.Ingest_Put_FullMethodName); err != nil {
		t.Errorf("after one has ended: %v", err)
	}
}

// A stream whose handler panics, in a goroutine of its own, ends with an INTERNAL error.
func TestGuardPanics(t *testing.T) {
	s := &Server{admission: newAdmission(usualLimits), budgets: newBudgets(usualLimits), stopping: t.Context()}
	err := s.guard("", &guardedStream{ctx: t.Context()}, func() error { panic("anne") })
	if status.Code(statusOf(err).Err()) != codes.Internal {
		t.Errorf("a panic is %v", err)
	}
}
