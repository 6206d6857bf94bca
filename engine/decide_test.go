package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"aloi"
	"aloi/consent"
	"aloi/engine"
)

// news asks for the newsletter by e-mail.
func news(point string) consent.Question {
	return consent.Question{Controller: "C1", Purpose: consent.Newsletter, Channel: consent.Email, ContactPoint: point}
}

func ofEntity(id aloi.EntityID) engine.Subject { return engine.Subject{Entity: id} }

func onMail(point string) engine.Subject { return engine.Subject{Point: point} }

// decide asks one question that has one answer.
func (f *fixture) decide(t *testing.T, s engine.Subject, q consent.Question) engine.Verdict {
	t.Helper()
	list, err := f.Decide(t.Context(), s, q)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 {
		t.Fatalf("%d verdicts, want 1", len(list))
	}
	return list[0]
}

// answers fails unless a question is answered so.
func (f *fixture) wants(t *testing.T, s engine.Subject, q consent.Question, want consent.Reason) engine.Verdict {
	t.Helper()
	v := f.decide(t, s, q)
	if v.Answer.Reason != want {
		t.Errorf("%s, want %s", v.Answer.Reason, want)
	}
	return v
}

func (f *fixture) personOf(t *testing.T, r aloi.RecordRef) aloi.EntityID {
	t.Helper()
	e, err := f.EntityOf(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return e.ID
}

// linked fails unless the model holds so much of a pair: the ground that a case stands on.
func (f *fixture) linked(t *testing.T, a, b aloi.RecordRef, strength aloi.LinkStrength, together bool) {
	t.Helper()
	w, err := f.Why(t.Context(), a, b, aloi.English)
	if err != nil {
		t.Fatal(err)
	}
	if w.Strength != strength || w.SameEntity != together {
		t.Fatalf("the link is %q, together %v; want %q, %v", w.Strength, w.SameEntity, strength, together)
	}
}

const odilesMail = "email:odile.l1971@example.org"

// The records of Odile have name, birth date and address in common: a likely match that
// proves nothing.
func odile(id string, mails ...string) *aloi.Record {
	r := person("crm", id, "Odile", "Lefèvre", "1971-04-05", "", "")
	r.Addresses = []aloi.Address{{Line: "12 rue des Glycines", PostalCode: "69003", City: "Lyon"}}
	r.Emails = mails
	return r
}

func objected(id string) aloi.ConsentEvent {
	return aloi.ConsentEvent{SourceEventID: id, Kind: aloi.ConsentObjected, Time: testNow.Add(-time.Hour), Method: "recorded_call"}
}

func TestDecide(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, saying(anneWeb(), grant("1", annesMail)), marc())
		byRecord := f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentValid)
		if !slices.Equal(byRecord.Core, []aloi.RecordRef{inWeb}) || byRecord.Entity != f.personOf(t, inWeb) || byRecord.Model != f.Model().Version {
			t.Errorf("core %v of %s under %s", byRecord.Core, byRecord.Entity, byRecord.Model)
		}
		if !byRecord.Question.At.Equal(testNow) || !byRecord.Question.KnownAt.Equal(testNow) {
			t.Errorf("asked at %v, known at %v", byRecord.Question.At, byRecord.Question.KnownAt)
		}
		f.wants(t, ofEntity(byRecord.Entity), news(" Email: A.L1984@Example.org"), consent.ConsentValid)
		f.wants(t, ofEntity(byRecord.Entity), news(""), consent.ConsentValid)
		f.wants(t, onMail(annesMail), news(""), consent.ConsentValid)
		f.wants(t, ofRecord("store", "2"), news(annesMail), consent.ContactPointUnknown)
		f.wants(t, ofRecord("store", "2"), news(""), consent.NoBasis)
		past := news(annesMail)
		past.At = testNow.Add(-72 * time.Hour)
		v := f.wants(t, ofRecord("web", "a"), past, consent.NoBasis)
		if !v.Question.KnownAt.Equal(testNow) {
			t.Errorf("known at %v, want now", v.Question.KnownAt)
		}
		if _, err := f.Decide(t.Context(), ofRecord("web", "b"), news("")); aloi.CodeOf(err) != aloi.CodeNotFound {
			t.Errorf("a record that is not stored: %v", err)
		}
		if _, err := f.Decide(t.Context(), engine.Subject{}, news("")); aloi.CodeOf(err) != aloi.CodeInvalid {
			t.Errorf("no subject: %v", err)
		}
	})
}

// A contact point that is not named is each that the channel goes to, as the golden
// record ranks them.
func TestDecideEachPoint(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		r := anneWeb()
		r.Emails = []string{"z.lefevre@example.org", "a.l1984@example.org"}
		r.Phones = []string{"0639981234"}
		f.store(t, saying(r, grant("1", annesMail)), saying(odile("1"), grant("2", odilesMail)))
		list, err := f.Decide(t.Context(), ofRecord("web", "a"), news(""))
		if err != nil {
			t.Fatal(err)
		}
		entity, err := f.EntityOf(t.Context(), inWeb)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, a := range entity.Golden {
			if a.Path == "email" {
				want = append(want, "email:"+a.Value)
			}
		}
		var got []string
		for _, v := range list {
			got = append(got, v.Question.ContactPoint)
			if (v.Answer.Decision == consent.Permit) != (v.Question.ContactPoint == annesMail) {
				t.Errorf("%s: %s", v.Answer.Decision, v.Answer.Reason)
			}
		}
		if len(want) != 2 || !slices.Equal(got, want) {
			t.Errorf("asked %d points, want %d in the order of the golden record", len(got), len(want))
		}
		f.wants(t, ofRecord("crm", "1"), news(""), consent.ContactPointUnknown)
	})
}

// A consent stays with the identity that gave it where the link is only likely: its
// address may be used, with its data alone (C25, C26).
func TestGrantDoesNotTravelOnAFuzzyLink(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, saying(odile("1", "odile.l1971@example.org"), grant("1", odilesMail)), odile("2"))
		f.linked(t, ref("crm", "1"), ref("crm", "2"), aloi.LinkStrong, true)
		v := f.wants(t, ofRecord("crm", "2"), news(odilesMail), consent.ConsentValid)
		if v.Answer.Scope != consent.Scoped || !slices.Equal(v.Core, []aloi.RecordRef{ref("crm", "1")}) {
			t.Errorf("scope %q, core %v", v.Answer.Scope, v.Core)
		}
		if want := (engine.UsedLink{A: ref("crm", "1"), B: ref("crm", "2"), Strength: aloi.LinkStrong}); !slices.Equal(v.Links, []engine.UsedLink{want}) {
			t.Errorf("links %v", v.Links)
		}
		later := odile("2", "odile.l1971@example.org")
		later.Version = 1
		f.store(t, later)
		f.wants(t, ofRecord("crm", "2"), news(odilesMail), consent.IdentityTooWeak)
		f.wants(t, ofRecord("crm", "1"), news(odilesMail), consent.ConsentValid)
	})
}

// What a steward joins on evidence is one identity.
func TestGrantTravelsOnAJudgement(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, saying(anneWeb(), grant("1", annesMail)), marc())
		before := f.decide(t, ofRecord("web", "a"), news(annesMail))
		f.do(t, ops(same(inWeb, ofMarc)), aloi.OutcomeMerged)
		v := f.wants(t, ofRecord("store", "2"), news(annesMail), consent.ConsentValid)
		if v.Answer.Scope != consent.Full || len(v.Core) != 2 || len(v.Links) != 1 || v.Links[0].Strength != aloi.LinkAsserted {
			t.Errorf("scope %q, core %v, links %v", v.Answer.Scope, v.Core, v.Links)
		}
		f.do(t, ops(withdraw(inWeb, ofMarc)), aloi.OutcomeSplit)
		f.wants(t, ofRecord("store", "2"), news(annesMail), consent.ContactPointUnknown)
		if after := f.decide(t, ofRecord("web", "a"), news(annesMail)); stated(after) != stated(before) {
			t.Errorf("before the merge\n%s\nafter it was taken back\n%s", stated(before), stated(after))
		}
	})
}

// stated is what a verdict says, without the ids that depend on the order of arrival.
func stated(v engine.Verdict) string {
	q, a := v.Question, *v.Answer
	q.Record, a.Core, a.Links = "", nil, nil
	return fmt.Sprintf("%+v\n%+v\n%v %v %s", q, a, v.Core, v.Links, v.Model)
}

// A stop of somebody who may be the same person binds, of one who is a further step away
// it does not.
func TestStopOfACandidate(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, saying(anneWeb(), grant("1", annesMail)), anneStore())
		f.linked(t, inWeb, inStore, aloi.LinkWeak, false)
		f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentValid)
		f.do(t, ops(act(ofRecord("store", "1"), withdrawn("9", ""))), aloi.OutcomeRecorded)
		v := f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentWithdrawn)
		if want := (engine.UsedLink{A: inStore, B: inWeb, Strength: aloi.LinkWeak}); !slices.Equal(v.Links, []engine.UsedLink{want}) {
			t.Errorf("links %v", v.Links)
		}
		f.do(t, ops(different(inWeb, inStore)), aloi.OutcomeJudged)
		f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentValid)
	})
}

// A stop on an address is for whoever has it, and whoever said it: a stranger, or nobody
// who is known (C28).
func TestStopOnAnAddress(t *testing.T) {
	for name, stop := range map[string]engine.Operation{
		"of a stranger":       put(saying(marc(), withdrawn("9", "email:A.L1984@example.org"))),
		"of nobody":           act(onMail(annesMail), withdrawn("9", "")),
		"of a missing record": act(ofRecord("store", "77"), withdrawn("9", annesMail)),
	} {
		for _, first := range []bool{true, false} {
			t.Run(fmt.Sprint(name, ", first ", first), func(t *testing.T) {
				everywhere(t, func(t *testing.T, f *fixture) {
					list := ops(stop, put(saying(anneWeb(), grant("1", annesMail))))
					if !first {
						slices.Reverse(list)
					}
					for _, op := range list {
						if _, err := f.Apply(t.Context(), ops(op)); err != nil {
							t.Fatal(err)
						}
					}
					v := f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentWithdrawn)
					if len(v.Answer.Blockers) != 1 {
						t.Errorf("blockers %v", v.Answer.Blockers)
					}
				})
			})
		}
	}
}

// A stop on one address does not go with the person to another, but nothing but consent
// goes round it; also where nobody knows whose it was (C32, C33).
func TestStopOnAnotherAddress(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		r := anneWeb()
		r.Emails = append(r.Emails, "anne.bis@example.org")
		sale := aloi.ConsentEvent{Kind: aloi.ConsentSale, Time: testNow.Add(-24 * time.Hour), Controllers: []string{"C1"}, ContactPoint: annesMail, Goods: "coffee", OptOutOffered: true}
		f.store(t, saying(r, sale))
		q := news(annesMail)
		q.Goods = "coffee"
		f.wants(t, ofRecord("web", "a"), q, consent.SoftOptIn)
		f.do(t, ops(act(onMail("email:anne.bis@example.org"), withdrawn("9", ""))), aloi.OutcomeRecorded)
		f.wants(t, ofRecord("web", "a"), q, consent.SoftBlocked)
	})
}

// A stop that was said to a person goes with every part that she is taken into, and binds
// each until a steward assigns it; a grant so said falls (C77).
func TestSaidToThePerson(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, saying(anneWeb(), grant("1", annesMail)), saying(marc(), grant("2", "email:marc.dubreuil@example.org")))
		f.do(t, ops(same(inWeb, ofMarc)), aloi.OutcomeMerged)
		promise := grant("3", "")
		promise.Purposes = []string{"PromotionalOffers"}
		stop := objected("9")
		stop.Purposes = []string{"Newsletter"}
		one := f.personOf(t, inWeb)
		f.do(t, ops(act(ofEntity(one), stop), act(ofEntity(one), promise)), aloi.OutcomeRecorded, aloi.OutcomeRecorded)
		f.wants(t, ofRecord("web", "a"), news(annesMail), consent.Objected)
		whole, err := f.History(t.Context(), ofEntity(one))
		if err != nil || len(whole) != 4 {
			t.Fatalf("history of %d events while she is whole, want 4: %v", len(whole), err)
		}

		f.do(t, ops(withdraw(inWeb, ofMarc)), aloi.OutcomeSplit)
		mails := map[string]string{"web/a": annesMail, "store/2": "email:marc.dubreuil@example.org"}
		ids := map[string]string{}
		for _, s := range []engine.Subject{ofRecord("web", "a"), ofRecord("store", "2")} {
			name := s.Record.Source + "/" + s.Record.ID
			f.wants(t, s, news(mails[name]), consent.StopInherited)
			offer := news(mails[name])
			offer.Purpose = consent.PromotionalOffers
			f.wants(t, s, offer, consent.NoBasis)
			history, err := f.History(t.Context(), s)
			if err != nil || len(history) != 3 {
				t.Fatalf("history of %d events, want 3: %v", len(history), err)
			}
			for _, h := range history {
				if h.Inherited != (h.Event.SourceEventID == "9" || h.Event.SourceEventID == "3") {
					t.Errorf("event %s inherited: %v", h.Event.SourceEventID, h.Inherited)
				}
				if h.Event.SourceEventID == "9" {
					ids[name] = h.ID
				}
			}
		}
		assign := engine.Operation{Assign: &engine.Assignment{EventID: ids["store/2"], Record: ofMarc, Steward: "claire", Reason: "voix reconnue"}}
		f.do(t, ops(assign), aloi.OutcomeRecorded)
		f.wants(t, ofRecord("store", "2"), news(mails["store/2"]), consent.Objected)
		f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentValid)
	})
}

// Of those that a stop was said to, one that is deleted takes nothing along.
func TestSaidToThePersonAndDeleted(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, saying(anneWeb(), grant("1", annesMail)), anneSAV())
		f.do(t, ops(act(ofEntity(f.personOf(t, inWeb)), objected("9"))), aloi.OutcomeRecorded)
		f.do(t, ops(remove(inSAV)), aloi.OutcomeDeleted)
		f.wants(t, ofRecord("web", "a"), news(annesMail), consent.Objected)
	})
}

// An invalidation names an act by the id that its source gave it, with all its contents.
func TestInvalidationByTheSourcesID(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		void := aloi.ConsentEvent{Kind: aloi.ConsentInvalidated, Time: testNow, Refers: "1"}
		f.store(t, saying(anneWeb(), grant("1", annesMail)), saying(marc(), grant("1", "email:marc.dubreuil@example.org")))
		f.do(t, ops(act(ofRecord("web", "a"), void)), aloi.OutcomeRecorded)
		f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentInvalidated)
		f.wants(t, ofRecord("store", "2"), news("email:marc.dubreuil@example.org"), consent.ConsentValid)
		f.do(t, ops(same(inWeb, ofMarc)), aloi.OutcomeMerged)
		f.wants(t, ofRecord("store", "2"), news("email:marc.dubreuil@example.org"), consent.ConsentValid)
	})
}

// A record may say more than its dossier holds.
func TestManyEvents(t *testing.T) {
	f := on(t, engine.NewBadger(t))
	f.store(t, saying(anneWeb(), grant("1", annesMail)))
	for batch := range consent.MaxDossierEvents/aloi.MaxConsentsPerRecord + 1 {
		r := anneWeb()
		for i := range aloi.MaxConsentsPerRecord {
			r = saying(r, aloi.ConsentEvent{Kind: aloi.ConsentInformed, SourceEventID: fmt.Sprint("i", batch, ".", i), Time: testNow.Add(-time.Hour)})
		}
		f.store(t, r)
	}
	if d := f.dossier(t, "web", "a"); !d.Partial {
		t.Fatal("the dossier holds them all")
	}
	f.wants(t, ofRecord("web", "a"), news(annesMail), consent.ConsentValid)
	f.do(t, ops(act(ofRecord("web", "a"), objected("9"))), aloi.OutcomeRecorded)
	f.wants(t, ofRecord("web", "a"), news(annesMail), consent.Objected)
}

// A contact point as subject is every person who has it.
func TestDecideByPoint(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		pam := person("store", "9", "Paméla", "Rougier", "1990-06-01", "a.l1984@example.org", "")
		f.store(t, saying(anneWeb(), grant("1", annesMail)), pam)
		f.linked(t, inWeb, pam.Ref, "", false)
		list, err := f.Decide(t.Context(), onMail(annesMail), news(""))
		if err != nil || len(list) != 2 {
			t.Fatalf("%d verdicts, want 2: %v", len(list), err)
		}
		got := map[aloi.EntityID]consent.Reason{}
		for _, v := range list {
			got[v.Entity] = v.Answer.Reason
		}
		if got[f.personOf(t, inWeb)] != consent.ConsentValid || got[f.personOf(t, pam.Ref)] != consent.NoBasis || list[0].Entity > list[1].Entity {
			t.Errorf("verdicts %v", got)
		}
		f.do(t, ops(engine.Operation{Suppress: &aloi.Suppression{Point: annesMail, Reason: "OBJECTED", Time: testNow}}), aloi.OutcomeRecorded)
		f.wants(t, ofRecord("web", "a"), news(annesMail), consent.SuppressedObjected)
		nobody := f.wants(t, onMail("email:personne@example.org"), news(""), consent.ContactPointUnknown)
		if nobody.Entity != "" || nobody.Core != nil {
			t.Errorf("nobody is %s", nobody.Entity)
		}
	})
}

// Who is asked about by a contact point is whose it is, not another record of the person.
func TestDecideByPointOfOnePart(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, odile("1"), saying(odile("2", "odile.l1971@example.org"), grant("1", odilesMail)))
		f.linked(t, ref("crm", "1"), ref("crm", "2"), aloi.LinkStrong, true)
		if v := f.wants(t, onMail(odilesMail), news(""), consent.ConsentValid); v.Answer.Scope != consent.Full {
			t.Errorf("by contact point: scope %q", v.Answer.Scope)
		}
		if v := f.wants(t, ofEntity(f.personOf(t, ref("crm", "2"))), news(""), consent.ConsentValid); v.Answer.Scope != consent.Scoped {
			t.Errorf("by entity: scope %q", v.Answer.Scope)
		}
	})
}

// DecideMany says of each what Decide says.
func TestDecideMany(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		var subjects []engine.Subject
		for i := range 60 {
			r := person("web", fmt.Sprint(i), "Anne", fmt.Sprintf("Nom%c%c", 'a'+i/26, 'a'+i%26), "", fmt.Sprintf("mail%d@example.org", i), "")
			if i%3 == 0 {
				r = saying(r, grant("1", fmt.Sprintf("email:mail%d@example.org", i)))
			}
			if i%7 != 0 { // the others are not stored
				f.store(t, r)
			}
			subjects = append(subjects, engine.Subject{Record: &r.Ref})
		}
		all, err := f.DecideMany(t.Context(), subjects, news(""))
		if err != nil || len(all) != len(subjects) {
			t.Fatalf("%d answers: %v", len(all), err)
		}
		for i, list := range all {
			permit := i%7 != 0 && i%3 == 0
			if len(list) != 1 || (list[0].Answer.Decision == consent.Permit) != permit || (list[0].Answer.Reason == consent.ContactPointUnknown) != (i%7 == 0) {
				t.Errorf("subject %d: %d verdicts, %s", i, len(list), list[0].Answer.Reason)
			}
			if single, err := f.Decide(t.Context(), subjects[i], news("")); (err != nil) != (i%7 == 0) || err == nil && stated(single[0]) != stated(list[0]) {
				t.Errorf("subject %d by itself: %v", i, err)
			}
		}
		_, err = f.DecideMany(t.Context(), append(subjects[:1:1], engine.Subject{Entity: "E1"}), news(""))
		var invalid *aloi.Error
		if !errors.As(err, &invalid) || len(invalid.Violations) != 1 || invalid.Violations[0].Field != "subjects[1].entity_id" {
			t.Errorf("a subject that is none: %v", err)
		}
	})
}
