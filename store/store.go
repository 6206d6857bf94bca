package store

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"

	"aloi"
	"aloi/store/kv"
)

// Format is the version of the key layout and the codecs. A store of format 1 is read, and
// carried over by Carry; one of another is refused.
const Format = 2

// MinSecretBytes is the least length of the secret that keys the hashes.
const MinSecretBytes = 16

// The names of meta values.
const (
	metaFormat   = "format"
	metaCheck    = "check" // a hash that shows whether the secret is the right one
	metaCounters = "counters"
)

// Store is a typed view of a key-value database. It is safe for concurrent use.
type Store struct {
	db     kv.DB
	hash   *hasher
	points pointSet
	blocks *blockIndex
	format uint16 // of what is stored
	mix    uint64 // of block ids
	cache  *readCache

	updating chan struct{} // holds a token while an Update, or the fn of an UpdateAhead, runs
	pending  *Pending      // the last one of UpdateAhead: of who has the token
}

// Open returns the store in db, and lays out an empty one. secret keys the hashes
// of personal values; the same secret must be given every time, and is best kept
// apart from the data. The caller closes db.
func Open(ctx context.Context, db kv.DB, secret []byte) (*Store, error) {
	if len(secret) < MinSecretBytes {
		return nil, fmt.Errorf("store: the secret is shorter than %d bytes", MinSecretBytes)
	}
	s := &Store{db: db, hash: newHasher(secret), cache: &readCache{}, format: Format, blocks: newBlockIndex(), updating: make(chan struct{}, 1)}
	sum := s.hash.sum('b')
	s.mix = binary.BigEndian.Uint64(sum[:]) & idMask
	var found bool
	err := s.View(ctx, func(r *Reader) error {
		format, err := r.Meta(metaFormat)
		if errors.Is(err, kv.ErrNotFound) {
			return r.mustBeEmpty()
		}
		found = true
		return errors.Join(err, s.checkFormat(r, format))
	})
	if err != nil {
		return s, err
	}
	if err := s.points.load(ctx, db); err != nil {
		return s, err
	}
	if found {
		return s, s.blocks.load(ctx, s)
	}
	return s, s.Update(ctx, func(w *Writer) error {
		if err := w.SetMeta(metaFormat, binary.BigEndian.AppendUint16(nil, Format)); err != nil {
			return err
		}
		return errors.Join(w.SetMeta(metaCheck, s.check()), w.SetCounters(Counters{NextRecord: 1, NextEntity: 1}))
	})
}

// checkFormat refuses another format and another secret.
func (s *Store) checkFormat(r *Reader, format []byte) error {
	if len(format) == 2 {
		s.format = binary.BigEndian.Uint16(format)
	}
	if len(format) != 2 || s.format < 1 || s.format > Format {
		return fmt.Errorf("store: the data is of a format that this version (format %d) does not read", Format)
	}
	want, err := r.Meta(metaCheck)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(want, s.check()) != 1 {
		return errors.New("store: the secret is not the one that the data was written with")
	}
	return nil
}

func (s *Store) check() []byte {
	sum := s.hash.sum('c', "aloi store")
	return sum[:]
}

// mustBeEmpty refuses data that is not ours, and data whose format entry is lost.
func (r *Reader) mustBeEmpty() error {
	return r.kv.Scan(kv.Range{}, func(key, _ []byte) error {
		return &aloi.Error{Code: aloi.CodeCorrupt, Message: "store: the database holds keys and no format entry"}
	})
}

// ViewCached is View for those who ask often and little: what it reads may come from
// memory, which holds what the state of the store does. What looks for damage uses View.
func (s *Store) ViewCached(ctx context.Context, fn func(*Reader) error) error {
	before := s.cache.state()
	return coded(s.db.View(ctx, func(r kv.Reader) error {
		after := s.cache.state()
		return fn(&Reader{s: s, kv: r, cached: before == after, generation: after})
	}))
}

// View calls fn with one consistent state of the store.
func (s *Store) View(ctx context.Context, fn func(*Reader) error) error {
	return coded(s.db.View(ctx, func(r kv.Reader) error { return fn(&Reader{s: s, kv: r}) }))
}

// coded gives the error of a database that is damaged, or has failed, the code that callers know
// it by.
func coded(err error) error {
	if errors.Is(err, kv.ErrUnknown) && aloi.CodeOf(err) != aloi.CodeUnavailable { // also for who only reads
		return &aloi.Error{Code: aloi.CodeUnavailable, Message: "the store failed: ask again after a restart", Err: err}
	}
	if errors.Is(err, kv.ErrCorrupt) && aloi.CodeOf(err) != aloi.CodeCorrupt {
		return &aloi.Error{Code: aloi.CodeCorrupt, Message: "stored data", Err: err}
	}
	return err
}

// Outdated reports whether what is stored is of an earlier format, and Carry has work to do.
func (s *Store) Outdated() bool { return s.format < Format }

// carryKeys is how many keys one commit of Carry removes.
const carryKeys = 16 << 10

// Carry brings a store of format 1 to the present one, which keeps no blocks: they are made
// of the features when a store is opened. Broken off, it is done again. progress is told how
// many keys are gone.
func (s *Store) Carry(ctx context.Context, progress func(done uint64)) error {
	done := uint64(0)
	for _, family := range []byte{oldBlock, oldSpill} {
		for n := carryKeys; n == carryKeys; progress(done) {
			err := s.Update(ctx, func(w *Writer) (err error) {
				n, err = w.deleteSome(kv.Prefix([]byte{family}), carryKeys)
				return err
			})
			if err != nil {
				return err
			}
			done += uint64(n)
		}
	}
	err := s.Update(ctx, func(w *Writer) error {
		return w.SetMeta(metaFormat, binary.BigEndian.AppendUint16(nil, Format))
	})
	if err == nil {
		s.format = Format
	}
	return err
}
