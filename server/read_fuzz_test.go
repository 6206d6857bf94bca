package server

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"aloi"
	aloiv1 "aloi/proto/aloi/v1"
)

// addMessages adds messages as seeds, as they come over the wire.
func addMessages(f *testing.F, list ...proto.Message) {
	f.Helper()
	for _, m := range list {
		b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

// FuzzReadOperation reads any bytes as a message of a stream: each of its operations is
// done or rejected, and what is rejected is named by a path of it.
func FuzzReadOperation(f *testing.F) {
	ref := &aloiv1.RecordRef{Source: "web", RecordId: "u-19"}
	addMessages(f,
		&aloiv1.StreamRequest{Operations: []*aloiv1.Operation{
			{Sequence: 1, Operation: &aloiv1.Operation_Put{Put: &aloiv1.Record{Ref: ref, Emails: []string{"a@example.org"}}}},
			{Sequence: 2, Operation: &aloiv1.Operation_Delete{Delete: ref}},
			{Sequence: 2}, {Operation: &aloiv1.Operation_Delete{}}, {Operation: &aloiv1.Operation_Put{}},
		}},
		&aloiv1.StreamRequest{Operations: []*aloiv1.Operation{{Operation: &aloiv1.Operation_Delete{Delete: stranger(&aloiv1.RecordRef{Source: "\x7f"})}}}},
		&aloiv1.StreamRequest{},
	)
	f.Fuzz(func(t *testing.T, b []byte) {
		m := &aloiv1.StreamRequest{}
		if proto.Unmarshal(b, m) != nil {
			return
		}
		for _, in := range m.Operations {
			op := readOperation(in)
			if op.sequence != in.Sequence {
				t.Fatalf("operation %d is read as %d", in.Sequence, op.sequence)
			}
			if (op.do.Put == nil) == (op.do.Delete == nil) && len(op.violations) == 0 {
				t.Fatalf("neither put nor deleted, and not rejected: %+v", op.do)
			}
			for _, v := range op.violations {
				if top, _, _ := strings.Cut(v.Field, "."); top != "record" && top != "delete" && top != "operation" {
					t.Fatalf("field %q", v.Field)
				}
			}
		}
	})
}

// FuzzPageToken holds that a token is taken back where it was given and nowhere else: of
// another kind, or with a byte that is another, it is refused, and the error does not hold
// it.
func FuzzPageToken(f *testing.F) {
	f.Add("x", uint16(0), byte(1))
	f.Add("", uint16(3), byte(0))
	f.Add("\x00\xff page", uint16(9), byte(0x20))
	f.Add(strings.Repeat("0f", 32), uint16(1), byte(0x80))
	kinds := []byte{tokenPage, tokenCursor, tokenSuppressions}
	f.Fuzz(func(t *testing.T, position string, at uint16, flip byte) {
		for _, kind := range kinds {
			text := token(kind, position)
			for _, asked := range kinds {
				var r reader
				got := r.token(text, asked, "page_token")
				if ok := asked == kind || position == ""; ok != (r.err() == nil) || ok && got != position || !ok && got != "" {
					t.Fatalf("%q of kind %c, asked for %c: %q, %v", position, kind, asked, got, r.err())
				}
			}
			if text == "" {
				continue
			}
			changed := []byte(text)
			changed[int(at)%len(changed)] ^= flip
			var r reader
			if got := r.token(string(changed), kind, "page_token"); flip != 0 && (r.err() == nil || got != "") {
				t.Fatalf("%q is taken for %q", changed, got)
			} else if r.err() != nil && len(text) > 12 && strings.Contains(r.err().Error(), text) {
				t.Fatal("the error holds the token")
			}
		}
		// Any text at all is refused, or one that was given.
		var r reader
		if got := r.token(position, tokenPage, "page_token"); r.err() == nil && token(tokenPage, got) != position {
			t.Fatalf("%q is taken for %q", position, got)
		}
	})
}

// FuzzReadSteward reads any bytes as what a steward asks: a judgement says the same of (a,
// b) and (b, a), and what is refused is named by a field of the request.
func FuzzReadSteward(f *testing.F) {
	a, b := &aloiv1.RecordRef{Source: "web", RecordId: "1"}, &aloiv1.RecordRef{Source: "crm", RecordId: "1"}
	addMessages(f,
		&aloiv1.JudgeRequest{A: a, B: b, Verdict: aloiv1.Verdict_VERDICT_SAME, Steward: "s", Reason: "r"},
		&aloiv1.JudgeRequest{A: b, B: b, Verdict: 99},
		&aloiv1.WithdrawRequest{A: a, B: b},
		&aloiv1.AssignRequest{EventId: "0a", Record: a, Steward: "s"},
		&aloiv1.JudgeRequest{},
	)
	f.Fuzz(func(t *testing.T, b []byte) {
		var r reader
		if m := (&aloiv1.JudgeRequest{}); proto.Unmarshal(b, m) == nil {
			one := *r.judgement(m)
			m.A, m.B = m.B, m.A
			other := *new(reader).judgement(m)
			if one != other || one.B.Compare(one.A) < 0 {
				t.Fatalf("%+v, the other way %+v", one, other)
			}
			if back := toJudgement(one); one.Verdict != "" && (back.Verdict != m.Verdict || back.Reason != m.Reason) {
				t.Fatalf("%+v is told as %+v", one, back)
			}
		}
		if m := (&aloiv1.WithdrawRequest{}); proto.Unmarshal(b, m) == nil {
			pair := *r.pair(m)
			m.A, m.B = m.B, m.A
			if other := *new(reader).pair(m); pair != other {
				t.Fatalf("%+v, the other way %+v", pair, other)
			}
		}
		for _, v := range r.violations {
			if top, _, _ := strings.Cut(v.Field, "."); top != "a" && top != "b" {
				t.Fatalf("field %q", v.Field)
			}
		}
	})
}

// canary stands in every text of a message whose refusal must not tell them.
const canary = "canary-Lefèvre-1984"

// sung puts the canary behind every text of a message.
func sung(m proto.Message) {
	v := reflect.ValueOf(m).Elem()
	sing(v)
}

func sing(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			sing(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			sing(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				sing(v.Field(i))
			}
		}
	case reflect.String:
		v.SetString(v.String() + canary)
	}
}

// FuzzRefusal reads any bytes as a record with a canary in all its texts: what is said to
// be wrong with it, here, by the record itself and to the client, does not hold the canary.
func FuzzRefusal(f *testing.F) {
	addMessages(f,
		&aloiv1.Record{
			Ref: &aloiv1.RecordRef{Source: "we b", RecordId: "u"}, Version: -1, UpdatedAt: &timestamppb.Timestamp{Nanos: -1},
			Emails: []string{"a\x00"}, Attributes: []*aloiv1.FreeAttribute{{Name: "É"}}, Identifiers: []*aloiv1.Identifier{{Type: "A"}},
			Consents:     []*aloiv1.ConsentEvent{{Kind: "x", UncertaintySeconds: -1, Evidence: []*aloiv1.FreeAttribute{{Name: ""}}}},
			Interactions: []*aloiv1.Interaction{{Kind: " "}},
		},
		&aloiv1.Record{Note: strings.Repeat("x", aloi.MaxNoteBytes), Names: []*aloiv1.Name{{Given: strings.Repeat("y", aloi.MaxValueBytes)}}},
	)
	f.Fuzz(func(t *testing.T, b []byte) {
		m := &aloiv1.Record{}
		if proto.Unmarshal(b, m) != nil {
			return
		}
		sung(m)
		record, violations := readRecord(m)
		for _, v := range append(violations, record.Validate()...) {
			if strings.Contains(v.Field+v.Reason, canary) {
				t.Fatalf("a value is told: %+v", v)
			}
			if !strings.HasPrefix(v.Field, "record") {
				t.Fatalf("field %q", v.Field)
			}
		}
		var r reader
		r.event(&aloiv1.ConsentEvent{Kind: canary, Token: canary})
		r.question(&aloiv1.Question{Relationship: canary, Purpose: canary + "\xff"}, "question")
		r.sha256(canary, "sha256")
		r.token(canary, tokenPage, "page_token")
		if err := r.err(); err == nil || strings.Contains(err.Error()+statusOf(err).String(), canary) {
			t.Fatalf("a value is told: %v", err)
		}
	})
}

// FuzzReadSHA256 reads any text as the hash of a notice, in either case of letters.
func FuzzReadSHA256(f *testing.F) {
	f.Add(strings.Repeat("aB", 32))
	f.Add(strings.Repeat("a", 63))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		var lower, upper reader
		a, b := lower.sha256(strings.ToLower(text), "sha256"), upper.sha256(strings.ToUpper(text), "sha256")
		if (lower.err() == nil) != (upper.err() == nil) && isASCII(text) || lower.err() == nil && upper.err() == nil && a != b {
			t.Fatalf("%q is %q (%v) and %q (%v)", text, a, lower.err(), b, upper.err())
		}
		if lower.err() == nil && (len(a) != 64 || strings.Trim(a, "0123456789abcdef") != "") {
			t.Fatalf("%q is %q", text, a)
		}
	})
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > 0x7f }) < 0
}

// FuzzUnknownField puts a field that no version of this server knows into a message, at
// any place: it is refused and never dropped in silence.
func FuzzUnknownField(f *testing.F) {
	f.Add(uint8(0), []byte("x"))
	f.Add(uint8(5), []byte{})
	f.Add(uint8(9), bytes.Repeat([]byte{0xff}, 9))
	f.Fuzz(func(t *testing.T, place uint8, value []byte) {
		record := &aloiv1.Record{
			Ref: &aloiv1.RecordRef{Source: "web", RecordId: "1"}, Names: []*aloiv1.Name{{}}, Addresses: []*aloiv1.Address{{}},
			Identifiers: []*aloiv1.Identifier{{}}, Attributes: []*aloiv1.FreeAttribute{{}}, Interactions: []*aloiv1.Interaction{{}},
			Consents: []*aloiv1.ConsentEvent{{Evidence: []*aloiv1.FreeAttribute{{}}}},
		}
		parts := []proto.Message{record, record.Ref, record.Names[0], record.Addresses[0], record.Identifiers[0], record.Attributes[0],
			record.Interactions[0], record.Consents[0], record.Consents[0].Evidence[0]}
		if _, v := readRecord(record); len(v) > 0 {
			t.Fatalf("refused without a reason: %v", v)
		}
		part := parts[int(place)%len(parts)].ProtoReflect()
		part.SetUnknown(protowire.AppendBytes(protowire.AppendTag(nil, 1000, protowire.BytesType), value))
		if _, v := readRecord(record); len(v) != 1 {
			t.Fatalf("an unknown field of %s: %v", part.Descriptor().FullName(), v)
		}
	})
}

// FuzzChanges cuts a page of changes anywhere: going on from the cursor that was sent
// loses no change and sends none twice.
func FuzzChanges(f *testing.F) {
	f.Add([]byte{1, 3, 2}, uint8(2))
	f.Add([]byte{1}, uint8(0))
	f.Add([]byte{200, 1, 255}, uint8(250))
	f.Fuzz(func(t *testing.T, batches []byte, cut uint8) {
		var page []aloi.Change
		for i, n := range batches[:min(len(batches), 20)] {
			for index := range int(n)%40 + 1 {
				page = append(page, aloi.Change{Sequence: uint64(i) + 1, Index: index, Added: make([]uint64, n)})
			}
		}
		if len(page) == 0 {
			return
		}
		n := int(cut)%len(page) + 1
		var r reader
		at := r.cursor(after(page, n).token())
		if r.err() != nil {
			t.Fatal(r.err())
		}
		// The engine gives whole batches after at.after.
		start := slices.IndexFunc(page, func(c aloi.Change) bool { return c.Sequence > at.after })
		if start < 0 {
			start = len(page)
		}
		if rest := at.rest(page[start:]); len(rest) != len(page)-n {
			t.Fatalf("%d changes are left of %d after %d", len(rest), len(page), n)
		}
		if k := responseLength(page); k < 1 || k > len(page) || k > changesPerResponse {
			t.Fatalf("%d of %d changes go into a response", k, len(page))
		}
	})
}

// FuzzWireTime holds that a time goes over the wire as it is, or is refused.
func FuzzWireTime(f *testing.F) {
	f.Add(int64(0), int32(0))
	f.Add(int64(-62135596800), int32(1))
	f.Add(int64(1)<<60, int32(-1))
	f.Fuzz(func(t *testing.T, seconds int64, nanos int32) {
		m := &timestamppb.Timestamp{Seconds: seconds, Nanos: nanos}
		var r reader
		got := r.instant(m, "at")
		if (r.err() == nil) != m.IsValid() || r.err() != nil && !got.IsZero() {
			t.Fatalf("%d s, %d ns is %s, %v", seconds, nanos, got, r.err())
		}
		if back := toTime(got); r.err() == nil && !got.IsZero() && !proto.Equal(back, m) {
			t.Fatalf("%d s, %d ns comes back as %s", seconds, nanos, back)
		}
		if got.Location() != time.UTC {
			t.Fatalf("in zone %s", got.Location())
		}
	})
}
