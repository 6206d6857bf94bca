package server

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"aloi/engine"
	aloiv1 "aloi/proto/aloi/v1"
)

// audits is the service for those who check.
type audits struct {
	aloiv1.UnimplementedAuditServer
	engine *engine.Engine
}

// Checkpoint returns the signed head of the log.
func (s *audits) Checkpoint(ctx context.Context, req *aloiv1.CheckpointRequest) (*aloiv1.CheckpointResponse, error) {
	var r reader
	if r.request(req); len(r.violations) > 0 {
		return nil, r.err()
	}
	checkpoint, err := s.engine.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	return &aloiv1.CheckpointResponse{Checkpoint: checkpoint, VerifierKey: s.engine.VerifierKey()}, nil
}

// Consistency proves that the log only grew.
func (s *audits) Consistency(ctx context.Context, req *aloiv1.ConsistencyRequest) (*aloiv1.ConsistencyResponse, error) {
	var r reader
	if r.request(req); len(r.violations) > 0 {
		return nil, r.err()
	}
	proof, checkpoint, err := s.engine.Consistency(ctx, req.OldSize)
	if err != nil {
		return nil, err
	}
	hashes := list(proof, func(h tlog.Hash) []byte { return h[:] })
	return &aloiv1.ConsistencyResponse{Hashes: hashes, Checkpoint: checkpoint}, nil
}

// Receipt returns the receipt of one event.
func (s *audits) Receipt(ctx context.Context, req *aloiv1.ReceiptRequest) (*aloiv1.ReceiptResponse, error) {
	var r reader
	r.request(req)
	subject, id := r.subject(req.Subject, "subject"), r.named(req.EventId, "event_id")
	if err := r.err(); err != nil {
		return nil, err
	}
	receipt, err := s.engine.Receipt(ctx, subject, id)
	if err != nil {
		return nil, err
	}
	text, err := receipt.JSON()
	if err != nil {
		return nil, err
	}
	return &aloiv1.ReceiptResponse{Receipt: string(text)}, nil
}
