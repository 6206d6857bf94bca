package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"aloi"
	"aloi/engine"
)

var (
	inStore = ref("store", "1") // of anneStore
	inWeb   = ref("web", "a")   // of anneWeb
	inSAV   = ref("sav", "T7")  // of anneSAV
	ofMarc  = ref("store", "2")
)

// outcomeTests name, for a store that holds some records, what becomes of each
// operation of one batch.
var outcomeTests = []struct {
	name   string
	stored []*aloi.Record
	ops    []engine.Operation
	want   []aloi.Outcome
}{
	{"first record", nil, ops(put(marc())), want(aloi.OutcomeCreated)},
	{"second record of a person", []*aloi.Record{anneWeb()}, ops(put(anneSAV())), want(aloi.OutcomeJoined)},
	{"record between two entities", []*aloi.Record{anneStore(), anneWeb()}, ops(put(anneSAV())), want(aloi.OutcomeMerged)},
	{"record that held two together is another person's", []*aloi.Record{anneStore(), anneWeb(), anneSAV()},
		ops(put(rectified(anneSAV(), "Paul", "Quentin"))), want(aloi.OutcomeSplit)},
	{"record that held two together is deleted", []*aloi.Record{anneStore(), anneWeb(), anneSAV()},
		ops(remove(inSAV)), want(aloi.OutcomeDeleted)},
	{"new value", []*aloi.Record{marc()}, ops(put(noted(marc(), 1))), want(aloi.OutcomeUpdated)},
	{"sent again", []*aloi.Record{marc()}, ops(put(marc()), put(marc())), want(aloi.OutcomeUnchanged, aloi.OutcomeUnchanged)},
	{"older version", []*aloi.Record{noted(marc(), 7)}, ops(put(noted(marc(), 6))), want(aloi.OutcomeStale)},
	{"sent twice at once", nil, ops(put(marc()), put(marc())), want(aloi.OutcomeCreated, aloi.OutcomeUnchanged)},
	{"two versions, the older last", nil, ops(put(noted(marc(), 2)), put(noted(marc(), 1))), want(aloi.OutcomeCreated, aloi.OutcomeStale)},
	{"two versions, the older first", nil, ops(put(noted(marc(), 1)), put(noted(marc(), 2))), want(aloi.OutcomeCreated, aloi.OutcomeUpdated)},
	{"put, deleted and put", nil, ops(put(marc()), remove(ofMarc), put(marc())), want(aloi.OutcomeDeleted, aloi.OutcomeDeleted, aloi.OutcomeCreated)},
	{"deleted, put and deleted", []*aloi.Record{marc()}, ops(remove(ofMarc), put(marc()), remove(ofMarc)), want(aloi.OutcomeDeleted, aloi.OutcomeDeleted, aloi.OutcomeDeleted)},
	{"deleted twice", []*aloi.Record{marc()}, ops(remove(ofMarc), remove(ofMarc)), want(aloi.OutcomeDeleted, aloi.OutcomeNotFound)},
	{"nothing to delete", nil, ops(remove(ofMarc)), want(aloi.OutcomeNotFound)},
	{"all records of a person at once", nil, ops(put(anneStore()), put(anneWeb()), put(anneSAV())), want(aloi.OutcomeCreated, aloi.OutcomeJoined, aloi.OutcomeJoined)},

	{"judged different", []*aloi.Record{anneWeb(), anneSAV()}, ops(different(inWeb, inSAV)), want(aloi.OutcomeSplit)},
	{"judged same", []*aloi.Record{anneWeb(), marc()}, ops(same(inWeb, ofMarc)), want(aloi.OutcomeMerged)},
	{"judged as it is", []*aloi.Record{anneWeb(), marc()}, ops(different(inWeb, ofMarc)), want(aloi.OutcomeJudged)},
	{"judged before the records come", nil, ops(same(inWeb, ofMarc), put(anneWeb()), put(marc())), want(aloi.OutcomeJudged, aloi.OutcomeCreated, aloi.OutcomeJoined)},
	{"judged again in the same words", []*aloi.Record{anneWeb(), marc()}, ops(same(inWeb, ofMarc), same(ofMarc, inWeb)), want(aloi.OutcomeMerged, aloi.OutcomeUnchanged)},
	{"judged and withdrawn", []*aloi.Record{anneWeb(), anneSAV()}, ops(different(inWeb, inSAV), withdraw(inSAV, inWeb)), want(aloi.OutcomeJudged, aloi.OutcomeJudged)},
	{"judged, and the record deleted", []*aloi.Record{anneWeb(), marc()}, ops(same(inWeb, ofMarc), remove(inWeb)), want(aloi.OutcomeJudged, aloi.OutcomeDeleted)},
	{"judged, and both records deleted", []*aloi.Record{anneWeb(), marc()}, ops(same(inWeb, ofMarc), remove(inWeb), remove(ofMarc)), want(aloi.OutcomeJudged, aloi.OutcomeDeleted, aloi.OutcomeDeleted)},
	{"judgement changes its mind", []*aloi.Record{anneWeb(), anneSAV()}, ops(different(inWeb, inSAV), same(inWeb, inSAV)), want(aloi.OutcomeJudged, aloi.OutcomeJudged)},
	{"nothing to withdraw", []*aloi.Record{anneWeb()}, ops(withdraw(inWeb, ofMarc)), want(aloi.OutcomeNotFound)},

	{"rejected among others", []*aloi.Record{anneWeb()}, ops(
		engine.Operation{}, put(&aloi.Record{Ref: inStore, Version: -1}), remove(aloi.RecordRef{Source: "store"}), same(inWeb, inWeb),
		judged(inWeb, ofMarc, aloi.VerdictReview), withdraw(inWeb, aloi.RecordRef{}), put(marc()),
	), want(aloi.OutcomeRejected, aloi.OutcomeRejected, aloi.OutcomeRejected, aloi.OutcomeRejected, aloi.OutcomeRejected, aloi.OutcomeRejected, aloi.OutcomeCreated)},
}

func want(list ...aloi.Outcome) []aloi.Outcome { return list }

// noted is a version of a record with a note of its own.
func noted(r *aloi.Record, version int64) *aloi.Record {
	r.Version, r.Note = version, fmt.Sprintf("version %d", version)
	return r
}

// rectified is a later version that is about somebody else.
func rectified(r *aloi.Record, given, family string) *aloi.Record {
	return &aloi.Record{Ref: r.Ref, Version: r.Version + 1, Names: []aloi.Name{{Given: given, Family: family}}, BirthDate: "1933-07-14"}
}

func TestOutcomes(t *testing.T) {
	for _, c := range outcomeTests {
		t.Run(c.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, f *fixture) {
				f.store(t, c.stored...)
				acks := f.do(t, c.ops, c.want...)
				for i, a := range acks {
					f.answers(t, c.ops[i], a)
				}
			})
		})
	}
}

// answers fails when an acknowledgement is not what the store says afterwards.
func (f *fixture) answers(t *testing.T, op engine.Operation, a aloi.Acknowledgement) {
	t.Helper()
	if a.Reason == "" || (a.Outcome == aloi.OutcomeRejected) != (len(a.Violations) > 0) {
		t.Errorf("%s: reason %q, violations %v", a.Outcome, a.Reason, a.Violations)
	}
	if a.Sequence != f.Sequence() {
		t.Errorf("%s: sequence %d, the journal is at %d", a.Outcome, a.Sequence, f.Sequence())
	}
	switch a.Outcome {
	case aloi.OutcomeDeleted, aloi.OutcomeNotFound, aloi.OutcomeRejected:
		if a.Entity != "" {
			t.Errorf("%s: entity %s, want none", a.Outcome, a.Entity)
		}
		return
	}
	if op.Put == nil {
		return
	}
	stored, err := f.Record(t.Context(), op.Put.Ref)
	if err != nil {
		t.Fatal(err)
	}
	if stored.Entity != a.Entity || stored.Number != a.RecordNumber {
		t.Errorf("%s: record %d in %s, want %d in %s", a.Outcome, a.RecordNumber, a.Entity, stored.Number, stored.Entity)
	}
}

// TestRecordNumbers holds what the numbers of the journal promise: a record keeps
// its number from version to version, and one that comes back has another.
func TestRecordNumbers(t *testing.T) {
	f := open(t)
	first := f.store(t, marc()).RecordNumber
	if again := f.store(t, marc(), noted(marc(), 3), noted(marc(), 2)).RecordNumber; again != first {
		t.Errorf("number %d, then %d", first, again)
	}
	if gone := f.do(t, ops(remove(ofMarc)), aloi.OutcomeDeleted)[0].RecordNumber; gone != first {
		t.Errorf("deleted %d, want %d", gone, first)
	}
	back := f.store(t, marc()).RecordNumber
	if back <= first {
		t.Errorf("number %d after %d was deleted", back, first)
	}
	refs, err := f.RecordRefs(t.Context(), []uint64{first, back, 999})
	if err != nil || len(refs) != 1 || refs[back] != ofMarc {
		t.Errorf("references %v, %v", refs, err)
	}
}

// TestSequence holds that what is written moves the journal by one a batch, and
// what is not does not.
func TestSequence(t *testing.T) {
	f := open(t)
	for i, c := range []struct {
		ops  []engine.Operation
		want uint64
	}{
		{ops(remove(ofMarc)), 0},
		{ops(put(&aloi.Record{})), 0},
		{ops(put(marc()), put(anneWeb())), 1},
		{ops(put(marc())), 1},
		{ops(put(noted(marc(), 1))), 2},
		{ops(put(marc())), 2}, // stale
		{ops(same(inWeb, ofMarc)), 3},
		{ops(same(inWeb, ofMarc)), 3},
		{ops(withdraw(inWeb, ofMarc)), 4},
		{nil, 4},
	} {
		acks, err := f.Apply(t.Context(), c.ops)
		if err != nil || len(acks) != len(c.ops) || f.Sequence() != c.want {
			t.Fatalf("batch %d: sequence %d, want %d (%v)", i, f.Sequence(), c.want, err)
		}
	}
}

// TestStaleKeepsEvents holds that the events of a version that is not in force count
// all the same, once.
func TestStaleKeepsEvents(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, noted(marc(), 9))
		old := noted(marc(), 1)
		old.Consents = []aloi.ConsentEvent{{Kind: aloi.ConsentWithdrawn, Time: testNow.Add(-time.Hour), Channels: []string{"email"}}}
		old.Interactions = []aloi.Interaction{{Kind: aloi.InteractionSAVTicket, Time: testNow.Add(-time.Minute)}}
		ack := f.do(t, ops(put(old)), aloi.OutcomeStale)[0]
		if !strings.Contains(ack.Reason, "2 new events") {
			t.Errorf("reason %q", ack.Reason)
		}
		if again := f.do(t, ops(put(old)), aloi.OutcomeStale)[0]; again.Sequence != ack.Sequence {
			t.Errorf("sent again it moved the journal from %d to %d", ack.Sequence, again.Sequence)
		}
		e, err := f.EntityOf(t.Context(), ofMarc)
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Consents) != 1 || e.Consents[0].Event.Kind != aloi.ConsentWithdrawn || !e.Consents[0].Event.RecordedTime.Equal(testNow) {
			t.Errorf("consents %v", e.Consents)
		}
		if len(e.Interactions) != 1 || e.Interactions[0].Record != ofMarc {
			t.Errorf("interactions %v", e.Interactions)
		}
		stored, err := f.Record(t.Context(), ofMarc)
		if err != nil || stored.Record.Note != "version 9" {
			t.Errorf("the note in force is %q, %v", stored.Record.Note, err)
		}
	})
}

// TestNoPersonalValues sends people whose every value is a canary through each
// outcome, and looks for a canary in what goes to the journal, to logs and to others.
func TestNoPersonalValues(t *testing.T) {
	const canary = "CANARI"
	secret := func(r *aloi.Record) *aloi.Record {
		r.Ref.ID = canary + r.Ref.ID
		r.Names[0].Middle, r.Note = "Canari", canary
		r.Emails = append(r.Emails, "canari@canari.example.org")
		r.Attributes = []aloi.FreeAttribute{{Name: "occupation", Value: canary}}
		return r
	}
	a, b, c := secret(anneStore()), secret(anneWeb()), secret(anneSAV())
	bad := secret(marc())
	bad.Emails = []string{canary + "\xff", canary + "\x00", strings.Repeat(canary, aloi.MaxValueBytes)}
	bad.Identifiers = []aloi.Identifier{{Type: canary, Value: canary}}
	bad.Consents = []aloi.ConsentEvent{{Kind: canary, ContactPoint: canary + "\xff"}}
	judgement := judged(a.Ref, b.Ref, aloi.VerdictDifferent)
	judgement.Judge.Reason = canary
	badJudgement := judged(a.Ref, aloi.RecordRef{Source: canary + "!", ID: ""}, aloi.Verdict(canary))
	badJudgement.Judge.Reason = canary + "\x00"

	f := open(t)
	seen := map[aloi.Outcome]bool{}
	for _, op := range ops(put(a), put(b), put(c), put(c), judgement, withdraw(a.Ref, b.Ref), withdraw(a.Ref, b.Ref),
		put(rectified(c, "Canari", "Canari")), put(c), remove(c.Ref), remove(c.Ref), put(bad), badJudgement, remove(aloi.RecordRef{Source: canary + " "})) {
		acks, err := f.Apply(t.Context(), ops(op))
		if err != nil {
			t.Fatal(err)
		}
		seen[acks[0].Outcome] = true
		if text := fmt.Sprintf("%+v", acks[0]); strings.Contains(strings.ToUpper(text), canary) {
			t.Errorf("a personal value in %.300s", text)
		}
	}
	if len(seen) < 8 {
		t.Errorf("only the outcomes %v were seen", seen)
	}
	changes, err := f.Changes(t.Context(), 0, engine.MaxChangeBatches)
	if text := fmt.Sprintf("%+v", changes); err != nil || strings.Contains(strings.ToUpper(text), canary) {
		t.Errorf("a personal value in the journal: %v", err)
	}
	for _, err := range []error{
		second(f.EntityOf(t.Context(), ref("store", canary))), second(f.Record(t.Context(), ref(canary+"!", canary))),
		second(f.Search(t.Context(), bad, 1)), second(f.Why(t.Context(), a.Ref, ref("web", canary), aloi.English)), second(f.Entity(t.Context(), canary)),
	} {
		if err == nil || strings.Contains(strings.ToUpper(err.Error()), canary) {
			t.Errorf("a personal value in the error %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestApplyEndsWithItsContext(t *testing.T) {
	f := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	// The queue has room, so that either may win; what is acknowledged is stored.
	acks, err := f.Apply(ctx, ops(put(marc())))
	_, stored := f.Record(t.Context(), ofMarc)
	switch {
	case err == nil && (stored != nil || acks[0].Outcome != aloi.OutcomeCreated):
		t.Errorf("acknowledged %v, and the record is not stored: %v", acks, stored)
	case err != nil && !errors.Is(err, context.Canceled):
		t.Error(err)
	}
}
