package vault

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"aloi/store/internal/txn"
	"aloi/store/kv"
	"aloi/store/seal"
	"aloi/store/witness"
)

// ErrWitness is returned for a log of commits that is missing or does not fit the store,
// while the store itself may be whole.
var ErrWitness = errors.New("vault: the witness of the store is missing or damaged")

// BehindError is returned for a store that has lost commits.
type BehindError struct {
	Have, Want uint64    // the last commit of the store, and of its witness
	Since      time.Time // of the last commit that is there, zero if none is
	Until      time.Time // of the last one that is not
}

func (e *BehindError) Error() string {
	return fmt.Sprintf("the store has lost what was acknowledged: it ends with commit %d, its witness with %d of %s",
		e.Have, e.Want, e.Until.Format(time.RFC3339))
}

// Unwrap makes it a kv.ErrCorrupt.
func (e *BehindError) Unwrap() error { return kv.ErrCorrupt }

// CheckWitness compares the head with the last entry of the witness. The store may be one
// commit ahead, when the program ended between the two; the entry is then made.
func (s *State) CheckWitness() error {
	last, any := s.log.Last()
	h := &s.head
	switch {
	case h.commit == last.Commit+1:
		if any && h.previous != s.log.Chain() || !any && h.previous != [witness.HashBytes]byte{} {
			return fmt.Errorf("%w: commit %d does not follow from it", ErrWitness, h.commit)
		}
		return s.witnessAgain()
	case h.commit > last.Commit:
		return fmt.Errorf("%w: the store is at commit %d, its witness at %d", ErrWitness, h.commit, last.Commit)
	case h.commit < last.Commit:
		return &BehindError{Have: h.commit, Want: last.Commit, Since: h.at, Until: last.Time}
	case h.commit == 0:
		return nil
	}
	stored, err := s.storedHead()
	if err != nil {
		return err
	}
	if last.Head != sha256.Sum256(stored) {
		return fmt.Errorf("%w: commit %d is not the one that its witness saw", kv.ErrCorrupt, h.commit)
	}
	return nil
}

// witnessAgain makes the entry of the last commit; what it wrote is not known any more.
func (s *State) witnessAgain() error {
	stored, err := s.storedHead()
	if err != nil {
		return err
	}
	if s.archive { // an archive has no gaps
		if err := s.log.Forget(); err != nil {
			return err
		}
	}
	if err := s.log.Append(witness.Entry{Commit: s.head.commit, Time: s.head.at, Head: sha256.Sum256(stored)}); err != nil {
		return err
	}
	if s.archive {
		return s.log.Forget()
	}
	return nil
}

// RestartWitness begins the witness anew at the store as it is.
func (s *State) RestartWitness() error {
	if s.head.commit == 0 {
		return nil
	}
	stored, err := s.storedHead()
	if err != nil {
		return err
	}
	return s.log.Restart(witness.Entry{Commit: s.head.commit, Time: s.head.at, Head: sha256.Sum256(stored)})
}

func (s *State) storedHead() ([]byte, error) {
	snap := s.inner.Snapshot()
	defer snap.Release()
	return snap.Get(headKey)
}

// prefixes is how many first bytes a key may have.
const prefixes = 256

// CheckDigests compares every family with the head, without opening values: what is
// missing, added, or put back to an earlier value does not fit. It uses all cores.
func (s *State) CheckDigests(ctx context.Context) error {
	snap := s.inner.Snapshot()
	defer snap.Release()
	h, err := s.headOf(snap)
	if err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for p := range prefixes {
		g.Go(func() error {
			got, err := s.countFamily(ctx, snap, byte(p), nil)
			if err != nil {
				return err
			}
			return s.compare(h.family(byte(p)), got)
		})
	}
	return g.Wait()
}

// compare says what is wrong with a family.
func (s *State) compare(want, got family) error {
	switch {
	case want.keys != got.keys:
		return fmt.Errorf("%w: family %q has %d keys, %d were written", kv.ErrCorrupt, want.prefix, got.keys, want.keys)
	case want.digest != got.digest:
		return fmt.Errorf("%w: family %q has a value that is not the last one written", kv.ErrCorrupt, want.prefix)
	}
	return nil
}

// countFamily computes what the head should say of a family. see, if not nil, gets each
// stored value.
func (s *State) countFamily(ctx context.Context, snap txn.Snapshot, prefix byte, see func(key, stored []byte) error) (family, error) {
	const step = 1024 // keys between two looks at the context
	c := s.cipher.Load()
	f := family{prefix: prefix}
	n := 0
	err := snap.Scan(kv.Prefix([]byte{prefix}), func(key, stored []byte) error {
		if n++; n%step == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(key) == len(headKey) && string(key) == string(headKey) {
			return nil
		}
		if see != nil {
			if err := see(key, stored); err != nil {
				return err
			}
		}
		if seal.IsSealed(stored) {
			f.digest.Toggle(c.Element(seal.TagOf(stored)))
		}
		f.keys++
		return nil
	})
	return f, err
}

// Scrub is kv.Protected's, over a database that was made with this State. Each family is read
// as of a moment of its own.
func (s *State) Scrub(ctx context.Context, db kv.DB, pace func(bytes int) error) (kv.Scrubbed, error) {
	var out kv.Scrubbed
	fault := func(err error) {
		if len(out.Faults) < kv.MaxFaults {
			out.Faults = append(out.Faults, err.Error())
		}
	}
	for p := range prefixes {
		err := db.View(ctx, func(r kv.Reader) error {
			snap := txn.SnapshotOf(r).(*snapshot)
			h, err := s.headOf(snap.snap)
			if err != nil {
				fault(err)
				return nil
			}
			read := 0
			got, err := s.countFamily(ctx, snap.snap, byte(p), func(key, stored []byte) error {
				out.Keys, out.Bytes = out.Keys+1, out.Bytes+uint64(len(key)+len(stored))
				if _, err := s.open(key, stored); err != nil {
					fault(err)
				}
				if read += len(key) + len(stored); pace != nil && read >= paceBytes {
					err := pace(read)
					read = 0
					return err
				}
				return nil
			})
			if err != nil {
				return err
			}
			if err := s.compare(h.family(byte(p)), got); err != nil {
				fault(err)
			}
			if pace != nil && read > 0 {
				return pace(read)
			}
			return nil
		})
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// paceBytes is how much Scrub reads between two calls of pace, in bytes.
const paceBytes = 64 << 10
