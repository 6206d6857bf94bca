package server_test

import (
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// rawCodec sends bytes as they are, under the name of the usual codec.
type rawCodec struct{}

func (rawCodec) Marshal(v any) ([]byte, error)      { return *v.(*[]byte), nil }
func (rawCodec) Unmarshal(data []byte, v any) error { *v.(*[]byte) = data; return nil }
func (rawCodec) Name() string                       { return "proto" }

// Bytes that are no message end their call and no other.
func TestGarbageOnTheWire(t *testing.T) {
	s := servertest.Start(t)
	raw := s.Dial()
	for name, message := range map[string][]byte{
		"no message":  {0xff, 0xff, 0xff, 0xff},
		"cut message": protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.BytesType), 1000),
		"bomb":        append(protowire.AppendTag(nil, 1, protowire.StartGroupType), make([]byte, 1000)...),
	} {
		t.Run(name, func(t *testing.T) {
			var answer []byte
			err := raw.Invoke(t.Context(), "/aloi.v1.Ingest/Put", &message, &answer, grpc.ForceCodec(rawCodec{}))
			if status.Code(err) != codes.InvalidArgument {
				t.Errorf("put: %v", err)
			}
			stream, err := raw.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true, ServerStreams: true},
				"/aloi.v1.Ingest/Stream", grpc.ForceCodec(rawCodec{}))
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.SendMsg(&message); err != nil {
				t.Fatal(err)
			}
			if err := stream.RecvMsg(&answer); status.Code(err) != codes.InvalidArgument {
				t.Errorf("stream: %v", err)
			}
		})
	}
	if a := s.Stream(servertest.Put(person("web", 1)))[0]; a.Outcome != aloiv1.Outcome_OUTCOME_CREATED {
		t.Errorf("another client: %v", a)
	}
}
