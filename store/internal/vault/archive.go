package vault

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"aloi/store/internal/txn"
	"aloi/store/kv"
	"aloi/store/witness"
)

// errStop ends a scan.
var errStop = errors.New("vault: stop")

func ignoreStop(err error) error {
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

// archiveKey is what the writes of a commit are sealed under.
func archiveKey(commit uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte("!aloi!commit/"), commit)
}

// The stored form of a write: length of the key, key, then 0 for a deletion or one more
// than the length of the value, and the value.
func appendWrites(b []byte, writes []txn.Write) []byte {
	const lengths = 2 * binary.MaxVarintLen32 // of a write
	n := 0
	for _, w := range writes {
		n += len(w.Key) + len(w.Value) + lengths
	}
	b = slices.Grow(b, n)
	for _, w := range writes {
		b = append(binary.AppendUvarint(b, uint64(len(w.Key))), w.Key...)
		if w.Deleted {
			b = append(b, 0)
			continue
		}
		b = append(binary.AppendUvarint(b, uint64(len(w.Value))+1), w.Value...)
	}
	return b
}

func decodeWrites(b []byte) (writes []kv.Write, err error) {
	for len(b) > 0 {
		var w kv.Write
		var n uint64
		if n, b, err = length(b, kv.MaxKeyBytes); err != nil {
			return nil, err
		}
		w.Key, b = b[:n], b[n:]
		size, used := binary.Uvarint(b)
		switch {
		case used <= 0 || size > kv.MaxValueBytes+1 || size > uint64(len(b)-used)+1:
			return nil, errShort
		case size == 0:
			w.Deleted, b = true, b[used:]
		default:
			w.Value, b = b[used:used+int(size-1)], b[used+int(size-1):]
		}
		writes = append(writes, w)
	}
	return writes, nil
}

var errShort = errors.New("vault: the writes of a commit end early")

func length(b []byte, most uint64) (uint64, []byte, error) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n == 0 || n > most || n > uint64(len(b)-used) {
		return 0, nil, errShort
	}
	return n, b[used:], nil
}

// maxCommitBytes bounds what the writes of one commit decode to, in bytes.
const maxCommitBytes = 2*kv.MaxTxnBytes + 16*kv.MaxTxnKeys

// Commits is kv.Protected's.
func (s *State) Commits(ctx context.Context, after uint64, fn func(kv.Commit) error) error {
	if after >= s.current().commit {
		return nil
	}
	first, err := s.FirstArchived()
	if err != nil {
		return err
	}
	if after+1 < first {
		return kv.ErrNoArchive
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxCommitBytes), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer decoder.Close()
	c := s.cipher.Load()
	err = s.log.Each(after, func(e witness.Entry) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(e.Writes) == 0 {
			return kv.ErrNoArchive
		}
		packed, err := c.Open(archiveKey(e.Commit), e.Writes)
		if err != nil {
			return fmt.Errorf("%w: the archive of commit %d does not open", kv.ErrCorrupt, e.Commit)
		}
		plain, err := decoder.DecodeAll(packed, nil)
		if err != nil {
			return fmt.Errorf("%w: the archive of commit %d: %w", kv.ErrCorrupt, e.Commit, err)
		}
		writes, err := decodeWrites(plain)
		if err != nil {
			return fmt.Errorf("%w: %w", kv.ErrCorrupt, err)
		}
		return fn(kv.Commit{Number: e.Commit, Time: e.Time, Writes: writes})
	})
	if errors.Is(err, witness.ErrDamaged) {
		err = fmt.Errorf("%w: %w", kv.ErrCorrupt, err)
	}
	return err
}

// FirstArchived returns the number of the first commit whose writes are kept, one more than
// the last commit when none are.
func (s *State) FirstArchived() (uint64, error) {
	if !s.archive {
		return s.current().commit + 1, nil
	}
	return s.log.First()
}

// Fill puts a copy of a store, as of one of its commits, into an empty database over this
// State: what it writes is not witnessed until all of it is there.
func (s *State) Fill(ctx context.Context, db kv.DB, commit uint64, at time.Time, fill func(put func(key, value []byte) error) error) error {
	s.as = &stamp{commit: commit, at: at.UTC()}
	defer func() { s.as = nil }()
	var pending []kv.Write
	size := 0
	flush := func() error {
		err := apply(ctx, db, pending)
		pending, size = pending[:0], 0
		return err
	}
	err := fill(func(key, value []byte) error {
		pending = append(pending, kv.Write{Key: append([]byte(nil), key...), Value: append([]byte{}, value...)})
		if size += len(key) + len(value); size > resealBytes || len(pending) == resealKeys {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	return s.RestartWitness()
}

// Replay applies a commit of the store that this one is a copy of.
func (s *State) Replay(ctx context.Context, db kv.DB, c kv.Commit) error {
	if have := s.current().commit; c.Number != have+1 {
		return fmt.Errorf("vault: commit %d can't follow commit %d", c.Number, have)
	}
	s.as = &stamp{commit: c.Number, at: c.Time.UTC(), witnessed: true}
	defer func() { s.as = nil }()
	return apply(ctx, db, c.Writes)
}

func apply(ctx context.Context, db kv.DB, writes []kv.Write) error {
	return db.Update(ctx, func(tx kv.Txn) error {
		for _, w := range writes {
			var err error
			if w.Deleted {
				err = tx.Delete(w.Key)
			} else {
				err = tx.Set(w.Key, w.Value)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
