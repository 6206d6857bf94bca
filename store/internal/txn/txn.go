// Package txn is what every kv.DB of this repository has in common: who may enter,
// one writer at a time, a transaction that sees its own writes, and a database that
// refuses everything after a commit of unknown outcome. A database gives it a State:
// snapshots, and one call that applies the writes of a transaction.
//
// The writes are kept here and not in the database's own transaction because that is
// much cheaper for the way they are used: Badger sorts all the pending writes of a
// transaction again for each iterator, which makes a batch with many small scans
// quadratic, and notes each key that is read for a conflict check that one writer
// never needs.
package txn

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"aloi/store/kv"
)

// scanStep is the number of keys between two looks at the context in a scan.
const scanStep = 256

// someMost bounds for how many writes a transaction makes room before there are any.
const someMost = 4 << 10

// errOver is what a reader says that was kept past its function.
var errOver = errors.New("kv: the transaction is over")

// State is the state of a database below its transactions.
type State interface {
	// Snapshot returns the state of now, which no later Commit changes.
	Snapshot() Snapshot
	// Commit applies all of the writes or none, durably; they ascend by key. It returns
	// kv.ErrTooBig when none was applied because they are too many; any other error means
	// that they may be applied or not. Calls are serial, and it keeps no slice of the
	// writes after it has returned.
	Commit([]Write) error
	// Close releases everything. No other call is under way or follows. poisoned
	// tells that a Commit has failed.
	Close(poisoned bool) error
}

// Snapshot is a kv.Reader that must be released once. Several goroutines may read it
// at once.
type Snapshot interface {
	kv.Reader
	Release()
	// Last returns the last key of a range, nil when it has none.
	Last(kv.Range) ([]byte, error)
}

// drafter is a State that wants to know what a transaction reads before it commits. Draft
// is its Snapshot for the writer, and CommitDraft its Commit of what was made of one. At most
// one commit comes between them, whose writes are not read through the snapshot.
type drafter interface {
	Draft() Snapshot
	CommitDraft(Snapshot, []Write) error
}

// DB is a kv.DB over a State.
type DB struct {
	gate    gate
	state   State
	pending *commit // the last one of UpdateAhead: of the writer that is inside
	some    int     // writes of the last transaction: of the writer that is inside
}

// New returns a database over state, which it owns.
func New(state State) *DB {
	return &DB{state: state, gate: gate{writer: make(chan struct{}, 1)}}
}

// View implements kv.DB.
func (db *DB) View(ctx context.Context, fn func(kv.Reader) error) error {
	if err := db.gate.enter(ctx); err != nil {
		return err
	}
	defer db.gate.inside.Done()
	r := newReader(ctx, db.state)
	defer r.end()
	return fn(r)
}

// Update implements kv.DB. Everything is released by defer: fn may panic.
func (db *DB) Update(ctx context.Context, fn func(kv.Txn) error) error {
	if err := db.gate.enterWriter(ctx); err != nil {
		return err
	}
	defer db.gate.leaveWriter()
	if db.pending != nil {
		if err := db.pending.Wait(); errors.Is(err, kv.ErrUnknown) {
			return err
		}
		db.pending = nil
	}
	d, err := db.collect(ctx, fn, nil)
	if err != nil || len(d.writes.list) == 0 {
		return err
	}
	return db.commit(d)
}

// SnapshotOf returns what a reader of View reads from, for the State that made it.
func SnapshotOf(r kv.Reader) Snapshot { return r.(*reader).snap }

// draft is what a transaction wrote, and the snapshot that it read from, which is released.
type draft struct {
	writes *writes
	snap   Snapshot
}

// collect runs fn, which sees the writes of the commit before, and returns its draft.
func (db *DB) collect(ctx context.Context, fn func(kv.Txn) error, before *commit) (*draft, error) {
	r := &reader{ctx: ctx}
	o := &overlay{reader: r, writes: newWrites(db.some)}
	if before != nil {
		o.before, r.snap = before.draft.writes, before.next()
	}
	if r.snap == nil {
		r.snap = db.snapshot()
	}
	// The snapshot is released before the commit, so that this finds no reader of the state
	// that it replaces.
	defer o.end()
	err := fn(o)
	db.some = min(len(o.writes.list), someMost)
	if err == nil && o.writes.tooBig {
		err = kv.ErrTooBig
	}
	return &draft{o.writes, r.snap}, err
}

// snapshot returns the state of now, for a transaction.
func (db *DB) snapshot() Snapshot {
	if d, ok := db.state.(drafter); ok {
		return d.Draft()
	}
	return db.state.Snapshot()
}

// commit applies a draft.
func (db *DB) commit(d *draft) error {
	writes := d.writes.ordered()
	var err error
	if s, ok := db.state.(drafter); ok {
		err = s.CommitDraft(d.snap, writes)
	} else {
		err = db.state.Commit(writes)
	}
	if err == nil || errors.Is(err, kv.ErrTooBig) || errors.Is(err, kv.ErrFull) {
		return err
	}
	err = fmt.Errorf("%w: %w", kv.ErrUnknown, err)
	db.gate.poison(err)
	return err
}

// Close implements kv.DB.
func (db *DB) Close() error {
	poisoned, err := db.gate.close()
	if err != nil {
		return err
	}
	return db.state.Close(poisoned)
}

// reader is a snapshot for the time of one call.
type reader struct {
	ctx  context.Context
	snap Snapshot
	over atomic.Bool // set when the call is over
}

func newReader(ctx context.Context, state State) *reader {
	return &reader{ctx: ctx, snap: state.Snapshot()}
}

func (r *reader) end() {
	r.over.Store(true)
	r.snap.Release()
}

func (r *reader) Get(key []byte) ([]byte, error) {
	if r.over.Load() {
		return nil, errOver
	}
	// No such key can have been set, and databases differ in how they say so.
	if kv.CheckKey(key) != nil {
		return nil, kv.ErrNotFound
	}
	return r.snap.Get(key)
}

func (r *reader) Scan(rg kv.Range, fn func(key, value []byte) error) error {
	if r.over.Load() {
		return errOver
	}
	n := 0
	return r.snap.Scan(rg, func(key, value []byte) error {
		if n++; n%scanStep == 0 {
			if err := r.ctx.Err(); err != nil {
				return err
			}
		}
		return fn(key, value)
	})
}
