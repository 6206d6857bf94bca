package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// fieldOf returns the first field that a status names.
func fieldOf(err error) string {
	for _, d := range status.Convert(err).Details() {
		if b, ok := d.(*errdetails.BadRequest); ok {
			return b.FieldViolations[0].Field
		}
	}
	return ""
}

// with returns a person whom f changed.
func with(n int, f func(*aloiv1.Record)) *aloiv1.Operation {
	r := person("bad", n)
	f(r)
	return servertest.Put(r)
}

// unknownField makes m hold a field that no version of the wire has had.
func unknownField[M proto.Message](m M) M {
	m.ProtoReflect().SetUnknown(protowire.AppendString(protowire.AppendTag(nil, 999, protowire.BytesType), "aquarelle"))
	return m
}

// Each bad operation of a stream is answered by itself, and the good ones around it
// are stored.
func TestBadInput(t *testing.T) {
	s := servertest.Start(t)
	const rejected = aloiv1.Outcome_OUTCOME_REJECTED
	huge := strings.Repeat("é", 33<<10) // 66 KiB
	cases := []struct {
		name    string
		op      *aloiv1.Operation
		outcome aloiv1.Outcome
		field   string // of the first violation
	}{
		{"nothing", &aloiv1.Operation{}, rejected, "operation"},
		{"unknown operation", unknownField(&aloiv1.Operation{}), rejected, "operation"},
		{"empty record", servertest.Put(&aloiv1.Record{}), rejected, "record.ref.source"},
		{"reference only", with(1, func(r *aloiv1.Record) { *r = aloiv1.Record{Ref: r.Ref} }), aloiv1.Outcome_OUTCOME_CREATED, ""},
		{"empty values", with(2, func(r *aloiv1.Record) { r.Emails, r.Phones = []string{"", ""}, []string{""} }), aloiv1.Outcome_OUTCOME_CREATED, ""},
		{"huge value", with(3, func(r *aloiv1.Record) { r.Emails = []string{huge} }), rejected, "record.emails[0]"},
		{"huge note", with(4, func(r *aloiv1.Record) { r.Note = huge }), rejected, "record.note"},
		{"too many values", with(5, func(r *aloiv1.Record) { r.Phones = make([]string, 65) }), rejected, "record.phones"},
		{"large in all", with(6, func(r *aloiv1.Record) {
			for range 60 {
				r.Addresses = append(r.Addresses, &aloiv1.Address{Line: huge[:4000]})
			}
		}), rejected, "record"},
		{"invalid UTF-8", with(7, func(r *aloiv1.Record) { r.Names[0].Family = "Lef\xe8vre" }), rejected, "record.names[0].family"},
		{"invalid UTF-8 in an id", with(8, func(r *aloiv1.Record) { r.Ref.RecordId = "\xc3\x28" }), rejected, "record.ref.record_id"},
		{"NUL byte", with(9, func(r *aloiv1.Record) { r.Note = "a\x00b" }), rejected, "record.note"},
		{"impossible birth date", with(10, func(r *aloiv1.Record) { r.BirthDate = "31/02/1984" }), aloiv1.Outcome_OUTCOME_CREATED, ""},
		{"impossible time", with(11, func(r *aloiv1.Record) { r.UpdatedAt = &timestamppb.Timestamp{Seconds: -1 << 60} }), rejected, "record.updated_at"},
		{"year 10000", with(12, func(r *aloiv1.Record) { r.UpdatedAt = &timestamppb.Timestamp{Seconds: 253402300800} }), rejected, "record.updated_at"},
		{"unknown consent kind", with(13, func(r *aloiv1.Record) { r.Consents = []*aloiv1.ConsentEvent{{Kind: "PERHAPS"}} }), rejected, "record.consents[0].kind"},
		{"unknown field", servertest.Put(unknownField(person("bad", 14))), rejected, "record"},
		{"unknown field of a name", with(15, func(r *aloiv1.Record) { unknownField(r.Names[0]) }), rejected, "record.names[0]"},
		{"unknown attribute", with(16, func(r *aloiv1.Record) {
			r.Attributes = []*aloiv1.FreeAttribute{{Name: "couleur_preferee", Value: "aquarelle"}}
		}), aloiv1.Outcome_OUTCOME_CREATED, ""},
		{"attribute without a name", with(17, func(r *aloiv1.Record) { r.Attributes = []*aloiv1.FreeAttribute{{Value: "x"}} }), rejected, "record.attributes[0].name"},
		{"delete without a name", servertest.Delete(&aloiv1.RecordRef{}), rejected, "delete.source"},
		{"delete what is not there", servertest.Delete(servertest.Ref("bad", "nobody")), aloiv1.Outcome_OUTCOME_NOT_FOUND, ""},
		{"negative version", with(18, func(r *aloiv1.Record) { r.Version = -1 }), rejected, "record.version"},
	}
	var ops []*aloiv1.Operation
	for i, c := range cases {
		ops = append(ops, c.op, servertest.Put(person("good", 1000+i)))
	}
	acks := s.Stream(ops...)
	for i, c := range cases {
		ack, good := acks[2*i], acks[2*i+1]
		field := ""
		if len(ack.Violations) > 0 {
			field = ack.Violations[0].Field
		}
		if ack.Outcome != c.outcome || field != c.field || ack.Reason == "" {
			t.Errorf("%s: %v of %q, want %v of %q", c.name, ack.Outcome, field, c.outcome, c.field)
		}
		if strings.Contains(ack.String(), "aquarelle") {
			t.Errorf("%s: the answer repeats a value: %v", c.name, ack)
		}
		if good.Outcome != aloiv1.Outcome_OUTCOME_CREATED || good.Sequence != uint64(2*i+2) {
			t.Errorf("after %s: %v", c.name, good)
		}
	}
	got, err := s.Entities.GetRecord(t.Context(), &aloiv1.GetRecordRequest{Ref: person("bad", 16).Ref})
	if err != nil || got.Record.Attributes[0].Value != "aquarelle" {
		t.Errorf("the unknown attribute was not kept: %v, %v", got, err)
	}
}

// What can't be a value takes no part in matching, and says so: strangers who share
// placeholders stay apart.
func TestPlaceholders(t *testing.T) {
	s := servertest.Start(t)
	var ops []*aloiv1.Operation
	for i := range 3 {
		ops = append(ops, with(i, func(r *aloiv1.Record) {
			r.BirthDate, r.Phones, r.Emails = "01/01/1900", []string{"0600000000"}, []string{"noreply@example.org"}
		}))
	}
	for _, a := range s.Stream(ops...) {
		if a.Outcome != aloiv1.Outcome_OUTCOME_CREATED {
			t.Errorf("acknowledgement: %v", a)
		}
	}
	preview, err := s.Entities.Preview(t.Context(), &aloiv1.PreviewRequest{Record: ops[0].GetPut()})
	if err != nil {
		t.Fatal(err)
	}
	flagged := map[string]bool{}
	for _, f := range preview.Flags {
		flagged[f.Field] = true
	}
	if !flagged["birth_date"] || !flagged["phone"] || !flagged["email"] {
		t.Errorf("flags: %v", preview.Flags)
	}
}

// Whichever of two contents or versions comes first, the same one is in force.
func TestVersions(t *testing.T) {
	old, young := person("web", 1), person("web", 1)
	young.Version, young.Note = 2, "déménagée"
	one, two := person("web", 2), person("web", 2) // one version, two contents
	one.Note, two.Note = "un", "deux"

	var inForce [2]string
	for i, swap := range []bool{false, true} {
		s := servertest.Start(t)
		a, b, c, d := young, old, one, two
		if swap {
			a, b, c, d = old, young, two, one
		}
		acks := s.Stream(servertest.Put(a), servertest.Put(b), servertest.Put(c), servertest.Put(d))
		if want := map[bool]aloiv1.Outcome{false: aloiv1.Outcome_OUTCOME_STALE, true: aloiv1.Outcome_OUTCOME_UPDATED}[swap]; acks[1].Outcome != want {
			t.Errorf("swapped %v: the second version is %v, want %v", swap, acks[1].Outcome, want)
		}
		if o := acks[3].Outcome; o != aloiv1.Outcome_OUTCOME_STALE && o != aloiv1.Outcome_OUTCOME_UPDATED {
			t.Errorf("swapped %v: the second content is %v", swap, o)
		}
		got, err := s.Entities.GetRecord(t.Context(), &aloiv1.GetRecordRequest{Ref: old.Ref})
		if err != nil || got.Record.Note != "déménagée" {
			t.Errorf("swapped %v: in force is %v, %v", swap, got, err)
		}
		got, err = s.Entities.GetRecord(t.Context(), &aloiv1.GetRecordRequest{Ref: one.Ref})
		if err != nil {
			t.Fatal(err)
		}
		inForce[i] = got.Record.Note
	}
	if inForce[0] != inForce[1] {
		t.Errorf("the content in force depends on the order: %q, %q", inForce[0], inForce[1])
	}
}

// A batch of people who share one phone stays a batch of people.
func TestOnePhoneForAll(t *testing.T) {
	s := servertest.Start(t)
	const people = 512
	var ops []*aloiv1.Operation
	for i := range people {
		ops = append(ops, with(i, func(r *aloiv1.Record) { r.Phones = []string{"04 78 11 22 33"} }))
	}
	ops = append(ops, servertest.Put(anne("store", "1")), servertest.Put(anne("web", "1")))
	acks := s.Stream(ops...)
	entities := map[string]bool{}
	for _, a := range acks[:people] {
		entities[a.EntityId] = true
	}
	if len(entities) != people {
		t.Errorf("%d people are %d entities", people, len(entities))
	}
	if a, b := acks[people], acks[people+1]; a.EntityId != b.EntityId || entities[a.EntityId] {
		t.Errorf("somebody else was harmed: %v, %v", a, b)
	}
}

// A message past a limit ends its stream, nothing of it is stored, and what came
// before it is.
func TestMessagePastALimit(t *testing.T) {
	s := servertest.Start(t)
	many := &aloiv1.StreamRequest{}
	for i := range 1001 {
		many.Operations = append(many.Operations, servertest.Put(person("many", i)))
	}
	large := person("large", 1)
	large.Note = strings.Repeat("x", 5<<20)
	for _, c := range []struct {
		name    string
		message *aloiv1.StreamRequest
		code    codes.Code
		field   string
	}{
		{"operations", many, codes.InvalidArgument, "operations"},
		{"bytes", &aloiv1.StreamRequest{Operations: []*aloiv1.Operation{servertest.Put(large)}}, codes.ResourceExhausted, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			stream, err := s.Ingest.Stream(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			first := &aloiv1.StreamRequest{Operations: []*aloiv1.Operation{servertest.Put(person("first-"+c.name, 1))}}
			if err := stream.Send(first); err != nil {
				t.Fatal(err)
			}
			resp, err := stream.Recv()
			if err != nil || len(resp.Acknowledgements) != 1 {
				t.Fatalf("answered %v, %v", resp, err)
			}
			if err := stream.Send(c.message); err != nil {
				t.Fatal(err)
			}
			if _, err := stream.Recv(); status.Code(err) != c.code || fieldOf(err) != c.field {
				t.Errorf("ended with %v for %q", err, fieldOf(err))
			}
			if _, err := s.Entities.GetRecord(t.Context(), &aloiv1.GetRecordRequest{Ref: c.message.Operations[0].GetPut().Ref}); status.Code(err) != codes.NotFound {
				t.Errorf("something of the message was stored: %v", err)
			}
		})
	}
}

// A half-closed stream ends with OK after the last acknowledgement; one without
// operations does too.
func TestHalfClose(t *testing.T) {
	s := servertest.Start(t)
	for _, n := range []int{0, 1, 700} {
		stream, err := s.Ingest.Stream(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		m := &aloiv1.StreamRequest{}
		for i := range n {
			m.Operations = append(m.Operations, servertest.Put(person(fmt.Sprintf("source-%d", n), i)))
		}
		if err := stream.Send(m); err != nil {
			t.Fatal(err)
		}
		if err := stream.CloseSend(); err != nil {
			t.Fatal(err)
		}
		got := 0
		for {
			resp, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got += len(resp.Acknowledgements)
		}
		if got != n {
			t.Errorf("%d acknowledgements of %d", got, n)
		}
	}
}

// After a stream that was cut in the middle, sending everything again completes it:
// what was stored is UNCHANGED, nothing is there twice.
func TestCutStream(t *testing.T) {
	s := servertest.Start(t)
	const people = 600
	ctx, cut := context.WithCancel(t.Context())
	stream, err := s.Ingest.Stream(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var ops []*aloiv1.Operation
	for i := range people {
		ops = append(ops, servertest.Put(person("cut", i)))
	}
	for _, op := range ops[:people/2] {
		if err := stream.Send(&aloiv1.StreamRequest{Operations: []*aloiv1.Operation{op}}); err != nil {
			t.Fatal(err)
		}
	}
	first, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	cut()
	unchanged := 0
	for i, a := range s.Stream(ops...) {
		switch a.Outcome {
		case aloiv1.Outcome_OUTCOME_UNCHANGED:
			unchanged++
		case aloiv1.Outcome_OUTCOME_CREATED:
			if i < len(first.Acknowledgements) {
				t.Errorf("record %d was acknowledged and is created again", i)
			}
		default:
			t.Errorf("record %d: %v", i, a)
		}
	}
	if unchanged < len(first.Acknowledgements) || unchanged > people/2 {
		t.Errorf("%d were stored by the cut stream, which acknowledged %d of %d", unchanged, len(first.Acknowledgements), people/2)
	}
}

// Eight streams at once: each gets its own acknowledgements in order, and two
// records of one person meet although they came by different streams.
func TestConcurrentStreams(t *testing.T) {
	s := servertest.Start(t)
	const streams, people = 8, 200
	acks := make([][]*aloiv1.Acknowledgement, streams)
	errs := make([]error, streams)
	var wg sync.WaitGroup
	for i := range streams {
		wg.Go(func() {
			var ops []*aloiv1.Operation
			for n := range people {
				ops = append(ops, servertest.Put(person(fmt.Sprintf("source-%d", i), n)))
			}
			acks[i], errs[i] = servertest.Stream(t.Context(), s.Ingest, ops...)
		})
	}
	wg.Wait()
	for i := range streams {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		for n, a := range acks[i] {
			if a.Sequence != uint64(n)+1 {
				t.Fatalf("stream %d: acknowledgement %d is of operation %d", i, n+1, a.Sequence)
			}
		}
	}
	for n := range people {
		got, err := s.Entities.Get(t.Context(), &aloiv1.GetRequest{By: &aloiv1.GetRequest_Record{Record: person("source-0", n).Ref}})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Entity.Members) != streams {
			t.Errorf("person %d has %d records, want %d", n, len(got.Entity.Members), streams)
		}
	}
}
