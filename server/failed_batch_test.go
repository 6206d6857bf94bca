package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// What the store did not take is not acknowledged: the stream ends with UNAVAILABLE.
func TestFailedBatch(t *testing.T) {
	s := servertest.Start(t)
	stream, err := s.Ingest.Stream(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	send := func(n int) (*aloiv1.StreamResponse, error) {
		op := servertest.Put(person("web", n))
		op.Sequence = uint64(n)
		if err := stream.Send(&aloiv1.StreamRequest{Operations: []*aloiv1.Operation{op}}); err != nil {
			t.Fatal(err)
		}
		return stream.Recv()
	}
	if answer, err := send(1); err != nil || len(answer.Acknowledgements) != 1 {
		t.Fatalf("before: %v, %v", answer, err)
	}
	s.BreakStore()
	if answer, err := send(2); status.Code(err) != codes.Unavailable {
		t.Errorf("acknowledged %v, ended with %v", answer, err)
	}
	if err := s.Close(); err == nil {
		t.Error("the server stopped as if nothing was wrong")
	}
}
