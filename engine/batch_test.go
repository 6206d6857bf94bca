package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
	"aloi/store"
	"aloi/store/badger"
	"aloi/store/kv"
)

// stranger is a record that is like no other.
func stranger(i int) *aloi.Record {
	return &aloi.Record{Ref: ref("web", fmt.Sprintf("s%d", i)), Identifiers: []aloi.Identifier{{Type: "customer_number", Value: fmt.Sprintf("C%07d", 7919*i)}}}
}

// TestLargeApply holds that a call of any size is answered in order, in batches of
// at most MaxBatchOperations.
func TestLargeApply(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		const records = 2*engine.MaxBatchOperations + 3
		var list []engine.Operation
		for i := range records {
			list = append(list, put(stranger(i)))
		}
		acks := f.do(t, list, slices.Repeat(want(aloi.OutcomeCreated), records)...)
		for i, a := range acks {
			if stored, err := f.Record(t.Context(), list[i].Put.Ref); err != nil || stored.Number != a.RecordNumber {
				t.Fatalf("operation %d: stored %v, %v", i, stored, err)
			}
			if want := uint64(1 + i/engine.MaxBatchOperations); a.Sequence != want {
				t.Fatalf("operation %d: sequence %d, want %d", i, a.Sequence, want)
			}
		}
	})
}

// TestTooBigForOneTransaction holds that a batch past kv.MaxTxnBytes is committed in
// parts, and that the parts are a batch for who sent it.
func TestTooBigForOneTransaction(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		records := 3 * kv.MaxTxnBytes / aloi.MaxNoteBytes
		var list []engine.Operation
		for i := range records {
			r := stranger(i)
			r.Note = strings.Repeat("n", aloi.MaxNoteBytes)
			list = append(list, put(r))
		}
		acks := f.do(t, list, slices.Repeat(want(aloi.OutcomeCreated), records)...)
		if last := acks[records-1].Sequence; last < 4 || last != f.Sequence() {
			t.Errorf("committed in %d parts, want 4 at least", last)
		}
		if !slices.IsSortedFunc(acks, func(a, b aloi.Acknowledgement) int { return int(a.Sequence) - int(b.Sequence) }) {
			t.Error("the parts are out of order")
		}
	})
}

// TestTooBigForOneValue sends a person with so many free attributes that the golden
// record does not fit into a value: that record is rejected, by itself.
func TestTooBigForOneValue(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		const attributes = 40 // of one record, each of almost MaxValueBytes
		wordy := func(i int) *aloi.Record {
			r := anneWeb()
			r.Ref.ID = fmt.Sprint("w", i)
			for k := range attributes {
				r.Attributes = append(r.Attributes, aloi.FreeAttribute{Name: fmt.Sprintf("a%d_%d", i, k), Value: strings.Repeat("x", aloi.MaxValueBytes-96)})
			}
			return r
		}
		fit := kv.MaxValueBytes / (attributes * aloi.MaxValueBytes)
		var list []engine.Operation
		var outcomes []aloi.Outcome
		for i := range fit + 2 {
			list, outcomes = append(list, put(wordy(i)), put(stranger(i))), append(outcomes, aloi.OutcomeJoined, aloi.OutcomeCreated)
		}
		outcomes[0] = aloi.OutcomeCreated
		outcomes[2*fit], outcomes[2*fit+2] = aloi.OutcomeRejected, aloi.OutcomeRejected
		acks := f.do(t, list, outcomes...)
		if a := acks[2*fit]; len(a.Violations) == 0 || a.RecordNumber != 0 {
			t.Errorf("rejected: %+v", a)
		}
		f.do(t, ops(remove(ref("web", "w0")), put(wordy(fit))), aloi.OutcomeDeleted, aloi.OutcomeJoined)
	})
}

// TestCloseDuringApply closes an engine that many callers send to: each call is
// acknowledged and stored, or an error that says so.
func TestCloseDuringApply(t *testing.T) {
	for _, name := range []string{"memory", "badger"} {
		t.Run(name, func(t *testing.T) {
			db := engine.NewMemory(t)
			if name == "badger" {
				db = engine.NewBadger(t)
			}
			f := on(t, db)
			acknowledged := sendUntilClosed(t, f)
			again := on(t, db)
			for _, ref := range acknowledged {
				if _, err := again.Record(t.Context(), ref); err != nil {
					t.Errorf("an acknowledged record: %v", err)
				}
			}
			again.clean(t)
		})
	}
}

func sendUntilClosed(t *testing.T, f *fixture) (acknowledged []aloi.RecordRef) {
	const callers, least = 16, 40
	var mu sync.Mutex
	var wg sync.WaitGroup
	enough := make(chan struct{})
	for c := range callers {
		wg.Go(func() {
			for i := 0; ; i++ {
				r := stranger(i*callers + c)
				acks, err := f.Apply(context.Background(), ops(put(r)))
				if err != nil {
					if aloi.CodeOf(err) != aloi.CodeUnavailable {
						t.Errorf("after Close: %v", err)
					}
					return
				}
				mu.Lock()
				if acknowledged = append(acknowledged, r.Ref); len(acknowledged) == least {
					close(enough)
				}
				mu.Unlock()
				if acks[0].Outcome != aloi.OutcomeCreated {
					t.Errorf("%s", acks[0].Outcome)
				}
			}
		})
	}
	<-enough
	for range 2 { // closing twice is no harm
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	return acknowledged
}

// TestClosedStore holds what calls are told whose database is closed under them.
func TestClosedStore(t *testing.T) {
	db, err := badger.Open(t.TempDir(), badger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := on(t, db)
	f.store(t, marc())
	select {
	case <-f.Failed():
		t.Errorf("failed before its store was closed: %v", f.Failure())
	default:
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		second(f.Apply(t.Context(), ops(put(anneWeb())))), second(f.Apply(t.Context(), ops(put(marc())))),
		second(f.EntityOf(t.Context(), ofMarc)), second(f.Search(t.Context(), marc(), 1)), second(f.Preview(t.Context(), marc())),
	} {
		if aloi.CodeOf(err) != aloi.CodeUnavailable {
			t.Errorf("a closed store answers %v", err)
		}
	}
	<-f.Failed()
	if aloi.CodeOf(f.Failure()) != aloi.CodeUnavailable {
		t.Errorf("failed for %v", f.Failure())
	}
}

// TestOpenKeepsModel holds that a store stays under the model and the rules that it was
// resolved under.
func TestOpenKeepsModel(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		id := f.store(t, anneStore(), anneWeb(), anneSAV()).Entity
		before := f.digest(t)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		clock := func() time.Time { return testNow }
		other := matcher.Default()
		other.Version += "-other"
		rules, err := engine.ParseRules([]byte("attributes: {name.given: [longest]}"))
		if err != nil {
			t.Fatal(err)
		}
		for name, o := range map[string]engine.Options{
			"another model": {Model: other, Now: clock}, "other rules": {Rules: rules, Now: clock}, "no clock": {},
		} {
			if e, err := engine.Open(t.Context(), f.st, o); err == nil {
				e.Close()
				t.Errorf("%s: taken", name)
			}
		}
		if st, err := store.Open(t.Context(), f.db, []byte("another secret, long enough")); err == nil {
			t.Errorf("another secret: taken, %v", st)
		}
		again := on(t, f.db)
		if e, err := again.Entity(t.Context(), id); err != nil || len(e.Members) != 3 {
			t.Errorf("after reopening: %v, %v", e, err)
		}
		if again.digest(t) != before {
			t.Error("reopening wrote to the store")
		}
		again.do(t, ops(put(anneSAV())), aloi.OutcomeUnchanged)
	})
}

func TestOpenRefuses(t *testing.T) {
	if _, err := store.Open(t.Context(), engine.NewMemory(t), []byte("short")); err == nil {
		t.Error("a short secret was taken")
	}
	db := engine.NewMemory(t)
	err := db.Update(t.Context(), func(tx kv.Txn) error { return tx.Set([]byte("k"), []byte("v")) })
	if err != nil {
		t.Fatal(err)
	}
	var corrupt *aloi.Error
	if _, err := store.Open(t.Context(), db, testSecret); !errors.As(err, &corrupt) || corrupt.Code != aloi.CodeCorrupt {
		t.Errorf("data of somebody else: %v", err)
	}
}

// TestAbandoned holds that what nobody waits for any more is not carried out.
func TestAbandoned(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		gone, hangUp := context.WithCancel(t.Context())
		hangUp()
		for range 100 { // the queue takes some of them
			if _, err := f.Apply(gone, ops(put(marc()))); !errors.Is(err, context.Canceled) {
				t.Fatalf("answered %v", err)
			}
		}
		if _, err := f.EntityOf(t.Context(), marc().Ref); aloi.CodeOf(err) != aloi.CodeNotFound {
			t.Errorf("the record is there: %v", err)
		}
	})
}
