package engine_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"aloi"
	"aloi/engine"
	"aloi/store"
	"aloi/store/kv"
)

var testSecret = []byte("a secret for tests, 32 bytes long")

// testKey signs the log of every store of the tests.
const testKey = "PRIVATE+KEY+aloi/tests+3f184985+Ac2Ja9GHr1yOym5d/vxD0B+GMLmeqMiF5ZoT5CzvqWxW"

var testNow = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// fixture is an engine with its store.
type fixture struct {
	*engine.Engine
	db kv.DB
	st *store.Store
}

// on starts an engine on a database, for the length of the test.
func on(t *testing.T, db kv.DB) *fixture {
	t.Helper()
	st, err := store.Open(t.Context(), db, testSecret)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.Open(t.Context(), st, engine.Options{AuditKey: testKey, Now: func() time.Time { return testNow }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return &fixture{e, db, st}
}

// open starts an engine on an empty store in memory.
func open(t *testing.T) *fixture {
	t.Helper()
	return on(t, engine.NewMemory(t))
}

// everywhere runs a test on an empty store of each kind.
func everywhere(t *testing.T, fn func(t *testing.T, f *fixture)) {
	t.Run("memory", func(t *testing.T) { fn(t, on(t, engine.NewMemory(t))) })
	t.Run("badger", func(t *testing.T) { fn(t, on(t, engine.NewBadger(t))) })
}

// digest is a hash of all that is stored.
func (f *fixture) digest(t *testing.T) string {
	t.Helper()
	h := sha256.New()
	err := f.db.View(t.Context(), func(r kv.Reader) error {
		return r.Scan(kv.Range{}, func(key, value []byte) error {
			fmt.Fprintf(h, "%d %x %d %x\n", len(key), key, len(value), value)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// clean fails when what is stored is not what it should be.
func (f *fixture) clean(t *testing.T) {
	t.Helper()
	report, err := f.Verify(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range report.Findings {
		t.Errorf("verify: %s: %s: %s", found.Check, found.Where, found.Detail)
	}
}

// do applies operations and checks the outcomes.
func (f *fixture) do(t *testing.T, ops []engine.Operation, want ...aloi.Outcome) []aloi.Acknowledgement {
	t.Helper()
	acks, err := f.Apply(context.Background(), ops)
	if err != nil {
		t.Fatal(err)
	}
	if len(acks) != len(want) {
		t.Fatalf("%d acknowledgements, want %d", len(acks), len(want))
	}
	for i, a := range acks {
		if a.Outcome != want[i] {
			t.Errorf("operation %d: %s (%s), want %s", i, a.Outcome, a.Reason, want[i])
		}
	}
	f.clean(t)
	return acks
}

// store puts records, each in a batch of its own, and returns the last answer.
func (f *fixture) store(t *testing.T, records ...*aloi.Record) (last aloi.Acknowledgement) {
	t.Helper()
	for _, r := range records {
		acks, err := f.Apply(context.Background(), ops(put(r)))
		if err != nil {
			t.Fatal(err)
		}
		if last = acks[0]; last.Outcome == aloi.OutcomeRejected {
			t.Fatalf("rejected: %v", last.Violations)
		}
	}
	return last
}

func ops(list ...engine.Operation) []engine.Operation { return list }

func put(r *aloi.Record) engine.Operation { return engine.Operation{Put: r} }

func remove(ref aloi.RecordRef) engine.Operation { return engine.Operation{Delete: &ref} }

func same(a, b aloi.RecordRef) engine.Operation { return judged(a, b, aloi.VerdictSame) }

func different(a, b aloi.RecordRef) engine.Operation { return judged(a, b, aloi.VerdictDifferent) }

func judged(a, b aloi.RecordRef, v aloi.Verdict) engine.Operation {
	return engine.Operation{Judge: &aloi.Judgement{A: a, B: b, Verdict: v, Steward: "claire", Reason: "au téléphone"}}
}

func withdraw(a, b aloi.RecordRef) engine.Operation {
	return engine.Operation{Withdraw: &[2]aloi.RecordRef{a, b}}
}

func ref(source, id string) aloi.RecordRef { return aloi.RecordRef{Source: source, ID: id} }

func person(source, id, given, family, birth, email, phone string) *aloi.Record {
	r := &aloi.Record{Ref: ref(source, id), Names: []aloi.Name{{Given: given, Family: family}}, BirthDate: birth}
	if email != "" {
		r.Emails = []string{email}
	}
	if phone != "" {
		r.Phones = []string{phone}
	}
	return r
}

func woman(r *aloi.Record) *aloi.Record {
	r.Gender = "F"
	return r
}

// The people of the tests. Anne is one person in three channels; the record of the
// store and that of the web have nothing in common but the name, and the one of the
// after-sales service has what both have.
func anneStore() *aloi.Record {
	return woman(person("store", "1", "Anne", "Lefèvre", "", "", "0639981234"))
}

func anneWeb() *aloi.Record {
	return woman(person("web", "a", "Anne", "Lefèvre", "1984-03-02", "a.l1984@example.org", ""))
}

func anneSAV() *aloi.Record {
	return woman(person("sav", "T7", "ANNE", "LEFEVRE", "02/03/1984", "a.l1984@example.org", "06 39 98 12 34"))
}

func marc() *aloi.Record {
	return person("store", "2", "Marc", "Dubreuil", "1951-11-30", "marc.dubreuil@example.org", "0639985678")
}
