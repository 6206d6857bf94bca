// Package kv is the plug of the store: an ordered key-value database with
// transactions, small enough to be kept by anything that has sorted keys. The key
// layout, the codecs and the indexes are written once, above it, in package store.
//
// The promises are those of package storetest, which every implementation passes:
//
//	db.Update(ctx, func(tx kv.Txn) error {
//		v, err := tx.Get(key)
//		…
//		return tx.Set(key, v)
//	})
package kv

import (
	"context"
	"errors"
	"fmt"
)

// The errors of a database, to be tested with errors.Is.
var (
	// ErrNotFound is returned by Get for a key that is not there.
	ErrNotFound = errors.New("kv: key not found")
	// ErrTooBig is returned by Set, Delete or Update for a transaction that the
	// database can't hold; nothing of it was applied. Do less at once.
	ErrTooBig = errors.New("kv: transaction too big")
	// ErrValueTooBig is returned by Set for a value past MaxValueBytes; the transaction
	// goes on without it.
	ErrValueTooBig = errors.New("kv: value too big")
	// ErrBefore is returned by UpdateAhead when the commit before failed, without harm to what
	// is stored: what was built on it is not committed either.
	ErrBefore = errors.New("kv: the commit before failed")
	// ErrClosed is returned by every call after Close.
	ErrClosed = errors.New("kv: database is closed")
	// ErrUnknown is returned by Update when the commit may or may not be on disk.
	// The database refuses everything from then on: reopen it and look.
	ErrUnknown = errors.New("kv: outcome of the commit is unknown")
	// ErrCorrupt is returned for a value that is not as it was written. The text names its
	// key.
	ErrCorrupt = errors.New("the store is damaged")
	// ErrNoArchive is returned by Commits when what commits wrote is not kept that far back.
	ErrNoArchive = errors.New("kv: the archive does not reach that far back")
)

// MaxKeyBytes and MaxValueBytes bound what one Set takes, in bytes; past them Set
// returns an error and nothing is stored. A value stays far below Badger's value
// threshold, so that its value log stays empty (docs/decisions).
const (
	MaxKeyBytes   = 1024
	MaxValueBytes = 512 << 10
)

// MaxTxnKeys and MaxTxnBytes bound one Update: the number of different keys that it
// writes, and the sum of the lengths of these keys and their values, in bytes. Every
// database takes a transaction up to both limits and answers ErrTooBig past either,
// so that how much work fits in a commit depends on no database.
const (
	MaxTxnKeys  = 64 << 10
	MaxTxnBytes = 8 << 20
)

// reservedByte starts the keys that a database may keep for itself; Badger's own
// start with "!badger!".
const reservedByte = '!'

// CheckKey returns an error for a key that Set and Delete refuse: an empty one, one
// past MaxKeyBytes, or one that starts with '!', which databases keep for themselves.
// The error never holds the key.
func CheckKey(key []byte) error {
	switch {
	case len(key) == 0:
		return errors.New("kv: empty key")
	case len(key) > MaxKeyBytes:
		return fmt.Errorf("kv: key of %d bytes, at most %d", len(key), MaxKeyBytes)
	case key[0] == reservedByte:
		return errors.New("kv: key starts with the reserved byte '!'")
	}
	return nil
}

// Range is a half-open interval of keys: Start ≤ key < End. A nil Start is the
// first key, a nil End is past the last.
type Range struct{ Start, End []byte }

// Prefix returns the range of all keys that start with p.
func Prefix(p []byte) Range {
	end := append([]byte(nil), p...)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return Range{Start: p, End: end[:i+1]}
		}
	}
	return Range{Start: p}
}

// Reader reads one consistent state of the database. It is good until the function
// that it was given to returns, and answers with an error after that. Several
// goroutines may read at once.
type Reader interface {
	// Get returns the value of key, or ErrNotFound. The caller owns the slice. An
	// empty value is stored as such: it is no absence.
	Get(key []byte) ([]byte, error)
	// Scan calls fn for each key of the range in ascending byte order, and returns
	// the first error: fn's, or that of the database. It never ends early without
	// one, and it ends with the context's error once that is done. key and value are
	// valid during the call only and must not be changed. fn must not write to the
	// range that is being scanned; it may read, and write elsewhere.
	Scan(r Range, fn func(key, value []byte) error) error
}

// Txn reads and writes. It sees its own writes, in Get and in Scan. While one
// goroutine writes, no other may use it.
type Txn interface {
	Reader
	// Set stores value under key. The transaction copies neither: the caller must
	// not change them until Update has returned.
	Set(key, value []byte) error
	// Delete removes key; that it was not there is no error.
	Delete(key []byte) error
}

// Knowing is a Txn that can be told what it would have to look for.
type Knowing interface {
	// Absent says that a key is not there, neither stored nor written by the commit before.
	Absent(key []byte)
}

// Pending is a commit that has begun.
type Pending interface {
	// Wait returns when the commit is over, with what Update would have returned. It may be
	// called any number of times.
	Wait() error
}

// DB is an ordered key-value database. It is safe for concurrent use.
type DB interface {
	// View calls fn with a snapshot: no later commit shows in it.
	View(ctx context.Context, fn func(Reader) error) error
	// Update calls fn with a transaction and commits when fn returns nil: all of it
	// or nothing, durable when Update returns nil. Updates are serial: fn sees every
	// commit before it, and no other Update runs beside it, so that there are
	// neither conflicts nor phantoms. fn runs once; it must not call Update or Close.
	// A context that is done before fn starts ends Update with its error; a commit
	// that has begun is not stopped by it.
	Update(ctx context.Context, fn func(Txn) error) error
	// UpdateAhead is Update that returns when the commit begins, so that the next one can be
	// computed beside it. In the fn of the next UpdateAhead it shows already, and in a View
	// only when it is over; the next commit begins when it has ended well. When it fails,
	// exactly one later UpdateAhead ends with ErrBefore, unless an Update comes between, which
	// waits for it. What was given to Set must not be changed until the Pending is over.
	UpdateAhead(ctx context.Context, fn func(Txn) error) (Pending, error)
	// Close releases the database. It waits for calls under way, and refuses those
	// that come meanwhile.
	Close() error
}
