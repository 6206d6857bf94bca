package server_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"aloi"
	"aloi/consent"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// step is one thing that a source, or a steward, sends at a time.
type step struct {
	at   time.Time
	rank rank
	put  *aloiv1.Record                                  // over the stream, or:
	call func(context.Context, *servertest.Server) error // one call
}

// rank orders the steps of one moment.
type rank int

const (
	first rank = iota // records that come early
	judged
	acts
	late // records that come last
	ruled
)

// actor plays a vector: it turns what was received into steps.
type actor struct {
	*consent.Vector
	n        int // stands for the vector in what must be unique in a store
	rng      *rand.Rand
	refs     map[string]*aloiv1.RecordRef
	records  map[string]*aloiv1.Record
	halves   map[string]string // records that were once merged, for what they inherit
	from, to time.Time
	steps    []step
}

// play returns the steps of a vector, one of many ways to play it.
func play(v *consent.Vector, n int, rng *rand.Rand) *actor {
	a := &actor{Vector: v, n: n, rng: rng, refs: map[string]*aloiv1.RecordRef{}, records: map[string]*aloiv1.Record{}, halves: map[string]string{}}
	who := cast(v, n)
	for i := range v.Case.Records {
		r := &v.Case.Records[i]
		a.refs[r.ID] = refOf(v, r.ID, rng.IntN(4))
		a.records[r.ID] = recordOf(r, who[i], a.refs[r.ID], n)
	}
	a.from, a.to = v.Question.At, v.Question.At
	for i := range v.Case.Events {
		e := &v.Case.Events[i]
		if at := e.Recorded; at.Before(a.from) {
			a.from = at
		} else if at.After(a.to) {
			a.to = at
		}
		if a.refs[e.Record] == nil {
			a.refs[e.Record] = refOf(v, e.Record, rng.IntN(4))
		}
	}
	a.from = a.from.Add(-24 * time.Hour)
	a.merge()
	for _, id := range slices.Sorted(maps.Keys(a.refs)) {
		a.arrive(id)
	}
	for _, l := range v.Case.Links {
		if l.Strength == aloi.LinkAsserted {
			at, when := a.from, judged
			if rng.IntN(2) == 0 {
				at, when = a.to, ruled
			}
			a.judge(at, when, l.A, l.B, aloiv1.Verdict_VERDICT_SAME)
		}
	}
	for _, s := range v.Case.Suppressions {
		a.suppress(s)
	}
	return a
}

// merge makes whole, for a time, the persons that inherit something when they are taken
// apart: with another record of the vector, or with one that is there for this alone.
func (a *actor) merge() {
	for i := range a.Case.Events {
		e := &a.Case.Events[i]
		if !e.Inherited || a.halves[e.Record] != "" {
			continue
		}
		other := "half"
		for id := range a.records {
			if id != e.Record {
				other = id
			}
		}
		if a.records[other] == nil {
			a.refs[other] = refOf(a.Vector, other, a.rng.IntN(4))
			a.records[other] = recordOf(&consent.Record{}, peopleOf(a.n).strangers[1], a.refs[other], a.n)
		}
		a.halves[e.Record], a.halves[other] = other, e.Record
		a.judge(a.from, judged, e.Record, other, aloiv1.Verdict_VERDICT_SAME)
		pair := &aloiv1.WithdrawRequest{A: a.refs[e.Record], B: a.refs[other]}
		a.call(a.to, ruled, func(ctx context.Context, s *servertest.Server) error {
			_, err := s.Judgements.Withdraw(ctx, pair)
			return err
		})
	}
}

func (a *actor) call(at time.Time, when rank, do func(context.Context, *servertest.Server) error) {
	a.steps = append(a.steps, step{at: at, rank: when, call: do})
}

func (a *actor) judge(at time.Time, when rank, x, y string, verdict aloiv1.Verdict) {
	req := &aloiv1.JudgeRequest{A: a.refs[x], B: a.refs[y], Verdict: verdict, Steward: "agnès", Reason: "pièce d'identité"}
	a.call(at, when, func(ctx context.Context, s *servertest.Server) error {
		_, err := s.Judgements.Judge(ctx, req)
		return err
	})
}

func (a *actor) suppress(s consent.Suppression) {
	req := &aloiv1.SuppressRequest{ContactPoints: []string{point(s.ContactPoint, a.n)}, Controllers: s.Controllers, Reason: string(s.Reason), Time: timestamppb.New(s.Time)}
	if !s.Until.IsZero() {
		req.Until = timestamppb.New(s.Until)
	}
	a.call(a.from, acts, func(ctx context.Context, t *servertest.Server) error {
		_, err := t.Consent.Suppress(ctx, req)
		return err
	})
}

// The ways in which a record and its acts may come.
const (
	recordFirst = iota // the record, then its acts
	together           // the record with its first act
	bareFirst          // acts on a record that says nothing yet of who it is
	recordLast         // stops before their record
	ways
)

// arrive adds the steps of a record and its acts.
func (a *actor) arrive(id string) {
	var events []*consent.Event
	stops := true // nothing but stops that can wait for the record
	for i := range a.Case.Events {
		e := &a.Case.Events[i]
		if e.Record == id {
			events = append(events, e)
			stops = stops && e.Kind.IsStop()
		}
		stops = stops && !e.SharedOK // where a mailbox is shared, it must be known whose a stop is
	}
	slices.SortStableFunc(events, func(x, y *consent.Event) int { return x.Recorded.Compare(y.Recorded) })
	whole, way := a.records[id], a.rng.IntN(ways)
	switch {
	case whole == nil: // nobody knows the record
		for _, e := range events {
			a.record(id, e)
		}
		return
	case a.halves[id] != "", way == recordLast && !stops, way == together && len(events) == 0:
		way = recordFirst
	}
	carrier := whole
	switch way {
	case recordFirst:
		a.put(a.from, first, whole)
	case bareFirst:
		carrier = &aloiv1.Record{Ref: whole.Ref, Version: 1}
		a.put(a.from, first, carrier)
		a.put(a.to, late, whole)
	case recordLast:
		a.put(a.to, late, whole)
	}
	for i, e := range events {
		switch {
		case way == recordLast, e.Inherited, a.rng.IntN(2) == 0 && (way != together || i > 0):
			a.record(id, e)
		default:
			carried, when := proto.CloneOf(carrier), acts
			if carried.Consents = []*aloiv1.ConsentEvent{a.event(e)}; i == 0 {
				when = first // it may bring the record
			}
			a.put(e.Recorded, when, carried)
		}
	}
}

func (a *actor) put(at time.Time, when rank, r *aloiv1.Record) {
	a.steps = append(a.steps, step{at: at, rank: when, put: r})
}

// record records an act by itself: of the record, of the whole person where she is to be
// taken apart, or as the click on a token.
func (a *actor) record(id string, e *consent.Event) {
	if a.clicks(e) && a.rng.IntN(2) == 0 {
		token := a.token(e.Token)
		a.call(e.Recorded, acts, func(ctx context.Context, s *servertest.Server) error {
			_, err := s.Consent.ConfirmToken(ctx, &aloiv1.ConfirmTokenRequest{Token: token})
			if c := status.Code(err); c == codes.FailedPrecondition || c == codes.NotFound {
				return nil // a dead link proves nothing, however it is said
			}
			return err
		})
		return
	}
	req := &aloiv1.RecordEventRequest{Subject: &aloiv1.Subject{Of: &aloiv1.Subject_Record{Record: a.refs[id]}}, Event: a.event(e)}
	a.call(e.Recorded, acts, func(ctx context.Context, s *servertest.Server) error {
		if e.Inherited {
			home, err := s.Entities.Get(ctx, &aloiv1.GetRequest{By: &aloiv1.GetRequest_Record{Record: a.refs[id]}})
			if err != nil {
				return err
			}
			req.Subject = &aloiv1.Subject{Of: &aloiv1.Subject_EntityId{EntityId: home.Entity.EntityId}}
		}
		_, err := s.Consent.Record(ctx, req)
		return err
	})
}

// clicks reports whether an act is what a click on the link of its request says.
func (a *actor) clicks(e *consent.Event) bool {
	if e.Kind != aloi.ConsentConfirmed || !e.Time.Equal(e.Recorded) {
		return false
	}
	for i := range a.Case.Events {
		if r := &a.Case.Events[i]; r.Token == e.Token && r.Kind != e.Kind {
			return r.Record == e.Record && r.ContactPoint == e.ContactPoint && !r.Recorded.After(e.Recorded)
		}
	}
	return false
}

func (a *actor) token(token string) string {
	if token == "" {
		return ""
	}
	return fmt.Sprintf("%s-%d", token, a.n)
}

// event is an act of a vector as a source sends it.
func (a *actor) event(e *consent.Event) *aloiv1.ConsentEvent {
	source, id := a.idOf(e)
	m := &aloiv1.ConsentEvent{
		SourceEventId: id, Source: source, Kind: string(e.Kind), Time: stampOf(e.Time), UncertaintySeconds: max(0, int64(e.Uncertainty/time.Second)),
		Purposes: texts(e.Purposes), Channels: texts(e.Channels), Controllers: e.Controllers, ContactPoint: a.spelt(point(e.ContactPoint, a.n)),
		Method: e.Method, Notice: e.Evidence.Notice, Evidence: evidenceOf(e.Evidence), ValidUntil: stampOf(e.ValidUntil), Token: a.token(e.Token),
		Submission: e.Submission, Sequence: e.Sequence, ExpressedBy: e.By, SharedOk: e.SharedOK,
		Goods: e.Goods, Similar: e.Similar, OptOutOffered: e.OptOutOffered, OptOutUsed: e.OptOutUsed, FreeAccount: e.FreeAccount,
		Related: e.Related, Until: stampOf(e.Until),
	}
	for i := range a.Case.Events {
		if of := &a.Case.Events[i]; e.Refers != "" && (of.ID == e.Refers || of.SourceID == e.Refers) {
			m.Source, m.Refers = a.idOf(of) // an act names another of the source that tells of it
		}
	}
	if e.Refers != "" && m.Refers == "" {
		_, m.Refers, _ = strings.Cut(e.Refers, ":") // of an act that was never received
	}
	return m
}

// idOf returns what the source calls an act, and the source where it is not the record's
// own. In the vectors a source id is source:id; one that something else names has one too.
func (a *actor) idOf(e *consent.Event) (source, id string) {
	if source, id, found := strings.Cut(e.SourceID, ":"); found {
		return source, id
	}
	return "", e.ID
}

// spelt writes an e-mail address as people may: its letters have no case.
func (a *actor) spelt(point string) string {
	if kind, value, _ := strings.Cut(point, ":"); kind == "email" && a.rng.IntN(2) == 0 {
		return kind + ":" + strings.ToUpper(value)
	}
	return point
}

func stampOf(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

func texts[T ~string](list []T) []string {
	var out []string
	for _, x := range list {
		out = append(out, string(x))
	}
	return out
}

// evidenceOf names the values of a proof.
func evidenceOf(e consent.Evidence) []*aloiv1.FreeAttribute {
	var list []*aloiv1.FreeAttribute
	add := func(name, value string) {
		if value != "" {
			list = append(list, &aloiv1.FreeAttribute{Name: name, Value: value})
		}
	}
	if e.NotAffirmative {
		add("affirmative", "false")
	}
	add("auth", e.Auth)
	add("notice_hash", e.NoticeHash)
	add("broker", e.Broker)
	add("named_recipient", e.NamedRecipient)
	add("collected_at", e.CollectedAt)
	if e.Other {
		add("recording_sha256", strings.Repeat("ab", 32))
	}
	return list
}

// question is the question of a vector.
func (a *actor) question() *aloiv1.Question {
	q := &a.Question
	known := q.KnownAt
	if known.IsZero() {
		known = q.At
	}
	return &aloiv1.Question{
		Controller: q.Controller, Purpose: string(q.Purpose), Channel: string(q.Channel), ContactPoint: point(q.ContactPoint, a.n),
		At: stampOf(q.At), KnownAt: stampOf(known), Relationship: string(q.Relationship), Jurisdiction: q.Jurisdiction,
		Goods: q.Goods, TradeRelated: q.Related, Sector: q.Sector,
	}
}

// asked is the record that a vector asks about.
func (a *actor) asked() *aloiv1.RecordRef {
	if id := a.Question.Record; id != "" {
		return a.refs[id]
	}
	return a.refs[a.Case.Records[0].ID]
}
