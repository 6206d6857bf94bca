package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"

	"aloi"
	"aloi/engine"
	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
)

const (
	defaultStopLimit    = 20 * time.Second
	forcedStopLimit     = 5 * time.Second // for handlers to notice that their calls were cut off
	retryAfter          = time.Second     // what a client is told to wait after UNAVAILABLE
	defaultSearchHits   = 10
	maxSearchHits       = 100
	defaultPageSize     = 100
	maxPageSize         = 1000
	maxStreamOperations = 1000 // in one message of Ingest.Stream
	maxStreamSubjects   = 1000 // in one message of Consent.DecideMany, and verdicts in one of its answers
)

// errStopping ends the streams of a server that is asked to stop.
var errStopping = &aloi.Error{Code: aloi.CodeUnavailable, Message: "the server is stopping: send again what was not acknowledged"}

// errForced is returned by Serve when calls were still running at the stop limit.
var errForced = errors.New("server: calls were cut off at the stop limit")

// Options are the choices of a server. The zero value is usable.
type Options struct {
	// Log takes one line per call; nil discards.
	Log *slog.Logger
	// Data is the data directory that the engine answers from; without it the service
	// Operations is not there.
	Data *datadir.Data
	// StopLimit bounds how long a stopping server waits for calls under way, 0 is 20 s.
	StopLimit time.Duration

	limits *limits // nil for the usual ones; tests have others
}

// Server answers calls with an engine. Make it with New; it serves once.
type Server struct {
	engine    *engine.Engine
	data      *datadir.Data // nil without a data directory
	log       *slog.Logger
	stopLimit time.Duration
	grpc      *grpc.Server
	health    *health.Server
	admission *admission
	budgets   *budgets
	handlers  sync.WaitGroup // of streams
	// stopping ends, with cause errStopping, when the server is asked to stop.
	stopping context.Context
	stop     context.CancelCauseFunc
}

// New returns a server of the engine, which stays the caller's to close, after
// Serve has returned.
func New(e *engine.Engine, o Options) *Server {
	s := &Server{engine: e, data: o.Data, log: o.Log, stopLimit: o.StopLimit, health: health.NewServer()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.stopLimit == 0 {
		s.stopLimit = defaultStopLimit
	}
	if o.limits == nil {
		o.limits = &usualLimits
	}
	s.admission, s.budgets = newAdmission(*o.limits), newBudgets(*o.limits)
	s.stopping, s.stop = context.WithCancelCause(context.Background())
	s.grpc = grpc.NewServer(s.options()...)
	aloiv1.RegisterIngestServer(s.grpc, &ingest{engine: e, waiting: s.budgets.ingest, stopping: s.stopping})
	aloiv1.RegisterEntitiesServer(s.grpc, &entities{engine: e})
	aloiv1.RegisterJudgementsServer(s.grpc, &judgements{engine: e})
	aloiv1.RegisterChangesServer(s.grpc, &changes{engine: e, waiting: s.budgets.watch})
	aloiv1.RegisterModelsServer(s.grpc, &models{engine: e})
	aloiv1.RegisterConsentServer(s.grpc, &consents{engine: e, budgets: s.budgets, stopping: s.stopping})
	aloiv1.RegisterAuditServer(s.grpc, &audits{engine: e})
	if o.Data != nil {
		aloiv1.RegisterOperationsServer(s.grpc, &operations{data: o.Data})
	}
	healthpb.RegisterHealthServer(s.grpc, s.health)
	for name := range s.grpc.GetServiceInfo() {
		s.health.SetServingStatus(name, healthpb.HealthCheckResponse_SERVING)
	}
	reflection.Register(s.grpc)
	return s
}

// Serve answers calls on the listener until ctx ends, then stops: health turns to
// NOT_SERVING, no call is accepted any more, what the engine was given is finished
// and acknowledged, and at the stop limit the rest is cut off, which is an error.
// Serve closes the listener.
//
// When the store must not be used any more, the server stops by itself, and Serve returns
// why.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	served := make(chan error, 1)
	go func() {
		served <- s.grpc.Serve(&limitedListener{Listener: listener, limit: s.admission.limits.Connections})
	}()
	failed, failure := s.engine.Failed(), s.engine.Failure
	if s.data != nil {
		failed, failure = s.data.Failed(), s.data.Err
	}
	select {
	case err := <-served:
		return err
	case <-failed:
		return errors.Join(fmt.Errorf("server: the store must not be used any more: %w", failure()), s.shutDown())
	case <-ctx.Done():
		return s.shutDown()
	}
}

// shutDown waits for what is under way. Both ways of stopping run beside it, since
// either may wait for a handler that does not heed its context (grpc-go #9393), and
// GracefulStop waits for a stream as long as its client likes.
func (s *Server) shutDown() error {
	s.health.Shutdown()
	s.stop(errStopping)
	s.engine.BreakOff() // calls may be waiting behind an adoption
	if within(s.stopLimit, func() { s.grpc.GracefulStop(); s.handlers.Wait() }) {
		return nil
	}
	within(forcedStopLimit, func() { s.grpc.Stop(); s.handlers.Wait() })
	return errForced
}

// within runs f and reports whether it ended in time.
func within(limit time.Duration, f func()) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
