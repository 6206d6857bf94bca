package store

import (
	"errors"
	"reflect"
	"testing"

	"aloi"
	"aloi/store/kv"
)

// fill writes every stored value.
func fill(t failer, s *Store) []stored {
	t.Helper()
	values := storedValues(s)
	update(t, s, func(w *Writer) error {
		for _, v := range values {
			if err := v.write(w); err != nil {
				return err
			}
		}
		return nil
	})
	return values
}

// check reads a value in every way that there is.
func (v *stored) check(t *testing.T, r *Reader) {
	t.Helper()
	for _, rd := range v.readings {
		got, err := rd.read(r)
		if err != nil {
			t.Errorf("%s: %s: %v", v.name, rd.name, err)
		} else if !reflect.DeepEqual(got, rd.want) {
			t.Errorf("%s: %s:\n got %+v\nwant %+v", v.name, rd.name, got, rd.want)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		values := fill(t, s)
		view(t, s, func(r *Reader) error {
			for _, v := range values {
				v.check(t, r)
			}
			return nil
		})
	})
}

// A transaction reads what it wrote.
func TestWriterReadsItsWrites(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		update(t, s, func(w *Writer) error {
			values := storedValues(s)
			for _, v := range values {
				if err := v.write(w); err != nil {
					return err
				}
			}
			for _, v := range values {
				v.check(t, &w.Reader)
			}
			return nil
		})
	})
}

// What the values above leave out is stored as nothing, and comes back as nothing.
func TestRoundTripOfEmptyValues(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		rec := &Record{Number: 1, Record: aloi.Record{Ref: aloi.RecordRef{Source: "web", ID: "1"}}}
		entity := &Entity{Number: 1, Members: []uint64{1}}
		features := &Features{Blocks: []BlockID{}, Prepared: []byte{}}
		update(t, s, func(w *Writer) error {
			return errors.Join(w.Set(EncodeRecord(rec)), w.Set(EncodeEntity(entity)), w.SetFeatures(1, nil, features), w.RedirectEntity(2, 0),
				w.SetLinks(1, []Link{{Other: 2}}), w.SetLinks(1, nil),
				w.SetEntry(1, ContentHash{}, &Entry{}), w.SetSuppressions(PointHash{}, []Suppression{{Log: 1}}),
				w.SetSuppressions(PointHash{}, nil), w.SetCounters(Counters{Log: 2, Waiting: 3}))
		})
		view(t, s, func(r *Reader) error {
			for _, c := range []struct {
				name string
				got  func() (any, error)
				want any
			}{
				{"record", func() (any, error) { return r.Record(1) }, rec},
				{"entity", func() (any, error) { return r.Entity(1) }, entity},
				{"features", func() (any, error) { return r.Features(1) }, features},
				{"redirect to none", func() (any, error) { return r.Redirect(2) }, uint64(0)},
				{"emptied links", func() (any, error) { return r.Links(1) }, []Link(nil)},
				{"entry", func() (any, error) { return r.Entries(1) }, []Entry{{}}},
				{"emptied suppressions", func() (any, error) { return r.Suppressions(PointHash{}) }, []Suppression(nil)},
				{"counters of the log", func() (any, error) { return r.Counters() }, Counters{Log: 2, Waiting: 3}},
			} {
				if got, err := c.got(); err != nil || !reflect.DeepEqual(got, c.want) {
					t.Errorf("%s: %+v, %v, want %+v", c.name, got, err, c.want)
				}
			}
			return nil
		})
	})
}

// A value that is not there is kv.ErrNotFound, or nothing where the method says so.
func TestAbsent(t *testing.T) {
	ref := aloi.RecordRef{Source: "web", ID: "nobody"}
	cases := []struct {
		name string
		read func(s *Store, r *Reader) (any, error)
		want any // nil: kv.ErrNotFound
	}{
		{"Meta", func(_ *Store, r *Reader) (any, error) { return r.Meta("nothing") }, nil},
		{"Record", func(_ *Store, r *Reader) (any, error) { return r.Record(1) }, nil},
		{"Features", func(_ *Store, r *Reader) (any, error) { return r.Features(1) }, nil},
		{"Entity", func(_ *Store, r *Reader) (any, error) { return r.Entity(1) }, nil},
		{"Redirect", func(_ *Store, r *Reader) (any, error) { return r.Redirect(1) }, nil},
		{"Judgement", func(_ *Store, r *Reader) (any, error) { return r.Judgement(ref, ref) }, nil},
		{"Number", func(s *Store, r *Reader) (any, error) { return r.Number(s.RefHash(ref)) }, uint64(0)},
		{"EntityOf", func(_ *Store, r *Reader) (any, error) { return r.EntityOf(1) }, uint64(0)},
		{"Block", func(_ *Store, r *Reader) (any, error) { return r.Block(1, 9) }, Block{}},
		{"Links", func(_ *Store, r *Reader) (any, error) { return r.Links(1) }, []Link(nil)},
		{"Judged", func(s *Store, r *Reader) (any, error) { return r.Judged(s.RefHash(ref)) }, []Judged(nil)},
		{"HasConsent", func(_ *Store, r *Reader) (any, error) { return r.HasConsent(1, ContentHash{}) }, false},
		{"HasInteraction", func(_ *Store, r *Reader) (any, error) { return r.HasInteraction(1, ContentHash{}) }, false},
		{"Consents", func(_ *Store, r *Reader) (any, error) { return r.Consents(1) }, []aloi.ConsentEvent(nil)},
		{"Interactions", func(_ *Store, r *Reader) (any, error) { return r.Interactions(1) }, []aloi.Interaction(nil)},
		{"Entry", func(_ *Store, r *Reader) (any, error) { return r.Entry(1, ContentHash{}) }, nil},
		{"EntryAt", func(_ *Store, r *Reader) (any, error) { return r.EntryAt(1, [16]byte{}) }, nil},
		{"EntityMembers", func(_ *Store, r *Reader) (any, error) { return r.EntityMembers(1) }, nil},
		{"Token", func(_ *Store, r *Reader) (any, error) { return r.Token("jeton") }, nil},
		{"Dossier", func(_ *Store, r *Reader) (any, error) { return r.Dossier(1) }, nil},
		{"Notice", func(_ *Store, r *Reader) (any, error) { return r.Notice(NoticeHash{}) }, nil},
		{"LogEntry", func(_ *Store, r *Reader) (any, error) { return r.LogEntry(0) }, nil},
		{"Entries", func(_ *Store, r *Reader) (any, error) { return r.Entries(1) }, []Entry(nil)},
		{"Waiting", func(s *Store, r *Reader) (any, error) { return r.Waiting(s.RefHash(ref)) }, []Entry(nil)},
		{"Point", func(_ *Store, r *Reader) (any, error) { return r.Point(PointHash{}) }, []PointEntry(nil)},
		{"Suppressions", func(_ *Store, r *Reader) (any, error) { return r.Suppressions(PointHash{}) }, []Suppression(nil)},
		{"Journal", func(_ *Store, r *Reader) (any, error) { return r.Journal(0, 10) }, []JournalEntry(nil)},
	}
	onEach(t, func(t *testing.T, s *Store) {
		view(t, s, func(r *Reader) error {
			for _, c := range cases {
				got, err := c.read(s, r)
				if c.want == nil {
					if !errors.Is(err, kv.ErrNotFound) {
						t.Errorf("%s: %v, want kv.ErrNotFound", c.name, err)
					}
				} else if err != nil || !reflect.DeepEqual(got, c.want) {
					t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
				}
			}
			return nil
		})
	})
}

func TestContentHashes(t *testing.T) {
	r := fullRecord()
	base := ContentOf(&r)
	same, other := fullRecord(), fullRecord()
	same.Ref, same.Version, same.UpdatedAt = aloi.RecordRef{Source: "web", ID: "9"}, 8, instant(9)
	same.Consents, same.Interactions = []aloi.ConsentEvent{fullConsent()}, []aloi.Interaction{fullInteraction()}
	other.Addresses[0].City = "LYON"
	if ContentOf(&same) != base {
		t.Error("reference, version, time and events are part of the content")
	}
	if ContentOf(&other) == base {
		t.Error("another spelling has the same content")
	}
	if r.Ref.Source == "" || r.Version == 0 {
		t.Error("ContentOf changed the record")
	}
	e := fullConsent()
	act := must(ConsentContent(e))
	if e.ExpressedBy = []string{"mère", "père"}; must(ConsentContent(e)) == act {
		t.Error("who acted is no part of the content")
	}
	e = fullConsent()
	if e.RecordedTime = instant(20); must(ConsentContent(e)) != act {
		t.Error("when an act was recorded is part of its content")
	}
	if e.Time = instant(20); must(ConsentContent(e)) == act {
		t.Error("when a person acted is no part of the content")
	}
}
