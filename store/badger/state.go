package badger

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/dgraph-io/badger/v4"

	"aloi/store/internal/txn"
	"aloi/store/kv"
)

// closeAfterFault bounds how long Close waits for Badger after a failed commit: its
// flusher tries again for ever.
const closeAfterFault = 3 * time.Second

// state is a txn.State: a Badger database.
type state struct {
	db *badger.DB
	// inventoryKey, if not nil, has the files in dir listed when the database is closed.
	dir          string
	inventoryKey []byte
}

func (s *state) Snapshot() txn.Snapshot {
	return &snapshot{s.db.NewTransaction(false)}
}

// Commit writes through one transaction of Badger's, which syncs its log once.
func (s *state) Commit(writes []txn.Write) error {
	tx := s.db.NewTransaction(true)
	defer tx.Discard()
	err := apply(tx, writes)
	if err == nil {
		err = tx.Commit()
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, badger.ErrTxnTooBig):
		return kv.ErrTooBig
	}
	return withoutKeys(err)
}

func apply(tx *badger.Txn, writes []txn.Write) error {
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
}

// Close flushes what is in memory and releases the directory.
func (s *state) Close(poisoned bool) error {
	if !poisoned {
		err := s.db.Close()
		// What was damaged while it was open gets no inventory that calls it whole.
		if err == nil && s.inventoryKey != nil && checkFiles(s.db.Opts()) == nil {
			err = writeInventory(s.dir, s.inventoryKey)
		}
		return err
	}
	done := make(chan error, 1)
	go func() { done <- s.db.Close() }()
	select {
	case err := <-done:
		return err
	case <-time.After(closeAfterFault):
		return fmt.Errorf("%w: Badger does not close after its failed commit; end the process",
			kv.ErrUnknown)
	}
}

// snapshot reads through a read-only transaction of Badger's.
type snapshot struct{ tx *badger.Txn }

func (s *snapshot) Release() { s.tx.Discard() }

func (s *snapshot) Get(key []byte) ([]byte, error) {
	item, err := s.tx.Get(key)
	switch {
	case errors.Is(err, badger.ErrKeyNotFound):
		return nil, kv.ErrNotFound
	case err != nil:
		return nil, withoutKeys(err)
	}
	// A value that lies beside its key is copied into the item, which is ours alone:
	// kept past the call, it spares the hot path one more copy.
	var value []byte
	if err := item.Value(func(v []byte) error { value = v; return nil }); err != nil {
		return nil, withoutKeys(err)
	}
	return value, nil
}

// Scan goes through Badger's iterator, which has no way to report an error: a block
// that it can't read ends it early. Open has read every block, and no block is
// verified or uncompressed after that, so that nothing is left that could fail.
// Values are not prefetched: Badger starts a goroutine for each one, and they lie
// beside their keys.
func (s *snapshot) Scan(r kv.Range, fn func(key, value []byte) error) error {
	it := s.tx.NewIterator(badger.IteratorOptions{Prefix: commonPrefix(r)})
	defer it.Close()
	for it.Seek(r.Start); it.Valid(); it.Next() {
		item := it.Item()
		key := item.Key()
		if r.End != nil && bytes.Compare(key, r.End) >= 0 {
			return nil
		}
		if err := item.Value(func(value []byte) error { return fn(key, value) }); err != nil {
			return err
		}
	}
	return nil
}

// Last goes through the iterator backwards.
func (s *snapshot) Last(r kv.Range) ([]byte, error) {
	it := s.tx.NewIterator(badger.IteratorOptions{Reverse: true})
	defer it.Close()
	it.Seek(r.End) // the last one for nil
	if it.Valid() && r.End != nil && bytes.Equal(it.Item().Key(), r.End) {
		it.Next()
	}
	if !it.Valid() || bytes.Compare(it.Item().Key(), r.Start) < 0 {
		return nil, nil
	}
	return it.Item().KeyCopy(nil), nil
}

// commonPrefix returns a prefix of all keys in r, as long as it can be told: Badger
// then opens only the tables that may hold it.
func commonPrefix(r kv.Range) []byte {
	if len(r.Start) == 0 || len(r.End) == 0 {
		return nil
	}
	// Keys from Start on that are below the successor of p start with p as Start does.
	last := len(r.End) - 1
	if r.End[last] > 0 && len(r.Start) > last && bytes.Equal(r.Start[:last], r.End[:last]) &&
		r.Start[last] == r.End[last]-1 {
		return r.Start[:last+1]
	}
	n := 0
	for n < len(r.Start) && n < len(r.End) && r.Start[n] == r.End[n] {
		n++
	}
	return r.Start[:n]
}
