package datadir

import (
	"context"
	"errors"
	"fmt"
	"math"

	"aloi/internal/backup"
	"aloi/store"
	"aloi/store/badger"
	"aloi/store/kv"
	"aloi/store/seal"
)

// laterKinds are the writes that a state shows as well as the commits that led to it.
var laterKinds = []store.WrittenKind{
	store.WroteRecord, store.WroteEntry, store.WroteWaiting, store.WrotePoint, store.WroteSuppressions, store.WroteNumber,
}

// compareStates finds what must be done again by comparing the restored state with the one
// that the old directory has, which must open: where its archive does not reach back.
func (b *rebuilding) compareStates(ctx context.Context, old *Data, k *seal.Keyring) (err error) {
	db, err := badger.Open(old.path(StoreFolder), badger.Options{
		Logger: b.o.Log, Keyring: k, Witness: old.path(WitnessFolder), ArchiveBytes: math.MaxInt64, Now: b.o.Now,
	})
	if err != nil {
		return storeError(err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := b.gather(ctx); err != nil {
		return err
	}
	return db.ViewAt(ctx, func(theirs kv.Reader, head kv.Head) error {
		if head.Commit < b.seen {
			return fmt.Errorf("%w: %s ends with commit %d, before the backup does", backup.ErrOther, old.dir, head.Commit)
		}
		b.seen, b.done.ThroughTime = head.Commit, head.Time
		return b.DB.View(ctx, func(ours kv.Reader) error {
			for _, kind := range laterKinds {
				if err := b.added(kind, theirs, ours, head.Commit); err != nil {
					return err
				}
			}
			return b.removed(theirs, ours, head.Commit)
		})
	})
}

// added gathers what of a kind the old state has and the restored one has not.
func (b *rebuilding) added(kind store.WrittenKind, theirs, ours kv.Reader, commit uint64) error {
	return theirs.Scan(kv.Prefix([]byte{byte(kind)}), func(key, value []byte) error {
		held, err := ours.Get(key)
		switch {
		case err == nil && string(held) == string(value):
			return nil
		case err != nil && !errors.Is(err, kv.ErrNotFound):
			return err
		}
		return b.redo.Add(kv.Commit{Number: commit, Writes: []kv.Write{{Key: key, Value: value}}})
	})
}

// removed gathers the records that the restored state has and the old one has not.
func (b *rebuilding) removed(theirs, ours kv.Reader, commit uint64) error {
	return ours.Scan(kv.Prefix([]byte{byte(store.WroteNumber)}), func(key, _ []byte) error {
		_, err := theirs.Get(key)
		if !errors.Is(err, kv.ErrNotFound) {
			return err
		}
		return b.redo.Add(kv.Commit{Number: commit, Writes: []kv.Write{{Key: key, Deleted: true}}})
	})
}
