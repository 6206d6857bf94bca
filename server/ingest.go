package server

import (
	"context"

	"aloi"
	"aloi/engine"
	aloiv1 "aloi/proto/aloi/v1"
)

// ingest is the service for those who send. waiting bounds what all streams hold, and
// stopping ends when the server stops.
type ingest struct {
	aloiv1.UnimplementedIngestServer
	engine   *engine.Engine
	waiting  *budget
	stopping context.Context
}

// Put stores one record.
func (s *ingest) Put(ctx context.Context, req *aloiv1.PutRequest) (*aloiv1.PutResponse, error) {
	record, violations := readRecord(req.Record)
	if len(violations) > 0 {
		return nil, aloi.Invalid(violations...)
	}
	a, err := applyOne(ctx, s.engine, engine.Operation{Put: record})
	if err != nil {
		return nil, err
	}
	return &aloiv1.PutResponse{Acknowledgement: a}, nil
}

// Delete removes one record.
func (s *ingest) Delete(ctx context.Context, req *aloiv1.DeleteRequest) (*aloiv1.DeleteResponse, error) {
	var r reader
	ref := r.ref(req.Ref, "ref")
	if err := r.err(); err != nil {
		return nil, err
	}
	a, err := applyOne(ctx, s.engine, engine.Operation{Delete: &ref})
	if err != nil {
		return nil, err
	}
	return &aloiv1.DeleteResponse{Acknowledgement: a}, nil
}

// applyOne carries out one operation of a unary call, where a rejection is an error:
// nobody should take an answer for a success without reading it.
func applyOne(ctx context.Context, e *engine.Engine, op engine.Operation) (*aloiv1.Acknowledgement, error) {
	acks, err := e.Apply(ctx, []engine.Operation{op})
	if err != nil {
		return nil, err
	}
	switch a := acks[0]; {
	case a.Outcome != aloi.OutcomeRejected:
		return toAcknowledgement(0, a), nil
	case a.Refusal != "":
		return nil, &aloi.Error{Code: aloi.CodeRefused, Message: a.Reason, Reason: a.Refusal}
	default:
		return nil, &aloi.Error{Code: aloi.CodeInvalid, Message: a.Reason, Violations: a.Violations}
	}
}

// operation is one operation of a stream, on its way to the engine.
type operation struct {
	sequence   uint64
	do         engine.Operation
	violations []aloi.Violation // the operation is rejected for these
	weight     int64            // that it holds of its window
	taken      int64            // and of the budget, until it is carried out
}

// readOperation converts an operation; what is wrong with it goes with it.
func readOperation(m *aloiv1.Operation) operation {
	op := operation{sequence: m.Sequence}
	switch o := m.Operation.(type) {
	case *aloiv1.Operation_Put:
		op.do.Put, op.violations = readRecord(o.Put)
	case *aloiv1.Operation_Delete:
		var r reader
		ref := r.ref(o.Delete, "delete")
		op.do.Delete, op.violations = &ref, r.violations
	default:
		op.violations = []aloi.Violation{{Field: "operation", Reason: "is neither put nor delete"}}
	}
	return op
}
