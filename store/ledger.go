package store

import (
	"encoding/binary"
	"slices"

	"aloi"
	"aloi/store/kv"
)

// EventID names a consent event: a keyed hash of its owner and its content, so that it is
// the same whenever the event arrives.
type EventID [16]byte

// Entry is a consent event in the ledger of a record, of a contact point, or of a record
// that is waited for. But for what a steward assigns it is never changed.
type Entry struct {
	aloi.ConsentEvent
	// Log is the place of its entry in the audit log, counted from 1; 0 for an event of a
	// store from before the log. Salt hides its content there.
	Log  uint64 `cbor:"100,keyasint,omitempty"`
	Salt []byte `cbor:"101,keyasint,omitempty"`
	// Said are the records of the entity that the event was said to, ascending; nil when it
	// was said of one record. Each of them has a copy.
	Said []uint64 `cbor:"102,keyasint,omitempty"`
	// Assigned is 1 on the copy that a steward ruled to be the one, -1 on the others.
	Assigned int8 `cbor:"103,keyasint,omitempty"`
	// Point is where AddPoint points to the entry from, zero for nowhere: so DeleteRecord
	// finds what leads to the events of a record.
	Point PointHash `cbor:"104,keyasint,omitzero"`
	// AssignedBy and AssignedWhy are the steward who assigned it and the reason.
	AssignedBy  string `cbor:"105,keyasint,omitempty"`
	AssignedWhy string `cbor:"106,keyasint,omitempty"`
	// Waited says that it came before its record, and was logged without it.
	Waited bool `cbor:"107,keyasint,omitempty"`
}

// storedEntry is an entry as it is stored. The one who acted was a text under number 19
// before there could be two; one alone is still written so, in order that neither the
// bytes of an event nor its content hash changed.
type storedEntry struct {
	Entry
	ExpressedByOne string `cbor:"19,keyasint,omitempty"`
}

func toStored(e Entry) storedEntry {
	s := storedEntry{Entry: e}
	if len(e.ExpressedBy) == 1 && e.ExpressedBy[0] != "" {
		s.ExpressedBy, s.ExpressedByOne = nil, e.ExpressedBy[0]
	}
	return s
}

func (s *storedEntry) entry() *Entry {
	if s.ExpressedByOne != "" {
		s.ExpressedBy = slices.Insert(s.ExpressedBy, 0, s.ExpressedByOne)
	}
	return &s.Entry
}

func decodeEntry(key, payload []byte) (*Entry, error) {
	var s storedEntry
	if err := decode(key, payload, &s); err != nil {
		return nil, err
	}
	return s.entry(), nil
}

// EventID names an event by its owner and its content; owner is zero for an event on a
// contact point alone, and point, canonical, is empty for any other.
func (s *Store) EventID(owner aloi.RecordRef, point string, content ContentHash) EventID {
	sum := s.hash.sum('E', owner.Source, owner.ID, point, string(content[:]))
	return EventID(sum[:16])
}

// Keyed returns a pseudonym for a value: a hash under the store's secret, another in each
// domain.
func (s *Store) Keyed(domain string, value string) [16]byte {
	sum := s.hash.sum('k', domain, value)
	return [16]byte(sum[:16])
}

// SetEntry stores an entry in the ledger of a record; content is that of its event.
func (w *Writer) SetEntry(record uint64, content ContentHash, e *Entry) error {
	return w.Set(w.s.EncodeEntry(record, content, e))
}

// Entry returns the entry of a record with a content.
func (r *Reader) Entry(record uint64, content ContentHash) (*Entry, error) {
	return r.entry(r.s.contentKey(famConsent, record, content))
}

// EntryAt returns the entry of a record that a point or a token leads to.
func (r *Reader) EntryAt(record uint64, key [16]byte) (*Entry, error) {
	return r.entry(append(numberKey(famConsent, record), key[:]...))
}

func (r *Reader) entry(key []byte) (*Entry, error) {
	payload, err := r.get(key)
	if err != nil {
		return nil, err
	}
	return decodeEntry(key, payload)
}

// Entries returns the ledger of a record, in a fixed order that has no meaning.
func (r *Reader) Entries(record uint64) ([]Entry, error) {
	return r.entries(numberKey(famConsent, record))
}

func (r *Reader) entries(prefix []byte) ([]Entry, error) {
	var list []Entry
	err := r.eachEntry(prefix, func(_ []byte, e *Entry) error {
		list = append(list, *e)
		return nil
	})
	return list, err
}

func (r *Reader) eachEntry(prefix []byte, fn func(key []byte, e *Entry) error) error {
	return r.scan(kv.Prefix(prefix), func(key, payload []byte) error {
		e, err := decodeEntry(key, payload)
		if err != nil {
			return err
		}
		return fn(key, e)
	})
}

// Consents returns the consent events of a record without their envelope, in a fixed
// order that has no meaning.
func (r *Reader) Consents(record uint64) ([]aloi.ConsentEvent, error) {
	var list []aloi.ConsentEvent
	err := r.eachEntry(numberKey(famConsent, record), func(_ []byte, e *Entry) error {
		list = append(list, e.ConsentEvent)
		return nil
	})
	return list, err
}

// EachEntry calls fn with every entry of every record, in order of record number.
func (r *Reader) EachEntry(fn func(record uint64, e *Entry) error) error {
	return r.eachEntry([]byte{famConsent}, func(key []byte, e *Entry) error {
		return fn(binary.BigEndian.Uint64(key[1:]), e)
	})
}

// waitingKey names an event that waits for a record by a keyed hash of its content.
func (s *Store) waitingKey(ref RefHash, content ContentHash) []byte {
	sum := s.keyedContent(content)
	return append(refKey(famWaiting, ref), sum[:]...)
}

// AddWaiting stores an entry for a record that is not stored yet.
func (w *Writer) AddWaiting(ref RefHash, content ContentHash, e *Entry) error {
	return w.putCBOR(w.s.waitingKey(ref, content), toStored(*e))
}

// DeleteWaiting removes every entry that waits for a record.
func (w *Writer) DeleteWaiting(ref RefHash) error {
	return w.deleteAll(kv.Prefix(refKey(famWaiting, ref)))
}

// Waiting returns the entries that wait for a record, in a fixed order that has no meaning.
func (r *Reader) Waiting(ref RefHash) ([]Entry, error) {
	return r.entries(refKey(famWaiting, ref))
}

// EachWaiting calls fn with every entry that waits, in order of the record's hash.
func (r *Reader) EachWaiting(fn func(ref RefHash, e *Entry) error) error {
	return r.eachEntry([]byte{famWaiting}, func(key []byte, e *Entry) error {
		return fn(RefHash(key[1:17]), e)
	})
}

// TokenRef is the request that a token confirms.
type TokenRef struct {
	Record  uint64
	Content [16]byte // as in the ledger's key
}

const tokenBytes = 24 // record (8), content (16)

func encodeToken(t TokenRef) []byte {
	return append(binary.BigEndian.AppendUint64(nil, t.Record), t.Content[:]...)
}

func decodeToken(b []byte) (*TokenRef, error) {
	if len(b) != tokenBytes {
		return nil, errShort
	}
	return &TokenRef{Record: binary.BigEndian.Uint64(b), Content: [16]byte(b[8:])}, nil
}

func (s *Store) tokenKey(token string) []byte {
	sum := s.hash.sum('t', token)
	return append([]byte{famToken}, sum[:16]...)
}

// SetToken stores which event of a record a token confirms.
func (w *Writer) SetToken(token string, record uint64, content ContentHash) error {
	return w.put(w.s.tokenKey(token), encodeToken(TokenRef{Record: record, Content: w.s.keyedContent(content)}))
}

// DeleteToken removes a token; that it was not there is no error.
func (w *Writer) DeleteToken(token string) error { return w.tx.Delete(w.s.tokenKey(token)) }

// Token returns the request that a token confirms.
func (r *Reader) Token(token string) (*TokenRef, error) {
	return getWith(r, r.s.tokenKey(token), decodeToken)
}

// SetDossier stores the encoded dossier of a record, or removes an empty one.
func (w *Writer) SetDossier(record uint64, d []byte) error {
	return w.putOrDelete(w.encoder.numberKey(famDossier, record), d, len(d) == 0)
}

// Dossier returns the encoded dossier of a record. The caller owns the slice.
func (r *Reader) Dossier(record uint64) ([]byte, error) {
	return r.recall(numberKey(famDossier, record), nil)
}

// EachDossier calls fn with every encoded dossier, in order of record number; d is valid
// during the call only.
func (r *Reader) EachDossier(fn func(record uint64, d []byte) error) error {
	return r.scan(kv.Prefix([]byte{famDossier}), func(key, payload []byte) error {
		return fn(binary.BigEndian.Uint64(key[1:]), payload)
	})
}

// NoticeHash is the SHA-256 of a notice's text.
type NoticeHash [32]byte

func noticeKey(h NoticeHash) []byte { return append([]byte{famNotice}, h[:]...) }

// SetNotice stores a notice under the hash of its text.
func (w *Writer) SetNotice(h NoticeHash, n *aloi.Notice) error { return w.putCBOR(noticeKey(h), n) }

// Notice returns a notice.
func (r *Reader) Notice(h NoticeHash) (*aloi.Notice, error) {
	n := &aloi.Notice{}
	return n, r.getCBOR(noticeKey(h), n)
}

// EachNotice calls fn with every notice, in order of hash.
func (r *Reader) EachNotice(fn func(h NoticeHash, n *aloi.Notice) error) error {
	return r.scan(kv.Prefix([]byte{famNotice}), func(key, payload []byte) error {
		n := &aloi.Notice{}
		if err := decode(key, payload, n); err != nil {
			return err
		}
		if len(key) != 1+len(NoticeHash{}) {
			return corrupt(key, errShort.Error())
		}
		return fn(NoticeHash(key[1:]), n)
	})
}
