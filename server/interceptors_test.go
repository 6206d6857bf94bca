package server

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"aloi"
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
