package engine_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"aloi"
	"aloi/engine"
	"aloi/store/kv"
)

// moment is how long what must wait is watched.
const moment = 50 * time.Millisecond

// ways are how a commit under way may end.
var ways = map[string]func(*flightDB){
	"well": func(db *flightDB) { db.End() },
	"full": func(db *flightDB) { db.Refuse(kv.ErrFull) },
	"big":  func(db *flightDB) { db.Refuse(kv.ErrTooBig) },
}

// TestFlightAtTheEnd closes an engine while a commit is under way, and another waits for it:
// both are answered, and stored, and only then it is closed.
func TestFlightAtTheEnd(t *testing.T) {
	for name, end := range ways {
		db := newFlightDB()
		f := on(t, db)
		line := f.Line()
		first := begin(t, line, put(stranger(1)))
		<-db.begun
		<-db.asked
		second := begin(t, line, remove(stranger(1).Ref), put(stranger(2)))
		<-db.asked
		closed := make(chan error, 1)
		go func() { closed <- f.Close() }()
		<-engine.Ending(f.Engine)
		select {
		case <-closed:
			t.Errorf("%s: it is closed with a commit under way", name)
		case <-engine.Ready(first):
			t.Errorf("%s: it is answered before it is stored", name)
		default:
		}
		end(db)
		if name == "well" {
			<-db.begun
			select {
			case <-closed:
				t.Fatal("it is closed with the last commit under way")
			case <-time.After(moment):
			}
			db.End()
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
		answeredAs(t, first, aloi.OutcomeCreated)
		answeredAs(t, second, aloi.OutcomeDeleted, aloi.OutcomeCreated)
		again := on(t, db)
		if c, err := again.Counts(t.Context()); err != nil || c.Records != 1 {
			t.Errorf("%s: %d records are stored, %v", name, c.Records, err)
		}
		again.clean(t)
	}
}

// answeredAs checks the outcomes of a call that is answered by now.
func answeredAs(t *testing.T, call *engine.Call, want ...aloi.Outcome) {
	t.Helper()
	select {
	case <-engine.Ready(call):
	default:
		t.Fatal("it is not answered")
	}
	acks, err := call.Wait()
	if err != nil {
		t.Fatal(err)
	}
	var got []aloi.Outcome
	for _, a := range acks {
		got = append(got, a.Outcome)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestFlightBeforeWhatIsAlone holds that a preview and an adoption wait for the commit under
// way, and for the same to be done over when it fails.
func TestFlightBeforeWhatIsAlone(t *testing.T) {
	for name, end := range ways {
		db := newFlightDB()
		f := on(t, db)
		alone := func(do func() error, list ...engine.Operation) {
			t.Helper()
			call := begin(t, f.Line(), list...)
			<-db.begun
			done := make(chan error, 1)
			go func() { done <- do() }()
			for range 100 { // so that it waits for the writer, or for the commit
				runtime.Gosched()
			}
			select {
			case <-done:
				t.Errorf("%s: it did not wait for the commit", name)
			default:
			}
			end(db)
			if err := <-done; err != nil {
				t.Errorf("%s: %v", name, err)
			}
			select {
			case <-engine.Ready(call):
			default:
				t.Errorf("%s: the commit is not answered", name)
			}
		}
		alone(func() error {
			p, err := f.PreviewJudgement(context.Background(), different(inWeb, inSAV))
			if err == nil && p.Asked == 0 {
				err = errors.New("nothing was asked of the two")
			}
			return err
		}, put(saying(anneWeb(), grant("1", annesMail))), put(anneSAV()))
		alone(func() error { return second(f.Adopt(context.Background(), otherModel(), nil)) }, put(anneStore()))
		f.clean(t)
	}
}

// TestFlightOfUnknownOutcome holds that the engine takes nothing any more after a commit that
// may be stored or not: neither that nor what was computed on it is done over.
func TestFlightOfUnknownOutcome(t *testing.T) {
	db := newFlightDB()
	f := on(t, db)
	first := begin(t, f.Line(), put(stranger(1)))
	<-db.begun
	<-db.asked
	next := begin(t, f.Line(), put(stranger(2)))
	<-db.asked
	db.Refuse(errors.New("broken"))
	for i, call := range []*engine.Call{first, next} {
		if _, err := call.Wait(); aloi.CodeOf(err) != aloi.CodeUnavailable || !errors.Is(err, kv.ErrUnknown) {
			t.Errorf("request %d: %v, want ErrUnknown, of CodeUnavailable", i+1, err)
		}
	}
	<-f.Failed()
	if _, err := f.Apply(t.Context(), ops(put(stranger(3)))); aloi.CodeOf(err) != aloi.CodeUnavailable {
		t.Errorf("afterwards: %v, want CodeUnavailable", err)
	}
}
