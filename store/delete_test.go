package store

import (
	"errors"
	"fmt"
	"testing"

	"aloi"
)

// After DeleteMeta the database is as if the value had never been set, also when it
// was not.
func TestDeleteMetaLeavesNothing(t *testing.T) {
	db := openMemory(t)
	s := openStore(t, db)
	before := dump(t, db)
	update(t, s, func(w *Writer) error { return w.SetMeta("adopting", []byte("modèle 2")) })
	for range 2 {
		update(t, s, func(w *Writer) error { return w.DeleteMeta("adopting") })
	}
	if !samePairs(dump(t, db), before) {
		t.Error("something is left, or something else is gone")
	}
}

// After DeleteRecord the database is as if the record had never been stored.
func TestDeleteRecordLeavesNothing(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := d.open(t)
			s := openStore(t, db)
			// Numbers whose keys are neighbours: 255, 256, 257.
			update(t, s, func(w *Writer) error { return errors.Join(put(w, 255, 3), put(w, 257, 3)) })
			before := dump(t, db)
			update(t, s, func(w *Writer) error { return put(w, 256, 40) })
			if len(dump(t, db)) != len(before)+6+2*40+pathsOf(40) {
				t.Fatal("the record was not stored whole")
			}
			update(t, s, func(w *Writer) error {
				rec, err := w.Record(256)
				if err != nil {
					return err
				}
				return w.DeleteRecord(rec, &Features{})
			})
			if !samePairs(dump(t, db), before) {
				t.Error("something of the record is left, or something of another is gone")
			}
		})
	}
}

// put stores a record with everything that belongs to it, and some events: each second
// is of a contact point that all records share, some are of one of the record's own, and
// some have a token.
func put(w *Writer, number uint64, events int) error {
	ref := refNumber(int(number))
	rec := &Record{Number: number, Record: aloi.Record{Ref: ref}, Consents: events, Interactions: events}
	errs := []error{
		w.SetNumber(w.s.RefHash(ref), number), w.Set(EncodeRecord(rec)), w.SetEntityOf(number, 1), w.SetDossier(number, []byte{1}),
		w.SetFeatures(number, nil, &Features{Ref: w.s.RefHash(ref)}), w.SetLinks(number, []Link{{Other: 1}}),
	}
	for i := range events {
		e, x := Entry{}, aloi.Interaction{Kind: aloi.InteractionPageView, Time: instant(i + 1)}
		e.Kind, e.Sequence = aloi.ConsentGiven, int64(i)
		switch {
		case i%2 == 0:
			e.Point = w.s.PointHash("email:famille@exemple.fr")
		case i%4 == 1:
			e.Point = w.s.PointHash(fmt.Sprintf("email:%d@exemple.fr", number))
		default:
			e.Token = fmt.Sprintf("jeton %d de %d", i, number)
		}
		act := must(ConsentContent(e.ConsentEvent))
		if e.Token != "" {
			errs = append(errs, w.SetToken(e.Token, number, act))
		} else {
			errs = append(errs, w.AddPoint(e.Point, number, act, nil))
		}
		errs = append(errs, w.SetEntry(number, act, &e), w.Set(w.s.EncodeInteraction(number, must(InteractionContent(x)), x)))
	}
	return errors.Join(errs...)
}

// pathsOf is how many keys of contact points and tokens put stores, beside the marker of
// the shared contact point: one for each event, and the marker of the record's own.
func pathsOf(events int) int { return events + 1 }

// A record that confirms another's request names its token, and does not take it along.
func TestDeleteRecordKeepsTheTokenOfAnother(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		request, confirm := Entry{}, Entry{}
		request.Kind, request.Token = aloi.ConsentRequested, "jeton"
		confirm.Kind, confirm.Token = aloi.ConsentConfirmed, "jeton"
		act := must(ConsentContent(request.ConsentEvent))
		update(t, s, func(w *Writer) error {
			return errors.Join(put(w, 1, 0), put(w, 2, 0), w.SetEntry(1, act, &request), w.SetToken("jeton", 1, act),
				w.SetEntry(2, must(ConsentContent(confirm.ConsentEvent)), &confirm))
		})
		update(t, s, func(w *Writer) error {
			return w.DeleteRecord(&Record{Number: 2, Record: aloi.Record{Ref: refNumber(2)}}, nil)
		})
		view(t, s, func(r *Reader) error {
			ref, err := r.Token("jeton")
			if err != nil {
				return err
			}
			e, err := r.EntryAt(ref.Record, ref.Content)
			if err == nil && (ref.Record != 1 || e.Kind != aloi.ConsentRequested) {
				t.Errorf("the token leads to %s of record %d", e.Kind, ref.Record)
			}
			return err
		})
	})
}

// Judgements outlive the records that they are on.
func TestDeleteRecordKeepsJudgements(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		j := aloi.Judgement{A: refNumber(1), B: refNumber(2), Verdict: aloi.VerdictDifferent}
		update(t, s, func(w *Writer) error { return errors.Join(put(w, 1, 1), w.SetJudgement(j)) })
		update(t, s, func(w *Writer) error {
			return w.DeleteRecord(&Record{Number: 1, Record: aloi.Record{Ref: refNumber(1)}}, nil)
		})
		view(t, s, func(r *Reader) error {
			got, err := r.Judgement(j.B, j.A)
			if err == nil && *got != j {
				t.Errorf("%+v, want %+v", got, j)
			}
			list, err2 := r.Judged(s.RefHash(j.A))
			if len(list) != 1 || list[0].Same {
				t.Errorf("the index says %+v", list)
			}
			return errors.Join(err, err2)
		})
	})
}

// An entity that went away is found by its redirect only.
func TestRedirectEntityRemovesIt(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		update(t, s, func(w *Writer) error { return w.Set(EncodeEntity(&Entity{Number: 4, Members: []uint64{1}})) })
		update(t, s, func(w *Writer) error { return w.RedirectEntity(4, 3) })
		view(t, s, func(r *Reader) error {
			all, err := list(r.EachEntity)
			if to, _ := r.Redirect(4); len(all) != 0 || to != 3 {
				t.Errorf("%d entities, redirect to %d", len(all), to)
			}
			return err
		})
	})
}
