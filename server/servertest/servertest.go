// Package servertest runs the real thing for tests: a server over the engine over
// Badger in a directory, answering on a TCP port of this machine.
package servertest

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"aloi/consent"
	"aloi/engine"
	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
	"aloi/store"
	"aloi/store/badger"
)

// secret keys the hashes of every test store.
const secret = "a secret for tests only"

// Server is a running server and a connection to it.
type Server struct {
	Ingest     aloiv1.IngestClient
	Entities   aloiv1.EntitiesClient
	Judgements aloiv1.JudgementsClient
	Changes    aloiv1.ChangesClient
	Models     aloiv1.ModelsClient
	Consent    aloiv1.ConsentClient
	Audit      aloiv1.AuditClient
	Operations aloiv1.OperationsClient // of OpenData
	// Conn is the connection of the clients above.
	Conn *grpc.ClientConn
	// Addr is where the server listens.
	Addr string
	// Served is the server itself.
	Served *server.Server
	// Data is the data directory of OpenData.
	Data *datadir.Data

	t      testing.TB
	below  func() error // closes what is below the server
	db     io.Closer    // of OpenWith
	broken bool         // by BreakStore
	cancel context.CancelFunc
	served chan error
	closed bool
}

// Start starts a server over a store in a new directory; it stops when the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	return Open(t, t.TempDir(), server.Options{})
}

// Options are the choices of a test. The zero value is usable.
type Options struct {
	Server server.Options
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Policy is the policy of consent; nil is the default.
	Policy *consent.Policy
	// AuditKey signs checkpoints, as audit.NewKey makes it; empty: one that nobody knows.
	AuditKey string
}

// Open starts a server over the store in dir, new or not.
func Open(t testing.TB, dir string, o server.Options) *Server {
	t.Helper()
	return OpenWith(t, dir, Options{Server: o})
}

// OpenWith is Open with the choices of the engine too.
func OpenWith(t testing.TB, dir string, o Options) *Server {
	t.Helper()
	if o.Now == nil {
		o.Now = time.Now
	}
	db, err := badger.Open(dir, badger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(context.Background(), db, []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.Open(context.Background(), st, engine.Options{Now: o.Now, Policy: o.Policy, AuditKey: o.AuditKey})
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, e, o.Server, func() error { return errors.Join(e.Close(), db.Close()) })
	s.db = db
	return s
}

// OpenData starts a server over a data directory, new or not, with the service Operations.
// The clock is time.Now where d names none.
func OpenData(t testing.TB, dir string, d datadir.Options, o server.Options) *Server {
	t.Helper()
	d.Create = true
	if d.Now == nil {
		d.Now = time.Now
	}
	data, err := datadir.Open(context.Background(), dir, d)
	if err != nil {
		t.Fatal(err)
	}
	o.Data = data
	s := serve(t, data.Engine, o, data.Close)
	s.Data, s.Operations = data, aloiv1.NewOperationsClient(s.Conn)
	return s
}

// serve starts a server of an engine, and closes what is below when it has stopped.
func serve(t testing.TB, e *engine.Engine, o server.Options, below func() error) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, Addr: listener.Addr().String(), below: below, served: make(chan error, 1)}
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(context.Background())
	s.Served = server.New(e, o)
	go func() { s.served <- s.Served.Serve(ctx, listener) }()
	s.Conn = s.Dial()
	s.Ingest = aloiv1.NewIngestClient(s.Conn)
	s.Entities = aloiv1.NewEntitiesClient(s.Conn)
	s.Judgements = aloiv1.NewJudgementsClient(s.Conn)
	s.Changes = aloiv1.NewChangesClient(s.Conn)
	s.Models = aloiv1.NewModelsClient(s.Conn)
	s.Consent = aloiv1.NewConsentClient(s.Conn)
	s.Audit = aloiv1.NewAuditClient(s.Conn)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("stop the server: %v", err)
		}
	})
	return s
}

// Dial opens a connection of its own to the server.
func (s *Server) Dial() *grpc.ClientConn {
	s.t.Helper()
	conn, err := grpc.NewClient(s.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	return conn
}

// Close stops the server as a signal would, closes engine and store, and returns
// what Serve did. Only the first call does anything.
func (s *Server) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	s.cancel()
	err := <-s.served
	if e := s.below(); e != nil && !s.broken {
		s.t.Error(e)
	}
	return err
}

// BreakStore closes the database under the engine of OpenWith, whose next commit then fails.
func (s *Server) BreakStore() {
	s.t.Helper()
	s.broken = true
	if err := s.db.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// Stream is the function of that name over the server's own connection; an error
// ends the test.
func (s *Server) Stream(ops ...*aloiv1.Operation) []*aloiv1.Acknowledgement {
	s.t.Helper()
	acks, err := Stream(s.t.Context(), s.Ingest, ops...)
	if err != nil {
		s.t.Fatal(err)
	}
	return acks
}

// Stream sends operations in one message each, numbered from 1, half-closes, and
// returns the acknowledgements, which may be fewer than the operations on an error.
func Stream(ctx context.Context, client aloiv1.IngestClient, ops ...*aloiv1.Operation) ([]*aloiv1.Acknowledgement, error) {
	stream, err := client.Stream(ctx)
	if err != nil {
		return nil, err
	}
	go func() {
		for i, op := range ops {
			op.Sequence = uint64(i) + 1
			if stream.Send(&aloiv1.StreamRequest{Operations: []*aloiv1.Operation{op}}) != nil {
				return // Recv has the reason
			}
		}
		stream.CloseSend()
	}()
	var acks []*aloiv1.Acknowledgement
	for {
		resp, err := stream.Recv()
		switch {
		case err == io.EOF && len(acks) < len(ops):
			return acks, io.ErrUnexpectedEOF
		case err == io.EOF:
			return acks, nil
		case err != nil:
			return acks, err
		}
		acks = append(acks, resp.Acknowledgements...)
	}
}

// Put is the operation that stores a record.
func Put(r *aloiv1.Record) *aloiv1.Operation {
	return &aloiv1.Operation{Operation: &aloiv1.Operation_Put{Put: r}}
}

// Delete is the operation that removes a record.
func Delete(ref *aloiv1.RecordRef) *aloiv1.Operation {
	return &aloiv1.Operation{Operation: &aloiv1.Operation_Delete{Delete: ref}}
}

// Ref names a record.
func Ref(source, id string) *aloiv1.RecordRef {
	return &aloiv1.RecordRef{Source: source, RecordId: id}
}

// ByEntity, ByRecord and ByPoint say whom a question of consent, or an act, is about.
func ByEntity(id string) *aloiv1.Subject {
	return &aloiv1.Subject{Of: &aloiv1.Subject_EntityId{EntityId: id}}
}

// ByRecord: see ByEntity.
func ByRecord(ref *aloiv1.RecordRef) *aloiv1.Subject {
	return &aloiv1.Subject{Of: &aloiv1.Subject_Record{Record: ref}}
}

// ByPoint: see ByEntity.
func ByPoint(point string) *aloiv1.Subject {
	return &aloiv1.Subject{Of: &aloiv1.Subject_ContactPoint{ContactPoint: point}}
}
