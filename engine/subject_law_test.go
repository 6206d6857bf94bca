package engine

import (
	"bytes"
	"context"
	"encoding/binary"
	"sync"
	"testing"
	"time"

	"aloi/matcher"
	"aloi/store"
	"aloi/store/badger"
	"aloi/store/kv"
	"aloi/store/memory"
)

// subject is an engine under test with its store.
// lawKey signs the log of every store of the laws, so that two of them can be equal.
const lawKey = "PRIVATE+KEY+aloi/tests+3f184985+Ac2Ja9GHr1yOym5d/vxD0B+GMLmeqMiF5ZoT5CzvqWxW"

type subject struct {
	db     kv.DB
	store  *store.Store
	engine *Engine
	blocks map[store.BlockID]bool // every block that there ever was
}

var lawSecret = []byte("a secret for the laws of the engine")

func openSubject(t testing.TB, db kv.DB) *subject {
	t.Helper()
	s := &subject{db: db, blocks: map[store.BlockID]bool{}}
	s.open(t)
	return s
}

func (w *subject) open(t testing.TB) {
	t.Helper()
	w.openUnder(t, nil)
}

// openUnder opens the store, an empty one under that model.
func (w *subject) openUnder(t testing.TB, model *matcher.Model) {
	t.Helper()
	var err error
	if w.store, err = store.Open(context.Background(), w.db, lawSecret); err != nil {
		t.Fatal(err)
	}
	w.engine, err = Open(context.Background(), w.store, Options{Model: model, AuditKey: lawKey, Now: func() time.Time { return lawClock }, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *subject) close(t testing.TB) {
	t.Helper()
	if err := w.engine.Close(); err != nil {
		t.Error(err)
	}
}

// apply sends each caller's operations in batches of that size, the callers side by side;
// every other one sends few at once.
func (w *subject) apply(t testing.TB, callers [][]Operation, batch int) {
	t.Helper()
	var wg sync.WaitGroup
	for i, ops := range callers {
		batch := batch
		if i%2 == 1 {
			batch = 1 + batch/40
		}
		wg.Go(func() {
			for start := 0; start < len(ops); start += batch {
				chunk := ops[start:min(start+batch, len(ops))]
				acks, err := w.engine.Apply(context.Background(), chunk)
				if err != nil || len(acks) != len(chunk) {
					t.Errorf("apply: %d acknowledgements of %d, %v", len(acks), len(chunk), err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// newMemory returns an empty database in memory.
func newMemory(testing.TB) kv.DB { return memory.New() }

var sharedBadger struct {
	sync.Mutex
	db    kv.DB
	count uint32
}

// newBadger returns an empty part of one Badger database, which takes a while to
// open, and would spend the tests' time on it.
func newBadger(t testing.TB) kv.DB {
	t.Helper()
	sharedBadger.Lock()
	defer sharedBadger.Unlock()
	if sharedBadger.db == nil {
		db, err := badger.Open(lawDir, badger.Options{})
		if err != nil {
			t.Fatal(err)
		}
		sharedBadger.db = db
	}
	sharedBadger.count++
	return &compartment{sharedBadger.db, binary.BigEndian.AppendUint32(nil, sharedBadger.count)}
}

// compartment is a database inside another, under a prefix.
type compartment struct {
	kv.DB
	prefix []byte
}

func (c *compartment) View(ctx context.Context, fn func(kv.Reader) error) error {
	return c.DB.View(ctx, func(r kv.Reader) error { return fn(compartmentReader{r, c.prefix}) })
}

func (c *compartment) Update(ctx context.Context, fn func(kv.Txn) error) error {
	return c.DB.Update(ctx, func(tx kv.Txn) error { return fn(compartmentTxn{compartmentReader{tx, c.prefix}, tx}) })
}

func (c *compartment) UpdateAhead(ctx context.Context, fn func(kv.Txn) error) (kv.Pending, error) {
	return c.DB.UpdateAhead(ctx, func(tx kv.Txn) error { return fn(compartmentTxn{compartmentReader{tx, c.prefix}, tx}) })
}

func (c *compartment) Close() error { return nil }

type compartmentReader struct {
	r      kv.Reader
	prefix []byte
}

func (c compartmentReader) in(key []byte) []byte { return append(bytes.Clone(c.prefix), key...) }

func (c compartmentReader) Get(key []byte) ([]byte, error) { return c.r.Get(c.in(key)) }

func (c compartmentReader) Scan(r kv.Range, fn func(key, value []byte) error) error {
	all := kv.Prefix(c.prefix)
	if r.Start != nil {
		all.Start = c.in(r.Start)
	}
	if r.End != nil {
		all.End = c.in(r.End)
	}
	return c.r.Scan(all, func(key, value []byte) error { return fn(key[len(c.prefix):], value) })
}

type compartmentTxn struct {
	compartmentReader
	tx kv.Txn
}

func (c compartmentTxn) Set(key, value []byte) error { return c.tx.Set(c.in(key), value) }
func (c compartmentTxn) Delete(key []byte) error     { return c.tx.Delete(c.in(key)) }
