package server

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

// What one connection may ask of the server.
const (
	maxMessageBytes    = 4 << 20  // one received message
	maxSendBytes       = 8 << 20  // one sent message
	maxHeaderBytes     = 16 << 10 // metadata of one call
	maxConcurrentCalls = 128      // calls and streams at once on one connection
	// A stream's client may send this far ahead of the handler; beyond it only the message
	// that the handler is reading. gRPC's own window grows to 16 MiB for each stream.
	streamWindowBytes     = 128 << 10
	connectionWindowBytes = 1 << 20
	handshakeLimit        = 10 * time.Second
	idleLimit             = 15 * time.Minute // a connection without calls is closed
	pingInterval          = time.Minute      // on a quiet connection, to see whether it still stands
	pingLimit             = 20 * time.Second // without an answer, or with nothing taken off us, the connection is closed
	clientPingInterval    = 30 * time.Second // clients may not ping more often
	// A connection gets no new calls after its age. Those under way may go on for as long
	// as a backup or an adoption takes; then they are cut off, since nothing lives for ever.
	connectionAge   = time.Hour
	connectionGrace = 6 * time.Hour
)

// What all connections may ask of the server together. With the caches of the engine and
// Badger's tables this fits into 512 MiB.
const (
	maxConnections = 512
	maxCalls       = 1024 // calls and streams under way, but for health
	maxUnary       = 256  // unary calls of one kind, reading or writing, that are carried out at once
	// Memory, as weigh reckons, of what waits on streams. Each kind has its own, so that slow
	// readers of one do not hold up the others.
	ingestBytes = 32 << 20 // operations that the engine has not carried out: what is behind them waits a second or two
	askedBytes  = 16 << 20 // people whom campaigns ask about
	answerBytes = 48 << 20 // verdicts on them that were not sent
	watchBytes  = 16 << 20 // changes that were not sent
)

// sendBytes is how much goes into one message of a stream, but for the last of it: clients
// refuse a message of more than 4 MiB.
const sendBytes = 1 << 20

// How long the server waits for a client.
const (
	admissionLimit = 2 * time.Second  // of a unary call, for its turn; then it is refused
	requestLimit   = 20 * time.Second // for the whole request of a call that owes one
	sendLimit      = 30 * time.Second // for a client to take an answer of its stream
	contendedLimit = 5 * time.Second  // the same, when others wait for the memory that it holds, or the server stops
)

// limits are those that a test makes smaller.
type limits struct {
	Connections, Calls, Unary int64
	Ingest, Asked             int64 // bytes
	Answers, Watch            int64 // bytes
	Admission, Request        time.Duration
	Send, Contended           time.Duration
}

var usualLimits = limits{
	Connections: maxConnections, Calls: maxCalls, Unary: maxUnary,
	Ingest: ingestBytes, Asked: askedBytes, Answers: answerBytes, Watch: watchBytes,
	Admission: admissionLimit, Request: requestLimit, Send: sendLimit, Contended: contendedLimit,
}

// options returns the options of the gRPC server.
func (s *Server) options() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxMessageBytes),
		grpc.MaxSendMsgSize(maxSendBytes),
		grpc.MaxHeaderListSize(maxHeaderBytes),
		grpc.MaxConcurrentStreams(maxConcurrentCalls),
		grpc.StaticStreamWindowSize(streamWindowBytes),
		grpc.StaticConnWindowSize(connectionWindowBytes),
		grpc.ConnectionTimeout(handshakeLimit),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionIdle: idleLimit, MaxConnectionAge: connectionAge, MaxConnectionAgeGrace: connectionGrace,
			Time: pingInterval, Timeout: pingLimit,
		}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{
			MinTime: clientPingInterval, PermitWithoutStream: true,
		}),
		grpc.WaitForHandlers(true), // so that nobody closes the engine under one
		grpc.ForceServerCodecV2(newCodec()),
		grpc.InTapHandle(s.admit),
		grpc.UnaryInterceptor(s.interceptUnary),
		grpc.StreamInterceptor(s.interceptStream),
	}
}
