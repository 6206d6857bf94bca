package store

import (
	"golang.org/x/mod/sumdb/tlog"

	"aloi"
)

// EventID names a consent event: a keyed hash of its owner and its content, so that it is
// the same whenever the event arrives.
type EventID [16]byte

// PointHash stands for a contact point in keys: a keyed hash of its canonical form.
type PointHash [16]byte

// Entry is a consent event in the ledger of a record, of a contact point, or of a record
// that is waited for. But for Assigned it is never changed.
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
}

// PointEntry is a stop, or a bounce, on a contact point.
type PointEntry struct {
	// Record is whose ledger holds it; 0: Entry holds it, and its owner is not known.
	Record  uint64
	Content [16]byte // keyed hash of its content, as in the ledger's key
	Entry   *Entry
}

// Suppression is a stored suppression with its place in the audit log.
type Suppression struct {
	aloi.Suppression
	Log uint64 `cbor:"100,keyasint,omitempty"` // counted from 1
}

// TokenRef is the request that a token confirms.
type TokenRef struct {
	Record  uint64
	Content [16]byte // as in the ledger's key
}

// LogEntry is one entry of the audit log.
type LogEntry struct {
	// Leaf is what the log hashes. It holds no personal value.
	Leaf []byte `cbor:"1,keyasint"`
	// Payload and Salt are what the leaf commits to, where that holds no personal value;
	// else they are in the ledger, and go with the record.
	Payload []byte `cbor:"2,keyasint,omitempty"`
	Salt    []byte `cbor:"3,keyasint,omitempty"`
	// Erased is the place, counted from 1, of the entry that says why the payload is gone.
	Erased uint64 `cbor:"4,keyasint,omitempty"`
}

// NoticeHash is the SHA-256 of a notice's text.
type NoticeHash [32]byte

var _ tlog.HashReader
