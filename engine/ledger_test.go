package engine_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"aloi"
	"aloi/consent"
	"aloi/engine"
	"aloi/internal/audit"
	"aloi/store"
)

const (
	annesMail  = "email:a.l1984@example.org"
	annesPhone = "phone:+33639981234"
)

func grant(id, point string) aloi.ConsentEvent {
	return aloi.ConsentEvent{
		SourceEventID: id, Kind: aloi.ConsentGiven, Time: testNow.Add(-48 * time.Hour), Purposes: []string{"Newsletter"}, Channels: []string{"EMAIL"},
		Controllers: []string{"C1"}, ContactPoint: point, Method: "web_form", Evidence: []aloi.FreeAttribute{{Name: "auth", Value: "doi"}},
	}
}

func withdrawn(id, point string) aloi.ConsentEvent {
	return aloi.ConsentEvent{SourceEventID: id, Kind: aloi.ConsentWithdrawn, Time: testNow.Add(-time.Hour), ContactPoint: point, Method: "sms_stop"}
}

func saying(r *aloi.Record, events ...aloi.ConsentEvent) *aloi.Record {
	r.Consents = append(r.Consents, events...)
	return r
}

func act(s engine.Subject, e aloi.ConsentEvent) engine.Operation {
	return engine.Operation{Consent: &engine.ConsentOperation{Subject: s, Event: e}}
}

func ofRecord(source, id string) engine.Subject {
	r := ref(source, id)
	return engine.Subject{Record: &r}
}

// read calls fn with the state of the store.
func (f *fixture) read(t *testing.T, fn func(r *store.Reader) error) {
	t.Helper()
	if err := f.st.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// entries returns the ledger of a record.
func (f *fixture) entries(t *testing.T, source, id string) (list []store.Entry) {
	t.Helper()
	f.read(t, func(r *store.Reader) error {
		n, err := r.Number(f.st.RefHash(ref(source, id)))
		if err == nil {
			list, err = r.Entries(n)
		}
		return err
	})
	return list
}

// onPoint returns the entries of a contact point whose owner is not known.
func (f *fixture) onPoint(t *testing.T, canonical string) (list []store.Entry) {
	t.Helper()
	f.read(t, func(r *store.Reader) error {
		points, err := r.Point(f.st.PointHash(canonical))
		for _, p := range points {
			if p.Record == 0 {
				list = append(list, *p.Entry)
			}
		}
		return err
	})
	return list
}

func (f *fixture) dossier(t *testing.T, source, id string) (d *consent.Dossier) {
	t.Helper()
	f.read(t, func(r *store.Reader) error {
		n, err := r.Number(f.st.RefHash(ref(source, id)))
		if err != nil {
			return err
		}
		text, err := r.Dossier(n)
		if err != nil {
			return err
		}
		d, err = consent.ReadDossier(slices.Clone(text))
		return err
	})
	return d
}

// kinds returns what the log records, in order, and holds that it adds up to its head.
func (f *fixture) kinds(t *testing.T) (kinds []audit.Kind) {
	t.Helper()
	f.read(t, func(r *store.Reader) error {
		c, err := r.Counters()
		if err != nil {
			return err
		}
		err = r.EachLogEntry(0, func(index uint64, e *store.LogEntry) error {
			leaf, err := audit.ParseLeaf(e.Leaf)
			if err != nil {
				return err
			}
			if leaf.Sequence != index {
				t.Errorf("entry %d says that it is %d", index, leaf.Sequence)
			}
			kinds = append(kinds, leaf.Kind)
			return nil
		})
		if err != nil {
			return err
		}
		text, err := r.Meta("checkpoint")
		if err != nil {
			return err
		}
		public, err := audit.PublicKey(testKey)
		if err != nil {
			return err
		}
		verifier, err := note.NewVerifier(public)
		if err != nil {
			return err
		}
		head, err := audit.Open(string(text), verifier)
		if err != nil {
			return err
		}
		root, err := tlog.TreeHash(int64(c.Log), r.LogHashes())
		if head.Size != c.Log || head.Root != root || uint64(len(kinds)) != c.Log {
			t.Errorf("the head is of %d entries, the log has %d, counted %d", head.Size, c.Log, len(kinds))
		}
		return err
	})
	return kinds
}

func TestLedgerOfARecord(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.do(t, ops(put(saying(anneWeb(), grant("g1", "email: A.L1984@Example.org ")))), aloi.OutcomeCreated)
		d := f.dossier(t, "web", "a")
		if len(d.Events) != 1 || d.Events[0].ContactPoint != annesMail || !slices.Contains(d.ContactPoints, annesMail) || d.Birth.Format(time.DateOnly) != "1984-03-02" {
			t.Fatalf("the dossier: %+v", d)
		}
		ack := f.do(t, ops(act(ofRecord("web", "a"), withdrawn("w1", annesMail))), aloi.OutcomeRecorded)[0]
		again := f.do(t, ops(act(ofRecord("web", "a"), withdrawn("w1", annesMail))), aloi.OutcomeUnchanged)[0]
		if ack.EventID == "" || ack.EventID != again.EventID || ack.Entity == "" {
			t.Errorf("acknowledged as %+v, then %+v", ack, again)
		}
		d = f.dossier(t, "web", "a")
		if len(d.Events) != 2 || !slices.ContainsFunc(d.Events, func(e consent.DossierEvent) bool { return e.ID == ack.EventID }) {
			t.Errorf("the dossier: %+v", d.Events)
		}
		if got, want := f.kinds(t), []audit.Kind{audit.KindPolicy, audit.KindConsent, audit.KindConsent}; !slices.Equal(got, want) {
			t.Errorf("the log has %v, want %v", got, want)
		}
		for _, e := range f.entries(t, "web", "a") {
			payload, err := audit.Payload(&audit.Event{ID: idOf(d, e.SourceEventID), Record: ref("web", "a"), ConsentEvent: e.ConsentEvent})
			if err != nil {
				t.Fatal(err)
			}
			f.read(t, func(r *store.Reader) error {
				l, err := r.LogEntry(e.Log - 1)
				if err != nil {
					return err
				}
				leaf, err := audit.ParseLeaf(l.Leaf)
				if err == nil && leaf.Commit != audit.Commit(e.Salt, payload) {
					t.Errorf("event %s: the log commits to something else", e.SourceEventID)
				}
				return err
			})
		}
	})
}

func idOf(d *consent.Dossier, source string) string {
	for _, e := range d.Events {
		if e.SourceID == d.Ref.Source+"\x00"+source {
			return e.ID
		}
	}
	return ""
}

// Two contents under one id of the source are both kept, and the second is flagged.
func TestLedgerConflict(t *testing.T) {
	f := open(t)
	f.do(t, ops(put(saying(anneWeb(), grant("x", annesMail)))), aloi.OutcomeCreated)
	ack := f.do(t, ops(act(ofRecord("web", "a"), withdrawn("x", annesMail))), aloi.OutcomeRecorded)[0]
	if !slices.Contains(ack.Flags, aloi.Flag{Code: aloi.FlagConflict, Field: "event.source_event_id"}) || len(f.entries(t, "web", "a")) != 2 {
		t.Errorf("flags %v, %d entries", ack.Flags, len(f.entries(t, "web", "a")))
	}
	both := f.do(t, ops(put(saying(marc(), grant("y", ""), withdrawn("y", "")))), aloi.OutcomeCreated)[0]
	if !slices.Contains(both.Flags, aloi.Flag{Code: aloi.FlagConflict, Field: "record.consents[1].source_event_id"}) {
		t.Errorf("in one record: %v", both.Flags)
	}
}

// A stop of a record that is not stored binds when the record comes; a grant is refused.
func TestLedgerOfUnknownRecord(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		stop := f.do(t, ops(act(ofRecord("web", "a"), withdrawn("w1", ""))), aloi.OutcomeRecorded)[0]
		f.do(t, ops(act(ofRecord("web", "a"), withdrawn("w1", "")), act(ofRecord("web", "a"), grant("g1", ""))), aloi.OutcomeUnchanged, aloi.OutcomeNotFound)
		f.do(t, ops(put(anneWeb())), aloi.OutcomeCreated)
		list := f.entries(t, "web", "a")
		if len(list) != 1 || list[0].SourceEventID != "w1" || list[0].Log == 0 {
			t.Fatalf("the ledger has %+v", list)
		}
		if d := f.dossier(t, "web", "a"); len(d.Events) != 1 || d.Events[0].ID != stop.EventID {
			t.Errorf("the dossier has %+v, want event %s", d.Events, stop.EventID)
		}
		f.read(t, func(r *store.Reader) error {
			c, err := r.Counters()
			if c.Waiting != 0 {
				t.Errorf("%d still wait", c.Waiting)
			}
			return err
		})
		f.do(t, ops(put(saying(anneWeb(), withdrawn("w1", "")))), aloi.OutcomeUnchanged)
	})
	t.Run("in one batch", func(t *testing.T) {
		f := open(t)
		f.do(t, ops(act(ofRecord("web", "a"), withdrawn("w1", "")), put(anneWeb())), aloi.OutcomeRecorded, aloi.OutcomeCreated)
		if list := f.entries(t, "web", "a"); len(list) != 1 || list[0].Log == 0 {
			t.Errorf("the ledger has %+v", list)
		}
	})
}

func TestLedgerOfAContactPoint(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		on := engine.Subject{Point: "tel:06 39 98 12 34"}
		f.do(t, ops(act(on, withdrawn("s1", ""))), aloi.OutcomeRecorded)
		f.do(t, ops(act(engine.Subject{Point: annesPhone}, withdrawn("s1", annesPhone))), aloi.OutcomeUnchanged)
		f.do(t, ops(act(on, grant("g1", ""))), aloi.OutcomeRejected)
		list := f.onPoint(t, annesPhone)
		if len(list) != 1 || list[0].ContactPoint != "" || list[0].Log == 0 {
			t.Errorf("on the point: %+v", list)
		}
		odd := f.do(t, ops(act(engine.Subject{Point: "pigeon voyageur"}, withdrawn("s2", ""))), aloi.OutcomeRecorded)[0]
		if !slices.Contains(odd.Flags, aloi.Flag{Code: aloi.FlagContactPoint, Field: "contact_point"}) {
			t.Errorf("flags %v", odd.Flags)
		}
	})
}

// What is said to a person is kept on each of her records, or on the one that owns the
// contact point.
func TestLedgerOfAnEntity(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.do(t, ops(put(anneWeb()), put(anneSAV()), put(marc())), aloi.OutcomeCreated, aloi.OutcomeJoined, aloi.OutcomeCreated)
		anne, err := f.EntityOf(t.Context(), ref("web", "a"))
		if err != nil || len(anne.Members) != 2 {
			t.Fatalf("%v, %v", anne, err)
		}
		her := engine.Subject{Entity: anne.ID}
		f.do(t, ops(act(her, withdrawn("p", ""))), aloi.OutcomeRecorded)
		f.do(t, ops(act(her, withdrawn("p", ""))), aloi.OutcomeUnchanged)
		f.do(t, ops(act(her, grant("g", annesPhone))), aloi.OutcomeRecorded)
		web, sav := f.entries(t, "web", "a"), f.entries(t, "sav", "T7")
		if len(web) != 1 || len(web[0].Said) != 2 || len(sav) != 2 {
			t.Errorf("web has %+v, sav %+v", web, sav)
		}
		ack := f.do(t, ops(act(her, grant("g2", "email:other@example.org"))), aloi.OutcomeRejected)[0]
		if len(ack.Violations) != 1 || ack.Violations[0].Field != "event.contact_point" {
			t.Errorf("violations %v", ack.Violations)
		}
		f.do(t, ops(act(engine.Subject{Entity: "E000000999990"}, withdrawn("z", ""))), aloi.OutcomeRejected)

		// Taken apart, a steward rules that it was the one of web who spoke.
		f.do(t, ops(different(ref("web", "a"), ref("sav", "T7"))), aloi.OutcomeSplit)
		d := f.dossier(t, "web", "a")
		rule := engine.Operation{Assign: &engine.Assignment{EventID: d.Events[0].ID, Record: ref("web", "a"), Steward: "claire", Reason: "rappelée"}}
		f.do(t, ops(rule), aloi.OutcomeRecorded)
		f.do(t, ops(rule), aloi.OutcomeUnchanged)
		if d := f.dossier(t, "web", "a"); d.Events[0].Assigned != 1 {
			t.Errorf("web: %+v", d.Events)
		}
		for _, e := range f.dossier(t, "sav", "T7").Events {
			if want := map[bool]int8{true: -1}[len(e.Said) > 0]; e.Assigned != want {
				t.Errorf("sav: %+v", e)
			}
		}
		f.kinds(t)
	})
}

// What a removed record refused stays refused on its contact points, without its name.
func TestLedgerOutlivesTheRecord(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		r := saying(anneSAV(), grant("g", annesMail), withdrawn("w", ""))
		r.Consents[1].Evidence = []aloi.FreeAttribute{{Name: "ip", Value: "192.0.2.7"}}
		f.do(t, ops(put(r)), aloi.OutcomeCreated)
		f.do(t, ops(remove(r.Ref)), aloi.OutcomeDeleted)
		for _, point := range []string{annesMail, annesPhone} {
			list := f.onPoint(t, point)
			if len(list) != 1 || list[0].Kind != aloi.ConsentWithdrawn || list[0].SourceEventID+list[0].Method != "" || list[0].Evidence != nil || !list[0].Time.Equal(r.Consents[1].Time) {
				t.Errorf("%s keeps %+v", point, list)
			}
		}
		kinds := f.kinds(t)
		if want := []audit.Kind{audit.KindPolicy, audit.KindConsent, audit.KindConsent, audit.KindConsent, audit.KindConsent, audit.KindErasure}; !slices.Equal(kinds, want) {
			t.Errorf("the log has %v, want %v", kinds, want)
		}
		f.read(t, func(reader *store.Reader) error {
			for _, index := range []uint64{1, 2} {
				if e, err := reader.LogEntry(index); err != nil || e.Erased != 6 {
					t.Errorf("entry %d: %+v, %v", index, e, err)
				}
			}
			return nil
		})
		f.do(t, ops(put(r), remove(r.Ref)), aloi.OutcomeDeleted, aloi.OutcomeDeleted)
		if list := f.onPoint(t, annesMail); len(list) != 1 {
			t.Errorf("sent and removed in one batch: %+v", list)
		}
		f.kinds(t)
	})
}

func TestConfirm(t *testing.T) {
	request := func(days int) aloi.ConsentEvent {
		e := grant("r", annesMail)
		e.Kind, e.Token, e.Time, e.Evidence = aloi.ConsentRequested, "k1", testNow.AddDate(0, 0, -days), nil
		return e
	}
	confirm := engine.Operation{Confirm: &engine.Confirmation{Token: "k1", Evidence: []aloi.FreeAttribute{{Name: "ip", Value: "192.0.2.7"}}}}
	for name, c := range map[string]struct {
		events  []aloi.ConsentEvent
		op      engine.Operation
		want    aloi.Outcome
		refusal string
	}{
		"in time":          {[]aloi.ConsentEvent{request(1)}, confirm, aloi.OutcomeRecorded, ""},
		"after seven days": {[]aloi.ConsentEvent{request(8)}, confirm, aloi.OutcomeRejected, "TOKEN_EXPIRED"},
		"after a stop":     {[]aloi.ConsentEvent{request(1), withdrawn("w", annesMail)}, confirm, aloi.OutcomeRejected, "TOKEN_DEAD"},
		"a stop before":    {[]aloi.ConsentEvent{request(0), withdrawn("w", annesMail)}, confirm, aloi.OutcomeRecorded, ""},
		"another token":    {[]aloi.ConsentEvent{request(1)}, engine.Operation{Confirm: &engine.Confirmation{Token: "k2"}}, aloi.OutcomeNotFound, ""},
		"no token":         {nil, engine.Operation{Confirm: &engine.Confirmation{}}, aloi.OutcomeRejected, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			f.do(t, ops(put(saying(anneWeb(), c.events...))), aloi.OutcomeCreated)
			if ack := f.do(t, ops(c.op), c.want)[0]; ack.Refusal != c.refusal {
				t.Errorf("refused as %q, want %q", ack.Refusal, c.refusal)
			}
			if c.want != aloi.OutcomeRecorded {
				return
			}
			f.do(t, ops(c.op), aloi.OutcomeUnchanged)
			list := f.entries(t, "web", "a")
			if i := slices.IndexFunc(list, func(e store.Entry) bool { return e.Kind == aloi.ConsentConfirmed }); i < 0 || list[i].ContactPoint != annesMail || !list[i].Time.Equal(testNow) {
				t.Errorf("the ledger has %+v", list)
			}
		})
	}
	t.Run("after a stop on the address of somebody unknown", func(t *testing.T) {
		f := open(t)
		f.do(t, ops(put(saying(anneWeb(), request(1))), act(engine.Subject{Point: annesMail}, withdrawn("u", ""))), aloi.OutcomeCreated, aloi.OutcomeRecorded)
		if ack := f.do(t, ops(confirm), aloi.OutcomeRejected)[0]; ack.Refusal != "TOKEN_DEAD" {
			t.Errorf("refused as %q", ack.Refusal)
		}
	})
}

func TestSuppressAndNotice(t *testing.T) {
	f := open(t)
	put := engine.Operation{Suppress: &aloi.Suppression{Point: "email:A.L1984@example.org", Reason: "OBJECTED", Controllers: []string{"C2", "C1"}}}
	f.do(t, ops(put, put), aloi.OutcomeRecorded, aloi.OutcomeUnchanged)
	for _, wrong := range []aloi.Suppression{{Point: "postal:1 rue x", Reason: "OBJECTED"}, {Point: annesMail, Reason: "BORED"}, {Point: annesMail, Reason: "ERASED", Time: testNow, Until: testNow}} {
		f.do(t, ops(engine.Operation{Suppress: &wrong}), aloi.OutcomeRejected)
	}
	f.read(t, func(r *store.Reader) error {
		list, err := r.Suppressions(f.st.PointHash(annesMail))
		if len(list) != 1 || list[0].Log != 2 || !list[0].Time.Equal(testNow) || !slices.Equal(list[0].Controllers, []string{"C1", "C2"}) {
			t.Errorf("on the list: %+v", list)
		}
		return err
	})
	text := "J'accepte de recevoir la lettre."
	sum := sha256.Sum256([]byte(text))
	g := grant("g", annesMail)
	g.Evidence = []aloi.FreeAttribute{{Name: "notice_hash", Value: hex.EncodeToString(sum[:])}}
	missing := aloi.Flag{Code: aloi.FlagNoticeMissing, Field: "record.consents[0].evidence"}
	flagged := func(r *aloi.Record) bool {
		acks, err := f.Apply(context.Background(), ops(engine.Operation{Put: r}))
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(acks[0].Flags, func(x aloi.Flag) bool { return x.Code == missing.Code })
	}
	if !flagged(saying(anneWeb(), g)) {
		t.Error("a notice without its text is not remarked on")
	}
	f.do(t, ops(engine.Operation{Notice: &aloi.Notice{Name: "v3", Language: "fr", Text: text}}), aloi.OutcomeRecorded)
	if g.SourceEventID = "g2"; flagged(saying(anneSAV(), g)) {
		t.Error("a notice with its text is remarked on")
	}
	f.kinds(t)
}

// A policy is in the log once, and a version names one text.
func TestPolicyIsLogged(t *testing.T) {
	db := engine.NewMemory(t)
	f := on(t, db)
	if kinds := f.kinds(t); !slices.Equal(kinds, []audit.Kind{audit.KindPolicy}) {
		t.Fatalf("the log has %v", kinds)
	}
	f.Close()
	again := on(t, db)
	if kinds := again.kinds(t); len(kinds) != 1 {
		t.Errorf("opened again: %v", kinds)
	}
	again.Close()
	p := consent.DefaultPolicy()
	p.TokenLife = time.Hour
	o := engine.Options{AuditKey: testKey, Policy: p, Now: func() time.Time { return testNow }}
	if _, err := engine.Open(t.Context(), f.st, o); aloi.CodeOf(err) != aloi.CodeInvalid {
		t.Errorf("another policy of the same version: %v", err)
	}
	p.Version = "ours-1"
	e, err := engine.Open(t.Context(), f.st, o)
	if err != nil {
		t.Fatal(err)
	}
	e.Close()
	if kinds := f.kinds(t); len(kinds) != 2 {
		t.Errorf("another policy: %v", kinds)
	}
}

// The head of a log can't be one that another key has signed.
func TestOtherAuditKey(t *testing.T) {
	f := open(t)
	f.Close()
	other, _, err := audit.NewKey("aloi/others")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := engine.Open(t.Context(), f.st, engine.Options{AuditKey: other, Now: func() time.Time { return testNow }}); aloi.CodeOf(err) != aloi.CodeCorrupt {
		t.Errorf("opened with another key: %v", err)
	}
}

// Who shares a phone and an address and can't be the same person keeps to himself what he
// refuses for himself.
func TestStopOfAContradiction(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, saying(anneSAV(), grant("1", annesMail)), brother())
		if w, err := f.Why(t.Context(), inSAV, ref("sav", "T8"), aloi.English); err != nil || !w.Comparison.Veto || w.Strength == "" || w.SameEntity {
			t.Fatalf("%+v, %v", w, err)
		}
		f.do(t, ops(act(ofRecord("sav", "T8"), withdrawn("9", ""))), aloi.OutcomeRecorded)
		f.wants(t, ofRecord("sav", "T7"), news(annesMail), consent.ConsentValid)
		f.do(t, ops(act(ofRecord("sav", "T8"), withdrawn("10", annesMail))), aloi.OutcomeRecorded)
		f.wants(t, ofRecord("sav", "T7"), news(annesMail), consent.ConsentWithdrawn)
	})
}

// What a record said by itself is no copy of what was said to the person later, and no
// ruling on that takes it away.
func TestAssignLeavesWhatARecordSaid(t *testing.T) {
	f := open(t)
	f.do(t, ops(put(saying(anneWeb(), withdrawn("p", ""))), put(anneSAV())), aloi.OutcomeCreated, aloi.OutcomeJoined)
	her := engine.Subject{Entity: f.personOf(t, inWeb)}
	said := f.do(t, ops(act(her, withdrawn("p", ""))), aloi.OutcomeRecorded)[0]
	f.do(t, ops(different(inWeb, inSAV)), aloi.OutcomeSplit)
	id := f.dossier(t, "sav", "T7").Events[0].ID
	f.do(t, ops(engine.Operation{Assign: &engine.Assignment{EventID: id, Record: inSAV, Steward: "claire", Reason: "rappelée"}}), aloi.OutcomeRecorded)
	for _, e := range f.dossier(t, "web", "a").Events {
		if e.Assigned != 0 {
			t.Errorf("event %s (said as %s): %+v", e.ID, said.EventID, e)
		}
	}
	f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentWithdrawn)
}

// An entity is asked about as a whole: of two who are likely one person and share an
// address, the one who consented may be written to there, with her data alone.
func TestDecideOfAnyIdentity(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, odile("1", "odile.l1971@example.org"), saying(odile("2", "odile.l1971@example.org"), grant("1", odilesMail)))
		f.linked(t, ref("crm", "1"), ref("crm", "2"), aloi.LinkStrong, true)
		f.wants(t, ofRecord("crm", "1"), news(odilesMail), consent.IdentityTooWeak)
		for name, s := range map[string]engine.Subject{"entity": ofEntity(f.personOf(t, ref("crm", "1"))), "point": onMail(odilesMail)} {
			v := f.wants(t, s, news(odilesMail), consent.ConsentValid)
			if v.Answer.Scope != consent.Scoped || !slices.Equal(v.Core, []aloi.RecordRef{ref("crm", "2")}) {
				t.Errorf("%s: scope %q, core %v", name, v.Answer.Scope, v.Core)
			}
		}
		f.do(t, ops(act(ofRecord("crm", "1"), withdrawn("9", ""))), aloi.OutcomeRecorded)
		f.wants(t, ofEntity(f.personOf(t, ref("crm", "1"))), news(odilesMail), consent.ConsentWithdrawn)
	})
}

// Several identities of an entity share an address that the one with the least reference
// does not have: asked from that record nobody knows which is meant, asked of the entity
// the one who consented is.
func TestDecideOfSharedPoint(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, odile("1"), odile("2", "odile.l1971@example.org"), saying(odile("3", "odile.l1971@example.org"), grant("1", odilesMail)))
		her := f.personOf(t, ref("crm", "1"))
		if her != f.personOf(t, ref("crm", "3")) || her != f.personOf(t, ref("crm", "2")) {
			t.Fatal("they are not in one entity")
		}
		f.wants(t, ofRecord("crm", "1"), news(odilesMail), consent.SharedAmbiguous)
		v := f.wants(t, ofEntity(her), news(odilesMail), consent.ConsentValid)
		if v.Answer.Scope != consent.Scoped || !slices.Equal(v.Core, []aloi.RecordRef{ref("crm", "3")}) {
			t.Errorf("scope %q, core %v", v.Answer.Scope, v.Core)
		}
	})
}

// On an address that many strangers refused, each later refusal counts at once, and what
// was known at a time in the past is what is answered about it.
func TestDecideOnACrowdedPoint(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		at := func(days int) time.Time { return testNow.AddDate(0, 0, days) }
		stop := func(id string, days int) aloi.ConsentEvent {
			e := withdrawn(id, annesMail)
			e.Time = at(days)
			return e
		}
		for i := range 40 {
			f.store(t, saying(person("social", fmt.Sprint(i), "Client", fmt.Sprintf("N%02d", i), "", "", ""), stop("s", -60-i)))
		}
		mine := grant("g", annesMail)
		mine.Time = at(-90)
		f.store(t, saying(anneWeb(), mine))
		f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentWithdrawn)
		again := grant("g2", annesMail)
		again.Time = at(-30)
		f.do(t, ops(act(ofRecord("web", "a"), again)), aloi.OutcomeRecorded)
		f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentValid)
		past := news(annesMail)
		past.At, past.KnownAt = at(-80), testNow
		if v := f.wants(t, ofRecord("web", "a"), past, consent.ConsentWithdrawn); len(v.Answer.Blockers) != 11 {
			t.Errorf("eighty days ago %d stops stood, want 11: her consent had lifted those of before it", len(v.Answer.Blockers))
		}
		f.store(t, saying(person("social", "last", "Client", "Tardif", "", "", ""), stop("s", -10)))
		f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentWithdrawn)
		f.do(t, ops(remove(ref("social", "last"))), aloi.OutcomeDeleted)
		f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentWithdrawn) // it outlives its record
	})
}
