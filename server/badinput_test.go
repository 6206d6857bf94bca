package server_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// What one bad record may cost: memory for the client, the server and the engine together,
// and the time after which something is wrong and not only slow.
const (
	badRecordBytes = 16 << 20
	badRecordLimit = 10 * time.Second
)

// badKind is a kind of bad input.
type badKind struct {
	name  string
	make  func(*aloiv1.Record)
	field string // the first that is named; empty: the record is taken, and the value carries no evidence
}

// text puts one value into each place that takes a text.
func text(value string) func(*aloiv1.Record) {
	return func(r *aloiv1.Record) {
		r.Names = []*aloiv1.Name{{Given: value, Family: value, Full: value}}
		r.BirthDate, r.Gender, r.Note = value, value, value
		r.Emails, r.Phones = []string{value}, []string{value}
		r.Addresses = []*aloiv1.Address{{Line: value, PostalCode: value, City: value, Country: value}}
		r.Identifiers = []*aloiv1.Identifier{{Type: "loyalty_card", Value: value}}
		r.Attributes = []*aloiv1.FreeAttribute{{Name: "x", Value: value}}
	}
}

func email(value string) func(*aloiv1.Record) {
	return func(r *aloiv1.Record) { r.Emails = []string{value} }
}

func phone(value string) func(*aloiv1.Record) {
	return func(r *aloiv1.Record) { r.Phones = []string{value} }
}

func born(value string) func(*aloiv1.Record) {
	return func(r *aloiv1.Record) { r.BirthDate = value }
}

func consented(e *aloiv1.ConsentEvent) func(*aloiv1.Record) {
	return func(r *aloiv1.Record) { r.Consents = append(r.Consents, e) }
}

// then is an instant of a consent event.
func then(year int) *timestamppb.Timestamp {
	return timestamppb.New(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC))
}

// firstText is the first field that text fills and that is checked.
const firstText = "record.names[0].given"

var badKinds = []badKind{
	{"invalid UTF-8", text("Lef\xe8vre"), firstText},
	{"overlong UTF-8", text("\xc0\xafetc"), firstText},
	{"lone surrogate", text("\xed\xa0\x80"), firstText},
	{"NUL", text("a\x00b"), firstText},
	{"C0 controls", text("\x01\x02\x1b[31mAnne\x7f"), ""},
	{"C1 controls", text("\u0080\u0085\u009f"), ""},
	{"bidi override", text("\u202eennA\u202c\u2066x\u2069"), ""},
	{"zero width", text("A\u200bn\u200dn\ufeffe"), ""},
	{"NFKC bomb", text(strings.Repeat("\ufdfa", 1300)), ""},
	{"zalgo", text("A" + strings.Repeat("\u0301\u0316", 1000)), ""},
	{"homoglyphs", text("Аnnе Lеfèvrе"), ""}, // Cyrillic А and е
	{"emoji and ZWJ", text("👩‍👩‍👧‍👦" + strings.Repeat("🏴‍☠️", 200)), ""},
	{"one letter", text("A"), ""},
	{"name of 64 KiB", func(r *aloiv1.Record) { r.Names[0].Family = strings.Repeat("a", 64<<10) }, "record.names[0].family"},
	{"name at the limit", func(r *aloiv1.Record) { r.Names[0].Family = strings.Repeat("ab ", 1365) }, ""},
	{"right to left", text("محمد بن عبد الله"), ""},
	{"mixed scripts", text("Annaアンナ安娜Анна"), ""},
	{"HTML", text(`<script>alert(1)</script><img src=x onerror=alert(1)>`), ""},
	{"SQL", text(`'; DROP TABLE records; --`), ""},
	{"template", text(`{{.}}${jndi:ldap://x}%s%n<%= 1 %>`), ""},
	{"CSV formula", text(`=cmd|' /C calc'!A0`), ""},
	{"CRLF", text("Anne\r\nlevel=ERROR msg=x"), ""},
	{"path traversal", text("../../../../etc/passwd\\..\\"), ""},
	{"path traversal in a reference", func(r *aloiv1.Record) { r.Ref.Source = "../../etc" }, "record.ref.source"},
	{"huge version", func(r *aloiv1.Record) { r.Version = 1<<63 - 1 }, ""},
	{"negative version", func(r *aloiv1.Record) { r.Version = -1 << 63 }, "record.version"},
	{"time before all time", func(r *aloiv1.Record) { r.UpdatedAt = &timestamppb.Timestamp{Seconds: -1 << 62} }, "record.updated_at"},
	{"nanoseconds out of range", func(r *aloiv1.Record) { r.UpdatedAt = &timestamppb.Timestamp{Nanos: -5} }, "record.updated_at"},
	{"29 February of no leap year", born("1983-02-29"), ""},
	{"year 0", born("0000-01-01"), ""},
	{"year 9999", born("9999-12-31"), ""},
	{"born in the future", born("2190-01-01"), ""},
	{"NaN", born("NaN"), ""},
	{"phone of zeros", phone("000000000000"), ""},
	{"phone of letters", phone("call me"), ""},
	{"phone of 4000 digits", phone(strings.Repeat("1", 4000)), ""},
	{"e-mail with a quoted part", email(`"a b\"@c"@example.org`), ""},
	{"e-mail with an international domain", email("anne@exämple.コム"), ""},
	{"e-mail of 4000 bytes", email(strings.Repeat("a", 3900) + "@" + strings.Repeat("b.", 40) + "org"), ""},
	{"e-mail of dots", email(strings.Repeat(".", 2000) + "@" + strings.Repeat(".", 2000)), ""},
	{"e-mail of at signs", email(strings.Repeat("@", 4096)), ""},
	{"the same attribute many times", func(r *aloiv1.Record) {
		for range 64 {
			r.Attributes = append(r.Attributes, &aloiv1.FreeAttribute{Name: "x", Value: "y"})
		}
	}, ""},
	{"65 attributes", func(r *aloiv1.Record) {
		for range 65 {
			r.Attributes = append(r.Attributes, &aloiv1.FreeAttribute{Name: "x", Value: "y"})
		}
	}, "record.attributes"},
	{"64 names that are all different", func(r *aloiv1.Record) {
		r.Names = nil
		for i := range 64 {
			r.Names = append(r.Names, &aloiv1.Name{Given: givens[i%len(givens)] + heads[i%len(heads)], Family: hearts[i%len(hearts)] + tails[i%len(tails)]})
		}
	}, ""},
	{"many empty names", func(r *aloiv1.Record) {
		for range 20000 {
			r.Names = append(r.Names, &aloiv1.Name{})
		}
	}, "too heavy"},
	{"many empty consent events", func(r *aloiv1.Record) {
		for range 1000 {
			r.Consents = append(r.Consents, &aloiv1.ConsentEvent{})
		}
	}, "record.consents"},
	{"unknown consent kind", consented(&aloiv1.ConsentEvent{Kind: "PERHAPS"}), "record.consents[0].kind"},
	{"withdrawn before given", func(r *aloiv1.Record) {
		r.Consents = []*aloiv1.ConsentEvent{
			{Kind: "WITHDRAWN", Channels: []string{"EMAIL"}, Time: then(2024)}, {Kind: "GIVEN", Channels: []string{"EMAIL"}, Time: then(2025)},
		}
	}, ""},
	{"given in the future", consented(&aloiv1.ConsentEvent{Kind: "GIVEN", Time: then(2999)}), ""},
	{"given and withdrawn in one instant", func(r *aloiv1.Record) {
		r.Consents = []*aloiv1.ConsentEvent{
			{Kind: "GIVEN", Channels: []string{"SMS"}, Time: then(2025)}, {Kind: "WITHDRAWN", Channels: []string{"SMS"}, Time: then(2025)},
		}
	}, ""},
	{"given without proof", consented(&aloiv1.ConsentEvent{Kind: "GIVEN", Channels: []string{"EMAIL"}, Time: then(2025)}), ""},
	{"given by a child", func(r *aloiv1.Record) {
		r.BirthDate = "2020-01-01"
		r.Consents = []*aloiv1.ConsentEvent{{Kind: "GIVEN", Channels: []string{"EMAIL"}, Time: then(2025)}}
	}, ""},
	{"uncertain by less than nothing", consented(&aloiv1.ConsentEvent{Kind: "GIVEN", UncertaintySeconds: -1}), "record.consents[0].uncertainty_seconds"},
	{"channels past the limit", consented(&aloiv1.ConsentEvent{Kind: "GIVEN", Channels: make([]string, 65)}), "record.consents[0].channels"},
}

// Whatever a record holds, it is taken or refused with the field that is wrong, at a bounded
// cost, by every call that takes one; and the calls after it go on.
func TestBadInputOfAllKinds(t *testing.T) {
	s := servertest.Start(t)
	stream, err := s.Ingest.Stream(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, kind := range badKinds {
		t.Run(kind.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), badRecordLimit)
			defer cancel()
			spent := allocated(func() {
				record := person("bad", i)
				kind.make(record)
				_, err := s.Ingest.Put(ctx, &aloiv1.PutRequest{Record: record})
				checkBad(t, "put", kind, status.Code(err), fieldOf(err))
				if preview, err := s.Entities.Preview(ctx, &aloiv1.PreviewRequest{Record: record}); err == nil {
					checkBadAnswer(t, "preview", kind, preview.Outcome, preview.Violations)
				} else if kind.field != "too heavy" {
					t.Errorf("preview: %v", err)
				}
				if _, err := s.Entities.Search(ctx, &aloiv1.SearchRequest{Query: record}); !fine(err) {
					t.Errorf("search: %v", err)
				}
				if err := stream.Send(&aloiv1.StreamRequest{Operations: []*aloiv1.Operation{servertest.Put(record)}}); err != nil {
					t.Fatal(err)
				}
				resp, err := stream.Recv()
				if err != nil {
					t.Fatalf("the stream ended: %v", err)
				}
				checkBadAnswer(t, "stream", kind, resp.Acknowledgements[0].Outcome, resp.Acknowledgements[0].Violations)
			})
			if spent > 4*badRecordBytes { // four calls
				t.Errorf("four calls allocated %d MiB", spent>>20)
			}
		})
	}
}

// fine reports whether a call has answered, or refused its request.
func fine(err error) bool {
	code := status.Code(err)
	return code == codes.OK || code == codes.InvalidArgument
}

func checkBad(t *testing.T, call string, kind badKind, code codes.Code, field string) {
	t.Helper()
	switch {
	case kind.field == "" && code != codes.OK:
		t.Errorf("%s: refused with %v for %q", call, code, field)
	case kind.field == "too heavy" && code == codes.InvalidArgument && (field == "request" || field == "operation"):
	case kind.field != "" && (code != codes.InvalidArgument || field != kind.field):
		t.Errorf("%s: %v for %q, want it to name %q", call, code, field, kind.field)
	}
}

func checkBadAnswer(t *testing.T, call string, kind badKind, outcome aloiv1.Outcome, violations []*aloiv1.Violation) {
	t.Helper()
	if outcome != aloiv1.Outcome_OUTCOME_REJECTED {
		checkBad(t, call, kind, codes.OK, "")
		return
	}
	checkBad(t, call, kind, codes.InvalidArgument, violations[0].Field)
}

// allocated returns how much memory f asked for, in bytes, with all that ran meanwhile.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// The acts of consent that come by themselves are held to the same.
func TestBadActs(t *testing.T) {
	s := servertest.Start(t)
	subject := servertest.ByPoint("email:anne@example.org")
	for _, c := range []struct {
		name    string
		subject *aloiv1.Subject
		event   *aloiv1.ConsentEvent
		field   string
	}{
		{"nothing", nil, nil, "subject"},
		{"no act", subject, nil, "event"},
		{"unknown kind", subject, &aloiv1.ConsentEvent{Kind: "PERHAPS"}, "event.kind"},
		{"invalid UTF-8", subject, &aloiv1.ConsentEvent{Kind: "WITHDRAWN", Method: "\xff"}, "event.method"},
		{"NUL", subject, &aloiv1.ConsentEvent{Kind: "WITHDRAWN", Goods: "\x00"}, "event.goods"},
		{"too long", subject, &aloiv1.ConsentEvent{Kind: "WITHDRAWN", Source: strings.Repeat("x", 5000)}, "event.source"},
		{"too many", subject, &aloiv1.ConsentEvent{Kind: "WITHDRAWN", Purposes: make([]string, 65)}, "event.purposes"},
		{"time before all time", subject, &aloiv1.ConsentEvent{Kind: "WITHDRAWN", Time: &timestamppb.Timestamp{Seconds: -1 << 62}}, "event.time"},
		{"unknown field", subject, unknownField(&aloiv1.ConsentEvent{Kind: "WITHDRAWN"}), "event"},
		{"subject that is nobody", &aloiv1.Subject{}, &aloiv1.ConsentEvent{Kind: "WITHDRAWN"}, "subject"},
		{"subject of invalid UTF-8", servertest.ByPoint("\xff"), &aloiv1.ConsentEvent{Kind: "WITHDRAWN"}, "subject.contact_point"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.Consent.Record(t.Context(), &aloiv1.RecordEventRequest{Subject: c.subject, Event: c.event})
			if status.Code(err) != codes.InvalidArgument || fieldOf(err) != c.field {
				t.Errorf("%v for %q, want it to name %q", err, fieldOf(err), c.field)
			}
		})
	}
}
