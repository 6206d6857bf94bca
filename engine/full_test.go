package engine_test

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
	"aloi/store/kv"
)

// fullDB is a database whose disk may be nearly full. It says so by turns before a commit of
// UpdateAhead, and when that has begun.
type fullDB struct {
	kv.DB
	full   atomic.Bool
	turns  int
	failed bool // the last commit, which nobody was told of yet that builds on it
}

func (db *fullDB) Update(ctx context.Context, fn func(kv.Txn) error) error {
	db.failed = false
	if db.full.Load() && !kv.IsEssential(ctx) {
		return kv.ErrFull
	}
	return db.DB.Update(ctx, fn)
}

func (db *fullDB) UpdateAhead(ctx context.Context, fn func(kv.Txn) error) (kv.Pending, error) {
	if db.failed {
		db.failed = false
		return nil, kv.ErrBefore
	}
	if !db.full.Load() {
		return db.DB.UpdateAhead(ctx, fn)
	}
	if db.turns++; db.turns%2 == 0 {
		return nil, kv.ErrFull
	}
	err := db.DB.Update(ctx, func(tx kv.Txn) error { return cmp.Or(fn(tx), errDropped) })
	if err == errDropped {
		db.failed, err = true, nil
	}
	return noRoom{}, err
}

var errDropped = errors.New("dropped")

// noRoom is a commit that finds no room.
type noRoom struct{}

func (noRoom) Wait() error { return kv.ErrFull }

// TestFull holds what is taken, and what is not, while the disk is nearly full: the engine
// goes on, and takes everything again afterwards.
func TestFull(t *testing.T) {
	db := &fullDB{DB: engine.NewMemory(t)}
	f := on(t, db)
	f.store(t, stranger(1), stranger(2), stranger(3))
	db.full.Store(true)

	for _, c := range []struct {
		name  string
		ops   []engine.Operation
		taken bool
	}{
		{"record", ops(put(stranger(4))), false},
		{"judgement", ops(same(ref("web", "s1"), ref("web", "s2"))), false},
		{"permission", ops(act(ofRecord("web", "s3"), grant("e2", "email:nobody@example.org"))), false},
		{"deletion with a record", ops(remove(ref("web", "s1")), put(stranger(4))), false},
		{"deletion", ops(remove(ref("web", "s1"))), true},
		{"stop", ops(act(ofRecord("web", "s3"), withdrawn("e1", "email:nobody@example.org"))), true},
		{"suppression", ops(engine.Operation{Suppress: &aloi.Suppression{Point: "email:nobody@example.org", Reason: "OBJECTED", Time: testNow}}), true},
		{"all of those", ops(remove(ref("web", "s2")), act(ofRecord("web", "s3"), withdrawn("e1", "email:nobody@example.org"))), true},
	} {
		acks, err := f.Apply(t.Context(), c.ops)
		if c.taken != (err == nil) {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && (aloi.CodeOf(err) != aloi.CodeFull || !errors.Is(err, kv.ErrFull)) {
			t.Errorf("%s: %v is no CodeFull", c.name, err)
		}
		for _, a := range acks {
			if a.Outcome == aloi.OutcomeRejected {
				t.Errorf("%s: %v", c.name, a.Violations)
			}
		}
	}
	if _, err := f.Adopt(t.Context(), otherModel(), nil); aloi.CodeOf(err) != aloi.CodeFull {
		t.Errorf("adopting a model: %v, want CodeFull", err)
	}
	f.clean(t)
	db.full.Store(false)
	f.do(t, ops(put(stranger(4))), aloi.OutcomeCreated)
	if _, err := f.Adopt(t.Context(), otherModel(), nil); err != nil {
		t.Errorf("adopting a model when there is room: %v", err)
	}
}

// TestFullTogether sends what is taken and what is not at the same time: they share commits,
// and not their outcome.
func TestFullTogether(t *testing.T) {
	db := &fullDB{DB: engine.NewMemory(t)}
	f := on(t, db)
	const records = 40
	for i := range records {
		f.store(t, stranger(i))
	}
	db.full.Store(true)
	var wg sync.WaitGroup
	for i := range records {
		wg.Go(func() {
			if _, err := f.Apply(t.Context(), ops(remove(stranger(i).Ref))); err != nil {
				t.Errorf("deletion %d: %v", i, err)
			}
		})
		wg.Go(func() {
			if _, err := f.Apply(t.Context(), ops(put(stranger(records+i)))); aloi.CodeOf(err) != aloi.CodeFull {
				t.Errorf("record %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	f.clean(t)
}

// otherModel is the default model under another version.
func otherModel() *matcher.Model {
	m := *matcher.Default()
	m.Version = "other"
	return &m
}
