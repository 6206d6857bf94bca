package server

import (
	"bytes"
	"errors"
	"runtime"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	aloiv1 "aloi/proto/aloi/v1"
)

// The most that decoding and converting may take beyond what a message was reckoned to: the
// engine, which is reckoned in, does not see it here.
const (
	weightSlack  = 64 << 10 // bytes
	weightFactor = 2
)

// FuzzUndecoded reads any bytes as a message of a stream before it is decoded: the
// operations are those that decoding finds, with their sequences, and none takes more
// memory than it was reckoned to.
func FuzzUndecoded(f *testing.F) {
	ref := &aloiv1.RecordRef{Source: "web", RecordId: "u-19"}
	addMessages(f,
		&aloiv1.StreamRequest{Operations: []*aloiv1.Operation{
			{Sequence: 1 << 40, Operation: &aloiv1.Operation_Put{Put: &aloiv1.Record{Ref: ref, Emails: []string{"a@example.org"}, Names: make([]*aloiv1.Name, 9)}}},
			{Sequence: 2, Operation: &aloiv1.Operation_Delete{Delete: ref}}, {},
		}},
		&aloiv1.StreamRequest{Operations: make([]*aloiv1.Operation, 30)},
	)
	empty := protowire.AppendBytes(protowire.AppendTag(nil, 4, protowire.BytesType), nil) // a name of nothing
	record := protowire.AppendBytes(protowire.AppendTag(nil, 2, protowire.BytesType), bytes.Repeat(empty, 500))
	f.Add(protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), record))
	f.Add(bytes.Repeat([]byte{0x0b}, 100)) // groups in groups
	f.Fuzz(func(t *testing.T, wire []byte) {
		operations, err := operationsOf(wire)
		m := &aloiv1.StreamRequest{}
		decoded := proto.Unmarshal(wire, m)
		if err != nil {
			if decoded == nil && len(m.Operations) <= maxStreamOperations {
				t.Fatalf("a message of %d operations is refused: %v", len(m.Operations), err)
			}
			return
		}
		if decoded == nil && len(operations) != len(m.Operations) {
			t.Fatalf("%d operations, decoded %d", len(operations), len(m.Operations))
		}
		for i, one := range operations {
			checkUndecoded(t, one)
			if decoded == nil && sequenceOf(one) != m.Operations[i].Sequence {
				t.Fatalf("operation %d is taken for %d", m.Operations[i].Sequence, sequenceOf(one))
			}
		}
	})
}

// checkUndecoded holds what is said of one operation against what it becomes.
func checkUndecoded(t *testing.T, wire []byte) {
	t.Helper()
	u, err := weighOperation(wire)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	op, readErr := undecoded{wire, u.weight, u.heavy}.read()
	runtime.ReadMemStats(&after)
	if err != nil {
		if !errors.Is(err, errMalformedRequest) || readErr == nil && !u.heavy {
			t.Fatalf("%v, and it is read, %v", err, readErr)
		}
		return
	}
	if took := int64(after.TotalAlloc - before.TotalAlloc); took > weightFactor*u.weight+weightSlack {
		t.Fatalf("%d bytes on the wire took %d of memory, and were reckoned to %d", len(wire), took, u.weight)
	}
	if u.heavy && (u.weight > maxWeight || len(op.violations) != 1) {
		t.Fatalf("too heavy, and weighs %d, %d violations", u.weight, len(op.violations))
	}
}

// FuzzWeigh holds that a message is reckoned to no less than its bytes, that two are
// reckoned to both, and that every message which can be decoded can be weighed.
func FuzzWeigh(f *testing.F) {
	addMessages(f,
		&aloiv1.DecideManyRequest{Campaign: &aloiv1.Question{Controller: "maison"}, Subjects: []*aloiv1.Subject{byPoint("email:a@example.org")}},
		&aloiv1.DecideManyRequest{Subjects: make([]*aloiv1.Subject, 50)},
		&aloiv1.Record{Phones: []string{"", "", ""}},
	)
	f.Add([]byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, wire []byte) {
		for _, m := range []proto.Message{&aloiv1.DecideManyRequest{}, &aloiv1.PutRequest{}, &aloiv1.SuppressRequest{}} {
			d := m.ProtoReflect().Descriptor()
			w, err := weigh(wire, d)
			if err != nil {
				if proto.Unmarshal(wire, m) == nil {
					t.Fatalf("%s is decoded, and can't be weighed", d.FullName())
				}
				continue
			}
			if w < messageWeight || w-messageWeight < int64(len(wire))/8 {
				t.Fatalf("%d bytes are reckoned to %d", len(wire), w)
			}
			if twice, err := weigh(append(bytes.Clone(wire), wire...), d); err != nil || twice-messageWeight != 2*(w-messageWeight) {
				t.Fatalf("%d, twice that %d, %v", w, twice, err)
			}
		}
	})
}
