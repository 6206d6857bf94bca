package server

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"aloi"
	"aloi/consent"
	aloiv1 "aloi/proto/aloi/v1"
)

// stranger is a message with a field that nobody knows.
func stranger[M proto.Message](m M) M {
	m.ProtoReflect().SetUnknown(protowire.AppendVarint(protowire.AppendTag(nil, 999, protowire.VarintType), 1))
	return m
}

func byEntity(id string) *aloiv1.Subject {
	return &aloiv1.Subject{Of: &aloiv1.Subject_EntityId{EntityId: id}}
}

func byRecord(ref *aloiv1.RecordRef) *aloiv1.Subject {
	return &aloiv1.Subject{Of: &aloiv1.Subject_Record{Record: ref}}
}

func byPoint(point string) *aloiv1.Subject {
	return &aloiv1.Subject{Of: &aloiv1.Subject_ContactPoint{ContactPoint: point}}
}

// What is wrong with a subject is named where it stands.
func TestReadSubject(t *testing.T) {
	long := strings.Repeat("x", aloi.MaxValueBytes+1)
	for _, c := range []struct {
		name  string
		m     *aloiv1.Subject
		field string
	}{
		{"missing", nil, ""},
		{"empty", &aloiv1.Subject{}, ""},
		{"two answers", stranger(byEntity("E000000000013")), ""},
		{"no entity", byEntity(""), ".entity_id"},
		{"long entity", byEntity(long), ".entity_id"},
		{"no record", byRecord(nil), ".record"},
		{"half a record", byRecord(&aloiv1.RecordRef{Source: "web"}), ".record.record_id"},
		{"strange record", byRecord(stranger(&aloiv1.RecordRef{Source: "web", RecordId: "1"})), ".record"},
		{"no contact point", byPoint(""), ".contact_point"},
		{"garbage", byPoint("email:\xff"), ".contact_point"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var one reader
			one.subject(c.m, "subject")
			if len(one.violations) != 1 || one.violations[0].Field != "subject"+c.field {
				t.Errorf("violations %v, want one of subject%s", one.violations, c.field)
			}
			var many reader
			many.subjects([]*aloiv1.Subject{byPoint("email:a@example.org"), c.m})
			if len(many.violations) != 1 || many.violations[0].Field != "subjects[1]"+c.field {
				t.Errorf("violations %v, want one of subjects[1]%s", many.violations, c.field)
			}
		})
	}
}

// Each field of a question is read into its own, and told when it is wrong.
func TestReadQuestion(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	var want consent.Question
	fill(reflect.ValueOf(&want).Elem(), at)
	want.Record, want.Relationship = "", consent.Customer // the record is the engine's to say
	want.Goods, want.Sector, want.KnownAt = "books", "energy", at.Add(time.Hour)
	var r reader
	if got := r.question(toQuestion(want), "question"); r.err() != nil || got != want {
		t.Errorf("read %+v, %v, want %+v", got, r.err(), want)
	}
	bad := &timestamppb.Timestamp{Seconds: 1 << 40}
	for field, m := range map[string]*aloiv1.Question{
		"question":               nil,
		"question.":              stranger(&aloiv1.Question{}),
		"question.at":            {At: bad},
		"question.known_at":      {KnownAt: bad},
		"question.controller":    {Controller: "\xff"},
		"question.purpose":       {Purpose: "\xff"},
		"question.channel":       {Channel: "\xff"},
		"question.contact_point": {ContactPoint: "email:\x00"},
		"question.relationship":  {Relationship: "friend"},
		"question.jurisdiction":  {Jurisdiction: "\xff"},
		"question.goods":         {Goods: "\xff"},
		"question.sector":        {Sector: "\xff"},
	} {
		var r reader
		r.question(m, "question")
		if field = strings.TrimSuffix(field, "."); len(r.violations) != 1 || r.violations[0].Field != field {
			t.Errorf("violations %v, want one of %s", r.violations, field)
		}
	}
}

// An act by itself is read as one that comes with a record, under its own name.
func TestReadEvent(t *testing.T) {
	m := &aloiv1.ConsentEvent{
		Kind: "GIVEN", Evidence: []*aloiv1.FreeAttribute{{Name: "scan"}, {Name: "auth", Value: "doi"}},
		RecordedTime: timestamppb.New(time.Unix(5, 0)), ExpressedBy: []string{"parent"},
	}
	var r reader
	event := r.event(m)
	record, violations := readRecord(&aloiv1.Record{Consents: []*aloiv1.ConsentEvent{m}})
	if len(violations) > 0 || r.err() != nil || !reflect.DeepEqual(event, record.Consents[0]) {
		t.Errorf("by itself %+v, with a record %+v", event, record.Consents[0])
	}
	if event.Evidence[0].Name != "auth" || !event.RecordedTime.IsZero() {
		t.Errorf("evidence %v, recorded %v", event.Evidence, event.RecordedTime)
	}
	bad := &timestamppb.Timestamp{Nanos: -1}
	for field, m := range map[string]*aloiv1.ConsentEvent{
		"event":             nil,
		"event.":            stranger(&aloiv1.ConsentEvent{}),
		"event.time":        {Time: bad},
		"event.valid_until": {ValidUntil: bad},
		"event.until":       {Until: bad},
		"event.evidence[1]": {Evidence: []*aloiv1.FreeAttribute{{}, stranger(&aloiv1.FreeAttribute{})}},
	} {
		var r reader
		r.event(m)
		if field = strings.TrimSuffix(field, "."); len(r.violations) != 1 || r.violations[0].Field != field {
			t.Errorf("violations %v, want one of %s", r.violations, field)
		}
	}
}

// The messages of a campaign come in the right order, or are refused by name.
func TestReadCampaign(t *testing.T) {
	question := &aloiv1.Question{Controller: "maison", Purpose: "DirectMarketing", Channel: "EMAIL"}
	one := []*aloiv1.Subject{byPoint("email:a@example.org")}
	type messages = []*aloiv1.DecideManyRequest
	for _, c := range []struct {
		name  string
		in    messages
		field string // of the last, empty for none
	}{
		{"people at once", messages{{Campaign: question, Subjects: one}}, ""},
		{"people later", messages{{Campaign: question, Explain: true}, {Subjects: one}, {}, {Subjects: one}}, ""},
		{"everyone at once", messages{{Campaign: question, Everyone: true}}, ""},
		{"everyone later", messages{{Campaign: question}, {Everyone: true}}, ""},
		{"no campaign", messages{{Subjects: one}}, "campaign"},
		{"two campaigns", messages{{Campaign: question}, {Campaign: question}}, "campaign"},
		{"a contact point for all", messages{{Campaign: &aloiv1.Question{ContactPoint: "email:a@example.org"}}}, "campaign.contact_point"},
		{"explained later", messages{{Campaign: question}, {Explain: true}}, "explain"},
		{"everyone and somebody", messages{{Campaign: question, Everyone: true, Subjects: one}}, "everyone"},
		{"everyone after somebody", messages{{Campaign: question, Subjects: one}, {Everyone: true}}, "everyone"},
		{"too many", messages{{Campaign: question, Subjects: make([]*aloiv1.Subject, maxStreamSubjects+1)}}, "subjects"},
		{"nobody among them", messages{{Campaign: question}, {Subjects: append(one, nil)}}, "subjects[1]"},
		{"strange", messages{{Campaign: question}, stranger(&aloiv1.DecideManyRequest{})}, "request"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var (
				state campaign
				err   error
			)
			for n, m := range c.in {
				if _, err = state.read(m, n); err != nil && n < len(c.in)-1 {
					t.Fatalf("message %d: %v", n, err)
				}
			}
			var e *aloi.Error
			field := ""
			if e, _ = err.(*aloi.Error); e != nil {
				field = e.Violations[0].Field
			}
			if field != c.field || e != nil && len(e.Violations) != 1 {
				t.Errorf("refused %v, want field %q", err, c.field)
			}
		})
	}
}

// Contact points that were rejected are named by their place, the rule they share once.
func TestRejectedPoints(t *testing.T) {
	rejected := func(fields ...string) aloi.Acknowledgement {
		a := aloi.Acknowledgement{Outcome: aloi.OutcomeRejected}
		for _, f := range fields {
			a.Violations = append(a.Violations, aloi.Violation{Field: f, Reason: "is wrong"})
		}
		return a
	}
	ok := aloi.Acknowledgement{Outcome: aloi.OutcomeRecorded}
	if err := rejectedPoints([]aloi.Acknowledgement{ok, ok}); err != nil {
		t.Errorf("nothing is wrong, and %v", err)
	}
	err := rejectedPoints([]aloi.Acknowledgement{rejected("reason"), rejected("reason", "contact_points"), rejected("contact_points", "reason")})
	if want := "reason: is wrong; contact_points[1]: is wrong; contact_points[2]: is wrong"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// Whatever bytes come as requests of consent, they are read without a panic, and what is
// refused is named by a path below the request.
func FuzzReadConsent(f *testing.F) {
	for _, m := range []proto.Message{
		&aloiv1.RecordEventRequest{Subject: byPoint("email:a@example.org"), Event: &aloiv1.ConsentEvent{Kind: "OBJECTED"}},
		&aloiv1.RecordEventRequest{Subject: byRecord(&aloiv1.RecordRef{Source: "web"}), Event: &aloiv1.ConsentEvent{Time: &timestamppb.Timestamp{Nanos: -1}}},
		&aloiv1.DecideRequest{Subject: byEntity("E\xff"), Question: &aloiv1.Question{At: timestamppb.New(time.Unix(1<<33, 5)), Relationship: "friend"}},
		&aloiv1.DecideManyRequest{Campaign: &aloiv1.Question{}, Subjects: []*aloiv1.Subject{byEntity(""), {}}, Everyone: true},
	} {
		b, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var r reader
		if m := (&aloiv1.RecordEventRequest{}); proto.Unmarshal(b, m) == nil {
			r.subject(m.Subject, "subject")
			r.event(m.Event)
		}
		if m := (&aloiv1.DecideRequest{}); proto.Unmarshal(b, m) == nil {
			n := len(r.violations)
			if q := r.question(m.Question, "question"); len(r.violations) == n {
				if again := r.question(toQuestion(q), "question"); again != q {
					t.Errorf("read again: %+v, want %+v", again, q)
				}
			}
		}
		for _, v := range r.violations {
			if top, _, _ := strings.Cut(v.Field, "."); top != "subject" && top != "event" && top != "question" {
				t.Errorf("field %q", v.Field)
			}
		}
		if m := (&aloiv1.DecideManyRequest{}); proto.Unmarshal(b, m) == nil {
			c := campaign{}
			subjects, err := c.read(m, 0)
			if err == nil && len(subjects) != len(m.Subjects) {
				t.Errorf("%d subjects of %d", len(subjects), len(m.Subjects))
			}
		}
	})
}
