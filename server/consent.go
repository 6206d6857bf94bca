package server

import (
	"context"
	"crypto/sha256"
	"fmt"
	"unicode/utf8"

	"aloi"
	"aloi/engine"
	aloiv1 "aloi/proto/aloi/v1"
)

// maxSuppressions is how many contact points one request may put on the list.
const maxSuppressions = 1000

// consents is the service that says who may be contacted. stopping ends when the server
// stops.
type consents struct {
	aloiv1.UnimplementedConsentServer
	engine   *engine.Engine
	budgets  *budgets
	stopping context.Context
}

// Decide answers one question about one person.
func (s *consents) Decide(ctx context.Context, req *aloiv1.DecideRequest) (*aloiv1.DecideResponse, error) {
	var r reader
	r.request(req)
	subject, question := r.subject(req.Subject, "subject"), r.question(req.Question, "question")
	if err := r.err(); err != nil {
		return nil, err
	}
	verdicts, err := s.engine.Decide(ctx, subject, question)
	if err != nil {
		return nil, err
	}
	checkpoint, err := s.engine.Checkpoint(ctx) // after deciding: it covers what was read
	if err != nil {
		return nil, err
	}
	return &aloiv1.DecideResponse{Verdicts: list(verdicts, toConsentVerdict), Checkpoint: checkpoint}, nil
}

// Record keeps one act.
func (s *consents) Record(ctx context.Context, req *aloiv1.RecordEventRequest) (*aloiv1.RecordEventResponse, error) {
	var r reader
	r.request(req)
	op := engine.ConsentOperation{Subject: r.subject(req.Subject, "subject"), Event: r.event(req.Event)}
	if err := r.err(); err != nil {
		return nil, err
	}
	a, err := s.apply(ctx, engine.Operation{Consent: &op}, "the person of the act")
	if err != nil {
		return nil, err
	}
	return &aloiv1.RecordEventResponse{Acknowledgement: a}, nil
}

// ConfirmToken completes a double opt-in.
func (s *consents) ConfirmToken(ctx context.Context, req *aloiv1.ConfirmTokenRequest) (*aloiv1.ConfirmTokenResponse, error) {
	var r reader
	r.request(req)
	c := engine.Confirmation{Token: req.Token, Evidence: r.evidence(req.Evidence)}
	if err := r.err(); err != nil {
		return nil, err
	}
	a, err := s.apply(ctx, engine.Operation{Confirm: &c}, "token")
	if err != nil {
		return nil, err
	}
	return &aloiv1.ConfirmTokenResponse{Acknowledgement: a}, nil
}

// History returns the events of a person or a contact point.
func (s *consents) History(ctx context.Context, req *aloiv1.HistoryRequest) (*aloiv1.HistoryResponse, error) {
	var r reader
	r.request(req)
	subject := r.subject(req.Subject, "subject")
	if err := r.err(); err != nil {
		return nil, err
	}
	events, err := s.engine.History(ctx, subject)
	if err != nil {
		return nil, err
	}
	checkpoint, err := s.engine.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	return &aloiv1.HistoryResponse{Events: list(events, toHistoryEvent), Checkpoint: checkpoint}, nil
}

// Preview says which decisions a judgement would change.
func (s *consents) Preview(ctx context.Context, req *aloiv1.ConsentPreviewRequest) (*aloiv1.ConsentPreviewResponse, error) {
	var (
		r  reader
		op engine.Operation
	)
	r.request(req)
	switch act := req.Act.(type) {
	case *aloiv1.ConsentPreviewRequest_Judge:
		op.Judge = r.judgement(act.Judge)
	case *aloiv1.ConsentPreviewRequest_Withdraw:
		op.Withdraw = r.pair(act.Withdraw)
	default:
		r.fail("judge", "is missing, and withdraw too")
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	preview, err := s.engine.PreviewJudgement(ctx, op)
	if err != nil {
		return nil, err
	}
	return &aloiv1.ConsentPreviewResponse{Changes: list(preview.Changes, toChangedDecision), Asked: uint64(preview.Asked)}, nil
}

// Assign rules on whom an inherited stop concerns.
func (s *consents) Assign(ctx context.Context, req *aloiv1.AssignRequest) (*aloiv1.AssignResponse, error) {
	var r reader
	r.request(req)
	op := engine.Assignment{
		EventID: req.EventId, Record: r.ref(req.Record, "record"), Steward: req.Steward, Reason: req.Reason,
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	a, err := s.apply(ctx, engine.Operation{Assign: &op}, "event of that record")
	if err != nil {
		return nil, err
	}
	return &aloiv1.AssignResponse{Acknowledgement: a}, nil
}

// Suppress puts contact points on the list of those not to be used. Those that are no
// contact points are named; the others are on the list all the same, since a stop must
// not wait for another's to be mended.
func (s *consents) Suppress(ctx context.Context, req *aloiv1.SuppressRequest) (*aloiv1.SuppressResponse, error) {
	var r reader
	r.request(req)
	switch n := len(req.ContactPoints); {
	case n == 0:
		r.fail("contact_points", "is empty")
	case n > maxSuppressions:
		r.fail("contact_points", fmt.Sprintf("more than %d in one request", maxSuppressions))
	}
	rule := aloi.Suppression{
		Controllers: req.Controllers, Reason: req.Reason, Time: r.instant(req.Time, "time"), Until: r.instant(req.Until, "until"),
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	ops := make([]engine.Operation, len(req.ContactPoints))
	for i, point := range req.ContactPoints {
		one := rule
		one.Point = point
		ops[i] = engine.Operation{Suppress: &one}
	}
	acks, err := s.engine.Apply(ctx, ops)
	if err != nil {
		return nil, err
	}
	if err := rejectedPoints(acks); err != nil {
		return nil, err
	}
	return &aloiv1.SuppressResponse{Acknowledgements: list(acks, func(a aloi.Acknowledgement) *aloiv1.Acknowledgement {
		return toAcknowledgement(0, a)
	})}, nil
}

// ListSuppressions returns a page of the list.
func (s *consents) ListSuppressions(ctx context.Context, req *aloiv1.ListSuppressionsRequest) (*aloiv1.ListSuppressionsResponse, error) {
	var r reader
	r.request(req)
	after := r.token(req.PageToken, tokenSuppressions, "page_token")
	if err := r.err(); err != nil {
		return nil, err
	}
	page, err := s.engine.Suppressions(ctx, size(req.PageSize, defaultPageSize, maxPageSize), after)
	if err != nil {
		return nil, err
	}
	return &aloiv1.ListSuppressionsResponse{
		Suppressions:  list(page.Suppressions, toSuppression),
		NextPageToken: token(tokenSuppressions, page.Next),
	}, nil
}

// PutNotice keeps the text of a notice.
func (s *consents) PutNotice(ctx context.Context, req *aloiv1.PutNoticeRequest) (*aloiv1.PutNoticeResponse, error) {
	var r reader
	r.request(req)
	if !utf8.ValidString(req.Text) { // receipts are JSON, and hold it
		r.fail("text", "not valid UTF-8")
	}
	notice := aloi.Notice{Name: req.Name, Language: req.Language, Text: req.Text}
	if err := r.err(); err != nil {
		return nil, err
	}
	a, err := applyOne(ctx, s.engine, engine.Operation{Notice: &notice})
	if err != nil {
		return nil, err
	}
	return &aloiv1.PutNoticeResponse{Sha256: toHex(sha256.Sum256([]byte(req.Text))), Acknowledgement: a}, nil
}

// GetNotice returns a notice by the hash of its text.
func (s *consents) GetNotice(ctx context.Context, req *aloiv1.GetNoticeRequest) (*aloiv1.GetNoticeResponse, error) {
	var r reader
	r.request(req)
	sum := r.sha256(req.Sha256, "sha256")
	if err := r.err(); err != nil {
		return nil, err
	}
	notice, err := s.engine.Notice(ctx, sum)
	if err != nil {
		return nil, err
	}
	return &aloiv1.GetNoticeResponse{Name: notice.Name, Language: notice.Language, Text: notice.Text}, nil
}

// apply carries out an operation on something that must be there: nobody should take it
// for done because it did not fail.
func (s *consents) apply(ctx context.Context, op engine.Operation, what string) (*aloiv1.Acknowledgement, error) {
	a, err := applyOne(ctx, s.engine, op)
	if err == nil && a.Outcome == aloiv1.Outcome_OUTCOME_NOT_FOUND {
		return nil, aloi.NotFound(what)
	}
	return a, err
}

// rejectedPoints is an error that names each contact point that was rejected, nil when
// none was. What is wrong with the rule itself is the same for all, and named once.
func rejectedPoints(acks []aloi.Acknowledgement) error {
	const points = "contact_points"
	var r reader
	for i, a := range acks {
		for _, v := range a.Violations {
			switch {
			case v.Field == points:
				r.fail(fmt.Sprintf("%s[%d]", points, i), v.Reason)
			case i == 0:
				r.fail(v.Field, v.Reason)
			}
		}
	}
	return r.err()
}
