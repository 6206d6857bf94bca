package server

import (
	"errors"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// What a message takes in memory, on its way through the server and the engine. On the
// wire an empty element of a list is 2 bytes: without this a message of 4 MiB would become
// 500 MiB.
const (
	messageWeight = 1200 // a message within a message: as it came, and as a noun; an act of consent is the largest
	valueWeight   = 24   // a string or a number
)

// maxWeight is the most that one operation, or the request of a call, may take. A record
// that is at all its limits takes less.
const maxWeight = 6 << 20

// errMalformed is of bytes that are no message.
var errMalformed = errors.New("the bytes are not a message")

// weigh reckons what a message of wire bytes takes in memory, before it is decoded.
func weigh(wire []byte, m protoreflect.MessageDescriptor) (int64, error) {
	w := int64(messageWeight)
	nested := nestedOf(m)
	for len(wire) > 0 {
		number, kind, n := protowire.ConsumeTag(wire)
		if n < 0 {
			return 0, errMalformed
		}
		wire = wire[n:]
		if n = protowire.ConsumeFieldValue(number, kind, wire); n < 0 {
			return 0, errMalformed
		}
		value := wire[:n]
		wire = wire[n:]
		within := nested[number]
		if within == nil || kind != protowire.BytesType {
			w += valueWeight + int64(n)
			continue
		}
		inner, _ := protowire.ConsumeBytes(value)
		more, err := weigh(inner, within)
		if err != nil {
			return 0, err
		}
		w += more
	}
	return w, nil
}

// nestedFields are the fields of messages that hold messages, by message.
var nestedFields sync.Map // protoreflect.FullName → map[protowire.Number]protoreflect.MessageDescriptor

func nestedOf(m protoreflect.MessageDescriptor) map[protowire.Number]protoreflect.MessageDescriptor {
	if known, ok := nestedFields.Load(m.FullName()); ok {
		return known.(map[protowire.Number]protoreflect.MessageDescriptor)
	}
	nested := map[protowire.Number]protoreflect.MessageDescriptor{}
	fields := m.Fields()
	for i := range fields.Len() {
		if f := fields.Get(i); f.Message() != nil {
			nested[f.Number()] = f.Message()
		}
	}
	nestedFields.Store(m.FullName(), nested)
	return nested
}
