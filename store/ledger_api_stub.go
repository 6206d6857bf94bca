package store

import (
	"golang.org/x/mod/sumdb/tlog"

	"aloi"
)

// Stubs: to be replaced by the real thing.

func (s *Store) EventID(owner aloi.RecordRef, point string, content ContentHash) EventID {
	panic("stub")
}
func (s *Store) PointHash(canonical string) PointHash       { panic("stub") }
func (s *Store) Keyed(domain string, value string) [16]byte { panic("stub") }

// Reader.
func (r *Reader) Entries(record uint64) ([]Entry, error)                    { panic("stub") }
func (r *Reader) Entry(record uint64, content ContentHash) (*Entry, error)  { panic("stub") }
func (r *Reader) EntryAt(record uint64, key [16]byte) (*Entry, error)       { panic("stub") }
func (r *Reader) Waiting(ref RefHash) ([]Entry, error)                      { panic("stub") }
func (r *Reader) EachWaiting(fn func(ref RefHash, e *Entry) error) error    { panic("stub") }
func (r *Reader) EachEntry(fn func(record uint64, e *Entry) error) error    { panic("stub") }
func (r *Reader) Point(p PointHash) ([]PointEntry, error)                   { panic("stub") }
func (r *Reader) EachPoint(fn func(p PointHash, e *PointEntry) error) error { panic("stub") }
func (r *Reader) Suppressions(p PointHash) ([]Suppression, error)           { panic("stub") }
func (r *Reader) EachSuppression(after []byte, fn func(p PointHash, list []Suppression) bool) error {
	panic("stub")
}
func (r *Reader) Token(token string) (*TokenRef, error)                        { panic("stub") }
func (r *Reader) Dossier(record uint64) ([]byte, error)                        { panic("stub") }
func (r *Reader) EachDossier(fn func(record uint64, d []byte) error) error     { panic("stub") }
func (r *Reader) Notice(h NoticeHash) (*aloi.Notice, error)                    { panic("stub") }
func (r *Reader) EachNotice(fn func(h NoticeHash, n *aloi.Notice) error) error { panic("stub") }
func (r *Reader) LogEntry(index uint64) (*LogEntry, error)                     { panic("stub") }
func (r *Reader) EachLogEntry(from uint64, fn func(index uint64, e *LogEntry) error) error {
	panic("stub")
}
func (r *Reader) LogHashes() tlog.HashReader                    { panic("stub") }
func (r *Reader) EntityMembers(number uint64) ([]uint64, error) { panic("stub") }

// Writer.
func (w *Writer) SetEntry(record uint64, content ContentHash, e *Entry) error { panic("stub") }
func (w *Writer) AddWaiting(ref RefHash, content ContentHash, e *Entry) error { panic("stub") }
func (w *Writer) DeleteWaiting(ref RefHash) error                             { panic("stub") }
func (w *Writer) AddPoint(p PointHash, record uint64, content ContentHash, e *Entry) error {
	panic("stub")
}
func (w *Writer) DeletePoint(p PointHash, record uint64, content ContentHash) error { panic("stub") }
func (w *Writer) SetSuppressions(p PointHash, list []Suppression) error             { panic("stub") }
func (w *Writer) SetToken(token string, record uint64, content ContentHash) error   { panic("stub") }
func (w *Writer) DeleteToken(token string) error                                    { panic("stub") }
func (w *Writer) SetDossier(record uint64, d []byte) error                          { panic("stub") }
func (w *Writer) SetNotice(h NoticeHash, n *aloi.Notice) error                      { panic("stub") }
func (w *Writer) AppendLog(size uint64, entries []LogEntry) error                   { panic("stub") }
func (w *Writer) SetErased(index, tombstone uint64) error                           { panic("stub") }
