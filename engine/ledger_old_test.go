package engine_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"aloi"
	"aloi/consent"
	"aloi/engine"
	"aloi/store"
	"aloi/store/kv"
)

// A store of before the log is brought up to date when it opens: every event is in the log,
// what decisions read is there, and they are as if it had been so from the beginning.
func TestStoreOfBeforeTheLog(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		asked := grant("r", annesMail)
		asked.Kind, asked.Token, asked.Evidence = aloi.ConsentRequested, "k1", nil
		f.do(t, ops(put(saying(anneWeb(), grant("g", annesMail), asked)), put(saying(marc(), withdrawn("w", annesPhone))), put(anneSAV())),
			aloi.OutcomeCreated, aloi.OutcomeCreated, aloi.OutcomeJoined)
		before := f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentValid)
		f.Close()
		f.forgetTheLog(t)

		now := on(t, f.db)
		now.clean(t)
		report, err := now.VerifyLog(t.Context(), engine.AuditOptions{Now: testNow.Add(time.Minute)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range report.Findings {
			t.Errorf("%s: %s: %s", x.Check, x.Where, x.Detail)
		}
		if kinds := now.kinds(t); len(kinds) != 4 { // the policy and three events
			t.Errorf("the log has %v", kinds)
		}
		after := now.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentValid)
		if after.Answer.Deciding[0] != before.Answer.Deciding[0] {
			t.Errorf("decided by %s, and was by %s", after.Answer.Deciding, before.Answer.Deciding)
		}
		now.do(t, ops(engine.Operation{Confirm: &engine.Confirmation{Token: "k1"}}), aloi.OutcomeRecorded)
		q := news(annesPhone)
		q.Channel = consent.SMS
		now.wants(t, ofRecord("sav", "T7"), q, consent.ConsentWithdrawn) // what a stranger said of it
	})
}

// forgetTheLog makes a store one of before the log: events bare, and nothing beside them.
func (f *fixture) forgetTheLog(t *testing.T) {
	t.Helper()
	type stored struct {
		record uint64
		event  aloi.ConsentEvent
	}
	var events []stored
	f.read(t, func(r *store.Reader) error {
		return r.EachEntry(func(record uint64, e *store.Entry) error {
			events = append(events, stored{record, e.ConsentEvent})
			return nil
		})
	})
	err := f.st.Update(t.Context(), func(w *store.Writer) error {
		c, err := w.Counters()
		if err != nil {
			return err
		}
		for _, x := range events {
			content, err := store.ConsentContent(x.event)
			if err != nil {
				return err
			}
			if err := w.SetEntry(x.record, content, &store.Entry{ConsentEvent: x.event}); err != nil {
				return err
			}
		}
		c.Log = 0
		return errors.Join(w.SetCounters(c), w.DeleteMeta("checkpoint"), w.DeleteMeta("policy"), w.DeleteMeta("policy."+consent.DefaultPolicy().Version), w.SetMeta("revision", []byte("4.1")))
	})
	if err != nil {
		t.Fatal(err)
	}
	err = f.db.Update(t.Context(), func(tx kv.Txn) error {
		var keys [][]byte
		for _, family := range "dahpt" {
			err := tx.Scan(kv.Prefix([]byte{byte(family)}), func(key, _ []byte) error {
				keys = append(keys, bytes.Clone(key))
				return nil
			})
			if err != nil {
				return err
			}
		}
		for _, k := range keys {
			if err := tx.Delete(k); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
