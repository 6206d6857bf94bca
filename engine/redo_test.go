package engine_test

import (
	"context"
	"slices"
	"testing"

	"aloi"
	"aloi/engine"
	"aloi/store/kv"
	"aloi/store/storetest"
)

// recorder is a database that keeps what its commits wrote.
type recorder struct {
	kv.DB
	commits []kv.Commit
}

func (r *recorder) Update(ctx context.Context, fn func(kv.Txn) error) error {
	tx := &recording{writes: map[string]kv.Write{}}
	err := r.DB.Update(ctx, func(t kv.Txn) error {
		tx.Txn = t
		return fn(tx)
	})
	if err != nil || len(tx.writes) == 0 {
		return err
	}
	c := kv.Commit{Number: uint64(len(r.commits) + 1)}
	for _, w := range tx.writes {
		c.Writes = append(c.Writes, w)
	}
	slices.SortFunc(c.Writes, func(a, b kv.Write) int { return slices.Compare(a.Key, b.Key) })
	r.commits = append(r.commits, c)
	return nil
}

// UpdateAhead implements kv.DB.
func (r *recorder) UpdateAhead(ctx context.Context, fn func(kv.Txn) error) (kv.Pending, error) {
	return storetest.Over(r.Update(ctx, fn))
}

type recording struct {
	kv.Txn
	writes map[string]kv.Write
}

func (r *recording) Set(key, value []byte) error {
	r.writes[string(key)] = kv.Write{Key: key, Value: value}
	return r.Txn.Set(key, value)
}

func (r *recording) Delete(key []byte) error {
	r.writes[string(key)] = kv.Write{Key: key, Deleted: true}
	return r.Txn.Delete(key)
}

// copyOf is an engine on a copy of the state that a fixture has now.
func copyOf(t *testing.T, f *fixture) *fixture {
	t.Helper()
	db := engine.NewMemory(t)
	err := f.db.View(t.Context(), func(r kv.Reader) error {
		return r.Scan(kv.Range{}, func(key, value []byte) error {
			k, v := slices.Clone(key), append([]byte{}, value...)
			return db.Update(t.Context(), func(tx kv.Txn) error { return tx.Set(k, v) })
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return on(t, db)
}

// redo does to a copy what was committed since it was made.
func redo(t *testing.T, earlier *fixture, since []kv.Commit) engine.Redone {
	t.Helper()
	r, err := earlier.NewRedo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range since {
		if err := r.Add(c); err != nil {
			t.Fatal(err)
		}
	}
	done, err := r.Apply(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := earlier.digest(t)
	if again, err := r.Apply(t.Context()); err != nil || again != (engine.Redone{}) || earlier.digest(t) != before {
		t.Errorf("again: %+v, %v; %v", again, err, earlier.digest(t) == before)
	}
	earlier.clean(t)
	return done
}

// What was removed, refused and suppressed later is so in an earlier state, too.
func TestRedo(t *testing.T) {
	log := &recorder{DB: engine.NewMemory(t)}
	f := on(t, log)
	rec := func(id, mail string) *aloi.Record {
		return &aloi.Record{Ref: aloi.RecordRef{Source: "web", ID: id}, Version: 1, Emails: []string{mail}}
	}
	ref := func(id string) *aloi.RecordRef { return &aloi.RecordRef{Source: "web", ID: id} }
	for _, id := range []string{"stays", "goes", "comes-again", "refuses", "goes-refusing"} {
		f.store(t, rec(id, id+"@example.org"))
	}
	earlier := copyOf(t, f)
	at := len(log.commits)

	f.do(t, ops(engine.Operation{Delete: ref("goes")}), aloi.OutcomeDeleted)
	f.do(t, ops(engine.Operation{Delete: ref("comes-again")}, put(rec("comes-again", "other@example.org"))), aloi.OutcomeDeleted, aloi.OutcomeCreated)
	f.do(t, ops(act(ofRecord("web", "refuses"), withdrawn("1", ""))), aloi.OutcomeRecorded)
	f.do(t, ops(act(ofRecord("web", "stays"), grant("2", "email:stays@example.org"))), aloi.OutcomeRecorded)
	f.do(t, ops(act(ofRecord("web", "goes-refusing"), withdrawn("3", ""))), aloi.OutcomeRecorded)
	f.do(t, ops(engine.Operation{Delete: ref("goes-refusing")}), aloi.OutcomeDeleted)
	f.do(t, ops(act(engine.Subject{Point: "email:nobody@example.org"}, withdrawn("4", ""))), aloi.OutcomeRecorded)
	f.do(t, ops(act(ofRecord("web", "not-yet"), withdrawn("5", ""))), aloi.OutcomeRecorded)
	f.store(t, rec("later", "later@example.org"))
	f.do(t, ops(act(ofRecord("web", "later"), withdrawn("6", ""))), aloi.OutcomeRecorded)
	f.do(t, ops(engine.Operation{Suppress: &aloi.Suppression{Point: "email:gone@example.org", Reason: "ERASED"}}), aloi.OutcomeRecorded)

	done := redo(t, earlier, log.commits[at:])
	if done.Removed != 3 || done.Suppressions != 1 {
		t.Errorf("%+v: 3 records went, and 1 point was suppressed", done)
	}
	if done.Stops != 5 { // of refuses, on the point of goes-refusing, on nobody's, of not-yet, of later
		t.Errorf("%+v: 5 stops came", done)
	}
	for _, id := range []string{"goes", "comes-again", "goes-refusing", "later"} {
		if _, err := earlier.Record(t.Context(), *ref(id)); aloi.CodeOf(err) != aloi.CodeNotFound {
			t.Errorf("%s is there: %v", id, err)
		}
	}
	if got := earlier.entries(t, "web", "refuses"); len(got) != 1 || got[0].Kind != aloi.ConsentWithdrawn {
		t.Errorf("the withdrawal: %v", got)
	}
	if got := earlier.entries(t, "web", "stays"); len(got) != 0 {
		t.Errorf("a consent came back: %v", got)
	}
	for _, point := range []string{"email:nobody@example.org", "email:goes-refusing@example.org"} {
		if got := earlier.onPoint(t, point); len(got) != 1 {
			t.Errorf("%d stops on a point", len(got))
		}
	}
	page, err := earlier.Suppressions(t.Context(), 10, "")
	if err != nil || len(page.Suppressions) != 1 {
		t.Errorf("suppressions: %v, %v", page, err)
	}
	// The records that were not stored yet have their stops when they come.
	for _, id := range []string{"not-yet", "later"} {
		earlier.store(t, rec(id, id+"@example.org"))
		if got := earlier.entries(t, "web", id); len(got) != 1 {
			t.Errorf("%s: %d stops", id, len(got))
		}
	}
	earlier.clean(t)
}

// What is no commit of a store is refused.
func TestRedoOfNonsense(t *testing.T) {
	r, err := open(t).NewRedo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []kv.Write{
		{Key: []byte("n")}, {Key: []byte("u123456789012345")}, {Key: append([]byte("n"), make([]byte, 16)...), Value: []byte{1}},
	} {
		if err := r.Add(kv.Commit{Number: 1, Writes: []kv.Write{w}}); aloi.CodeOf(err) != aloi.CodeCorrupt {
			t.Errorf("%q: %v", w.Key, err)
		}
	}
}
