package engine

import (
	"context"
	"errors"

	"aloi"
)

// Engine answers operations and questions over one store. It is safe for concurrent use.
type Engine struct{}

var errSkeleton = errors.New("engine: not built yet")

// Apply carries out the operations and answers each, in order, once it is durable.
func (e *Engine) Apply(ctx context.Context, ops []Operation) ([]aloi.Acknowledgement, error) {
	return nil, errSkeleton
}

// Entity returns an entity with its golden record; an id that was merged away
// resolves to the entity that it became.
func (e *Engine) Entity(ctx context.Context, id aloi.EntityID) (*aloi.Entity, error) {
	return nil, errSkeleton
}

// EntityOf returns the entity that a record is in.
func (e *Engine) EntityOf(ctx context.Context, ref aloi.RecordRef) (*aloi.Entity, error) {
	return nil, errSkeleton
}

// Record returns a record as it is stored.
func (e *Engine) Record(ctx context.Context, ref aloi.RecordRef) (*StoredRecord, error) {
	return nil, errSkeleton
}

// Search returns the entities that fit the query's attributes, best first.
func (e *Engine) Search(ctx context.Context, query *aloi.Record, limit int) ([]Hit, error) {
	return nil, errSkeleton
}

// Preview says what storing a record would do, and stores nothing.
func (e *Engine) Preview(ctx context.Context, r *aloi.Record) (*Preview, error) {
	return nil, errSkeleton
}

// Why explains why two stored records are, or are not, one person.
func (e *Engine) Why(ctx context.Context, a, b aloi.RecordRef) (*Why, error) {
	return nil, errSkeleton
}

// How tells how an entity came together.
func (e *Engine) How(ctx context.Context, id aloi.EntityID) (*How, error) { return nil, errSkeleton }

// Judgements returns a page of the judgements in force, of one record or of all.
func (e *Engine) Judgements(ctx context.Context, record *aloi.RecordRef, size int, after string) (*JudgementPage, error) {
	return nil, errSkeleton
}

// Changes returns the changes of the next batches after a journal sequence.
func (e *Engine) Changes(ctx context.Context, after uint64, limit int) ([]aloi.Change, error) {
	return nil, errSkeleton
}

// Wait returns when the journal is past after.
func (e *Engine) Wait(ctx context.Context, after uint64) error { return errSkeleton }

// RecordRefs returns the references of those records that are still stored.
func (e *Engine) RecordRefs(ctx context.Context, numbers []uint64) (map[uint64]aloi.RecordRef, error) {
	return nil, errSkeleton
}

// Close waits for the work under way and releases the engine; the store stays open.
func (e *Engine) Close() error { return errSkeleton }
