package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	"aloi"
	"aloi/engine"
	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
)

// What one connection may ask of the server.
const (
	maxMessageBytes     = 4 << 20  // one received message
	maxHeaderBytes      = 16 << 10 // metadata of one call
	maxConcurrentCalls  = 128      // calls and streams at once on one connection
	handshakeLimit      = 10 * time.Second
	idleLimit           = 15 * time.Minute // a connection without calls is closed
	pingInterval        = time.Minute      // on a quiet connection, to see whether it still stands
	pingLimit           = 20 * time.Second // without an answer the connection is closed
	clientPingInterval  = 30 * time.Second // clients may not ping more often
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
}

// Server answers calls with an engine. Make it with New; it serves once.
type Server struct {
	engine    *engine.Engine
	log       *slog.Logger
	stopLimit time.Duration
	grpc      *grpc.Server
	health    *health.Server
	// stopping ends, with cause errStopping, when the server is asked to stop.
	stopping context.Context
	stop     context.CancelCauseFunc
}

// New returns a server of the engine, which stays the caller's to close, after
// Serve has returned.
func New(e *engine.Engine, o Options) *Server {
	s := &Server{engine: e, log: o.Log, stopLimit: o.StopLimit, health: health.NewServer()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.stopLimit == 0 {
		s.stopLimit = defaultStopLimit
	}
	s.stopping, s.stop = context.WithCancelCause(context.Background())
	s.grpc = grpc.NewServer(
		grpc.MaxRecvMsgSize(maxMessageBytes),
		grpc.MaxHeaderListSize(maxHeaderBytes),
		grpc.MaxConcurrentStreams(maxConcurrentCalls),
		grpc.ConnectionTimeout(handshakeLimit),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionIdle: idleLimit, Time: pingInterval, Timeout: pingLimit,
		}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{
			MinTime: clientPingInterval, PermitWithoutStream: true,
		}),
		grpc.WaitForHandlers(true), // so that nobody closes the engine under one
		grpc.UnaryInterceptor(s.interceptUnary),
		grpc.StreamInterceptor(s.interceptStream),
	)
	aloiv1.RegisterIngestServer(s.grpc, &ingest{engine: e, stopping: s.stopping})
	aloiv1.RegisterEntitiesServer(s.grpc, &entities{engine: e})
	aloiv1.RegisterJudgementsServer(s.grpc, &judgements{engine: e})
	aloiv1.RegisterChangesServer(s.grpc, &changes{engine: e})
	aloiv1.RegisterModelsServer(s.grpc, &models{engine: e})
	aloiv1.RegisterConsentServer(s.grpc, &consents{engine: e, stopping: s.stopping})
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
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	served := make(chan error, 1)
	go func() { served <- s.grpc.Serve(listener) }()
	select {
	case err := <-served:
		return err
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
	if within(s.stopLimit, s.grpc.GracefulStop) {
		return nil
	}
	within(forcedStopLimit, s.grpc.Stop)
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
