package server

import (
	"reflect"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	aloiv1 "aloi/proto/aloi/v1"
)

// Whatever bytes come as a record, they are read without a panic; and what was read
// without a complaint is written and read again as the same.
func FuzzReadRecord(f *testing.F) {
	for _, m := range []*aloiv1.Record{
		{},
		{Ref: &aloiv1.RecordRef{Source: "web", RecordId: "u-19"}, Names: []*aloiv1.Name{{Given: "Anne", Family: "Lef\xe8vre"}}},
		{UpdatedAt: timestamppb.New(time.Unix(1<<33, 5)), Consents: []*aloiv1.ConsentEvent{{
			Kind: "GIVEN", Time: &timestamppb.Timestamp{Seconds: -1 << 60},
			Evidence: []*aloiv1.FreeAttribute{{Name: "b"}, {Name: "a"}},
		}}},
		{Interactions: []*aloiv1.Interaction{{Kind: "purchase", Time: &timestamppb.Timestamp{Nanos: -1}}}},
	} {
		b, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var m aloiv1.Record
		if proto.Unmarshal(b, &m) != nil {
			return
		}
		record, violations := readRecord(&m)
		record.Validate()
		if len(violations) > 0 {
			return
		}
		again, violations := readRecord(toRecord(record))
		if len(violations) > 0 || !reflect.DeepEqual(record, again) {
			t.Errorf("read again: %+v, %v\nwant %+v", again, violations, record)
		}
	})
}

// No cursor and no page token makes the server panic or go where it should not.
func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("garbage")
	f.Add(cursor{after: 1 << 63, seen: 7}.token())
	f.Add(token(tokenPage, "x"))
	f.Fuzz(func(t *testing.T, text string) {
		var r reader
		at := r.cursor(text)
		if r.err() != nil && at != (cursor{}) {
			t.Errorf("%q is refused and is %v", text, at)
		}
		if r.err() == nil && text != "" && at.token() != text {
			t.Errorf("%q is taken for %v, which is %q", text, at, at.token())
		}
	})
}
