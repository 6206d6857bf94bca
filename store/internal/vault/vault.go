// Package vault makes a database one that can be trusted to be whole: a txn.State over
// another, which it gives sealed values only. It keeps a head beside them, that counts the
// keys of each family and digests them with their values, and has each commit witnessed
// before it is over:
//
//	seal the values → one transaction {values, head} → witness, synced → done
//
// So a value that was changed or moved does not open, one that is missing, added or put
// back to an earlier state does not fit the digest, and a database that has lost commits is
// behind its witness.
package vault

import (
	"crypto/sha256"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"

	"aloi/internal/failpoint"
	"aloi/store/internal/room"
	"aloi/store/internal/txn"
	"aloi/store/kv"
	"aloi/store/seal"
	"aloi/store/witness"
)

// headKey is where the head is. No key of a user begins with its first byte.
var headKey = []byte("!aloi!head")

// Options are what a State needs besides the one below.
type Options struct {
	Keyring *seal.Keyring
	Witness *witness.Log
	// Archive has what commits wrote kept with their witness.
	Archive bool
	Now     func() time.Time // dates commits
}

// State is a txn.State whose values are sealed.
type State struct {
	inner   txn.State
	cipher  *ciphers
	log     *witness.Log
	archive bool
	now     func() time.Time
	encoder *zstd.Encoder

	mu   sync.Mutex
	head head // of the last commit
	// as, if not nil, says which commit the next one is: of a copy that is being made.
	as *stamp

	// Of the commit that is made: no key of a family is past its last; tags are of values.
	last    [prefixes][]byte
	tags    tags
	scratch scratch
}

// ciphers is the cipher in use, which a rotation of keys replaces.
type ciphers struct{ atomic.Pointer[seal.Cipher] }

// stamp is the number and time of a commit that is made again, and whether it is witnessed.
type stamp struct {
	commit    uint64
	at        time.Time
	witnessed bool
}

// New returns the sealed state over another, without looking at what is there: see Check.
func New(inner txn.State, o Options) (*State, error) {
	c, err := seal.NewCipher(o.Keyring)
	if err != nil {
		return nil, err
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	s := &State{inner: inner, cipher: &ciphers{}, log: o.Witness, archive: o.Archive, now: o.Now, encoder: encoder}
	s.cipher.Store(c)
	return s, errors.Join(s.loadHead(), s.loadLast())
}

// Rekey seals with the active key of a keyring from now on. Keys that it had before stay
// for reading until the program ends: a reader may still be at an earlier state. No commit
// may be under way.
func (s *State) Rekey(k *seal.Keyring) error {
	c, err := seal.NewCipher(k)
	if err == nil {
		s.cipher.Store(c.Keeping(s.cipher.Load()))
	}
	return err
}

// Close implements txn.State.
func (s *State) Close(poisoned bool) error {
	s.tags.places.Free()
	return errors.Join(s.inner.Close(poisoned), s.log.Close(), s.encoder.Close())
}

// Commit implements txn.State.
func (s *State) Commit(writes []txn.Write) error {
	return s.CommitDraft(&snapshot{seen: &seen{}}, writes)
}

// CommitDraft is Commit of what was made of a Draft.
func (s *State) CommitDraft(draft txn.Snapshot, writes []txn.Write) error {
	next := s.next()
	defer s.scratch.release()
	archived := s.pack(next.commit, writes)
	defer archived() // which reads the writes
	sealed, moves, err := s.seal(draft.(*snapshot).seen, writes, &next)
	if err != nil {
		return err
	}
	stored := s.cipher.Load().Seal(headKey, next.encode())
	all := s.scratch.behind(txn.Write{Key: headKey, Value: stored})
	if err := s.reserve(writes); err != nil {
		return err
	}
	if err := failpoint.Hit("vault/commit"); err != nil {
		return err
	}
	if err := s.inner.Commit(all); err != nil {
		return err
	}
	s.raiseLast(writes)
	s.tags.take(sealed, moves)
	if err := failpoint.Hit("vault/witness"); err != nil {
		return err
	}
	if err := s.witness(&next, stored, archived()); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.head = next
	return failpoint.Hit("vault/done")
}

// next is the head of the next commit, as far as it does not depend on what is written.
func (s *State) next() head {
	next := s.head
	next.families = slices.Clone(s.head.families)
	next.previous = s.log.Chain()
	if s.as != nil {
		next.commit, next.at = s.as.commit, s.as.at
		return next
	}
	next.commit++
	next.at = s.now().UTC()
	if next.at.Before(s.head.at) {
		next.at = s.head.at
	}
	return next
}

// reserve makes sure that the witness of a commit can be written, before there is one.
func (s *State) reserve(writes []txn.Write) error {
	if s.as != nil && !s.as.witnessed {
		return nil
	}
	const perWrite, atMost = 32, 4096 // bytes, of lengths; of seals, and of what can't be compressed
	n := atMost
	for _, w := range writes {
		if s.archive {
			n += len(w.Key) + len(w.Value) + perWrite
		}
	}
	err := s.log.Reserve(n)
	if errors.Is(err, room.ErrNone) {
		return kv.ErrFull
	}
	return err
}

// witness says that a commit is on disk, and keeps what it wrote where that is archived.
func (s *State) witness(h *head, stored, archived []byte) error {
	if s.as != nil && !s.as.witnessed {
		return nil
	}
	return s.log.Append(witness.Entry{Commit: h.commit, Time: h.at, Head: sha256.Sum256(stored), Writes: archived})
}
