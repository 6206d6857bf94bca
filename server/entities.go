package server

import (
	"context"

	"aloi"
	"aloi/engine"
	aloiv1 "aloi/proto/aloi/v1"
)

// entities is the service for those who ask.
type entities struct {
	aloiv1.UnimplementedEntitiesServer
	engine *engine.Engine
}

// Get returns an entity, by its id or by a record.
func (s *entities) Get(ctx context.Context, req *aloiv1.GetRequest) (*aloiv1.GetResponse, error) {
	var (
		entity *aloi.Entity
		err    error
		r      reader
	)
	switch by := req.By.(type) {
	case *aloiv1.GetRequest_EntityId:
		entity, err = s.engine.Entity(ctx, aloi.EntityID(by.EntityId))
	case *aloiv1.GetRequest_Record:
		if ref := r.ref(by.Record, "record"); r.err() == nil {
			entity, err = s.engine.EntityOf(ctx, ref)
		}
	default:
		r.fail("entity_id", "is missing, and record too")
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	return &aloiv1.GetResponse{Entity: toEntity(entity)}, nil
}

// GetRecord returns one record as it was sent.
func (s *entities) GetRecord(ctx context.Context, req *aloiv1.GetRecordRequest) (*aloiv1.GetRecordResponse, error) {
	var r reader
	ref := r.ref(req.Ref, "ref")
	if err := r.err(); err != nil {
		return nil, err
	}
	stored, err := s.engine.Record(ctx, ref)
	if err != nil {
		return nil, err
	}
	return &aloiv1.GetRecordResponse{
		Record: toRecord(stored.Record), EntityId: string(stored.Entity), RecordNumber: stored.Number,
	}, nil
}

// Search finds entities by attributes.
func (s *entities) Search(ctx context.Context, req *aloiv1.SearchRequest) (*aloiv1.SearchResponse, error) {
	query, violations := readRecord(req.Query)
	if len(violations) > 0 {
		return nil, aloi.Invalid(violations...)
	}
	hits, err := s.engine.Search(ctx, query, size(req.Limit, defaultSearchHits, maxSearchHits))
	if err != nil {
		return nil, err
	}
	return &aloiv1.SearchResponse{Hits: list(hits, toHit)}, nil
}

// Preview says what Put would answer now.
func (s *entities) Preview(ctx context.Context, req *aloiv1.PreviewRequest) (*aloiv1.PreviewResponse, error) {
	record, violations := readRecord(req.Record)
	if len(violations) > 0 {
		return toPreview(&engine.Preview{Outcome: aloi.OutcomeRejected, Violations: violations}), nil
	}
	preview, err := s.engine.Preview(ctx, record)
	if err != nil {
		return nil, err
	}
	return toPreview(preview), nil
}

// Why explains a pair of records.
func (s *entities) Why(ctx context.Context, req *aloiv1.WhyRequest) (*aloiv1.WhyResponse, error) {
	var r reader
	a, b := r.ref(req.A, "a"), r.ref(req.B, "b")
	if err := r.err(); err != nil {
		return nil, err
	}
	why, err := s.engine.Why(ctx, a, b, aloi.Language(req.Language))
	if err != nil {
		return nil, err
	}
	return toWhy(why), nil
}

// How tells how an entity came together.
func (s *entities) How(ctx context.Context, req *aloiv1.HowRequest) (*aloiv1.HowResponse, error) {
	id, err := s.howID(ctx, req)
	if err != nil {
		return nil, err
	}
	how, err := s.engine.How(ctx, id, aloi.Language(req.Language))
	if err != nil {
		return nil, err
	}
	return toHow(how), nil
}

// howID returns the entity that is asked for.
func (s *entities) howID(ctx context.Context, req *aloiv1.HowRequest) (aloi.EntityID, error) {
	var r reader
	switch by := req.By.(type) {
	case *aloiv1.HowRequest_EntityId:
		return aloi.EntityID(by.EntityId), nil
	case *aloiv1.HowRequest_Record:
		ref := r.ref(by.Record, "record")
		if err := r.err(); err != nil {
			return "", err
		}
		stored, err := s.engine.Record(ctx, ref)
		if err != nil {
			return "", err
		}
		return stored.Entity, nil
	}
	r.fail("entity_id", "is missing, and record too")
	return "", r.err()
}

// size is what a request asks for, within its limits.
func size(asked uint32, usual, most int) int {
	switch {
	case asked == 0:
		return usual
	case asked > uint32(most):
		return most
	}
	return int(asked)
}
