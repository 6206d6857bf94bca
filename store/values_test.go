package store

import (
	"slices"

	"aloi"
)

// reading is a typed read and what it must give.
type reading struct {
	name string
	read func(r *Reader) (any, error)
	want any
}

// stored is one stored value: how it gets there, and every read that shows it.
type stored struct {
	name     string
	key      []byte
	write    func(w *Writer) error
	readings []reading
}

// Which of two judged records comes first in an index is for the hashes to say, so
// each of them has one judgement here.
var (
	anne   = fullRecord().Ref
	louise = aloi.RecordRef{Source: "web", ID: "louise"}
)

// storedValues lists a value of every family as they stand in one store, apart from those
// that Open makes.
func storedValues(s *Store) []stored {
	return slices.Concat(metaValues(), recordValues(s), entityValues(), judgementValues(s), eventValues(s), journalValues(), ledgerValues(s), pointValues(s), logValues())
}

func metaValues() []stored {
	counters := Counters{NextRecord: 301, NextEntity: 6, Sequence: 9, Records: 3, Entities: 1, Judgements: 1}
	return []stored{{
		"format", metaKey(metaFormat), func(*Writer) error { return nil },
		[]reading{{"Meta", func(r *Reader) (any, error) { return r.Meta(metaFormat) }, []byte{0, Format}}},
	}, {
		"model", metaKey("model"), func(w *Writer) error { return w.SetMeta("model", []byte("modèle 1")) },
		[]reading{{"Meta", func(r *Reader) (any, error) { return r.Meta("model") }, []byte("modèle 1")}},
	}, {
		"counters", metaKey(metaCounters), func(w *Writer) error { return w.SetCounters(counters) },
		[]reading{{"Counters", func(r *Reader) (any, error) { return r.Counters() }, counters}},
	}}
}

// owned is what EachOwned must show of these values.
var owned = []struct {
	family byte
	record uint64
}{{'f', 1}, {'l', 1}, {'m', 1}, {'v', 1}, {'v', 2}, {'i', 1}, {'d', 2}, {'p', 2}, {'t', 2}, {'n', 1}}

var eachOwned = reading{"EachOwned", func(r *Reader) (any, error) {
	list := owned[:0:0]
	err := r.EachOwned(func(family byte, record uint64) error {
		list = append(list, struct {
			family byte
			record uint64
		}{family, record})
		return nil
	})
	return list, err
}, owned}

func recordValues(s *Store) []stored {
	rec := &Record{Number: 1, Record: fullRecord(), Content: ContentHash{1, 2, 15: 16}, Consents: 1, Interactions: 1}
	features := &Features{Ref: s.RefHash(anne), Blocks: []BlockID{4, 1 << 63}, Prepared: []byte("préparé")}
	eachFeatures := reading{"EachFeatures", func(r *Reader) (any, error) {
		all := map[uint64]*Features{}
		err := r.EachFeatures(func(record uint64, f *Features) error {
			all[record] = f
			return nil
		})
		return all, err
	}, map[uint64]*Features{1: features}}
	links := []Link{{Other: 2, Weight: -1500, Veto: true}, {Other: 300, Weight: 1 << 30, Deterministic: true}, {Other: 301, Veto: true, Deterministic: true}}
	eachLinks := reading{"EachLinks", func(r *Reader) (any, error) {
		all := map[uint64][]Link{}
		err := r.EachLinks(func(record uint64, list []Link) error {
			all[record] = list
			return nil
		})
		return all, err
	}, map[uint64][]Link{1: links}}
	return []stored{{
		"number", refKey(famNumber, s.RefHash(anne)), func(w *Writer) error { return w.SetNumber(s.RefHash(anne), 1) },
		[]reading{{"Number", func(r *Reader) (any, error) { return r.Number(s.RefHash(anne)) }, uint64(1)}, eachOwned},
	}, {
		"record", numberKey(famRecord, 1), func(w *Writer) error { return w.Set(EncodeRecord(rec)) },
		[]reading{
			{"Record", func(r *Reader) (any, error) { return r.Record(1) }, rec},
			{"EachRecord", func(r *Reader) (any, error) { return list(r.EachRecord) }, []*Record{rec}},
		},
	}, {
		"version of the blocks", metaKey(metaBlocks), func(w *Writer) error { return nil },
		[]reading{{"Meta", func(r *Reader) (any, error) { return r.Meta(metaBlocks) }, []byte{7: 1}}},
	}, {
		"features", numberKey(famFeatures, 1), func(w *Writer) error { return w.SetFeatures(1, nil, features) },
		[]reading{{"Features", func(r *Reader) (any, error) { return r.Features(1) }, features}, eachFeatures, eachOwned},
	}, {
		"links", numberKey(famLinks, 1), func(w *Writer) error { return w.SetLinks(1, links) },
		[]reading{{"Links", func(r *Reader) (any, error) { return r.Links(1) }, links}, eachLinks, eachOwned},
	}, {
		"entity of", numberKey(famEntityOf, 1), func(w *Writer) error { return w.SetEntityOf(1, 5) },
		[]reading{{"EntityOf", func(r *Reader) (any, error) { return r.EntityOf(1) }, uint64(5)}, eachOwned},
	}}
}

// list gathers what an Each… method shows.
func list[T any](each func(func(T) error) error) ([]T, error) {
	var all []T
	err := each(func(v T) error {
		all = append(all, v)
		return nil
	})
	return all, err
}

func entityValues() []stored {
	e := fullEntity()
	return []stored{{
		"entity", numberKey(famEntity, 5), func(w *Writer) error { return w.Set(EncodeEntity(&e)) },
		[]reading{
			{"Entity", func(r *Reader) (any, error) { return r.Entity(5) }, &e},
			{"EntityMembers", func(r *Reader) (any, error) { return r.EntityMembers(5) }, e.Members},
			{"EachEntity", func(r *Reader) (any, error) { return list(r.EachEntity) }, []*Entity{&e}},
		},
	}, {
		"redirect", numberKey(famRedirect, 2), func(w *Writer) error { return w.RedirectEntity(2, 5) },
		[]reading{{"Redirect", func(r *Reader) (any, error) { return r.Redirect(2) }, uint64(5)}, {"EachRedirect", func(r *Reader) (any, error) {
			var all [][2]uint64
			err := r.EachRedirect(func(from, to uint64) error {
				all = append(all, [2]uint64{from, to})
				return nil
			})
			return all, err
		}, [][2]uint64{{2, 5}}}},
	}}
}

func judgementValues(s *Store) []stored {
	j := &aloi.Judgement{A: anne, B: louise, Verdict: aloi.VerdictSame, Steward: "claire", Reason: "même carte", Time: instant(6)}
	other := func(ref aloi.RecordRef) []Judged { return []Judged{{Other: s.RefHash(ref), Same: true}} }
	each := reading{"EachJudged", func(r *Reader) (any, error) {
		all := map[RefHash][]Judged{}
		err := r.EachJudged(func(ref RefHash, list []Judged) error {
			all[ref] = list
			return nil
		})
		return all, err
	}, map[RefHash][]Judged{s.RefHash(anne): other(louise), s.RefHash(louise): other(anne)}}
	index := func(name string, ref, of aloi.RecordRef) stored {
		return stored{name, refKey(famJudged, s.RefHash(ref)), func(*Writer) error { return nil },
			[]reading{{"Judged", func(r *Reader) (any, error) { return r.Judged(s.RefHash(ref)) }, other(of)}, each}}
	}
	return []stored{{
		"judgement", s.judgementKey(anne, louise), func(w *Writer) error { return w.SetJudgement(*j) },
		[]reading{
			{"Judgement", func(r *Reader) (any, error) { return r.Judgement(anne, louise) }, j},
			{"Judgement the other way", func(r *Reader) (any, error) { return r.Judgement(louise, anne) }, j},
			{"Judgements", func(r *Reader) (any, error) {
				var all []*aloi.Judgement
				err := r.Judgements(nil, func(_ []byte, j *aloi.Judgement) bool {
					all = append(all, j)
					return true
				})
				return all, err
			}, []*aloi.Judgement{j}},
		},
	}, index("judgements on the first", anne, louise), index("judgements on the second", louise, anne)}
}
