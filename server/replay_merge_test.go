package server_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"aloi"
	"aloi/consent"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// TestMergeAndBack judges two records of each vector the other way, and takes it back: the
// preview foretells what changes and nothing else, and afterwards all is as it was.
func TestMergeAndBack(t *testing.T) {
	for _, vectors := range worlds(t) {
		vectors = slices.DeleteFunc(vectors, func(v consent.Vector) bool { return len(v.Case.Records) < 2 })
		if len(vectors) == 0 {
			continue
		}
		t.Run(vectors[0].ID, func(t *testing.T) {
			w := newWorld(t, vectors[0].Policy)
			var actors []*actor
			for i := range vectors {
				actors = append(actors, play(&vectors[i], i, rand.New(rand.NewPCG(orders, uint64(i)))))
			}
			w.play(actors, rand.New(rand.NewPCG(orders, 1)))
			changed := 0
			for _, a := range actors {
				w.now.Store(max(w.now.Load(), a.Question.At.Unix()))
				changed += w.thereAndBack(a)
			}
			if len(actors) > 10 && changed < len(actors) {
				t.Errorf("%d judgements changed %d answers: they say little", len(actors), changed)
			}
		})
	}
}

// ruling is a judgement, or its withdrawal, with what does it and what foretells it.
type ruling struct {
	w        *world
	judge    *aloiv1.JudgeRequest
	withdraw *aloiv1.WithdrawRequest
}

func (r ruling) preview() []*aloiv1.ChangedDecision {
	req := &aloiv1.ConsentPreviewRequest{Act: &aloiv1.ConsentPreviewRequest_Judge{Judge: r.judge}}
	if r.withdraw != nil {
		req.Act = &aloiv1.ConsentPreviewRequest_Withdraw{Withdraw: r.withdraw}
	}
	resp, err := r.w.Consent.Preview(r.w.t.Context(), req)
	if err != nil {
		r.w.t.Fatal(err)
	}
	return resp.Changes
}

func (r ruling) do() {
	var err error
	if r.withdraw != nil {
		_, err = r.w.Judgements.Withdraw(r.w.t.Context(), r.withdraw)
	} else {
		_, err = r.w.Judgements.Judge(r.w.t.Context(), r.judge)
	}
	if err != nil {
		r.w.t.Fatal(err)
	}
}

// rulings returns what parts, or joins, two records that are one person, or two, and what
// takes it back.
func (w *world) rulings(a *actor, x, y string) (act, back ruling) {
	judge := func(v aloiv1.Verdict) ruling {
		return ruling{w: w, judge: &aloiv1.JudgeRequest{A: a.refs[x], B: a.refs[y], Verdict: v, Steward: "agnès", Reason: "pièce d'identité"}}
	}
	withdraw := ruling{w: w, withdraw: &aloiv1.WithdrawRequest{A: a.refs[x], B: a.refs[y]}}
	switch why := w.why(a.refs[x], a.refs[y]); {
	case why.Strength == string(aloi.LinkAsserted):
		return withdraw, judge(aloiv1.Verdict_VERDICT_SAME)
	case why.SameEntity:
		return judge(aloiv1.Verdict_VERDICT_DIFFERENT), withdraw
	}
	return judge(aloiv1.Verdict_VERDICT_SAME), withdraw
}

func (w *world) why(x, y *aloiv1.RecordRef) *aloiv1.WhyResponse {
	w.t.Helper()
	why, err := w.Entities.Why(w.t.Context(), &aloiv1.WhyRequest{A: x, B: y})
	if err != nil {
		w.t.Fatal(err)
	}
	return why
}

// thereAndBack returns how many answers the first ruling changed.
func (w *world) thereAndBack(a *actor) int {
	w.t.Helper()
	act, back := w.rulings(a, a.Case.Records[0].ID, a.Case.Records[1].ID)
	before := w.askAll(a)
	foretold := act.preview()
	if again := w.askAll(a); !equalAnswers(before, again) {
		w.t.Errorf("%s: a preview changed answers", a.ID)
	}
	act.do()
	after := w.askAll(a)
	changed := w.compare(a, before, after, foretold)
	foretold = back.preview()
	back.do()
	again := w.askAll(a)
	w.compare(a, after, again, foretold)
	if !equalAnswers(before, again) {
		w.t.Errorf("%s: taken back, the answers are others than before", a.ID)
	}
	return changed
}

// asked is a question about the person of a record.
type asked struct{ record, controller, purpose, channel, point string }

func (x asked) compare(y asked) int {
	return cmp.Or(cmp.Compare(x.record, y.record), cmp.Compare(x.controller, y.controller), cmp.Compare(x.purpose, y.purpose),
		cmp.Compare(x.channel, y.channel), cmp.Compare(x.point, y.point))
}

// askAll asks, of the person of each record, all that the acts of a vector name, on each
// contact point.
func (w *world) askAll(a *actor) map[asked]*aloiv1.ConsentVerdict {
	w.t.Helper()
	answers := map[asked]*aloiv1.ConsentVerdict{}
	for _, r := range a.Case.Records {
		for _, of := range a.Case.Records {
			for _, cp := range of.ContactPoints {
				for _, q := range a.named() {
					if !consent.Channel(q.Channel).Reaches(cp) {
						continue
					}
					q.ContactPoint = point(cp, a.n)
					resp, err := w.Consent.Decide(w.t.Context(), &aloiv1.DecideRequest{Subject: &aloiv1.Subject{Of: &aloiv1.Subject_Record{Record: a.refs[r.ID]}}, Question: q})
					if err != nil {
						w.t.Fatal(err)
					}
					v := resp.Verdicts[0]
					v.EntityId = "" // entities come and go
					answers[asked{a.refs[r.ID].RecordId, q.Controller, q.Purpose, q.Channel, v.ContactPoint}] = v
				}
			}
		}
	}
	return answers
}

// named are the questions that the acts of a vector name, and direct marketing by e-mail
// of each controller.
func (a *actor) named() []*aloiv1.Question {
	set := map[asked]bool{}
	for _, e := range a.Case.Events {
		for _, c := range e.Controllers {
			if c == "*" {
				continue
			}
			set[asked{controller: c, purpose: string(consent.DirectMarketing), channel: string(consent.Email)}] = true
			for _, p := range e.Purposes {
				for _, ch := range e.Channels {
					if p.Known() && ch.Known() {
						set[asked{controller: c, purpose: string(p), channel: string(ch)}] = true
					}
				}
			}
		}
	}
	var list []*aloiv1.Question
	for _, q := range slices.SortedFunc(maps.Keys(set), asked.compare) {
		list = append(list, &aloiv1.Question{Controller: q.controller, Purpose: q.purpose, Channel: q.channel})
	}
	return list
}

func equalAnswers(x, y map[asked]*aloiv1.ConsentVerdict) bool {
	return maps.EqualFunc(x, y, func(v, w *aloiv1.ConsentVerdict) bool { return proto.Equal(v, w) })
}

// compare holds that what changed is what was foretold.
func (w *world) compare(a *actor, before, after map[asked]*aloiv1.ConsentVerdict, foretold []*aloiv1.ChangedDecision) int {
	w.t.Helper()
	short := func(x, y *aloiv1.ConsentVerdict) string {
		return fmt.Sprintf("%v %s %v, then %v %s %v", x.Permit, x.Reason, x.Scoped, y.Permit, y.Reason, y.Scoped)
	}
	changes := map[asked]string{}
	for q, x := range before {
		if y := after[q]; x.Permit != y.Permit || x.Reason != y.Reason || x.Scoped != y.Scoped {
			changes[q] = short(x, y)
		}
	}
	told := map[asked]string{}
	for _, c := range foretold {
		told[asked{c.Record.RecordId, c.Question.Controller, c.Question.Purpose, c.Question.Channel, c.Question.ContactPoint}] = short(c.Before, c.After)
	}
	if !maps.Equal(changes, told) {
		w.t.Errorf("%s: changed:\n%v\nforetold:\n%v", a.ID, changes, told)
	}
	return len(changes)
}

// halves is two strangers whom a steward took for one.
type halves struct {
	*world
	records [2]*aloiv1.Record
	pair    *aloiv1.JudgeRequest
}

// merge stores two people, each with an address and a consent of her own, and judges them
// the same.
func merge(t *testing.T, points ...string) *halves {
	h := &halves{world: newWorld(t, consent.DefaultPolicy())}
	h.now.Store(timestamppb.New(consentDay).Seconds)
	for i := range h.records {
		of := consent.Record{ContactPoints: append([]string{[]string{"email:a@ex.fr", "email:b@ex.fr"}[i]}, points...)}
		h.records[i] = recordOf(&of, peopleOf(1).strangers[i], servertest.Ref("web", fmt.Sprint(i+1)), 1)
		h.records[i].Consents = []*aloiv1.ConsentEvent{{
			SourceEventId: "g", Kind: "GIVEN", Time: timestamppb.New(consentDay), Purposes: []string{"Newsletter"}, Channels: []string{"EMAIL"}, Controllers: []string{"C1"},
			ContactPoint: point(of.ContactPoints[0], 1), Notice: "n7", Evidence: []*aloiv1.FreeAttribute{{Name: "auth", Value: "doi"}},
		}}
		h.Stream(servertest.Put(h.records[i]))
	}
	h.pair = &aloiv1.JudgeRequest{A: h.records[0].Ref, B: h.records[1].Ref, Verdict: aloiv1.Verdict_VERDICT_SAME, Steward: "agnès"}
	h.judge()
	return h
}

func (h *halves) judge() { ruling{w: h.world, judge: h.pair}.do() }

func (h *halves) split() {
	ruling{w: h.world, withdraw: &aloiv1.WithdrawRequest{A: h.pair.A, B: h.pair.B}}.do()
}

// tell records an act of the merged person, an hour later.
func (h *halves) tell(e *aloiv1.ConsentEvent) {
	h.t.Helper()
	h.now.Add(3600)
	e.Time, e.Controllers = &timestamppb.Timestamp{Seconds: h.now.Load()}, []string{"C1"}
	home, err := h.Entities.Get(h.t.Context(), &aloiv1.GetRequest{By: &aloiv1.GetRequest_Record{Record: h.pair.A}})
	if err != nil {
		h.t.Fatal(err)
	}
	_, err = h.Consent.Record(h.t.Context(), &aloiv1.RecordEventRequest{Subject: &aloiv1.Subject{Of: &aloiv1.Subject_EntityId{EntityId: home.Entity.EntityId}}, Event: e})
	if err != nil {
		h.t.Fatal(err)
	}
}

// expect holds the reason for which each half may, or may not, be sent the newsletter on a
// channel, on her own address or on one that both have.
func (h *halves) expect(when, channel string, reasons ...consent.Reason) {
	h.t.Helper()
	for i, want := range reasons {
		resp, err := h.Consent.Decide(h.t.Context(), &aloiv1.DecideRequest{
			Subject:  &aloiv1.Subject{Of: &aloiv1.Subject_Record{Record: h.records[i].Ref}},
			Question: &aloiv1.Question{Controller: "C1", Purpose: "Newsletter", Channel: channel, ContactPoint: h.point(i, channel)},
		})
		if err != nil {
			h.t.Fatal(err)
		}
		if got := resp.Verdicts[0]; got.Reason != string(want) {
			h.t.Errorf("%s: half %d by %s: %v %s, want %s", when, i+1, channel, got.Permit, got.Reason, want)
		}
	}
}

func (h *halves) point(i int, channel string) string {
	if channel == string(consent.Email) {
		return "email:" + h.records[i].Emails[0]
	}
	return "phone:" + h.records[i].Phones[0]
}

// TestStopSaidToMergedPerson: what a call centre hears from a person who is taken apart
// later binds both parts, until a steward says whose it was.
func TestStopSaidToMergedPerson(t *testing.T) {
	h := merge(t)
	h.expect("merged", "EMAIL", consent.ConsentValid, consent.ConsentValid)
	h.tell(&aloiv1.ConsentEvent{SourceEventId: "call-1", Source: "sav", Kind: "OBJECTED", Purposes: []string{"Marketing"}, Method: "recorded_call"})
	h.expect("stopped", "EMAIL", consent.Objected, consent.Objected)
	h.split()
	h.expect("taken apart", "EMAIL", consent.StopInherited, consent.StopInherited)

	history, err := h.Consent.History(t.Context(), &aloiv1.HistoryRequest{Subject: &aloiv1.Subject{Of: &aloiv1.Subject_Record{Record: h.records[1].Ref}}})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(history.Events, func(e *aloiv1.HistoryEvent) bool { return e.Event.Kind == "OBJECTED" })
	if len(history.Events) != 2 || i < 0 || !history.Events[i].Inherited {
		t.Fatalf("the history of the second half: %v", history.Events)
	}
	h.now.Add(60)
	assign := &aloiv1.AssignRequest{EventId: history.Events[i].EventId, Record: h.records[1].Ref, Steward: "agnès", Reason: "réécouté l'appel"}
	if _, err := h.Consent.Assign(t.Context(), assign); err != nil {
		t.Fatal(err)
	}
	h.expect("assigned", "EMAIL", consent.ConsentValid, consent.Objected)
	h.judge()
	h.expect("merged again", "EMAIL", consent.Objected, consent.Objected)
	h.split()
	h.expect("taken apart again", "EMAIL", consent.ConsentValid, consent.Objected)
}

// TestGrantSaidToMergedPerson: a consent of a person who is taken apart later stays with
// the part that has the address; where both have it, it is nobody's.
func TestGrantSaidToMergedPerson(t *testing.T) {
	h := merge(t, "phone:+33600000001")
	grant := func(channel, point string) {
		h.tell(&aloiv1.ConsentEvent{
			Kind: "GIVEN", Purposes: []string{"Newsletter"}, Channels: []string{channel}, ContactPoint: point, Method: "recorded_call",
			Notice: "n7", Evidence: []*aloiv1.FreeAttribute{{Name: "auth", Value: "recorded_call"}},
		})
	}
	grant("SMS", h.point(0, "SMS"))
	h.expect("merged", "SMS", consent.ConsentValid, consent.ConsentValid)
	h.split()
	h.expect("taken apart", "SMS", consent.ChannelMismatch, consent.ChannelMismatch) // each has her e-mail consent
	h.judge()
	h.expect("merged again", "SMS", consent.ConsentValid, consent.ConsentValid)

	h.tell(&aloiv1.ConsentEvent{Kind: "WITHDRAWN", ContactPoint: h.point(1, "EMAIL"), Method: "recorded_call"})
	h.expect("withdrawn", "EMAIL", consent.ConsentValid, consent.ConsentWithdrawn)
	grant("EMAIL", h.point(1, "EMAIL"))
	h.split()
	h.expect("taken apart", "EMAIL", consent.ConsentValid, consent.ConsentValid)
}

// consentDay is when the halves consented.
var consentDay = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
