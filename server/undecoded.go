package server

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"aloi"
	aloiv1 "aloi/proto/aloi/v1"
)

// The numbers of the fields that are read before a message is decoded.
const (
	streamRequestOperations = 1
	operationSequence       = 1
)

var operationDescriptor = (&aloiv1.Operation{}).ProtoReflect().Descriptor()

// operationsOf returns the operations of a StreamRequest, undecoded.
func operationsOf(wire []byte) ([][]byte, error) {
	var operations [][]byte
	for len(wire) > 0 {
		number, kind, n := protowire.ConsumeTag(wire)
		if n < 0 {
			return nil, errMalformedRequest
		}
		wire = wire[n:]
		if n = protowire.ConsumeFieldValue(number, kind, wire); n < 0 {
			return nil, errMalformedRequest
		}
		if number == streamRequestOperations && kind == protowire.BytesType {
			operation, _ := protowire.ConsumeBytes(wire)
			operations = append(operations, operation)
		}
		wire = wire[n:]
		if len(operations) > maxStreamOperations {
			return nil, aloi.Invalid(aloi.Violation{
				Field:  "operations",
				Reason: fmt.Sprintf("more than %d in one message: nothing of it was stored", maxStreamOperations),
			})
		}
	}
	return operations, nil
}

// undecoded is an operation on the wire, and what it takes in memory when it is decoded.
type undecoded struct {
	wire   []byte
	weight int64
	heavy  bool // too heavy: it will not be decoded, and takes next to nothing
}

// weighOperation reckons what an operation takes in memory, which is never nothing.
func weighOperation(wire []byte) (undecoded, error) {
	w, err := weigh(wire, operationDescriptor)
	switch {
	case err != nil:
		return undecoded{}, errMalformedRequest
	case w > maxWeight:
		return undecoded{wire, messageWeight, true}, nil
	}
	return undecoded{wire, w, false}, nil
}

// read decodes and converts an operation. One that is too heavy is rejected undecoded.
func (u undecoded) read() (operation, error) {
	if u.heavy {
		return operation{sequence: sequenceOf(u.wire), violations: []aloi.Violation{{Field: "operation", Reason: tooHeavyReason}}}, nil
	}
	var m aloiv1.Operation
	if err := proto.Unmarshal(u.wire, &m); err != nil {
		return operation{}, errMalformedRequest
	}
	return readOperation(&m), nil
}

// sequenceOf returns the sequence of an operation that is not decoded.
func sequenceOf(wire []byte) (sequence uint64) {
	for len(wire) > 0 {
		number, kind, n := protowire.ConsumeTag(wire)
		if n < 0 {
			return sequence
		}
		wire = wire[n:]
		if number == operationSequence && kind == protowire.VarintType {
			sequence, _ = protowire.ConsumeVarint(wire)
		}
		if n = protowire.ConsumeFieldValue(number, kind, wire); n < 0 {
			return sequence
		}
		wire = wire[n:]
	}
	return sequence
}
