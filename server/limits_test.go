package server_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
	"aloi/server/servertest"
)

// limited starts a server with other limits than the usual ones.
func limited(t *testing.T, change func(*server.Limits)) *servertest.Server {
	t.Helper()
	return servertest.Open(t, t.TempDir(), server.Options{}.WithLimits(change))
}

// eventually waits until what is held is as it should be.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// nothingHeld waits until the server holds nothing for any client.
func nothingHeld(t *testing.T, s *servertest.Server) {
	t.Helper()
	eventually(t, "the server holds nothing", func() bool { return s.Served.Held() == server.Held{} })
}

// detailsOf returns the reason of a status, and whether it says when to try again.
func detailsOf(err error) (reason string, retry bool) {
	for _, d := range status.Convert(err).Details() {
		switch d := d.(type) {
		case *errdetails.ErrorInfo:
			reason = d.Reason
		case *errdetails.RetryInfo:
			retry = d.RetryDelay.AsDuration() > 0
		}
	}
	return reason, retry
}

// refused holds that an error refuses for now, and says so in a way that programs read.
func refused(t *testing.T, err error) {
	t.Helper()
	if reason, retry := detailsOf(err); status.Code(err) != codes.ResourceExhausted || reason != "OVERLOADED" || !retry {
		t.Errorf("refused with %v, reason %q, retry %v", err, reason, retry)
	}
}

// Each method of each service has a row that says how it is treated.
func TestMethods(t *testing.T) {
	known := server.Methods()
	protoregistry.GlobalFiles.RangeFilesByPackage("aloi.v1", func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			service := f.Services().Get(i)
			for k := range service.Methods().Len() {
				name := fmt.Sprintf("/%s/%s", service.FullName(), service.Methods().Get(k).Name())
				if !known[name] {
					t.Errorf("%s has no row in methods", name)
				}
				delete(known, name)
			}
		}
		return true
	})
	for name := range known {
		t.Errorf("%s is a row of no method", name)
	}
}

// Calls past the limit are refused at once, health is answered all the same, and a call
// that has ended makes room for another.
func TestTooManyCalls(t *testing.T) {
	const most = 3
	s := limited(t, func(l *server.Limits) { l.Calls = most })
	var ends []context.CancelFunc
	for range most {
		ctx, end := context.WithCancel(t.Context())
		if _, err := s.Ingest.Stream(ctx); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, end)
	}
	eventually(t, "all streams are open", func() bool { return s.Served.Held().Calls == most })
	stream, err := s.Ingest.Stream(t.Context())
	if err == nil {
		_, err = stream.Recv()
	}
	refused(t, err)
	_, err = s.Ingest.Put(t.Context(), &aloiv1.PutRequest{Record: person("web", 1)})
	refused(t, err)
	if _, err := healthpb.NewHealthClient(s.Conn).Check(t.Context(), &healthpb.HealthCheckRequest{}); err != nil {
		t.Errorf("health: %v", err)
	}
	ends[0]()
	eventually(t, "one stream has ended", func() bool { return s.Served.Held().Calls < most })
	if _, err := s.Ingest.Put(t.Context(), &aloiv1.PutRequest{Record: person("web", 1)}); err != nil {
		t.Errorf("after one has ended: %v", err)
	}
	for _, end := range ends {
		end()
	}
	nothingHeld(t, s)
}

// Five hundred streams that nobody sends on cost nothing, and hinder nobody.
func TestIdleStreams(t *testing.T) {
	s := servertest.Start(t)
	const idle = 500
	ctx, end := context.WithCancel(t.Context())
	for i := range idle {
		conn := s.Conn
		if i%100 == 0 {
			conn = s.Dial()
		}
		client := aloiv1.NewIngestClient(conn)
		go client.Stream(ctx) // some wait for a place on their connection
	}
	eventually(t, "many streams are open", func() bool { return s.Served.Held().Calls > 100 })
	other := aloiv1.NewIngestClient(s.Dial())
	acks, err := servertest.Stream(t.Context(), other, servertest.Put(person("web", 1)))
	if err != nil || acks[0].Outcome != aloiv1.Outcome_OUTCOME_CREATED {
		t.Errorf("another client: %v, %v", acks, err)
	}
	if held := s.Served.Held(); held.Ingest != 0 {
		t.Errorf("idle streams hold %+v", held)
	}
	end()
	nothingHeld(t, s)
}

// Connections past the limit are closed at once; one that is closed makes room.
func TestTooManyConnections(t *testing.T) {
	s := limited(t, func(l *server.Limits) { l.Connections = 2 })
	check := func(conn *grpc.ClientConn) error {
		_, err := healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{})
		return err
	}
	second := s.Dial()
	for _, conn := range []*grpc.ClientConn{s.Conn, second} {
		if err := check(conn); err != nil {
			t.Fatal(err)
		}
	}
	third := s.Dial()
	if err := check(third); status.Code(err) != codes.Unavailable {
		t.Errorf("the third connection: %v", err)
	}
	second.Close()
	eventually(t, "the place of the second is free", func() bool { third.ResetConnectBackoff(); return check(third) == nil })
}

// A call whose request does not come, or comes a byte at a time, ends.
func TestRequestThatDoesNotCome(t *testing.T) {
	s := limited(t, func(l *server.Limits) { l.Request = 100 * time.Millisecond })
	c := dialRaw(t, s.Addr)
	for _, method := range []string{
		aloiv1.Entities_Get_FullMethodName, aloiv1.Ingest_Put_FullMethodName,
		aloiv1.Changes_Watch_FullMethodName, aloiv1.Consent_DecideMany_FullMethodName,
	} {
		c.open(method)
		half := c.open(method)
		c.data(half, framed(make([]byte, 1000))[:500])
	}
	eventually(t, "the calls are open", func() bool { return s.Served.Held().Calls > 0 })
	nothingHeld(t, s)
	// An ETL job may wait for its next record for as long as it likes.
	c.open(aloiv1.Ingest_Stream_FullMethodName)
	eventually(t, "the stream is open", func() bool { return s.Served.Held().Calls == 1 })
	time.Sleep(300 * time.Millisecond)
	if n := s.Served.Held().Calls; n != 1 {
		t.Errorf("a quiet stream was ended: %d", n)
	}
}

// What a stream that is reset in the middle held is given back.
func TestReset(t *testing.T) {
	s := servertest.Start(t)
	c := dialRaw(t, s.Addr)
	for n := range 20 {
		id := c.open(aloiv1.Ingest_Stream_FullMethodName)
		message := wireOf(t, &aloiv1.StreamRequest{Operations: []*aloiv1.Operation{servertest.Put(person("reset", n)), servertest.Put(person("again", n))}})
		c.data(id, framed(message))
		c.data(id, framed(message)[:len(message)/2])
		c.reset(id)
	}
	nothingHeld(t, s)
	if a := s.Stream(servertest.Put(person("web", 1)))[0]; a.Outcome == aloiv1.Outcome_OUTCOME_REJECTED {
		t.Errorf("another client: %v", a)
	}
}

// wireOf encodes a message.
func wireOf(t testing.TB, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
