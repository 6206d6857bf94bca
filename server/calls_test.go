package server_test

import (
	"bytes"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
	"aloi/server/servertest"
)

// One person, two channels, every question that can be asked of them.
func TestCalls(t *testing.T) {
	s := servertest.Start(t)
	ctx := t.Context()
	store, web, other := anne("store-12", "881"), anne("web", "u-19"), person("web", 1)
	web.Names[0].Given = "ANNE"

	acks := s.Stream(servertest.Put(store), servertest.Put(other), servertest.Put(web))
	if acks[0].Outcome != aloiv1.Outcome_OUTCOME_CREATED || acks[2].EntityId != acks[0].EntityId || acks[1].EntityId == acks[0].EntityId {
		t.Fatalf("acknowledgements: %v", acks)
	}
	id := acks[0].EntityId

	t.Run("get", func(t *testing.T) {
		byID, err := s.Entities.Get(ctx, &aloiv1.GetRequest{By: &aloiv1.GetRequest_EntityId{EntityId: id}})
		if err != nil {
			t.Fatal(err)
		}
		byRecord, err := s.Entities.Get(ctx, &aloiv1.GetRequest{By: &aloiv1.GetRequest_Record{Record: web.Ref}})
		if err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(byID, byRecord) || len(byID.Entity.Members) != 2 {
			t.Errorf("by id %v, by record %v", byID, byRecord)
		}
		for _, a := range byID.Entity.Golden {
			if a.Rule == "" || a.Record == nil || a.Contributed == 0 {
				t.Errorf("attribute without provenance: %v", a)
			}
		}
	})
	t.Run("record", func(t *testing.T) {
		got, err := s.Entities.GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: web.Ref})
		if err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(got.Record, web) || got.EntityId != id || got.RecordNumber != acks[2].RecordNumber {
			t.Errorf("got %v, want %v", got, web)
		}
	})
	t.Run("search", func(t *testing.T) {
		got, err := s.Entities.Search(ctx, &aloiv1.SearchRequest{Query: &aloiv1.Record{Emails: store.Emails, Names: store.Names}})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Hits) == 0 || got.Hits[0].Entity.EntityId != id {
			t.Fatalf("hits: %v", got.Hits)
		}
		checkSum(t, got.Hits[0].Prior, got.Hits[0].Evidence, got.Hits[0].Weight)
	})
	t.Run("preview", func(t *testing.T) {
		got, err := s.Entities.Preview(ctx, &aloiv1.PreviewRequest{Record: anne("sav", "t-5")})
		if err != nil {
			t.Fatal(err)
		}
		if got.Outcome != aloiv1.Outcome_OUTCOME_JOINED || got.EntityId != id || len(got.Hits) == 0 {
			t.Errorf("preview: %v", got)
		}
		if _, err := s.Entities.GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: servertest.Ref("sav", "t-5")}); status.Code(err) != codes.NotFound {
			t.Errorf("the previewed record is stored: %v", err)
		}
		none, err := s.Entities.Preview(ctx, &aloiv1.PreviewRequest{})
		if err != nil || none.Outcome != aloiv1.Outcome_OUTCOME_REJECTED || none.Violations[0].Field != "record" {
			t.Errorf("preview of nothing: %v, %v", none, err)
		}
	})
	t.Run("why", func(t *testing.T) {
		got, err := s.Entities.Why(ctx, &aloiv1.WhyRequest{A: store.Ref, B: web.Ref})
		if err != nil {
			t.Fatal(err)
		}
		if !got.SameEntity || got.Verdict != aloiv1.Verdict_VERDICT_SAME || got.Text == "" || got.ModelVersion == "" || got.Strength == "" {
			t.Errorf("why: %v", got)
		}
		checkSum(t, got.Prior, got.Evidence, got.Weight)
		french, err := s.Entities.Why(ctx, &aloiv1.WhyRequest{A: store.Ref, B: web.Ref, Language: "fr"})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(french.Text, "Ces deux fiches") || french.Evidence[0].Text == got.Evidence[0].Text || french.Weight != got.Weight {
			t.Errorf("in French: %v", french)
		}
	})
	t.Run("why not", func(t *testing.T) {
		got, err := s.Entities.Why(ctx, &aloiv1.WhyRequest{A: store.Ref, B: other.Ref})
		if err != nil {
			t.Fatal(err)
		}
		if got.SameEntity || len(got.Obstacles) == 0 || got.Obstacles[0].Kind == "" || got.Obstacles[0].Text == "" {
			t.Errorf("why not: %v", got)
		}
	})
	t.Run("how", func(t *testing.T) {
		for name, req := range map[string]*aloiv1.HowRequest{
			"entity": {By: &aloiv1.HowRequest_EntityId{EntityId: id}},
			"record": {By: &aloiv1.HowRequest_Record{Record: web.Ref}},
		} {
			got, err := s.Entities.How(ctx, req)
			if err != nil {
				t.Fatal(err)
			}
			if got.EntityId != id || len(got.Steps) != 1 || got.Text == "" || got.WeakestStep != 1 {
				t.Errorf("how by %s: %v", name, got)
			}
		}
	})
	t.Run("put again", func(t *testing.T) {
		got, err := s.Ingest.Put(ctx, &aloiv1.PutRequest{Record: web})
		if err != nil {
			t.Fatal(err)
		}
		if a := got.Acknowledgement; a.Outcome != aloiv1.Outcome_OUTCOME_UNCHANGED || a.EntityId != id {
			t.Errorf("acknowledgement: %v", a)
		}
	})
	t.Run("delete", func(t *testing.T) {
		got, err := s.Ingest.Delete(ctx, &aloiv1.DeleteRequest{Ref: other.Ref})
		if err != nil || got.Acknowledgement.Outcome != aloiv1.Outcome_OUTCOME_DELETED {
			t.Errorf("deleted: %v, %v", got, err)
		}
		got, err = s.Ingest.Delete(ctx, &aloiv1.DeleteRequest{Ref: other.Ref})
		if err != nil || got.Acknowledgement.Outcome != aloiv1.Outcome_OUTCOME_NOT_FOUND {
			t.Errorf("deleted twice: %v, %v", got, err)
		}
	})
}

// checkSum holds the law that a weight is the prior plus the evidence.
func checkSum(t *testing.T, prior float64, evidence []*aloiv1.Evidence, weight float64) {
	t.Helper()
	sum := prior
	for _, e := range evidence {
		sum += e.Weight
	}
	if d := sum - weight; d < -1e-6 || d > 1e-6 || len(evidence) == 0 {
		t.Errorf("prior and %d pieces of evidence are %f bits, the weight says %f", len(evidence), sum, weight)
	}
}

// A steward takes two records apart, finds the ruling in the list, and takes it back.
func TestJudgements(t *testing.T) {
	s := servertest.Start(t)
	ctx := t.Context()
	a, b := anne("store-12", "881"), anne("web", "u-19")
	before := s.Stream(servertest.Put(a), servertest.Put(b))

	judged, err := s.Judgements.Judge(ctx, &aloiv1.JudgeRequest{
		A: b.Ref, B: a.Ref, Verdict: aloiv1.Verdict_VERDICT_DIFFERENT, Steward: "paul", Reason: "mère et fille",
	})
	if err != nil || judged.Acknowledgement.Outcome != aloiv1.Outcome_OUTCOME_SPLIT {
		t.Fatalf("judged: %v, %v", judged, err)
	}
	why, err := s.Entities.Why(ctx, &aloiv1.WhyRequest{A: a.Ref, B: b.Ref})
	if err != nil || why.SameEntity || why.Judgement.GetSteward() != "paul" {
		t.Errorf("why: %v, %v", why, err)
	}
	listed, err := s.Judgements.List(ctx, &aloiv1.ListRequest{Record: a.Ref})
	if err != nil || len(listed.Judgements) != 1 || listed.NextPageToken != "" {
		t.Fatalf("listed: %v, %v", listed, err)
	}
	if j := listed.Judgements[0]; !proto.Equal(j.A, a.Ref) || j.Reason != "mère et fille" || !j.Time.IsValid() {
		t.Errorf("judgement: %v", j)
	}
	if none, err := s.Judgements.List(ctx, &aloiv1.ListRequest{Record: servertest.Ref("web", "u-20")}); err != nil || len(none.Judgements) != 0 {
		t.Errorf("of another record: %v, %v", none, err)
	}
	withdrawn, err := s.Judgements.Withdraw(ctx, &aloiv1.WithdrawRequest{A: b.Ref, B: a.Ref})
	if err != nil || withdrawn.Acknowledgement.Outcome != aloiv1.Outcome_OUTCOME_MERGED {
		t.Fatalf("withdrawn: %v, %v", withdrawn, err)
	}
	after, err := s.Entities.Get(ctx, &aloiv1.GetRequest{By: &aloiv1.GetRequest_Record{Record: b.Ref}})
	if err != nil || after.Entity.EntityId != before[0].EntityId || len(after.Entity.Members) != 2 {
		t.Errorf("after: %v, %v", after, err)
	}
	if again, err := s.Judgements.Withdraw(ctx, &aloiv1.WithdrawRequest{A: a.Ref, B: b.Ref}); err != nil ||
		again.Acknowledgement.Outcome != aloiv1.Outcome_OUTCOME_NOT_FOUND {
		t.Errorf("withdrawn twice: %v, %v", again, err)
	}
}

// The pages of a list hold each judgement once.
func TestJudgementPages(t *testing.T) {
	s := servertest.Start(t)
	const judgements = 7
	for i := range judgements {
		if _, err := s.Judgements.Judge(t.Context(), &aloiv1.JudgeRequest{
			A: person("web", i).Ref, B: person("store", i).Ref, Verdict: aloiv1.Verdict_VERDICT_SAME,
		}); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]int{}
	for token, pages := "", 1; ; pages++ {
		page, err := s.Judgements.List(t.Context(), &aloiv1.ListRequest{PageSize: 3, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range page.Judgements {
			seen[j.A.RecordId]++
		}
		if token = page.NextPageToken; token == "" {
			if pages != 3 {
				t.Errorf("%d pages, want 3", pages)
			}
			break
		}
	}
	for i := range judgements {
		if id := person("web", i).Ref.RecordId; seen[id] != 1 {
			t.Errorf("judgement on %s was listed %d times", id, seen[id])
		}
	}
}

// A request that is wrong is refused with the field named.
func TestWrongRequests(t *testing.T) {
	s := servertest.Start(t)
	ctx := t.Context()
	ref := servertest.Ref("web", "1")
	bad := servertest.Ref("web", "\xff")
	for _, c := range []struct {
		name  string
		field string
		call  func() error
	}{
		{"get nothing", "entity_id", func() error { _, err := s.Entities.Get(ctx, &aloiv1.GetRequest{}); return err }},
		{"get garbage", "entity_id", func() error {
			_, err := s.Entities.Get(ctx, &aloiv1.GetRequest{By: &aloiv1.GetRequest_EntityId{EntityId: "\xffE1"}})
			return err
		}},
		{"get bad record", "record.record_id", func() error {
			_, err := s.Entities.Get(ctx, &aloiv1.GetRequest{By: &aloiv1.GetRequest_Record{Record: bad}})
			return err
		}},
		{"get record", "ref", func() error { _, err := s.Entities.GetRecord(ctx, &aloiv1.GetRecordRequest{}); return err }},
		{"how nothing", "entity_id", func() error { _, err := s.Entities.How(ctx, &aloiv1.HowRequest{}); return err }},
		{"search nothing", "record", func() error { _, err := s.Entities.Search(ctx, &aloiv1.SearchRequest{}); return err }},
		{"search", "record.emails[0]", func() error {
			_, err := s.Entities.Search(ctx, &aloiv1.SearchRequest{Query: &aloiv1.Record{Emails: []string{"\xff"}}})
			return err
		}},
		{"why in no language", "language", func() error {
			_, err := s.Entities.Why(ctx, &aloiv1.WhyRequest{A: ref, B: servertest.Ref("web", "2"), Language: "de"})
			return err
		}},
		{"how in no language", "language", func() error {
			_, err := s.Entities.How(ctx, &aloiv1.HowRequest{By: &aloiv1.HowRequest_EntityId{EntityId: "E000000000001"}, Language: "FR"})
			return err
		}},
		{"why", "b", func() error { _, err := s.Entities.Why(ctx, &aloiv1.WhyRequest{A: ref}); return err }},
		{"put nothing", "record", func() error { _, err := s.Ingest.Put(ctx, &aloiv1.PutRequest{}); return err }},
		{"put", "record.ref.source", func() error {
			_, err := s.Ingest.Put(ctx, &aloiv1.PutRequest{Record: &aloiv1.Record{Ref: servertest.Ref("", "1")}})
			return err
		}},
		{"delete", "ref.record_id", func() error { _, err := s.Ingest.Delete(ctx, &aloiv1.DeleteRequest{Ref: bad}); return err }},
		{"judge without verdict", "verdict", func() error {
			_, err := s.Judgements.Judge(ctx, &aloiv1.JudgeRequest{A: ref, B: servertest.Ref("web", "2")})
			return err
		}},
		{"judge one record", "b", func() error {
			_, err := s.Judgements.Judge(ctx, &aloiv1.JudgeRequest{A: ref, B: ref, Verdict: aloiv1.Verdict_VERDICT_SAME})
			return err
		}},
		{"judge, steward", "steward", func() error {
			_, err := s.Judgements.Judge(ctx, &aloiv1.JudgeRequest{A: ref, B: servertest.Ref("web", "2"), Verdict: aloiv1.Verdict_VERDICT_SAME, Steward: "\xff"})
			return err
		}},
		{"withdraw", "a", func() error { _, err := s.Judgements.Withdraw(ctx, &aloiv1.WithdrawRequest{B: ref}); return err }},
		{"list", "page_token", func() error { _, err := s.Judgements.List(ctx, &aloiv1.ListRequest{PageToken: "x"}); return err }},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.call()
			if status.Code(err) != codes.InvalidArgument || fieldOf(err) != c.field {
				t.Errorf("%v for %q, want InvalidArgument for %q", err, fieldOf(err), c.field)
			}
		})
	}
	if _, err := s.Entities.GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: ref}); status.Code(err) != codes.NotFound {
		t.Errorf("a record that is not there: %v", err)
	}
}

// Whatever is called, and however it ends, no value reaches the log.
func TestLogHoldsNoValues(t *testing.T) {
	var log syncBuffer
	s := servertest.Open(t, t.TempDir(), server.Options{
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	ctx := t.Context()
	good, bad := anne("store-12", "client-881"), anne("web", "client-882")
	bad.Note = "Lefèvre\xff"
	s.Stream(servertest.Put(good), servertest.Put(bad), servertest.Delete(servertest.Ref("web", "client-883")))
	s.Ingest.Put(ctx, &aloiv1.PutRequest{Record: bad})
	s.Entities.Search(ctx, &aloiv1.SearchRequest{Query: bad})
	s.Entities.Search(ctx, &aloiv1.SearchRequest{Query: good})
	s.Entities.Preview(ctx, &aloiv1.PreviewRequest{Record: good})
	s.Entities.Why(ctx, &aloiv1.WhyRequest{A: good.Ref, B: bad.Ref})
	s.Entities.GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: bad.Ref})
	s.Entities.Get(ctx, &aloiv1.GetRequest{By: &aloiv1.GetRequest_EntityId{EntityId: "Lefèvre"}})
	s.Judgements.Judge(ctx, &aloiv1.JudgeRequest{A: good.Ref, B: bad.Ref, Steward: "Lefèvre"})
	s.Judgements.List(ctx, &aloiv1.ListRequest{PageToken: "Lefèvre"})
	stop := &aloiv1.ConsentEvent{Kind: "WITHDRAWN", ContactPoint: annesMail, Token: "Lefèvre"}
	for _, subject := range []*aloiv1.Subject{
		servertest.ByRecord(good.Ref), servertest.ByRecord(bad.Ref), servertest.ByPoint(annesMail), servertest.ByPoint("email:\xffLefèvre"), servertest.ByEntity("Lefèvre"),
	} {
		s.Consent.Record(ctx, &aloiv1.RecordEventRequest{Subject: subject, Event: stop})
		s.Consent.Decide(ctx, &aloiv1.DecideRequest{Subject: subject, Question: question("EMAIL")})
		s.Consent.History(ctx, &aloiv1.HistoryRequest{Subject: subject})
		s.Audit.Receipt(ctx, &aloiv1.ReceiptRequest{Subject: subject, EventId: "Lefèvre"})
		decideMany(ctx, s.Consent, &aloiv1.DecideManyRequest{Campaign: question("EMAIL"), Subjects: []*aloiv1.Subject{subject}})
	}
	s.Consent.ConfirmToken(ctx, &aloiv1.ConfirmTokenRequest{Token: "Lefèvre"})
	s.Consent.Suppress(ctx, &aloiv1.SuppressRequest{ContactPoints: []string{annesMail, "Lefèvre"}, Reason: "ERASED"})
	s.Consent.GetNotice(ctx, &aloiv1.GetNoticeRequest{Sha256: "Lefèvre"})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	lines := log.String()
	if n := strings.Count(lines, "\n"); n < 38 {
		t.Errorf("%d lines for 38 calls", n)
	}
	for _, value := range []string{"Lef", "anne", "client-88", "06 12", "33612345678", "Lilas", "2900123456789"} {
		if strings.Contains(lines, value) {
			t.Errorf("the log holds %q:\n%s", value, lines)
		}
	}
}

// syncBuffer is a buffer that calls may write to at once.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// Health answers for the whole and for each service; reflection lists them.
func TestHealthAndReflection(t *testing.T) {
	s := servertest.Start(t)
	stream, err := reflectionpb.NewServerReflectionClient(s.Conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&reflectionpb.ServerReflectionRequest{
		MessageRequest: &reflectionpb.ServerReflectionRequest_ListServices{},
	}); err != nil {
		t.Fatal(err)
	}
	resp, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, service := range resp.GetListServicesResponse().GetService() {
		names = append(names, service.Name)
	}
	for _, name := range []string{"aloi.v1.Ingest", "aloi.v1.Entities", "aloi.v1.Judgements", "aloi.v1.Changes", "aloi.v1.Consent", "aloi.v1.Audit"} {
		if !slices.Contains(names, name) {
			t.Errorf("reflection does not list %s but %v", name, names)
		}
	}
	if err := stream.CloseSend(); err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != io.EOF {
		t.Errorf("reflection ended with %v", err)
	}
	for _, name := range []string{"", "aloi.v1.Ingest", "aloi.v1.Consent"} {
		got, err := healthpb.NewHealthClient(s.Conn).Check(t.Context(), &healthpb.HealthCheckRequest{Service: name})
		if err != nil || got.Status != healthpb.HealthCheckResponse_SERVING {
			t.Errorf("health of %q: %v, %v", name, got, err)
		}
	}
}
