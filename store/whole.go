package store

import (
	"context"
	"errors"

	"aloi/store/kv"
)

// ViewWhole calls fn with one state of the store, with every key of it as it is stored, and
// with what the database says of that state, which must be a kv.Protected.
func (s *Store) ViewWhole(ctx context.Context, fn func(r *Reader, all kv.Reader, head kv.Head) error) error {
	db, ok := s.db.(kv.Protected)
	if !ok {
		return errors.New("store: the database does not know what it holds as a whole")
	}
	return db.ViewAt(ctx, func(all kv.Reader, head kv.Head) error {
		return fn(&Reader{s: s, kv: all}, all, head)
	})
}
