package store

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"

	"aloi/store/kv"
	"aloi/store/storetest"
)

// updates are updates of a store that a test makes at random: by Update, and by UpdateAhead,
// whose commits it leaves under way, applies, ends and refuses. While one is under way another
// is computed on it at times, and then waits.
type updates struct {
	t    failer
	db   *endingDB
	held *storetest.Held // below it; nil for a database whose commits end by themselves
	s    *Store
	rng  *rand.Rand
	seed uint64

	commit  *Pending    // the last one that has begun, nil for none
	stage   commitStage // of it
	waiting <-chan begun
	refused int // commits
}

// commitStage is how far a commit is.
type commitStage int

const (
	stageOver     commitStage = iota // ended well, or there is none
	stageUnderWay                    // begun, and not applied
	stageApplied                     // visible to new readers, and not ended
	stageRefused                     // ended with nothing stored, and nobody was told who builds on it
)

// begun is what an UpdateAhead returned.
type begun struct {
	commit *Pending
	err    error
	want   error // what it should end with, had the commit before ended well
}

// errUndone breaks a transaction off.
var errUndone = errors.New("undone")

// newUpdates lays a store out in an empty database.
func newUpdates(t failer, inner kv.DB, seed uint64) *updates {
	t.Helper()
	db := &endingDB{DB: inner, after: -1, err: kv.ErrTooBig}
	s, err := Open(context.Background(), db, testSecret)
	if err != nil {
		t.Fatal(err)
	}
	held, _ := inner.(*storetest.Held)
	return &updates{t: t, db: db, held: held, s: s, rng: rand.New(rand.NewPCG(seed, 77)), seed: seed}
}

// refusals are what commits end with that leave nothing.
var refusals = []error{kv.ErrFull, kv.ErrTooBig}

// write begins an update of some changes, or takes the commit under way a step on. One update
// in four is broken off, and one commit in four refused.
func (u *updates) write(changes func(*Writer) error) {
	switch {
	case u.waiting != nil, u.stage == stageUnderWay && u.rng.IntN(3) == 0, u.stage == stageApplied && u.rng.IntN(3) == 0:
		u.advance()
	case u.rng.IntN(3) == 0:
		u.update(changes)
	default:
		u.ahead(changes)
	}
}

// update makes an Update, once the commit under way is over. One in four fails when it is
// committed.
func (u *updates) update(changes func(*Writer) error) {
	u.finish()
	broken := u.end()
	want := broken
	if want == nil && u.rng.IntN(3) == 0 {
		u.db.after, want = 0, u.db.err
	}
	err := u.s.Update(context.Background(), func(w *Writer) error { return cmp.Or(changes(w), broken) })
	u.db.after = -1
	u.expect(err, want)
	u.stage, u.commit = stageOver, nil // of a refusal before nobody is told any more
}

// end draws how an update ends before its commit.
func (u *updates) end() error {
	if u.rng.IntN(4) == 0 {
		return errUndone
	}
	return nil
}

// ahead makes an UpdateAhead. It is computed when ahead returns, and has begun or waits for the
// commit under way.
func (u *updates) ahead(changes func(*Writer) error) {
	computed, want := make(chan struct{}), u.end()
	begin := func() begun {
		commit, err := u.s.UpdateAhead(context.Background(), func(w *Writer) error {
			defer close(computed)
			return cmp.Or(changes(w), w.SetMeta("walk", nil), want) // so that there is a commit
		})
		return begun{commit, err, want}
	}
	if u.stage != stageUnderWay && u.stage != stageApplied {
		u.take(begin())
		return
	}
	result := make(chan begun, 1)
	go func() { result <- begin() }()
	<-computed
	u.waiting = result
}

// take notes what an UpdateAhead returned, now that the commit before is over.
func (u *updates) take(x begun) {
	u.waiting = nil
	if u.stage == stageRefused {
		u.stage, u.commit = stageOver, nil
		u.expect(x.err, kv.ErrBefore)
		return
	}
	u.expect(x.err, x.want)
	if u.commit, u.stage = x.commit, stageOver; x.err == nil && u.held != nil {
		u.stage = stageUnderWay
	}
}

// advance takes the commit under way a step on, to its end at last.
func (u *updates) advance() {
	switch {
	case u.stage == stageUnderWay && u.rng.IntN(4) == 0:
		u.refuse(refusals[u.rng.IntN(len(refusals))])
	case u.stage == stageUnderWay:
		u.held.Apply()
		u.stage = stageApplied
	case u.stage == stageApplied:
		u.held.Return()
		u.stage = stageOver
	}
	if u.waiting != nil && (u.stage == stageOver || u.stage == stageRefused) {
		u.take(<-u.waiting)
	}
}

// refuse ends the commit under way with an error.
func (u *updates) refuse(why error) {
	u.held.Refuse(why)
	u.refused++
	if u.stage = stageRefused; u.rng.IntN(2) == 0 {
		u.expect(u.commit.Wait(), why)
	}
}

// finish lets no commit be under way.
func (u *updates) finish() {
	for u.stage == stageUnderWay || u.stage == stageApplied {
		u.advance()
	}
	if u.stage == stageOver && u.commit != nil {
		u.expect(u.commit.Wait(), nil)
	}
}

func (u *updates) expect(err, want error) {
	u.t.Helper()
	if !errors.Is(err, want) {
		u.t.Fatal("seed", u.seed, ":", err, ", want", want)
	}
}
