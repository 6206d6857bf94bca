package server_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// What every test of consent asks about: the contact points of anne, and the house.
const (
	house      = "maison"
	annesMail  = "email:anne.lefevre84@example.org"
	annesPhone = "phone:+33641578329"
)

// clock is a clock that a test puts forward.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// pass lets time pass, and returns what the clock then shows.
func (c *clock) pass(d time.Duration) *timestamppb.Timestamp {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return timestamppb.New(c.now)
}

// client is anne with a telephone number that is somebody's.
func client(source, id string) *aloiv1.Record {
	r := anne(source, id)
	r.Phones = []string{"06 41 57 83 29"}
	return r
}

// teller is a server whose clock is the test's.
type teller struct {
	*servertest.Server
	t     *testing.T
	clock *clock
}

func startTeller(t *testing.T) *teller {
	t.Helper()
	c := newClock()
	return &teller{servertest.OpenWith(t, t.TempDir(), servertest.Options{Now: c.Now}), t, c}
}

// act is an act about direct marketing on a channel, now.
func (s *teller) act(kind, channel string) *aloiv1.ConsentEvent {
	return &aloiv1.ConsentEvent{
		Kind: kind, Time: s.clock.pass(time.Hour), Purposes: []string{"DirectMarketing"}, Channels: []string{channel},
		Controllers: []string{house}, Method: "web_form",
	}
}

// grant is a consent with a proof.
func (s *teller) grant(channel, point string) *aloiv1.ConsentEvent {
	e := s.act("GIVEN", channel)
	e.ContactPoint, e.Evidence = point, []*aloiv1.FreeAttribute{{Name: "auth", Value: "authenticated"}, {Name: "form_sha256", Value: "ab12"}}
	return e
}

// tell records an act, which must be kept.
func (s *teller) tell(subject *aloiv1.Subject, e *aloiv1.ConsentEvent) *aloiv1.Acknowledgement {
	s.t.Helper()
	got, err := s.Consent.Record(s.t.Context(), &aloiv1.RecordEventRequest{Subject: subject, Event: e})
	if err != nil {
		s.t.Fatal(err)
	}
	if a := got.Acknowledgement; a.Outcome != aloiv1.Outcome_OUTCOME_RECORDED || a.EventId == "" {
		s.t.Fatalf("acknowledgement: %v", a)
	}
	s.clock.pass(time.Hour)
	return got.Acknowledgement
}

// ask returns what is decided about direct marketing on a channel.
func (s *teller) ask(subject *aloiv1.Subject, channel string) []*aloiv1.ConsentVerdict {
	s.t.Helper()
	got, err := s.Consent.Decide(s.t.Context(), &aloiv1.DecideRequest{Subject: subject, Question: question(channel)})
	if err != nil {
		s.t.Fatal(err)
	}
	if len(got.Verdicts) == 0 || got.Checkpoint == "" {
		s.t.Fatalf("decided %v", got)
	}
	return got.Verdicts
}

// expect asks, and checks the one answer.
func (s *teller) expect(subject *aloiv1.Subject, channel, reason string) *aloiv1.ConsentVerdict {
	s.t.Helper()
	got := s.ask(subject, channel)
	if len(got) != 1 || got[0].Reason != reason {
		s.t.Errorf("decided %v, want %s", got, reason)
	}
	return got[0]
}

func question(channel string) *aloiv1.Question {
	return &aloiv1.Question{Controller: house, Purpose: "DirectMarketing", Channel: channel}
}

// reasonOf returns the reason of an error's ErrorInfo.
func reasonOf(err error) string {
	for _, d := range status.Convert(err).Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok {
			return info.Reason
		}
	}
	return ""
}

// A consent permits, whichever way one asks for the person; taken back it does not.
func TestConsentGivenAndTakenBack(t *testing.T) {
	s := startTeller(t)
	record := client("web", "u-19")
	id := s.Stream(servertest.Put(record))[0].EntityId
	byRecord := servertest.ByRecord(record.Ref)
	s.expect(byRecord, "SMS", "NO_BASIS")

	given := s.tell(byRecord, s.grant("SMS", annesPhone))
	for name, subject := range map[string]*aloiv1.Subject{
		"record": byRecord, "entity": servertest.ByEntity(id), "contact point": servertest.ByPoint("phone:06 41 57 83 29"),
	} {
		v := s.expect(subject, "SMS", "CONSENT_VALID")
		if !v.Permit || v.EntityId != id || v.ContactPoint != annesPhone || v.Basis != "CONSENT" {
			t.Errorf("by %s: %v", name, v)
		}
		if !slices.Equal(v.DecidingEvents, []string{given.EventId}) || len(v.Core) != 1 || len(v.Obligations) == 0 || v.Rule == "" || v.PolicyVersion == "" || v.ModelVersion == "" {
			t.Errorf("by %s without its proof: %v", name, v)
		}
	}
	s.expect(byRecord, "EMAIL", "CHANNEL_MISMATCH")
	asked := question("SMS")
	asked.ContactPoint = "phone:+33799999999"
	if got, err := s.Consent.Decide(t.Context(), &aloiv1.DecideRequest{Subject: byRecord, Question: asked}); err != nil || got.Verdicts[0].Reason != "CONTACT_POINT_UNKNOWN" {
		t.Errorf("of a number that is not hers: %v, %v", got, err)
	}

	before := s.clock.pass(0)
	stopped := s.tell(byRecord, s.act("WITHDRAWN", "SMS"))
	v := s.expect(byRecord, "SMS", "CONSENT_WITHDRAWN")
	if v.Permit || !slices.Equal(v.Blockers, []string{stopped.EventId}) {
		t.Errorf("taken back: %v", v)
	}
	asked = question("SMS")
	asked.At, asked.KnownAt = before, before
	if got, err := s.Consent.Decide(t.Context(), &aloiv1.DecideRequest{Subject: byRecord, Question: asked}); err != nil || got.Verdicts[0].Reason != "CONSENT_VALID" {
		t.Errorf("of before: %v, %v", got, err)
	}
}

// An act that is sent twice is kept once, and one that lacks something is kept with a
// remark.
func TestRecordAgainAndFlags(t *testing.T) {
	s := startTeller(t)
	record := client("web", "u-19")
	s.Stream(servertest.Put(record))
	e := s.grant("SMS", annesPhone)
	first := s.tell(servertest.ByRecord(record.Ref), e)
	again, err := s.Consent.Record(t.Context(), &aloiv1.RecordEventRequest{Subject: servertest.ByRecord(record.Ref), Event: e})
	if err != nil || again.Acknowledgement.Outcome != aloiv1.Outcome_OUTCOME_UNCHANGED || again.Acknowledgement.EventId != first.EventId {
		t.Errorf("sent again: %v, %v", again, err)
	}
	if len(first.Flags) > 0 {
		t.Errorf("remarks on a consent that lacks nothing: %v", first.Flags)
	}
	other := person("web", 1)
	other.Consents = []*aloiv1.ConsentEvent{e, {Kind: "OBJECTED"}}
	if a := s.Stream(servertest.Put(other))[0]; len(a.Flags) != 1 || a.Flags[0].Code != "EVENT_UNDATED" || a.Flags[0].Field != "record.consents[1].time" {
		t.Errorf("with a record: %v", a)
	}
	bare := s.tell(servertest.ByRecord(record.Ref), &aloiv1.ConsentEvent{Kind: "GIVEN", Purposes: []string{"Marketing"}, Channels: []string{"PIGEON"}})
	var flags []string
	for _, f := range bare.Flags {
		flags = append(flags, f.Code+" "+f.Field)
	}
	for _, want := range []string{"EVENT_UNDATED event.time", "CHANNEL_UNKNOWN event.channels[0]", "CONTROLLER_UNKNOWN event.controllers", "GRANT_WITHOUT_PROOF event.evidence"} {
		if !slices.Contains(flags, want) {
			t.Errorf("flags %v lack %s", flags, want)
		}
	}
}

// A stop is kept whoever it is of, and binds once the person is known; a consent of
// nobody is not.
func TestStopOfNobody(t *testing.T) {
	s := startTeller(t)
	record := client("web", "u-19")
	unknown := servertest.ByRecord(record.Ref)
	grant := s.grant("SMS", annesPhone)
	if _, err := s.Consent.Record(t.Context(), &aloiv1.RecordEventRequest{Subject: unknown, Event: grant}); status.Code(err) != codes.NotFound {
		t.Errorf("a consent of nobody: %v", err)
	}
	s.tell(unknown, s.act("OBJECTED", "SMS"))
	record.Consents = append(record.Consents, grant)
	s.Stream(servertest.Put(record))
	s.expect(unknown, "SMS", "OBJECTED_ART21")

	other := person("web", 7)
	point := "phone:" + other.Phones[0]
	stop := s.act("WITHDRAWN", "SMS")
	stop.Channels = nil
	s.tell(servertest.ByPoint(point), stop)
	if v := s.expect(servertest.ByPoint(point), "SMS", "CONTACT_POINT_UNKNOWN"); v.EntityId != "" {
		t.Errorf("a number of nobody is of %s", v.EntityId)
	}
	earlier := s.grant("SMS", point)
	earlier.Time = timestamppb.New(stop.Time.AsTime().Add(-24 * time.Hour))
	other.Consents = append(other.Consents, earlier)
	s.Stream(servertest.Put(other))
	s.expect(servertest.ByRecord(other.Ref), "SMS", "CONSENT_WITHDRAWN")
}

// A double opt-in: pending, confirmed, and no more once the token is old or dead.
func TestTokens(t *testing.T) {
	s := startTeller(t)
	confirm := func(token string) (*aloiv1.Acknowledgement, error) {
		got, err := s.Consent.ConfirmToken(t.Context(), &aloiv1.ConfirmTokenRequest{
			Token: token, Evidence: []*aloiv1.FreeAttribute{{Name: "ip", Value: "192.0.2.7"}},
		})
		return got.GetAcknowledgement(), err
	}
	request := func(n int) *aloiv1.Subject {
		record := person("web", n)
		s.Stream(servertest.Put(record))
		e := s.grant("EMAIL", "email:"+record.Emails[0])
		e.Token, e.Evidence = fmt.Sprintf("token-%d", n), e.Evidence[1:] // a form: nobody was identified
		s.tell(servertest.ByRecord(record.Ref), e)
		return servertest.ByRecord(record.Ref)
	}
	good, late, dead := request(1), request(2), request(3)
	s.expect(good, "EMAIL", "DOI_PENDING")
	a, err := confirm("token-1")
	if err != nil || a.Outcome != aloiv1.Outcome_OUTCOME_RECORDED || a.EventId == "" {
		t.Fatalf("confirmed: %v, %v", a, err)
	}
	s.clock.pass(time.Hour)
	s.expect(good, "EMAIL", "CONSENT_VALID")
	if a, err := confirm("token-1"); err != nil || a.Outcome != aloiv1.Outcome_OUTCOME_UNCHANGED {
		t.Errorf("confirmed twice: %v, %v", a, err)
	}
	if _, err := confirm("token-9"); status.Code(err) != codes.NotFound {
		t.Errorf("a token of nobody: %v", err)
	}
	s.tell(dead, s.act("WITHDRAWN", "EMAIL"))
	if _, err := confirm("token-3"); status.Code(err) != codes.FailedPrecondition || reasonOf(err) != "TOKEN_DEAD" {
		t.Errorf("a dead token: %v, %s", err, reasonOf(err))
	}
	s.clock.pass(8 * 24 * time.Hour)
	if _, err := confirm("token-2"); status.Code(err) != codes.FailedPrecondition || reasonOf(err) != "TOKEN_EXPIRED" {
		t.Errorf("an old token: %v, %s", err, reasonOf(err))
	}
	s.expect(late, "EMAIL", "DOI_PENDING")
	s.expect(dead, "EMAIL", "CONSENT_WITHDRAWN")
}

// The history of a person holds every act of all her records, by time, with its proof.
func TestHistory(t *testing.T) {
	s := startTeller(t)
	web, shop := client("web", "u-19"), client("store-12", "881")
	id := s.Stream(servertest.Put(web), servertest.Put(shop))[0].EntityId
	text := "Oui, je veux recevoir des offres de la Maison par SMS."
	notice, err := s.Consent.PutNotice(t.Context(), &aloiv1.PutNoticeRequest{Name: "offres-3", Language: "fr", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	grant := s.grant("SMS", annesPhone)
	grant.Evidence = append(grant.Evidence, &aloiv1.FreeAttribute{Name: "notice_hash", Value: notice.Sha256})
	grant.SourceEventId = "f-1"
	given := s.tell(servertest.ByRecord(web.Ref), grant)
	stopped := s.tell(servertest.ByRecord(shop.Ref), s.act("OBJECTED", "SMS"))

	got, err := s.Consent.History(t.Context(), &aloiv1.HistoryRequest{Subject: servertest.ByEntity(id)})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Events) != 2 || got.Events[0].EventId != given.EventId || got.Events[1].EventId != stopped.EventId || got.Checkpoint == "" {
		t.Fatalf("history: %v", got)
	}
	first := got.Events[0]
	if !proto.Equal(first.Record, web.Ref) || first.Event.SourceEventId != "f-1" || !first.Event.RecordedTime.IsValid() || first.NoticeText != text {
		t.Errorf("given: %v", first)
	}
	for _, e := range got.Events {
		if len(e.Commitment) != 32 || e.Inherited || e.Conflicting {
			t.Errorf("event %v", e)
		}
	}
	if first.LogIndex == got.Events[1].LogIndex {
		t.Error("two events have one place in the log")
	}

	s.tell(servertest.ByPoint("email:nobody@example.org"), s.act("WITHDRAWN", "EMAIL"))
	of, err := s.Consent.History(t.Context(), &aloiv1.HistoryRequest{Subject: servertest.ByPoint("email:Nobody@example.org")})
	if err != nil || len(of.Events) != 1 || of.Events[0].Record != nil || of.Events[0].Event.Kind != "WITHDRAWN" {
		t.Errorf("of a contact point: %v, %v", of, err)
	}
}

// What a judgement would change of the decisions is told before it is made, and is what
// it then changes.
func TestConsentPreview(t *testing.T) {
	s := startTeller(t)
	a, b := client("store-12", "881"), client("web", "u-19")
	s.Stream(servertest.Put(a), servertest.Put(b))
	s.tell(servertest.ByRecord(a.Ref), s.grant("SMS", annesPhone))
	s.tell(servertest.ByRecord(b.Ref), s.act("OBJECTED", "SMS"))
	s.expect(servertest.ByRecord(a.Ref), "SMS", "OBJECTED_ART21")

	judge := &aloiv1.JudgeRequest{A: b.Ref, B: a.Ref, Verdict: aloiv1.Verdict_VERDICT_DIFFERENT, Steward: "paul"}
	preview, err := s.Consent.Preview(t.Context(), &aloiv1.ConsentPreviewRequest{Act: &aloiv1.ConsentPreviewRequest_Judge{Judge: judge}})
	if err != nil {
		t.Fatal(err)
	}
	changed := find(preview.Changes, a.Ref, "SMS", annesPhone)
	if changed == nil || changed.Before.Reason != "OBJECTED_ART21" || !changed.After.Permit || preview.Asked < uint64(len(preview.Changes)) {
		t.Fatalf("preview: %v", preview)
	}
	s.expect(servertest.ByRecord(a.Ref), "SMS", "OBJECTED_ART21")
	if _, err := s.Judgements.Judge(t.Context(), judge); err != nil {
		t.Fatal(err)
	}
	s.expect(servertest.ByRecord(a.Ref), "SMS", changed.After.Reason)

	back, err := s.Consent.Preview(t.Context(), &aloiv1.ConsentPreviewRequest{
		Act: &aloiv1.ConsentPreviewRequest_Withdraw{Withdraw: &aloiv1.WithdrawRequest{A: a.Ref, B: b.Ref}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if changed := find(back.Changes, a.Ref, "SMS", annesPhone); changed == nil || !changed.Before.Permit || changed.After.Reason != "OBJECTED_ART21" {
		t.Errorf("taken back: %v", back)
	}
}

// find returns the change of one question, nil for none.
func find(changes []*aloiv1.ChangedDecision, ref *aloiv1.RecordRef, channel, point string) *aloiv1.ChangedDecision {
	for _, c := range changes {
		if proto.Equal(c.Record, ref) && c.Question.Channel == channel && c.Question.ContactPoint == point {
			return c
		}
	}
	return nil
}

// A stop that was said to a person who is then taken apart binds every part, until a
// steward rules whom it concerns.
func TestAssign(t *testing.T) {
	s := startTeller(t)
	a, b := client("store-12", "881"), client("web", "u-19")
	b.Phones = []string{"06 52 19 47 83"}
	id := s.Stream(servertest.Put(a), servertest.Put(b))[0].EntityId
	s.tell(servertest.ByRecord(a.Ref), s.grant("SMS", annesPhone))
	s.tell(servertest.ByRecord(b.Ref), s.grant("SMS", "phone:+33652194783"))
	s.tell(servertest.ByEntity(id), s.act("OBJECTED", "SMS"))
	if _, err := s.Judgements.Judge(t.Context(), &aloiv1.JudgeRequest{A: a.Ref, B: b.Ref, Verdict: aloiv1.Verdict_VERDICT_DIFFERENT}); err != nil {
		t.Fatal(err)
	}
	s.expect(servertest.ByRecord(a.Ref), "SMS", "STOP_INHERITED_PENDING_REVIEW")
	s.expect(servertest.ByRecord(b.Ref), "SMS", "STOP_INHERITED_PENDING_REVIEW")

	history, err := s.Consent.History(t.Context(), &aloiv1.HistoryRequest{Subject: servertest.ByRecord(b.Ref)})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(history.Events, func(e *aloiv1.HistoryEvent) bool { return e.Inherited })
	if i < 0 {
		t.Fatalf("nothing is inherited: %v", history)
	}
	assign := &aloiv1.AssignRequest{EventId: history.Events[i].EventId, Record: b.Ref, Steward: "paul", Reason: "rappelée"}
	got, err := s.Consent.Assign(t.Context(), assign)
	if err != nil || got.Acknowledgement.Outcome != aloiv1.Outcome_OUTCOME_RECORDED {
		t.Fatalf("assigned: %v, %v", got, err)
	}
	s.expect(servertest.ByRecord(a.Ref), "SMS", "CONSENT_VALID")
	s.expect(servertest.ByRecord(b.Ref), "SMS", "OBJECTED_ART21")

	assign.EventId = strings.Repeat("0", len(assign.EventId))
	if _, err := s.Consent.Assign(t.Context(), assign); status.Code(err) != codes.NotFound {
		t.Errorf("an event of nobody: %v", err)
	}
}

// A suppressed contact point is not used, and is on the list as a hash, page by page.
func TestSuppress(t *testing.T) {
	s := startTeller(t)
	record := client("web", "u-19")
	s.Stream(servertest.Put(record))
	s.tell(servertest.ByRecord(record.Ref), s.grant("SMS", annesPhone))
	points := []string{annesPhone}
	for i := range 6 {
		points = append(points, fmt.Sprintf("email:someone.%d@example.org", i))
	}
	got, err := s.Consent.Suppress(t.Context(), &aloiv1.SuppressRequest{ContactPoints: points, Reason: "OBJECTED", Controllers: []string{house}})
	if err != nil || len(got.Acknowledgements) != len(points) {
		t.Fatalf("suppressed: %v, %v", got, err)
	}
	for _, a := range got.Acknowledgements {
		if a.Outcome != aloiv1.Outcome_OUTCOME_RECORDED {
			t.Errorf("acknowledgement: %v", a)
		}
	}
	s.clock.pass(time.Hour)
	s.expect(servertest.ByRecord(record.Ref), "SMS", "SUPPRESSED_OBJECTED")

	seen := map[string]bool{}
	pages := 0
	for token := ""; pages == 0 || token != ""; pages++ {
		page, err := s.Consent.ListSuppressions(t.Context(), &aloiv1.ListSuppressionsRequest{PageSize: 3, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range page.Suppressions {
			if seen[x.Key] || x.Reason != "OBJECTED" || !slices.Equal(x.Controllers, []string{house}) || !x.Time.IsValid() || x.Until != nil {
				t.Errorf("listed: %v", x)
			}
			seen[x.Key] = true
		}
		token = page.NextPageToken
	}
	if len(seen) != len(points) || pages != 3 {
		t.Errorf("%d on %d pages, want %d on 3", len(seen), pages, len(points))
	}

	_, err = s.Consent.Suppress(t.Context(), &aloiv1.SuppressRequest{ContactPoints: []string{"email:yet.another@example.org", "her phone"}, Reason: "ERASED"})
	if status.Code(err) != codes.InvalidArgument || fieldOf(err) != "contact_points[1]" {
		t.Errorf("no contact point: %v for %s", err, fieldOf(err))
	}
}

// A notice is kept once under the hash of its text.
func TestNotices(t *testing.T) {
	s := startTeller(t)
	put := &aloiv1.PutNoticeRequest{Name: "newsletter-3", Language: "fr", Text: "Je m'abonne à la lettre."}
	first, err := s.Consent.PutNotice(t.Context(), put)
	if err != nil || first.Acknowledgement.Outcome != aloiv1.Outcome_OUTCOME_RECORDED {
		t.Fatalf("put: %v, %v", first, err)
	}
	again, err := s.Consent.PutNotice(t.Context(), put)
	if err != nil || again.Sha256 != first.Sha256 || again.Acknowledgement.Outcome != aloiv1.Outcome_OUTCOME_UNCHANGED {
		t.Errorf("put again: %v, %v", again, err)
	}
	got, err := s.Consent.GetNotice(t.Context(), &aloiv1.GetNoticeRequest{Sha256: strings.ToUpper(first.Sha256)})
	if err != nil || got.Text != put.Text || got.Name != put.Name || got.Language != put.Language {
		t.Errorf("got: %v, %v", got, err)
	}
	if _, err := s.Consent.GetNotice(t.Context(), &aloiv1.GetNoticeRequest{Sha256: strings.Repeat("0", 64)}); status.Code(err) != codes.NotFound {
		t.Errorf("a notice that is not there: %v", err)
	}
}

// A request of consent that is wrong is refused with the field named; what is not there
// is not found.
func TestWrongConsentRequests(t *testing.T) {
	s := startTeller(t)
	ctx := t.Context()
	record := client("web", "u-19")
	id := s.Stream(servertest.Put(record))[0].EntityId
	her := servertest.ByRecord(record.Ref)
	decide := func(subject *aloiv1.Subject, q *aloiv1.Question) error {
		_, err := s.Consent.Decide(ctx, &aloiv1.DecideRequest{Subject: subject, Question: q})
		return err
	}
	tell := func(subject *aloiv1.Subject, e *aloiv1.ConsentEvent) error {
		_, err := s.Consent.Record(ctx, &aloiv1.RecordEventRequest{Subject: subject, Event: e})
		return err
	}
	suppress := func(req *aloiv1.SuppressRequest) error { _, err := s.Consent.Suppress(ctx, req); return err }
	preview := func(req *aloiv1.ConsentPreviewRequest) error { _, err := s.Consent.Preview(ctx, req); return err }
	notice := func(text string) error {
		_, err := s.Consent.PutNotice(ctx, &aloiv1.PutNoticeRequest{Text: text})
		return err
	}
	for _, c := range []struct {
		name  string
		err   error
		field string // empty: not found
	}{
		{"decide about nobody", decide(nil, question("SMS")), "subject"},
		{"decide about nothing", decide(&aloiv1.Subject{}, question("SMS")), "subject"},
		{"decide about a word", decide(servertest.ByEntity("anne"), question("SMS")), "subject.entity_id"},
		{"decide nothing", decide(her, nil), "question"},
		{"decide about a friend", decide(her, &aloiv1.Question{Relationship: "friend"}), "question.relationship"},
		{"decide about a stranger", decide(servertest.ByRecord(servertest.Ref("web", "u-20")), question("SMS")), ""},
		{"decide about an entity that never was", decide(servertest.ByEntity("E000000099992"), question("SMS")), ""},
		{"record of nobody", tell(nil, s.act("OBJECTED", "SMS")), "subject"},
		{"record nothing", tell(her, nil), "event"},
		{"record of no kind", tell(her, &aloiv1.ConsentEvent{Kind: "MAYBE"}), "event.kind"},
		{"record a consent of a contact point", tell(servertest.ByPoint(annesPhone), s.grant("SMS", "")), "subject"},
		{"record a consent on a strange address", tell(servertest.ByEntity(id), s.grant("SMS", "phone:+33799999999")), "event.contact_point"},
		{"confirm nothing", func() error { _, err := s.Consent.ConfirmToken(ctx, &aloiv1.ConfirmTokenRequest{}); return err }(), "token"},
		{"history of nobody", func() error { _, err := s.Consent.History(ctx, &aloiv1.HistoryRequest{}); return err }(), "subject"},
		{"history of a stranger", func() error {
			_, err := s.Consent.History(ctx, &aloiv1.HistoryRequest{Subject: servertest.ByRecord(servertest.Ref("web", "u-20"))})
			return err
		}(), ""},
		{"preview nothing", preview(&aloiv1.ConsentPreviewRequest{}), "judge"},
		{"preview half a judgement", preview(&aloiv1.ConsentPreviewRequest{Act: &aloiv1.ConsentPreviewRequest_Judge{Judge: &aloiv1.JudgeRequest{A: record.Ref}}}), "b"},
		{"preview no verdict", preview(&aloiv1.ConsentPreviewRequest{Act: &aloiv1.ConsentPreviewRequest_Judge{
			Judge: &aloiv1.JudgeRequest{A: record.Ref, B: servertest.Ref("web", "u-20")}}}), "verdict"},
		{"assign no event", func() error {
			_, err := s.Consent.Assign(ctx, &aloiv1.AssignRequest{Record: record.Ref})
			return err
		}(), "event_id"},
		{"assign to nobody", func() error { _, err := s.Consent.Assign(ctx, &aloiv1.AssignRequest{EventId: "00"}); return err }(), "record"},
		{"suppress nothing", suppress(&aloiv1.SuppressRequest{Reason: "ERASED"}), "contact_points"},
		{"suppress too much", suppress(&aloiv1.SuppressRequest{ContactPoints: make([]string, 1001), Reason: "ERASED"}), "contact_points"},
		{"suppress without reason", suppress(&aloiv1.SuppressRequest{ContactPoints: []string{annesMail, annesPhone}}), "reason"},
		{"list from nowhere", func() error {
			_, err := s.Consent.ListSuppressions(ctx, &aloiv1.ListSuppressionsRequest{PageToken: "x"})
			return err
		}(), "page_token"},
		{"an empty notice", notice(""), "text"},
		{"a long notice", notice(strings.Repeat("x", 65537)), "text"},
		{"a garbled notice", notice("abonn\xe9"), "text"},
		{"get no notice", func() error { _, err := s.Consent.GetNotice(ctx, &aloiv1.GetNoticeRequest{Sha256: "abc"}); return err }(), "sha256"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := codes.InvalidArgument
			if c.field == "" {
				want = codes.NotFound
			}
			if status.Code(c.err) != want || fieldOf(c.err) != c.field {
				t.Errorf("%v for %q, want %v for %q", c.err, fieldOf(c.err), want, c.field)
			}
		})
	}
}
