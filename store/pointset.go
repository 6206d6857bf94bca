package store

import (
	"context"
	"encoding/binary"
	"sync"

	"aloi/store/kv"
)

// pointSet is the contact points on which anything is, or was, kept: entries or
// suppressions. Nearly every question is about one that is not in it, and needs no read.
// It only grows, and before the commit that it grows for, so that no reader misses what
// its state of the store holds. It takes some 20 bytes a contact point.
type pointSet struct {
	mu  sync.RWMutex
	has map[uint64]struct{} // the first 8 bytes of the hash
}

func (p PointHash) short() uint64 { return binary.BigEndian.Uint64(p[:]) }

func (s *pointSet) add(p PointHash) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.has[p.short()] = struct{}{}
}

// may reports whether a contact point may have anything kept on it.
func (s *pointSet) may(p PointHash) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.has[p.short()]
	return ok
}

// load reads the set from the keys of the store.
func (s *pointSet) load(ctx context.Context, db kv.DB) error {
	s.has = map[uint64]struct{}{}
	return db.View(ctx, func(r kv.Reader) error {
		for _, family := range []byte{famPoint, famSuppression} {
			err := r.Scan(kv.Prefix([]byte{family}), func(key, _ []byte) error {
				if len(key) < 1+len(PointHash{}) {
					return corrupt(key, errShort.Error())
				}
				s.has[PointHash(key[1:1+len(PointHash{})]).short()] = struct{}{}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
