package server

import (
	"context"
	"encoding/binary"

	"aloi"
	"aloi/engine"
	aloiv1 "aloi/proto/aloi/v1"
)

const (
	watchBatches       = 16      // journal batches read at once
	pageBytes          = 1 << 20 // about what they take in memory
	changesPerResponse = 256     // and not many more than
	recordsPerResponse = 1024    // records in one response, so that it stays well below 4 MiB
)

// changes is the service for those who follow.
type changes struct {
	aloiv1.UnimplementedChangesServer
	engine  *engine.Engine
	waiting *budget
}

// Watch sends the journal from a cursor on.
func (s *changes) Watch(req *aloiv1.WatchRequest, stream aloiv1.Changes_WatchServer) error {
	var r reader
	at := r.cursor(req.Cursor)
	if err := r.err(); err != nil {
		return err
	}
	end := s.engine.Sequence()
	if at.after > end || at.seen > 0 && at.after == end {
		return errPastEnd
	}
	for ctx := stream.Context(); ; {
		if at.after >= end {
			if !req.Follow {
				return nil
			}
			if err := s.engine.Wait(ctx, at.after); err != nil {
				return err
			}
			end = s.engine.Sequence() // before the journal is read, which so holds this much
		}
		next, err := s.page(stream, at, end)
		if err != nil {
			return err
		}
		at = next
	}
}

// page sends the next page of the journal, which reaches to end, and returns the place
// behind it.
func (s *changes) page(stream aloiv1.Changes_WatchServer, at cursor, end uint64) (cursor, error) {
	taken, err := s.waiting.take(stream.Context(), pageBytes)
	if err != nil {
		return at, err
	}
	defer s.waiting.giveBack(taken)
	page, err := s.engine.Changes(stream.Context(), at.after, watchBatches)
	if err != nil {
		return at, err
	}
	if err := s.send(stream, at.rest(page)); err != nil {
		return at, err
	}
	if len(page) == 0 { // nothing is left that changed an entity
		return cursor{after: end}, nil
	}
	return after(page, len(page)), nil
}

// send sends the changes of whole batches, in as many responses as they need.
func (s *changes) send(stream aloiv1.Changes_WatchServer, changes []aloi.Change) error {
	for len(changes) > 0 {
		n := responseLength(changes)
		resp, err := s.response(stream.Context(), changes[:n], after(changes, n))
		if err != nil {
			return err
		}
		if err := stream.Send(resp); err != nil {
			return err
		}
		changes = changes[n:]
	}
	return nil
}

// response holds changes, with the references of their records.
func (s *changes) response(ctx context.Context, changes []aloi.Change, next cursor) (*aloiv1.WatchResponse, error) {
	var numbers []uint64
	for _, c := range changes {
		numbers = append(append(append(numbers, c.Added...), c.Removed...), c.Touched...)
	}
	refs, err := s.engine.RecordRefs(ctx, numbers)
	if err != nil {
		return nil, err
	}
	return &aloiv1.WatchResponse{
		Cursor:  next.token(),
		Changes: list(changes, func(c aloi.Change) *aloiv1.Change { return toChange(c, refs) }),
	}, nil
}

// responseLength is how many changes go into the next response, one at least.
func responseLength(changes []aloi.Change) int {
	records := 0
	for i, c := range changes {
		records += len(c.Added) + len(c.Removed) + len(c.Touched)
		if i == changesPerResponse || i > 0 && records > recordsPerResponse {
			return i
		}
	}
	return len(changes)
}

// cursor is a place in the journal: every batch up to after has been seen, and of
// the next one the first changes.
type cursor struct {
	after uint64
	seen  uint32
}

// after returns the place after the first n changes of a page of whole batches.
func after(page []aloi.Change, n int) cursor {
	last := page[n-1]
	if n < len(page) && page[n].Sequence == last.Sequence {
		return cursor{after: last.Sequence - 1, seen: uint32(last.Index) + 1}
	}
	return cursor{after: last.Sequence}
}

// rest drops the changes that have been seen from the batches after c.after.
func (c cursor) rest(page []aloi.Change) []aloi.Change {
	for len(page) > 0 && page[0].Sequence == c.after+1 && page[0].Index < int(c.seen) {
		page = page[1:]
	}
	return page
}

func (c cursor) token() string {
	b := binary.BigEndian.AppendUint64(nil, c.after)
	return token(tokenCursor, string(binary.BigEndian.AppendUint32(b, c.seen)))
}

// cursor decodes a cursor; the empty one is the beginning.
func (r *reader) cursor(text string) cursor {
	const field, bytes = "cursor", 12
	b := []byte(r.token(text, tokenCursor, field))
	switch len(b) {
	case 0:
		return cursor{}
	case bytes:
		return cursor{after: binary.BigEndian.Uint64(b), seen: binary.BigEndian.Uint32(b[8:])}
	}
	r.fail(field, "is not a token that this call has returned")
	return cursor{}
}
