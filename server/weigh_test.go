package server

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	aloiv1 "aloi/proto/aloi/v1"
)

// What weigh reckons is at least what a message takes in memory, decoded and as a noun,
// whatever little it is on the wire.
func TestWeigh(t *testing.T) {
	many := func(n int, add func(*aloiv1.Record, int)) *aloiv1.Record {
		r := &aloiv1.Record{}
		for i := range n {
			add(r, i)
		}
		return r
	}
	for name, record := range map[string]*aloiv1.Record{
		"nothing":            {},
		"a note":             {Note: strings.Repeat("x", 60000)},
		"empty names":        many(1000, func(r *aloiv1.Record, _ int) { r.Names = append(r.Names, &aloiv1.Name{}) }),
		"empty addresses":    many(1000, func(r *aloiv1.Record, _ int) { r.Addresses = append(r.Addresses, &aloiv1.Address{}) }),
		"empty attributes":   many(1000, func(r *aloiv1.Record, _ int) { r.Attributes = append(r.Attributes, &aloiv1.FreeAttribute{}) }),
		"empty interactions": many(1000, func(r *aloiv1.Record, _ int) { r.Interactions = append(r.Interactions, &aloiv1.Interaction{}) }),
		"phones":             many(1000, func(r *aloiv1.Record, i int) { r.Phones = append(r.Phones, fmt.Sprint(i)) }),
		"empty phones":       {Phones: make([]string, 1000)},
		"events":             many(1000, func(r *aloiv1.Record, _ int) { r.Consents = append(r.Consents, &aloiv1.ConsentEvent{Kind: "GIVEN"}) }),
	} {
		t.Run(name, func(t *testing.T) {
			wire, err := proto.Marshal(&aloiv1.Operation{Operation: &aloiv1.Operation_Put{Put: record}})
			if err != nil {
				t.Fatal(err)
			}
			weight, err := weigh(wire, operationDescriptor)
			if err != nil {
				t.Fatal(err)
			}
			const copies = 10
			var decoded [copies]aloiv1.Operation
			var nouns [copies]operation
			held := heldBy(func() {
				for i := range copies {
					if err := proto.Unmarshal(wire, &decoded[i]); err != nil {
						t.Fatal(err)
					}
					nouns[i] = readOperation(&decoded[i])
				}
			}) / copies
			if held > weight {
				t.Errorf("takes %d bytes, and is reckoned %d", held, weight)
			}
			runtime.KeepAlive(&decoded)
			runtime.KeepAlive(&nouns)
		})
	}
}

// heldBy returns how many bytes more are held after f.
func heldBy(f func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// Bytes that are no message are no weight; a message in a message is looked into.
func TestWeighMalformed(t *testing.T) {
	put := []byte{0x12, 0x03, 0x22, 0x05, 0x00} // a record with a name that is cut short
	for name, wire := range map[string][]byte{"tag": {0xff}, "length": {0x12, 0x05, 0x00}, "within": put} {
		if _, err := weigh(wire, operationDescriptor); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A request of 4 MiB that would be a hundred times that is refused undecoded.
func TestCodecRefuses(t *testing.T) {
	record := bytes.Repeat(protowire.AppendBytes(protowire.AppendTag(nil, 4, protowire.BytesType), nil), 1<<20) // of empty names
	bomb := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), record)
	for name, c := range map[string]struct {
		wire []byte
		want error
	}{
		"too heavy": {bomb, errTooHeavy},
		"malformed": {[]byte{0xff, 0xff}, errMalformedRequest},
		"fine":      {nil, nil},
	} {
		var m aloiv1.PutRequest
		before := heldBy(func() {
			if err := newCodec().Unmarshal(mem.BufferSlice{mem.SliceBuffer(c.wire)}, &m); err != nil {
				t.Fatal(err)
			}
		})
		if err := refusal(&m); err != c.want {
			t.Errorf("%s: refused with %v, want %v", name, err, c.want)
		}
		if before > maxWeight {
			t.Errorf("%s: holds %d bytes", name, before)
		}
	}
}
