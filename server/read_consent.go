package server

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"aloi"
	"aloi/consent"
	"aloi/engine"
	aloiv1 "aloi/proto/aloi/v1"
)

// under puts a path before the fields that were found wrong from the nth on: what reads
// an element of a list so needs no path as long as nothing is wrong.
func (r *reader) under(path string, n int) {
	for i := range r.violations[n:] {
		v := &r.violations[n+i]
		v.Field = strings.TrimSuffix(path+"."+v.Field, ".")
	}
}

// text checks a text of a request.
func (r *reader) text(value, field string) string {
	r.violations = append(r.violations, aloi.ValidateText(field, value)...)
	return value
}

// request refuses a request with fields that this server does not know.
func (r *reader) request(m proto.Message) { r.known(m, "request") }

// subject converts whom a request is about, who must be there.
func (r *reader) subject(m *aloiv1.Subject, field string) engine.Subject {
	n := len(r.violations)
	s := r.oneSubject(m)
	if len(r.violations) > n {
		r.under(field, n)
	}
	return s
}

// subjects converts the people of one message.
func (r *reader) subjects(in []*aloiv1.Subject) []engine.Subject {
	out := make([]engine.Subject, len(in))
	for i, m := range in {
		n := len(r.violations)
		if out[i] = r.oneSubject(m); len(r.violations) > n {
			r.under(fmt.Sprintf("subjects[%d]", i), n)
		}
	}
	return out
}

// oneSubject names fields as seen from the subject.
func (r *reader) oneSubject(m *aloiv1.Subject) engine.Subject {
	if m == nil {
		r.fail("", "is missing")
		return engine.Subject{}
	}
	r.known(m, "")
	switch of := m.Of.(type) {
	case *aloiv1.Subject_EntityId:
		return engine.Subject{Entity: aloi.EntityID(r.named(of.EntityId, "entity_id"))}
	case *aloiv1.Subject_Record:
		ref := r.ref(of.Record, "record")
		return engine.Subject{Record: &ref}
	case *aloiv1.Subject_ContactPoint:
		return engine.Subject{Point: r.named(of.ContactPoint, "contact_point")}
	}
	r.fail("", "names nobody: entity_id, record or contact_point is missing")
	return engine.Subject{}
}

// named checks a text that must not be empty.
func (r *reader) named(value, field string) string {
	if value == "" {
		r.fail(field, "is empty")
	}
	return r.text(value, field)
}

// question converts a question, which must be there.
func (r *reader) question(m *aloiv1.Question, field string) consent.Question {
	if m == nil {
		r.fail(field, "is missing")
		return consent.Question{}
	}
	n := len(r.violations)
	r.known(m, "")
	q := consent.Question{
		Controller:   r.text(m.Controller, "controller"),
		Purpose:      consent.Purpose(r.text(m.Purpose, "purpose")),
		Channel:      consent.Channel(r.text(m.Channel, "channel")),
		ContactPoint: r.text(m.ContactPoint, "contact_point"),
		At:           r.instant(m.At, "at"),
		KnownAt:      r.instant(m.KnownAt, "known_at"),
		Relationship: r.relationship(m.Relationship),
		Jurisdiction: r.text(m.Jurisdiction, "jurisdiction"),
		Goods:        r.text(m.Goods, "goods"),
		Related:      m.TradeRelated,
		Sector:       r.text(m.Sector, "sector"),
	}
	if len(r.violations) > n {
		r.under(field, n)
	}
	return q
}

// relationship converts one of the closed set. What is outside it would fit no rule, or
// one that is not for it.
func (r *reader) relationship(text string) consent.Relationship {
	switch v := consent.Relationship(text); v {
	case "", consent.Prospect, consent.Customer, consent.Professional, consent.Organisation:
		return v
	}
	r.fail("relationship", "is none of prospect, customer, professional, organisation")
	return ""
}

// event converts an act that is recorded by itself, which must be there.
func (r *reader) event(m *aloiv1.ConsentEvent) aloi.ConsentEvent {
	const field = "event"
	if m == nil {
		r.fail(field, "is missing")
		return aloi.ConsentEvent{}
	}
	n := len(r.violations)
	e := r.consent(m)
	if len(r.violations) > n {
		r.under(field, n)
	}
	return e
}

// consents converts the acts that come with a record.
func (r *reader) consents(in []*aloiv1.ConsentEvent) []aloi.ConsentEvent {
	var out []aloi.ConsentEvent
	for i, e := range in {
		n := len(r.violations)
		out = append(out, r.consent(e))
		if len(r.violations) > n {
			r.under(fmt.Sprintf("record.consents[%d]", i), n)
		}
	}
	return out
}

// consent names fields as seen from the act.
func (r *reader) consent(e *aloiv1.ConsentEvent) aloi.ConsentEvent {
	r.known(e, "")
	return aloi.ConsentEvent{
		SourceEventID:      e.SourceEventId,
		Kind:               aloi.ConsentKind(e.Kind),
		Time:               r.instant(e.Time, "time"),
		UncertaintySeconds: e.UncertaintySeconds,
		Purposes:           e.Purposes,
		Channels:           e.Channels,
		Controllers:        e.Controllers,
		ContactPoint:       e.ContactPoint,
		Method:             e.Method,
		Notice:             e.Notice,
		Evidence:           r.evidence(e.Evidence),
		ValidUntil:         r.instant(e.ValidUntil, "valid_until"),
		Jurisdiction:       e.Jurisdiction,
		Token:              e.Token,
		Refers:             e.Refers,
		Submission:         e.Submission,
		Sequence:           e.Sequence,
		ExpressedBy:        e.ExpressedBy,
		Source:             e.Source, SharedOK: e.SharedOk,
		Goods: e.Goods, Similar: e.Similar, OptOutOffered: e.OptOutOffered, OptOutUsed: e.OptOutUsed, FreeAccount: e.FreeAccount,
		Related: e.Related, Until: r.instant(e.Until, "until"),
	} // RecordedTime is the engine's to say
}

// evidence converts the proof of an act, sorted by name.
func (r *reader) evidence(in []*aloiv1.FreeAttribute) []aloi.FreeAttribute {
	evidence := r.free(in, "evidence")
	slices.SortFunc(evidence, func(a, b aloi.FreeAttribute) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Value, b.Value))
	})
	return evidence
}

// judgement converts a ruling.
func (r *reader) judgement(m *aloiv1.JudgeRequest) *aloi.Judgement {
	j := aloi.Judgement{
		A: r.ref(m.A, "a"), B: r.ref(m.B, "b"), Verdict: verdict(m.Verdict),
		Steward: m.Steward, Reason: m.Reason,
	}.Ordered()
	return &j
}

// pair converts the records whose ruling is taken back, the lesser first.
func (r *reader) pair(m *aloiv1.WithdrawRequest) *[2]aloi.RecordRef {
	pair := [2]aloi.RecordRef{r.ref(m.A, "a"), r.ref(m.B, "b")}
	if pair[1].Compare(pair[0]) < 0 {
		pair[0], pair[1] = pair[1], pair[0]
	}
	return &pair
}

// sha256 checks a hash as notices are named by.
func (r *reader) sha256(text, field string) string {
	const bytes = 32
	if b, err := hex.DecodeString(text); err != nil || len(b) != bytes {
		r.fail(field, "is not a SHA-256 in hexadecimal")
	}
	return strings.ToLower(text)
}
