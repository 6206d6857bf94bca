package engine_test

import (
	"context"
	"testing"
	"time"

	"aloi"
	"aloi/engine"
	"aloi/store"
	"aloi/store/memory"
)

var testSecret = []byte("a secret for tests, 32 bytes long")

// open starts an engine on an empty store in memory.
func open(t *testing.T) *engine.Engine {
	t.Helper()
	db := memory.New()
	st, err := store.Open(t.Context(), db, testSecret)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.Open(t.Context(), st, engine.Options{Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(); db.Close() })
	return e
}

func person(source, id, given, family, birth, email, phone string) *aloi.Record {
	r := &aloi.Record{Ref: aloi.RecordRef{Source: source, ID: id}, Names: []aloi.Name{{Given: given, Family: family}}, BirthDate: birth}
	if email != "" {
		r.Emails = []string{email}
	}
	if phone != "" {
		r.Phones = []string{phone}
	}
	return r
}

// do applies operations and checks the outcomes.
func do(t *testing.T, e *engine.Engine, ops []engine.Operation, want ...aloi.Outcome) []aloi.Acknowledgement {
	t.Helper()
	acks, err := e.Apply(context.Background(), ops)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range acks {
		if a.Outcome != want[i] {
			t.Errorf("operation %d: %s (%s), want %s", i, a.Outcome, a.Reason, want[i])
		}
	}
	report, err := e.Verify(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Errorf("verify: %s: %s: %s", f.Check, f.Where, f.Detail)
	}
	return acks
}

func put(r *aloi.Record) engine.Operation { return engine.Operation{Put: r} }

func TestLifeOfARecord(t *testing.T) {
	e := open(t)
	anne := person("store", "1", "Anne", "Lefèvre", "1984-03-02", "anne.lefevre@example.org", "0639981234")
	first := do(t, e, []engine.Operation{put(anne)}, aloi.OutcomeCreated)
	do(t, e, []engine.Operation{put(anne)}, aloi.OutcomeUnchanged)
	second := do(t, e, []engine.Operation{put(person("web", "a", "ANNE", "LEFEVRE", "02/03/1984", "Anne.Lefevre@example.org", ""))}, aloi.OutcomeJoined)
	if first[0].Entity != second[0].Entity {
		t.Errorf("entities %s and %s, want one", first[0].Entity, second[0].Entity)
	}
	a, b := aloi.RecordRef{Source: "store", ID: "1"}, aloi.RecordRef{Source: "web", ID: "a"}
	split := do(t, e, []engine.Operation{{Judge: &aloi.Judgement{A: a, B: b, Verdict: aloi.VerdictDifferent, Steward: "claire", Reason: "two sisters"}}}, aloi.OutcomeSplit)
	t.Log(split[0])
	do(t, e, []engine.Operation{{Withdraw: &[2]aloi.RecordRef{b, a}}}, aloi.OutcomeMerged)
	why, err := e.Why(t.Context(), a, b)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(why.Text)
	how, err := e.How(t.Context(), first[0].Entity)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(how.Text)
	do(t, e, []engine.Operation{{Delete: &a}}, aloi.OutcomeDeleted)
	do(t, e, []engine.Operation{{Delete: &a}}, aloi.OutcomeNotFound)
	do(t, e, []engine.Operation{put(anne)}, aloi.OutcomeJoined)
}
