package store

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"

	"aloi"
)

// anEntry is an entry and the record that it is of.
type anEntry struct {
	record uint64
	Entry
}

func eachEntry(r *Reader) (any, error) {
	var all []anEntry
	err := r.EachEntry(func(record uint64, e *Entry) error {
		all = append(all, anEntry{record, *e})
		return nil
	})
	return all, err
}

// entriesOf is what EachEntry must show: the event of before the log, and one with all.
var entriesOf = []anEntry{{1, Entry{ConsentEvent: fullConsent()}}, {2, fullEntry()}}

// notice is a stored notice.
var notice = aloi.Notice{Name: "v3", Language: "fr", Text: "Je souhaite recevoir la lettre de la Maison Lefèvre."}

func ledgerValues(s *Store) []stored {
	e := fullEntry()
	act := must(ConsentContent(e.ConsentEvent))
	at := s.keyedContent(act)
	dossier := []byte("dossier de 2")
	hash := NoticeHash(sha256.Sum256([]byte(notice.Text)))
	return []stored{{
		"entry", s.contentKey(famConsent, 2, act), func(w *Writer) error { return w.SetEntry(2, act, &e) },
		[]reading{
			{"Entry", func(r *Reader) (any, error) { return r.Entry(2, act) }, &e},
			{"EntryAt", func(r *Reader) (any, error) { return r.EntryAt(2, at) }, &e},
			{"Entries", func(r *Reader) (any, error) { return r.Entries(2) }, []Entry{e}},
			{"Consents", func(r *Reader) (any, error) { return r.Consents(2) }, []aloi.ConsentEvent{e.ConsentEvent}},
			{"EachEntry", eachEntry, entriesOf}, eachOwned,
		},
	}, {
		"waiting entry", s.waitingKey(s.RefHash(louise), act), func(w *Writer) error { return w.AddWaiting(s.RefHash(louise), act, &e) },
		[]reading{
			{"Waiting", func(r *Reader) (any, error) { return r.Waiting(s.RefHash(louise)) }, []Entry{e}},
			{"EachWaiting", func(r *Reader) (any, error) {
				all := map[RefHash]Entry{}
				err := r.EachWaiting(func(ref RefHash, e *Entry) error {
					all[ref] = *e
					return nil
				})
				return all, err
			}, map[RefHash]Entry{s.RefHash(louise): e}},
		},
	}, {
		"token", s.tokenKey(e.Token), func(w *Writer) error { return w.SetToken(e.Token, 2, act) },
		[]reading{{"Token", func(r *Reader) (any, error) { return r.Token(e.Token) }, &TokenRef{Record: 2, Content: at}}, eachOwned},
	}, {
		"dossier", numberKey(famDossier, 2), func(w *Writer) error { return w.SetDossier(2, dossier) },
		[]reading{{"Dossier", func(r *Reader) (any, error) { return r.Dossier(2) }, dossier}, {"EachDossier", func(r *Reader) (any, error) {
			all := map[uint64]string{}
			err := r.EachDossier(func(record uint64, d []byte) error {
				all[record] = string(d)
				return nil
			})
			return all, err
		}, map[uint64]string{2: string(dossier)}}, eachOwned},
	}, {
		"notice", noticeKey(hash), func(w *Writer) error { return w.SetNotice(hash, &notice) },
		[]reading{{"Notice", func(r *Reader) (any, error) { return r.Notice(hash) }, &notice}, {"EachNotice", func(r *Reader) (any, error) {
			all := map[NoticeHash]aloi.Notice{}
			err := r.EachNotice(func(h NoticeHash, n *aloi.Notice) error {
				all[h] = *n
				return nil
			})
			return all, err
		}, map[NoticeHash]aloi.Notice{hash: notice}}},
	}}
}

// suppressed is a suppression as it is put on the list: with its contact point.
var suppressed = Suppression{Suppression: aloi.Suppression{
	Point: "phone:+33639981234", Controllers: []string{"maison"}, Time: instant(8), Until: instant(29), Reason: "OBJECTED",
}, Log: 2}

func pointValues(s *Store) []stored {
	e := fullEntry()
	act := must(ConsentContent(e.ConsentEvent))
	at := s.keyedContent(act)
	p := s.PointHash(e.ContactPoint)
	entries := []PointEntry{{Record: 0, Content: at, Entry: &e}, {Record: 2, Content: at}}
	readings := []reading{
		{"Point", func(r *Reader) (any, error) { return r.Point(p) }, entries},
		{"EachPoint", func(r *Reader) (any, error) {
			all := map[PointHash][]PointEntry{}
			err := r.EachPoint(func(p PointHash, e *PointEntry) error {
				all[p] = append(all[p], *e)
				return nil
			})
			return all, err
		}, map[PointHash][]PointEntry{p: entries}}, eachOwned,
	}
	off := s.PointHash(suppressed.Point)
	kept := suppressed
	kept.Point = ""
	return []stored{{
		"contact point", pointKey(p), func(*Writer) error { return nil }, readings,
	}, {
		"entry of a point", pointEntryKey(p, 0, at), func(w *Writer) error { return w.AddPoint(p, 0, act, &e) }, readings,
	}, {
		"point to a record", pointEntryKey(p, 2, at), func(w *Writer) error { return w.AddPoint(p, 2, act, nil) }, readings,
	}, {
		"suppressions", suppressionKey(off), func(w *Writer) error { return w.SetSuppressions(off, []Suppression{suppressed}) },
		[]reading{
			{"Suppressions", func(r *Reader) (any, error) { return r.Suppressions(off) }, []Suppression{kept}},
			{"EachSuppression", func(r *Reader) (any, error) {
				all := map[PointHash][]Suppression{}
				err := r.EachSuppression(nil, func(p PointHash, list []Suppression) bool {
					all[p] = list
					return true
				})
				return all, err
			}, map[PointHash][]Suppression{off: {kept}}},
		},
	}}
}

// logValues are a log of two entries, one of which is erased.
func logValues() []stored {
	first := LogEntry{Leaf: []byte("feuille 0"), Erased: 2}
	second := LogEntry{Leaf: []byte("feuille 1"), Payload: []byte("une politique"), Salt: []byte("sel")}
	all := []LogEntry{first, second}
	each := reading{"EachLogEntry", func(r *Reader) (any, error) { return logFrom(r, 0) }, all}
	root := tlog.NodeHash(tlog.RecordHash(first.Leaf), tlog.RecordHash(second.Leaf))
	return []stored{{
		"log entry", numberKey(famLogEntry, 0), func(w *Writer) error {
			whole := LogEntry{Leaf: first.Leaf, Payload: []byte("à détruire"), Salt: []byte("sel")}
			if err := w.AppendLog(0, []LogEntry{whole, second}); err != nil {
				return err
			}
			return w.SetErased(0, 2)
		},
		[]reading{{"LogEntry", func(r *Reader) (any, error) { return r.LogEntry(0) }, &first}, each},
	}, {
		"second log entry", numberKey(famLogEntry, 1), func(*Writer) error { return nil },
		[]reading{{"LogEntry", func(r *Reader) (any, error) { return r.LogEntry(1) }, &second}, each},
	}, {
		"log tile", tileKey(tlog.Tile{H: tileHeight}), func(*Writer) error { return nil },
		[]reading{{"LogHashes", func(r *Reader) (any, error) { return tlog.TreeHash(2, r.LogHashes()) }, root}},
	}}
}

// logFrom returns the entries of the log from an index on, which must follow one another.
func logFrom(r *Reader, from uint64) (all []LogEntry, err error) {
	err = r.EachLogEntry(from, func(index uint64, e *LogEntry) error {
		if index != from+uint64(len(all)) {
			return corrupt(numberKey(famLogEntry, index), "out of order")
		}
		all = append(all, *e)
		return nil
	})
	return all, err
}
