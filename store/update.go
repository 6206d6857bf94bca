package store

import (
	"context"
	"errors"
	"sync"

	"aloi/store/kv"
)

// Update calls fn with a transaction, and commits durably when fn returns nil.
// Updates are serial. The errors of the database (kv.ErrTooBig, kv.ErrUnknown,
// kv.ErrClosed) come back as they are.
func (s *Store) Update(ctx context.Context, fn func(*Writer) error) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	var w *Writer
	err := s.db.Update(ctx, func(tx kv.Txn) error {
		_ = s.settle() // whoever began it hears of it
		w = s.writer(tx)
		err := fn(w)
		if err == nil {
			w.publish()
		}
		return err
	})
	w.end(err)
	return coded(err)
}

// UpdateAhead is Update that returns when the commit begins, so that the next one can be
// computed beside it: what it wrote shows in the next UpdateAhead at once, and to others when
// its Pending is over. If that ends with an error but kv.ErrUnknown, nothing of it is stored,
// and what was computed on it meanwhile is refused with kv.ErrBefore.
func (s *Store) UpdateAhead(ctx context.Context, fn func(*Writer) error) (*Pending, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	var w *Writer
	commit, err := s.db.UpdateAhead(ctx, func(tx kv.Txn) error {
		w = s.writer(tx)
		err := fn(w)
		if failed := s.settle(); failed != nil {
			return kv.ErrBefore
		}
		if err == nil {
			w.publish()
		}
		return err
	})
	if err != nil {
		w.end(err)
		if errors.Is(err, kv.ErrBefore) {
			_ = s.settle()
		}
		return nil, coded(err)
	}
	s.pending = &Pending{writer: w, wait: sync.OnceValue(func() error {
		err := coded(commit.Wait())
		s.cache.end()
		return err
	})}
	return s.pending, nil
}

// Pending is a commit that has begun.
type Pending struct {
	writer *Writer
	wait   func() error
}

// Wait returns when the commit is over, with what Update would have returned. It may be
// called any number of times.
func (p *Pending) Wait() error { return p.wait() }

func (s *Store) enter(ctx context.Context) error {
	select {
	case s.updating <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) leave() { <-s.updating }

// settle waits for the commit before. When that failed it returns why, and nothing in memory
// knows of it any more.
func (s *Store) settle() error {
	if s.pending == nil {
		return nil
	}
	err := s.pending.Wait()
	if err != nil {
		s.pending.writer.unindex()
	}
	s.pending = nil
	return err
}

// writer returns the writer of a transaction.
func (s *Store) writer(tx kv.Txn) *Writer {
	return &Writer{Reader: Reader{s: s, kv: tx, keeps: true}, tx: &tracked{Txn: tx, notes: s.cache.made()}}
}

// publish makes what a transaction changed known in memory, before its commit.
func (w *Writer) publish() {
	w.s.cache.begin(w.tx)
	w.index()
	w.published = true
}

// end notes how a transaction ended, nil for well. There may have been none.
func (w *Writer) end(err error) {
	if w == nil || !w.published {
		return
	}
	if err != nil {
		w.unindex()
	}
	w.s.cache.end()
}
