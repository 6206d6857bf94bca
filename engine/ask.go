package engine

import (
	"context"
	"errors"

	"aloi"
	"aloi/store"
	"aloi/store/kv"
)

// view calls fn with one state of the store, and names what was not found.
func (e *Engine) view(ctx context.Context, fn func(*store.Reader) error) error {
	return viewError(e.st.View(ctx, fn))
}

// viewCached is view for questions that are asked often and need little.
func (e *Engine) viewCached(ctx context.Context, fn func(*store.Reader) error) error {
	return viewError(e.st.ViewCached(ctx, fn))
}

func viewError(err error) error {
	switch {
	case errors.Is(err, kv.ErrClosed), errors.Is(err, kv.ErrUnknown):
		return &aloi.Error{Code: aloi.CodeUnavailable, Message: "the store is closed", Err: err}
	case errors.Is(err, kv.ErrCorrupt):
		return &aloi.Error{Code: aloi.CodeCorrupt, Message: "a stored value failed its check", Err: err}
	case errors.Is(err, kv.ErrNotFound): // not one that the caller named: a broken reference
		return &aloi.Error{Code: aloi.CodeCorrupt, Message: "a stored value refers to one that is missing", Err: err}
	}
	return err
}

// Entity returns an entity with its golden record; an id that was merged away
// resolves to the entity that it became. One whose records were all deleted, and
// one that never was, are not found.
func (e *Engine) Entity(ctx context.Context, id aloi.EntityID) (*aloi.Entity, error) {
	asked, err := entityNumber(id)
	if err != nil {
		return nil, err
	}
	var entity *aloi.Entity
	err = e.view(ctx, func(r *store.Reader) error {
		number, err := followRedirects(r, asked)
		if err != nil {
			return err
		}
		if entity, err = readEntity(r, number); err == nil && number != asked {
			entity.Redirected = id
		}
		return err
	})
	return entity, err
}

// followRedirects returns the live entity that a number stands for. An id leads to
// an older one only, so that no chain of redirects has a loop.
func followRedirects(r *store.Reader, number uint64) (uint64, error) {
	for number != 0 {
		next, err := r.Redirect(number)
		if err == nil && next >= number {
			return 0, &aloi.Error{Code: aloi.CodeCorrupt, Message: "redirect of entity " + string(entityID(number))}
		}
		if err == nil {
			number = next
			continue
		}
		if errors.Is(err, kv.ErrNotFound) {
			_, err = r.Entity(number)
		}
		if errors.Is(err, kv.ErrNotFound) {
			break
		}
		return number, err
	}
	return 0, aloi.NotFound("entity")
}

// EntityOf returns the entity that a record is in.
func (e *Engine) EntityOf(ctx context.Context, ref aloi.RecordRef) (*aloi.Entity, error) {
	var entity *aloi.Entity
	err := e.view(ctx, func(r *store.Reader) error {
		_, number, err := e.locate(r, ref)
		if err != nil {
			return err
		}
		entity, err = readEntity(r, number)
		return err
	})
	return entity, err
}

// locate returns the numbers of a stored record and of its entity.
func (e *Engine) locate(r *store.Reader, ref aloi.RecordRef) (record, entity uint64, err error) {
	if v := aloi.ValidateRef("record", ref); len(v) > 0 {
		return 0, 0, aloi.Invalid(v...)
	}
	if record, err = r.Number(e.st.RefHash(ref)); err != nil {
		return 0, 0, err
	}
	if record == 0 {
		return 0, 0, aloi.NotFound("record")
	}
	entity, err = r.EntityOf(record)
	return record, entity, err
}

// readEntity reads an entity with the events of its members.
func readEntity(r *store.Reader, number uint64) (*aloi.Entity, error) {
	stored, err := r.Entity(number)
	if err != nil {
		return nil, err
	}
	members := make([]Contribution, len(stored.Members))
	for i, n := range stored.Members {
		rec, err := readRecord(r, n)
		if err != nil {
			return nil, err
		}
		members[i] = Contribution{Ref: rec.Ref, Record: rec}
	}
	entity := &aloi.Entity{
		ID: entityID(number), Golden: stored.Golden,
		Consents: mergeConsents(members), Interactions: mergeInteractions(members),
	}
	for _, m := range members {
		entity.Members = append(entity.Members, m.Ref)
	}
	sortRefs(entity.Members)
	return entity, nil
}

// readRecord reads a record with its consent events and interactions.
func readRecord(r *store.Reader, number uint64) (*aloi.Record, error) {
	stored, err := r.Record(number)
	if err != nil {
		return nil, err
	}
	rec := stored.Record
	if stored.Consents > 0 {
		if rec.Consents, err = r.Consents(number); err != nil {
			return nil, err
		}
	}
	if stored.Interactions > 0 {
		if rec.Interactions, err = r.Interactions(number); err != nil {
			return nil, err
		}
	}
	return &rec, nil
}

// Record returns a record as it is stored.
func (e *Engine) Record(ctx context.Context, ref aloi.RecordRef) (*StoredRecord, error) {
	var out *StoredRecord
	err := e.view(ctx, func(r *store.Reader) error {
		number, entity, err := e.locate(r, ref)
		if err != nil {
			return err
		}
		rec, err := readRecord(r, number)
		out = &StoredRecord{Record: rec, Number: number, Entity: entityID(entity)}
		return err
	})
	return out, err
}

// RecordRefs returns the references of those records that are still stored.
func (e *Engine) RecordRefs(ctx context.Context, numbers []uint64) (map[uint64]aloi.RecordRef, error) {
	refs := make(map[uint64]aloi.RecordRef, len(numbers))
	return refs, e.view(ctx, func(r *store.Reader) error {
		for _, n := range numbers {
			rec, err := r.Record(n)
			if errors.Is(err, kv.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			refs[n] = rec.Record.Ref
		}
		return nil
	})
}

// MaxChangeBatches is the most journal entries that one call of Changes returns.
const MaxChangeBatches = 256

// Changes returns the changes of at most limit batches past a journal sequence, in
// order.
func (e *Engine) Changes(ctx context.Context, after uint64, limit int) ([]aloi.Change, error) {
	var changes []aloi.Change
	err := e.view(ctx, func(r *store.Reader) error {
		entries, err := r.Journal(after, min(max(limit, 1), MaxChangeBatches))
		for _, entry := range entries {
			for i, c := range entry.Changes {
				change := aloi.Change{
					Sequence: entry.Sequence, Index: i, Time: entry.Time, Kind: c.Kind, Entity: entityID(c.Entity),
					Added: c.Added, Removed: c.Removed, Touched: c.Touched,
				}
				for _, b := range c.Before {
					change.Before = append(change.Before, entityID(b))
				}
				changes = append(changes, change)
			}
		}
		return err
	})
	return changes, err
}

// Sequence returns the journal position of the last commit.
func (e *Engine) Sequence() uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sequence
}

// Counts returns how many records, entities and judgements are stored.
func (e *Engine) Counts(ctx context.Context) (store.Counters, error) {
	var c store.Counters
	err := e.view(ctx, func(r *store.Reader) (err error) {
		c, err = r.Counters()
		return err
	})
	return c, err
}
