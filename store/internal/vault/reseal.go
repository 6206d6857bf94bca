package vault

import (
	"context"
	"errors"
	"slices"

	"aloi/internal/failpoint"
	"aloi/store/internal/txn"
	"aloi/store/kv"
	"aloi/store/seal"
)

// One commit of Reseal, small enough to leave room for what users write.
const (
	resealKeys  = 4096
	resealBytes = 2 << 20
)

// Reseal is kv.Protected's, over a database that was made with this State.
func (s *State) Reseal(ctx context.Context, db kv.DB, progress func(done, total uint64)) (sealed uint64, err error) {
	active := s.cipher.Load().Active()
	for {
		n, err := s.rewrite(ctx, db, progress, active)
		sealed += n
		if err != nil {
			return sealed, err
		}
		if n == 0 { // a pass over everything found none: what came meanwhile is sealed with it
			break
		}
	}
	if err := failpoint.Hit("vault/resealed"); err != nil {
		return sealed, err
	}
	// What the archive holds is sealed with the former keys, and so is the head until the
	// next commit.
	if err := s.touch(ctx, db); err != nil {
		return sealed, err
	}
	// Within an update that writes nothing: no commit appends meanwhile.
	return sealed, db.Update(ctx, func(kv.Txn) error { return s.log.Forget() })
}

// touch makes a commit that changes nothing but the head.
func (s *State) touch(ctx context.Context, db kv.DB) error {
	var first []byte
	err := db.View(ctx, func(r kv.Reader) error {
		return r.Scan(kv.Range{}, func(key, _ []byte) error {
			first = slices.Clone(key)
			return errStop
		})
	})
	if err := ignoreStop(err); err != nil || first == nil {
		return err
	}
	return s.rewriteKeys(ctx, db, [][]byte{first})
}

// rewrite writes every value again that is not sealed with the active key.
func (s *State) rewrite(ctx context.Context, db kv.DB, progress func(done, total uint64), active uint32) (n uint64, err error) {
	var total, looked uint64
	for _, f := range s.current().families {
		total += f.keys
	}
	for rg, more := (kv.Range{}), true; more; {
		var keys [][]byte
		err := db.View(ctx, func(r kv.Reader) error {
			keys, more = nil, false
			size, seen := 0, uint64(0)
			err := txn.SnapshotOf(r).(*snapshot).snap.Scan(rg, func(key, stored []byte) error {
				if string(key) == string(headKey) {
					return nil
				}
				if len(keys) == resealKeys || size > resealBytes {
					rg.Start, more = slices.Clone(key), true
					return errStop
				}
				if seen++; seal.IsSealed(stored) && seal.KeyOf(stored) != active {
					keys, size = append(keys, slices.Clone(key)), size+len(stored)
				}
				return nil
			})
			looked += seen
			return ignoreStop(err)
		})
		if err != nil {
			return n, err
		}
		if len(keys) > 0 {
			if err := s.rewriteKeys(ctx, db, keys); err != nil {
				return n, err
			}
			n += uint64(len(keys))
		}
		if progress != nil {
			progress(looked, max(total, looked))
		}
	}
	return n, nil
}

// rewriteKeys writes the values of keys again, those that are still there.
func (s *State) rewriteKeys(ctx context.Context, db kv.DB, keys [][]byte) error {
	if err := failpoint.Hit("vault/reseal"); err != nil {
		return err
	}
	return db.Update(ctx, func(tx kv.Txn) error {
		for _, key := range keys {
			value, err := tx.Get(key)
			switch {
			case errors.Is(err, kv.ErrNotFound):
				continue
			case err != nil:
				return err
			}
			if err := tx.Set(key, value); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *State) current() head {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.head
}
