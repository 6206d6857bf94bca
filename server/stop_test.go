package server_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	"aloi"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
	"aloi/server/servertest"
)

// load sends records on one stream without end and returns how many were acknowledged
// when the server ended it, and with what.
func load(ctx context.Context, client aloiv1.IngestClient, source string, acknowledged *atomic.Int64) (int, error) {
	stream, err := client.Stream(ctx)
	if err != nil {
		return 0, err
	}
	go func() {
		for n := 0; ; n++ {
			op := servertest.Put(person(source, n))
			op.Sequence = uint64(n)
			if stream.Send(&aloiv1.StreamRequest{Operations: []*aloiv1.Operation{op}}) != nil {
				return
			}
		}
	}()
	next := 0
	for {
		resp, err := stream.Recv()
		if err != nil {
			return next, err
		}
		for _, a := range resp.Acknowledgements {
			if a.Sequence != uint64(next) {
				return next, fmt.Errorf("acknowledgement %d came after %d", a.Sequence, next)
			}
			next++
		}
		acknowledged.Add(int64(len(resp.Acknowledgements)))
	}
}

// A server that is stopped under load from eight streams, with watchers of changes
// and of health besides, ends soon and in order, and every record that it
// acknowledged is there when the store is opened again.
func TestStopUnderLoad(t *testing.T) {
	dir := t.TempDir()
	s := servertest.Open(t, dir, server.Options{})
	ctx := t.Context()
	changes, err := s.Changes.Watch(ctx, &aloiv1.WatchRequest{Follow: true})
	if err != nil {
		t.Fatal(err)
	}
	healths, err := healthpb.NewHealthClient(s.Conn).Watch(ctx, &healthpb.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := healths.Recv(); err != nil {
		t.Fatal(err)
	}
	watched := make(chan error, 1)
	go func() {
		var err error
		for err == nil {
			_, err = changes.Recv()
		}
		watched <- err
	}()
	const streams, enough = 8, 60 // of each
	var (
		wg           sync.WaitGroup
		acknowledged [streams]atomic.Int64
		counts       [streams]int
		errs         [streams]error
	)
	for i := range streams {
		wg.Go(func() { counts[i], errs[i] = load(ctx, s.Ingest, fmt.Sprintf("source-%d", i), &acknowledged[i]) })
	}
	for i := range streams {
		for deadline := time.Now().Add(30 * time.Second); acknowledged[i].Load() < enough; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("only %d acknowledgements of stream %d", acknowledged[i].Load(), i)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Errorf("stopped with %v", err)
	}
	wg.Wait()
	for i, err := range errs {
		if status.Code(err) != codes.Unavailable {
			t.Errorf("stream %d ended with %v", i, err)
		}
	}
	if err := <-watched; status.Code(err) != codes.Unavailable {
		t.Errorf("the watch of changes ended with %v", err)
	}

	s = servertest.Open(t, dir, server.Options{})
	for i, count := range counts {
		if count == 0 {
			t.Errorf("stream %d had no acknowledgement", i)
		}
		for n := range count {
			ref := person(fmt.Sprintf("source-%d", i), n).Ref
			if _, err := s.Entities.GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: ref}); err != nil {
				t.Fatalf("record %d of stream %d was acknowledged: %v", n, i, err)
			}
		}
		// What was stored was acknowledged, too: a server that stops does not keep that back.
		next := person(fmt.Sprintf("source-%d", i), count).Ref
		if _, err := s.Entities.GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: next}); status.Code(err) != codes.NotFound {
			t.Errorf("record %d of stream %d was not acknowledged, and is stored: %v", count, i, err)
		}
	}
}

// A client that holds a call open can't keep the server from stopping.
func TestStopLimit(t *testing.T) {
	s := servertest.Open(t, t.TempDir(), server.Options{StopLimit: 100 * time.Millisecond})
	stream, err := reflectionpb.NewServerReflectionClient(s.Conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&reflectionpb.ServerReflectionRequest{
		MessageRequest: &reflectionpb.ServerReflectionRequest_ListServices{},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := s.Close(); err == nil {
		t.Error("the call was cut off and no error says so")
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("stopping took %v", took)
	}
}

// A client that sends for a while before it reads gets every answer: the server
// stops reading instead of filling its memory or dropping the stream.
func TestSlowReader(t *testing.T) {
	s := servertest.Start(t)
	const people = 10000
	stream, err := s.Ingest.Stream(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sent := make(chan error, 1)
	go func() {
		for n := range people {
			op := servertest.Delete(servertest.Ref("web", fmt.Sprintf("nobody-%d", n)))
			op.Sequence = uint64(n)
			if err := stream.Send(&aloiv1.StreamRequest{Operations: []*aloiv1.Operation{op}}); err != nil {
				sent <- err
				return
			}
		}
		sent <- stream.CloseSend()
	}()
	time.Sleep(200 * time.Millisecond)
	for next := uint64(0); next < people; {
		resp, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range resp.Acknowledgements {
			if a.Sequence != next {
				t.Fatalf("acknowledgement %d, want %d", a.Sequence, next)
			}
			next++
		}
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

// A server whose store must not be used any more stops by itself: health says so, what is
// under way ends with UNAVAILABLE, and Serve says why.
func TestFailedStore(t *testing.T) {
	s := servertest.Start(t)
	ctx := t.Context()
	healths, err := healthpb.NewHealthClient(s.Conn).Watch(ctx, &healthpb.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if h, err := healths.Recv(); err != nil || h.Status != healthpb.HealthCheckResponse_SERVING {
		t.Fatalf("before: %v, %v", h, err)
	}
	changes, err := s.Changes.Watch(ctx, &aloiv1.WatchRequest{Follow: true})
	if err != nil {
		t.Fatal(err)
	}
	s.BreakStore()
	if _, err := s.Ingest.Put(ctx, &aloiv1.PutRequest{Record: person("web", 1)}); status.Code(err) != codes.Unavailable {
		t.Errorf("put: %v", err)
	}
	if h, err := healths.Recv(); err != nil || h.Status != healthpb.HealthCheckResponse_NOT_SERVING {
		t.Errorf("health: %v, %v", h, err)
	}
	if _, err := changes.Recv(); status.Code(err) != codes.Unavailable {
		t.Errorf("the watch of changes ended with %v", err)
	}
	if err := s.Close(); aloi.CodeOf(err) != aloi.CodeUnavailable {
		t.Errorf("Serve returned %v", err)
	}
}
