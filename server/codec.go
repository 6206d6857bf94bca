package server

import (
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	grpcproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"aloi"
)

// codec is gRPC's codec for protobuf, but that it decodes no request that would take too
// much memory, and leaves a rawMessage as it came.
type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2(grpcproto.Name)} }

// rawMessage is a message that is decoded when there is room for it.
type rawMessage struct{ wire []byte }

// Unmarshal decodes a message. Of one that can't be, or is too heavy, it keeps only that it
// is: gRPC would report an error as INTERNAL, before any code of ours can say what was wrong.
func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	if raw, ok := v.(*rawMessage); ok {
		raw.wire = data.Materialize()
		return nil
	}
	m, ok := v.(proto.Message)
	if !ok {
		return c.CodecV2.Unmarshal(data, v)
	}
	buffer := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer buffer.Free()
	wire := buffer.ReadOnlyData()
	w, err := weigh(wire, m.ProtoReflect().Descriptor())
	switch {
	case err != nil:
		refuse(m, markMalformed)
	case w > maxWeight:
		refuse(m, markTooHeavy)
	case proto.Unmarshal(wire, m) != nil:
		proto.Reset(m)
		refuse(m, markMalformed)
	}
	return nil
}

// A request that was not decoded holds an unknown field, which says why. A client that
// sends it is refused for it, too.
const (
	markField     = protowire.MaxValidNumber
	markTooHeavy  = 1
	markMalformed = 2
)

func mark(why uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, markField, protowire.VarintType), why)
}

func refuse(m proto.Message, why uint64) { m.ProtoReflect().SetUnknown(mark(why)) }

var (
	// errMalformedRequest refuses bytes that are no message.
	errMalformedRequest = withDetails(codes.InvalidArgument, "the bytes are not a message of this call", reason(reasonMalformed)).Err()
	// errTooHeavy refuses a request that would take too much memory.
	errTooHeavy = aloi.Invalid(aloi.Violation{Field: "request", Reason: tooHeavyReason})
)

var tooHeavyReason = fmt.Sprintf("would take more than %d MiB of memory", maxWeight>>20)

// refusal is the error of a request that was not decoded, nil for another.
func refusal(request any) error {
	m, ok := request.(proto.Message)
	if !ok || len(m.ProtoReflect().GetUnknown()) == 0 {
		return nil
	}
	switch string(m.ProtoReflect().GetUnknown()) {
	case string(mark(markTooHeavy)):
		return errTooHeavy
	case string(mark(markMalformed)):
		return errMalformedRequest
	}
	return nil
}
