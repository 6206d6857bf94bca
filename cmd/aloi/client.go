package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	aloiv1 "aloi/proto/aloi/v1"
)

const (
	// maxAnswerBytes bounds one answer of a server: an entity with thousands of records fits.
	maxAnswerBytes = 64 << 20
	// connectLimit bounds one attempt to connect, redialDelay and maxRedialDelay what
	// lies between two.
	connectLimit   = 5 * time.Second
	redialDelay    = 100 * time.Millisecond
	maxRedialDelay = 2 * time.Second
)

// target is the server that a command talks to.
type target struct {
	Addr string `default:"127.0.0.1:7411" env:"ALOI_ADDR" aliases:"server" placeholder:"ADDR" help:"Address of the server (127.0.0.1:7411)."`
}

// client is a connection to a server, with its services.
type client struct {
	aloiv1.IngestClient
	aloiv1.EntitiesClient
	aloiv1.JudgementsClient
	changes aloiv1.ChangesClient
	models  aloiv1.ModelsClient
	consent aloiv1.ConsentClient
	audit   aloiv1.AuditClient
	conn    *grpc.ClientConn
}

// dial prepares a connection; the first call makes it. The caller closes conn.
func (t target) dial() (*client, error) {
	conn, err := grpc.NewClient(t.Addr,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswerBytes)),
		grpc.WithConnectParams(grpc.ConnectParams{
			MinConnectTimeout: connectLimit,
			Backoff:           backoff.Config{BaseDelay: redialDelay, Multiplier: backoff.DefaultConfig.Multiplier, MaxDelay: maxRedialDelay},
		}))
	if err != nil {
		return nil, usage(fmt.Errorf("--addr: %w", err))
	}
	return &client{
		IngestClient: aloiv1.NewIngestClient(conn), EntitiesClient: aloiv1.NewEntitiesClient(conn),
		JudgementsClient: aloiv1.NewJudgementsClient(conn), changes: aloiv1.NewChangesClient(conn),
		models: aloiv1.NewModelsClient(conn), consent: aloiv1.NewConsentClient(conn), audit: aloiv1.NewAuditClient(conn), conn: conn,
	}, nil
}

// call connects, asks, and turns an error into a sentence with its exit code.
func (t target) call(ctx context.Context, ask func(*client) error) error {
	c, err := t.dial()
	if err != nil {
		return err
	}
	defer c.conn.Close()
	return t.explain(ask(c))
}

// errInterrupted ends a command that was interrupted before it was done.
var errInterrupted = &exitError{exitUnavailable, errors.New("interrupted")}

// answerCodes are the exit codes of what a server answers.
var answerCodes = map[codes.Code]int{
	codes.InvalidArgument:    exitUsage,
	codes.OutOfRange:         exitUsage,
	codes.ResourceExhausted:  exitUsage,
	codes.FailedPrecondition: exitFinding,
	codes.NotFound:           exitNotFound,
	codes.Unavailable:        exitUnavailable,
	codes.DeadlineExceeded:   exitUnavailable,
	codes.Canceled:           exitUnavailable,
	codes.Unimplemented:      exitUnavailable,
	codes.DataLoss:           exitCorrupt,
}

// explain says what a status means for whoever typed the command. Other errors stay.
func (t target) explain(err error) error {
	if errors.Is(err, context.Canceled) {
		return errInterrupted
	}
	st, ok := status.FromError(err)
	if err == nil || !ok {
		return err
	}
	code, known := answerCodes[st.Code()]
	if !known {
		code = exitInternal
	}
	text := st.Message()
	switch st.Code() {
	case codes.Unavailable:
		if reasonOf(st) == "" { // not from an Aloi server
			text = fmt.Sprintf("no server answers at %s; start one with: aloi serve --data DIR (%s)", t.Addr, lastCause(text))
		}
	case codes.ResourceExhausted:
		if _, later := retryOf(st); later {
			code = exitUnavailable
		}
	case codes.Canceled:
		return errInterrupted
	case codes.Unimplemented:
		text = fmt.Sprintf("what answers at %s is no Aloi server, or of another version", t.Addr)
	case codes.DataLoss:
		text = "stored data is damaged: " + text
	}
	return &exitError{code, errors.New(text)}
}

// reasonOf returns the reason that a server of Aloi gives with each of its errors.
func reasonOf(st *status.Status) string {
	for _, d := range st.Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok {
			return info.Reason
		}
	}
	return ""
}

// retryOf returns after what time a server asks to be sent the same again; false: it does not.
func retryOf(st *status.Status) (time.Duration, bool) {
	for _, d := range st.Details() {
		if info, ok := d.(*errdetails.RetryInfo); ok {
			return info.RetryDelay.AsDuration(), true
		}
	}
	return 0, false
}

// lastCause is the end of a chain of causes, which is where a system error stands.
func lastCause(text string) string {
	text = strings.Trim(text, `" `)
	return strings.Trim(text[strings.LastIndex(text, ": ")+1:], `" `)
}
