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
	page    []byte // keys and values one behind another, and what is left for more
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

// They lie together on pages, each of which lasts as long as one of its values: each of its own
// would be a tenth of all that ingest allocates. Those larger than a part of a page have their
// own memory.
const (
	leastPage = 1 << 10 // bytes
	mostPage  = 32 << 10
	pageShare = 4
)

// take returns room for so many bytes, of the page where they fit.
func (e *encoder) take(bytes int) []byte {
	if bytes > mostPage/pageShare {
		return make([]byte, 0, bytes)
	}
	if cap(e.page)-len(e.page) < bytes {
		size := min(max(2*cap(e.page), leastPage, pageShare*bytes), mostPage)
		e.page = make([]byte, 0, size)
	}
	start := len(e.page)
	e.page = e.page[:start+bytes]
	return e.page[start : start : start+bytes]
}

// seal frames a payload for its key.
func (e *encoder) seal(key, payload []byte) []byte {
	return appendFrame(e.take(len(payload)+frameOverhead), key, payload)
}

// numberKey is the key of a family and a number.
func (e *encoder) numberKey(family byte, n uint64) []byte {
	return appendNumberKey(e.take(numberKeyBytes), family, n)
}

// encoded runs one of the encodings, which returns a key and its payload, with an encoder that
// nobody else has meanwhile.
func encoded(encode func(*encoder) (key, payload []byte, err error)) Encoded {
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	key, payload, err := encode(e)
	if err != nil {
		return Encoded{err: err}
	}
	return Encoded{key: key, value: e.seal(key, payload)}
}

// EncodeRecord encodes a record for its number.
func EncodeRecord(rec *Record) Encoded {
	return encoded(func(e *encoder) ([]byte, []byte, error) {
		payload, err := e.compact.encodeRecord(rec)
		return e.numberKey(famRecord, rec.Number), payload, err
	})
}

// EncodeEntity encodes an entity for its number.
func EncodeEntity(entity *Entity) Encoded {
	return encoded(func(e *encoder) ([]byte, []byte, error) {
		return e.numberKey(famEntity, entity.Number), e.compact.encodeEntity(entity), nil
	})
}

// EncodeEntry encodes an entry in the ledger of a record; content is that of its event.
func (s *Store) EncodeEntry(record uint64, content ContentHash, entry *Entry) Encoded {
	return encoded(func(*encoder) ([]byte, []byte, error) {
		payload, err := encMode.Marshal(toStored(*entry))
		return s.contentKey(famConsent, record, content), payload, err
	})
}

// EncodeInteraction encodes an interaction of a record.
func (s *Store) EncodeInteraction(record uint64, content ContentHash, i aloi.Interaction) Encoded {
	return encoded(func(*encoder) ([]byte, []byte, error) {
		payload, err := encMode.Marshal(i)
		return s.contentKey(famInteract, record, content), payload, err
	})
}

// Set stores an encoded value.
func (w *Writer) Set(v Encoded) error {
	if v.err != nil {
		return v.err
	}
	return w.tx.Set(v.key, v.value)
}
