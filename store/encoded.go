package store

import (
	"sync"

	"aloi"
)

// Encoded is a value as it is stored under its key, for Writer.Set, or why there is none. Any
// goroutine may make it: encoding takes longer than writing, which one does at a time.
type Encoded struct {
	key, value []byte
	err        error
}

// encoder makes values, in the same room each time. What it has made stays as it is.
type encoder struct {
	compact entityWriter
	page    []byte // values one behind another, and what is left for more
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

// Values lie together on pages, which last as long as one of their values: each of its own
// would be a tenth of all that ingest allocates. Those larger than a part of a page have their
// own memory.
const (
	leastPage = 1 << 10 // bytes
	mostPage  = 32 << 10
	pageShare = 4
)

// seal frames a payload for its key, on the page where it fits.
func (e *encoder) seal(key, payload []byte) []byte {
	need := len(payload) + frameOverhead
	if need > mostPage/pageShare {
		return seal(key, payload)
	}
	if cap(e.page)-len(e.page) < need {
		size := min(max(2*cap(e.page), leastPage, pageShare*need), mostPage)
		e.page = make([]byte, 0, size)
	}
	start := len(e.page)
	e.page = appendFrame(e.page, key, payload)
	return e.page[start:len(e.page):len(e.page)]
}

// encoded runs one of the encodings with an encoder that nobody else has meanwhile.
func encoded(key []byte, encode func(*encoder) ([]byte, error)) Encoded {
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	payload, err := encode(e)
	if err != nil {
		return Encoded{err: err}
	}
	return Encoded{key: key, value: e.seal(key, payload)}
}

// EncodeRecord encodes a record for its number.
func EncodeRecord(rec *Record) Encoded {
	return encoded(numberKey(famRecord, rec.Number), func(e *encoder) ([]byte, error) { return e.compact.encodeRecord(rec) })
}

// EncodeEntity encodes an entity for its number.
func EncodeEntity(entity *Entity) Encoded {
	return encoded(numberKey(famEntity, entity.Number), func(e *encoder) ([]byte, error) { return e.compact.encodeEntity(entity), nil })
}

// EncodeEntry encodes an entry in the ledger of a record; content is that of its event.
func (s *Store) EncodeEntry(record uint64, content ContentHash, entry *Entry) Encoded {
	return encoded(s.contentKey(famConsent, record, content), func(*encoder) ([]byte, error) { return encMode.Marshal(toStored(*entry)) })
}

// EncodeInteraction encodes an interaction of a record.
func (s *Store) EncodeInteraction(record uint64, content ContentHash, i aloi.Interaction) Encoded {
	return encoded(s.contentKey(famInteract, record, content), func(*encoder) ([]byte, error) { return encMode.Marshal(i) })
}

// Set stores an encoded value.
func (w *Writer) Set(v Encoded) error {
	if v.err != nil {
		return v.err
	}
	return w.tx.Set(v.key, v.value)
}
