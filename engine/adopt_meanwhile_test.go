package engine_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
	"aloi/store"
)

// holder is a clock that holds up whoever asks it the at-th time: an adoption asks
// once for each commit of entities, first when it rehearses.
type holder struct {
	at              atomic.Int64
	asked, answered chan struct{}
}

func (h *holder) now() time.Time {
	if h.at.Add(-1) == 0 {
		h.asked <- struct{}{}
		<-h.answered
	}
	return testNow
}

// onClock starts an engine with a clock on an empty store.
func onClock(t *testing.T, now func() time.Time) *fixture {
	t.Helper()
	db := engine.NewMemory(t)
	st, err := store.Open(t.Context(), db, testSecret)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.Open(t.Context(), st, engine.Options{AuditKey: testKey, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return &fixture{e, db, st}
}

// TestAdoptMeanwhile sends records while a model is adopted, whose features the former
// model made: they are answered afterwards, under the new one.
func TestAdoptMeanwhile(t *testing.T) {
	curious := miser()
	curious.Version = "curious"
	curious.Comparisons = append(curious.Comparisons, matcher.ModelComparison{Name: "attribute.occupation", Levels: []matcher.Level{
		{Name: "exact", M: .9, U: .001, H: .1}, {Name: "close", M: .05, U: .001, H: .1}, {Name: "different", M: .05, U: .998, H: .8},
	}})
	hold := &holder{asked: make(chan struct{}), answered: make(chan struct{})}
	f := onClock(t, hold.now)
	f.store(t, anneStore(), anneWeb())
	hold.at.Store(1)
	late := anneSAV()
	late.Attributes = []aloi.FreeAttribute{{Name: "occupation", Value: "infirmière"}}
	adopted, applied := make(chan error, 1), make(chan aloi.Acknowledgement, 1)
	go func() { adopted <- second(f.Adopt(context.Background(), curious, nil)) }()
	<-hold.asked
	if _, err := f.Adopt(t.Context(), miser(), nil); aloi.CodeOf(err) != aloi.CodeUnavailable {
		t.Errorf("two adoptions at once: %v", err)
	}
	if _, _, err := f.Train(t.Context(), matcher.TrainOptions{}); aloi.CodeOf(err) != aloi.CodeUnavailable {
		t.Errorf("training during an adoption: %v", err)
	}
	go func() {
		acks, err := f.Apply(context.Background(), ops(put(late)))
		if err != nil {
			t.Error(err)
		}
		applied <- acks[0]
	}()
	for engine.Waiting(f.Engine) == 0 { // until it is prepared, and behind the adoption
		time.Sleep(time.Millisecond)
	}
	if got, err := f.EntityOf(t.Context(), inWeb); err != nil || len(got.Members) != 1 {
		t.Errorf("a question meanwhile: %+v, %v", got, err)
	}
	close(hold.answered)
	if err := <-adopted; err != nil {
		t.Fatal(err)
	}
	if a := <-applied; a.Outcome != aloi.OutcomeCreated {
		t.Errorf("under the new model the late record is %s (%s)", a.Outcome, a.Reason)
	}
	f.clean(t)
}

// TestAdoptEndsWithTheEngine closes an engine before and in the middle of the writing of
// an adoption: the first leaves no trace, the second is finished by the next engine.
func TestAdoptEndsWithTheEngine(t *testing.T) {
	for at, want := range map[int64]struct {
		model    string
		entities uint64
	}{1: {matcher.Default().Version, 1}, 2: {"miser", 3}} {
		hold := &holder{asked: make(chan struct{}), answered: make(chan struct{})}
		f := onClock(t, hold.now)
		f.store(t, anneStore(), anneWeb(), anneSAV())
		hold.at.Store(at)
		adopted, closed := make(chan error, 1), make(chan error, 1)
		go func() { adopted <- second(f.Adopt(context.Background(), miser(), nil)) }()
		<-hold.asked
		go func() { closed <- f.Close() }()
		<-engine.Ending(f.Engine)
		close(hold.answered)
		if err := <-adopted; aloi.CodeOf(err) != aloi.CodeUnavailable {
			t.Errorf("held up the %d. time: %v", at, err)
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
		again := on(t, f.db)
		again.clean(t)
		if c, err := again.Counts(t.Context()); err != nil || c.Entities != want.entities || again.Model().Version != want.model {
			t.Errorf("held up the %d. time: %d entities under %s, %v", at, c.Entities, again.Model().Version, err)
		}
	}
}
