package server

import (
	"context"

	"aloi"
	"aloi/engine"
	aloiv1 "aloi/proto/aloi/v1"
)

// judgements is the service for stewards.
type judgements struct {
	aloiv1.UnimplementedJudgementsServer
	engine *engine.Engine
}

// Judge rules on two records.
func (s *judgements) Judge(ctx context.Context, req *aloiv1.JudgeRequest) (*aloiv1.JudgeResponse, error) {
	var r reader
	j := r.judgement(req)
	if err := r.err(); err != nil {
		return nil, err
	}
	a, err := applyOne(ctx, s.engine, engine.Operation{Judge: j})
	if err != nil {
		return nil, err
	}
	return &aloiv1.JudgeResponse{Acknowledgement: a}, nil
}

// Withdraw takes a ruling back.
func (s *judgements) Withdraw(ctx context.Context, req *aloiv1.WithdrawRequest) (*aloiv1.WithdrawResponse, error) {
	var r reader
	pair := r.pair(req)
	if err := r.err(); err != nil {
		return nil, err
	}
	a, err := applyOne(ctx, s.engine, engine.Operation{Withdraw: pair})
	if err != nil {
		return nil, err
	}
	return &aloiv1.WithdrawResponse{Acknowledgement: a}, nil
}

// List returns a page of the rulings in force.
func (s *judgements) List(ctx context.Context, req *aloiv1.ListRequest) (*aloiv1.ListResponse, error) {
	var (
		r      reader
		record *aloi.RecordRef
	)
	if req.Record != nil {
		ref := r.ref(req.Record, "record")
		record = &ref
	}
	after := r.token(req.PageToken, tokenPage, "page_token")
	if err := r.err(); err != nil {
		return nil, err
	}
	page, err := s.engine.Judgements(ctx, record, size(req.PageSize, defaultPageSize, maxPageSize), after)
	if err != nil {
		return nil, err
	}
	return &aloiv1.ListResponse{
		Judgements:    list(page.Judgements, toJudgement),
		NextPageToken: token(tokenPage, page.Next),
	}, nil
}

// defaultReviewPairs is how many pairs Review returns unless told.
const defaultReviewPairs = 20

// Review returns the pairs whose judgement would tell most.
func (s *judgements) Review(ctx context.Context, req *aloiv1.ReviewRequest) (*aloiv1.ReviewResponse, error) {
	page, err := s.engine.Review(ctx, size(req.Limit, defaultReviewPairs, engine.MaxReviewPairs), aloi.Language(req.Language))
	if err != nil {
		return nil, err
	}
	return &aloiv1.ReviewResponse{Pairs: list(page.Pairs, toReviewPair), Waiting: page.Waiting}, nil
}

// Measure compares the model in force with the rulings.
func (s *judgements) Measure(ctx context.Context, _ *aloiv1.MeasureRequest) (*aloiv1.MeasureResponse, error) {
	m, err := s.engine.Measure(ctx)
	if err != nil {
		return nil, err
	}
	return toMeasure(m), nil
}
