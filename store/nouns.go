package store

import (
	"time"

	"aloi"
)

// Record is a record as it is stored: the version in force, without its consent
// events and interactions, which are stored one by one.
type Record struct {
	Number  uint64      `cbor:"1,keyasint"`
	Record  aloi.Record `cbor:"2,keyasint"`
	Content ContentHash `cbor:"3,keyasint"`
	// Consents and Interactions count the events stored for the record.
	Consents     int `cbor:"4,keyasint,omitempty"`
	Interactions int `cbor:"5,keyasint,omitempty"`
}

// Features is what resolution needs of a record.
type Features struct {
	// Ref is the hash of the record's reference.
	Ref RefHash
	// Blocks are the record's blocking keys, ascending.
	Blocks []BlockID
	// Prepared is the prepared record, encoded by package matcher.
	Prepared []byte
}

// Link is a weight at or above the review threshold between a record and another.
type Link struct {
	Other         uint64
	Weight        int32 // millibits
	Veto          bool
	Deterministic bool
}

// Entity is an entity as it is stored.
type Entity struct {
	Number  uint64           `cbor:"1,keyasint"`
	Members []uint64         `cbor:"2,keyasint"` // ascending
	Golden  []aloi.Attribute `cbor:"3,keyasint,omitempty"`
}

// Judged is a judgement on a record, as its index keeps it.
type Judged struct {
	Other RefHash
	Same  bool
}

// JournalEntry is the changes of one batch.
type JournalEntry struct {
	Sequence uint64
	Time     time.Time
	Changes  []Change
}

// Change is aloi.Change with entity numbers.
type Change struct {
	Kind    aloi.ChangeKind `cbor:"1,keyasint"`
	Entity  uint64          `cbor:"2,keyasint"`
	Before  []uint64        `cbor:"3,keyasint,omitempty"`
	Added   []uint64        `cbor:"4,keyasint,omitempty"`
	Removed []uint64        `cbor:"5,keyasint,omitempty"`
	Touched []uint64        `cbor:"6,keyasint,omitempty"`
}

// Counters are the store's counts. They change with every batch.
type Counters struct {
	NextRecord uint64 `cbor:"1,keyasint"` // the number that the next new record gets
	NextEntity uint64 `cbor:"2,keyasint"`
	Sequence   uint64 `cbor:"3,keyasint"` // of the last journal entry
	Records    uint64 `cbor:"4,keyasint"` // live
	Entities   uint64 `cbor:"5,keyasint"` // live
	Judgements uint64 `cbor:"6,keyasint"`
	// Log counts the entries of the audit log, Waiting the events of records that are not
	// stored.
	Log     uint64 `cbor:"7,keyasint,omitempty"`
	Waiting uint64 `cbor:"8,keyasint,omitempty"`
}
