package engine_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"aloi"
	"aloi/engine"
	"aloi/store/kv"
)

// hookedDB is a database that asks before each transaction, and tells which it is, from 1.
type hookedDB struct {
	kv.DB
	count  atomic.Int64
	before func(n int64) error
}

func (db *hookedDB) Update(ctx context.Context, fn func(kv.Txn) error) error {
	if err := db.before(db.count.Add(1)); err != nil {
		return err
	}
	return db.DB.Update(ctx, fn)
}

func (db *hookedDB) UpdateAhead(ctx context.Context, fn func(kv.Txn) error) (kv.Pending, error) {
	if err := db.before(db.count.Add(1)); err != nil {
		return nil, err
	}
	return db.DB.UpdateAhead(ctx, fn)
}

// jam is an engine the first commit of which, of one record, lasts until it is let go.
type jam struct {
	*fixture
	db   *hookedDB
	go1  chan struct{}
	sent int
}

// jammed returns such an engine, in the middle of that commit. then is asked before the
// commits that follow, nil for none; its count starts at 1.
func jammed(t *testing.T, then func(n int64) error) *jam {
	t.Helper()
	db := &hookedDB{DB: engine.NewMemory(t), before: func(int64) error { return nil }}
	j := &jam{fixture: on(t, db), db: db, go1: make(chan struct{})}
	entered := make(chan struct{})
	db.count.Store(-1) // the first is the one that lasts
	db.before = func(n int64) error {
		switch {
		case n == 0:
			close(entered)
			<-j.go1
		case then != nil:
			return then(n)
		}
		return nil
	}
	go j.Apply(context.Background(), ops(put(stranger(0))))
	<-entered
	return j
}

// send has records wait for the writer, and returns where the answer will be.
func (j *jam) send(ctx context.Context, records ...*aloi.Record) <-chan answer {
	answers := make(chan answer, 1)
	var list []engine.Operation
	for _, r := range records {
		list = append(list, put(r))
	}
	go func() {
		acks, err := j.Apply(ctx, list)
		answers <- answer{acks, err}
	}()
	for j.sent++; engine.Waiting(j.Engine) < j.sent; {
		time.Sleep(time.Millisecond)
	}
	return answers
}

type answer struct {
	acks []aloi.Acknowledgement
	err  error
}

// strangers are n records like no other, from the first on.
func strangers(first, n int) (list []*aloi.Record) {
	for i := range n {
		list = append(list, stranger(first+i))
	}
	return list
}

// sequences are the journal positions that a call was answered with, each once.
func (a answer) sequences(t *testing.T) (list []uint64) {
	t.Helper()
	if a.err != nil {
		t.Fatal(a.err)
	}
	for _, ack := range a.acks {
		list = append(list, ack.Sequence)
	}
	if !slices.IsSorted(list) {
		t.Errorf("out of order: %v", list)
	}
	return slices.Compact(list)
}

// TestSmallFirst holds that a record does not wait for the many that came before it, and that
// those are committed in short pieces, in order, while it may not be the last.
func TestSmallFirst(t *testing.T) {
	j := jammed(t, nil)
	many := j.send(t.Context(), strangers(100, engine.Companions+2*engine.ShortCommit+1)...)
	one := j.send(t.Context(), stranger(1))
	close(j.go1)
	if got := (<-one).sequences(t); !slices.Equal(got, []uint64{2}) {
		t.Errorf("one record is committed at %d, want 2", got)
	}
	if got := (<-many).sequences(t); !slices.Equal(got, []uint64{2, 3, 4, 5}) {
		t.Errorf("many are committed at %d, want 2 to 5", got)
	}
	j.clean(t)
}

// TestBulkIsNotPassedForEver holds that many records are committed although small requests
// wait all the time.
func TestBulkIsNotPassedForEver(t *testing.T) {
	j := jammed(t, nil)
	many := j.send(t.Context(), strangers(100, engine.SmallTurns*engine.Companions+engine.ShortCommit)...)
	var small []<-chan answer
	for i := range (engine.SmallTurns + 2) * engine.ShortCommit / engine.SmallOperations {
		small = append(small, j.send(t.Context(), strangers(1000+i*engine.SmallOperations, engine.SmallOperations)...))
	}
	close(j.go1)
	if got := (<-many).sequences(t); len(got) != engine.SmallTurns+1 || got[engine.SmallTurns] != 2+engine.SmallTurns {
		t.Errorf("many are committed at %d, want the last at %d", got, 2+engine.SmallTurns)
	}
	for _, s := range small {
		(<-s).sequences(t)
	}
	j.clean(t)
}

// TestSplitFails holds that a call of which one commit fails is answered with that, and that
// it can be sent again.
func TestSplitFails(t *testing.T) {
	j := jammed(t, func(n int64) error {
		if n == 3 || n == 4 { // begun beside the commit before, and then by itself
			return kv.ErrFull
		}
		return nil
	})
	records := strangers(100, 3*engine.ShortCommit)
	many := j.send(t.Context(), records...)
	one := j.send(t.Context(), stranger(1))
	close(j.go1)
	(<-one).sequences(t)
	if got := <-many; aloi.CodeOf(got.err) != aloi.CodeFull || got.acks != nil {
		t.Fatalf("answered %d operations, %v", len(got.acks), got.err)
	}
	var list []engine.Operation
	for _, r := range records {
		list = append(list, put(r))
	}
	j.do(t, list, append(slices.Repeat(want(aloi.OutcomeUnchanged), engine.Companions+engine.ShortCommit),
		slices.Repeat(want(aloi.OutcomeCreated), 2*engine.ShortCommit-engine.Companions)...)...)
}

// TestSplitAbandoned holds that nothing more is committed of a call whose caller has gone.
func TestSplitAbandoned(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	j := jammed(t, func(n int64) error {
		if n == 3 { // the second piece is committed, and not the third
			cancel()
		}
		return nil
	})
	many := j.send(ctx, strangers(100, 3*engine.ShortCommit)...)
	one := j.send(t.Context(), stranger(1))
	close(j.go1)
	(<-one).sequences(t)
	if got := <-many; !errors.Is(got.err, context.Canceled) {
		t.Errorf("answered %d operations, %v", len(got.acks), got.err)
	}
	j.store(t, stranger(2)) // the second piece was under way, and has landed before this
	if c, err := j.Counts(t.Context()); err != nil || c.Records != 3+engine.Companions+2*engine.ShortCommit {
		t.Errorf("%d records are stored, %v", c.Records, err)
	}
	j.clean(t)
}
