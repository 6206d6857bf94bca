package server_test

import (
	"math"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// nathalie is a record with nothing but a name, which several people have.
func nathalie(source string) *aloiv1.Record {
	return &aloiv1.Record{Ref: servertest.Ref(source, "n"), Names: []*aloiv1.Name{{Given: "Nathalie", Family: "Bernard"}}}
}

// TestReviewAndMeasure asks what waits, answers it, and measures the model on the answer.
func TestReviewAndMeasure(t *testing.T) {
	s, ctx := servertest.Start(t), t.Context()
	a, b := nathalie("store"), nathalie("web")
	s.Stream(servertest.Put(a), servertest.Put(b), servertest.Put(anne("store", "1")), servertest.Put(anne("web", "1")))
	page, err := s.Judgements.Review(ctx, &aloiv1.ReviewRequest{Language: "fr"})
	if err != nil || page.Waiting != 1 || len(page.Pairs) != 1 {
		t.Fatalf("%v, %v", page, err)
	}
	p := page.Pairs[0]
	if p.A.Source != "store" || p.B.Source != "web" || p.EntityA == "" || p.EntityB == "" || p.EntityA == p.EntityB || p.Information <= 0 ||
		p.Why.GetVerdict() != aloiv1.Verdict_VERDICT_REVIEW || !strings.Contains(p.Why.GetText(), "le même prénom") {
		t.Errorf("%v", p)
	}
	checkSum(t, p.Why.Prior, p.Why.Evidence, p.Why.Weight)
	for _, pair := range [][2]*aloiv1.RecordRef{{p.A, p.B}, {servertest.Ref("store", "1"), servertest.Ref("web", "1")}} {
		if _, err := s.Judgements.Judge(ctx, &aloiv1.JudgeRequest{A: pair[0], B: pair[1], Verdict: aloiv1.Verdict_VERDICT_SAME, Steward: "claire"}); err != nil {
			t.Fatal(err)
		}
	}
	if page, err := s.Judgements.Review(ctx, &aloiv1.ReviewRequest{Limit: math.MaxUint32}); err != nil || page.Waiting != 0 || len(page.Pairs) != 0 {
		t.Errorf("answered: %v, %v", page, err)
	}
	m, err := s.Judgements.Measure(ctx, &aloiv1.MeasureRequest{})
	if err != nil || m.Judged != 2 || m.JudgedSame != 2 || m.ModelSame != 1 || m.BothSame != 1 || m.Precision != 1 || m.Recall != .5 ||
		m.PrecisionLow <= 0 || m.PrecisionHigh != 1 || m.RecallLow <= 0 || m.RecallHigh >= 1 {
		t.Fatalf("%v, %v", m, err)
	}
	if first, last := m.Bands[0], m.Bands[len(m.Bands)-1]; !math.IsInf(first.From, -1) || !math.IsInf(last.To, 1) || last.Same != 1 {
		t.Errorf("bands %v", m.Bands)
	}
	if _, err := s.Judgements.Review(ctx, &aloiv1.ReviewRequest{Language: "de"}); status.Code(err) != codes.InvalidArgument || fieldOf(err) != "language" {
		t.Errorf("in no language: %v", err)
	}
}
