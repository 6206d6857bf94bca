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
)

// The errors of a database, to be tested with errors.Is.
var (
	// ErrNotFound is returned by Get for a key that is not there.
	ErrNotFound = errors.New("kv: key not found")
	// ErrTooBig is returned by Set, Delete or Update for a transaction that the
	// database can't hold; nothing of it was applied. Do less at once.
	ErrTooBig = errors.New("kv: transaction too big")
	// ErrClosed is returned by every call after Close.
	ErrClosed = errors.New("kv: database is closed")
	// ErrUnknown is returned by Update when the commit may or may not be on disk.
	// The database refuses everything from then on: reopen it and look.
	ErrUnknown = errors.New("kv: outcome of the commit is unknown")
)

// MaxKeyBytes and MaxValueBytes bound what one Set takes, in bytes; past them Set
// returns an error and nothing is stored. A value stays far below Badger's value
// threshold, so that its value log stays empty (docs/decisions).
const (
	MaxKeyBytes   = 1024
	MaxValueBytes = 512 << 10
)

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

// Reader reads one consistent state of the database.
type Reader interface {
	// Get returns the value of key, or ErrNotFound. The caller owns the slice.
	Get(key []byte) ([]byte, error)
	// Scan calls fn for each key of the range in ascending byte order, and returns
	// the first error: fn's, or that of the database. It never ends early without
	// one. key and value are valid during the call only. fn must not write to the
	// range that is being scanned.
	Scan(r Range, fn func(key, value []byte) error) error
}

// Txn reads and writes. It sees its own writes, in Get and in Scan.
type Txn interface {
	Reader
	// Set stores value under key. The transaction copies neither: the caller must
	// not change them until Update has returned.
	Set(key, value []byte) error
	// Delete removes key; that it was not there is no error.
	Delete(key []byte) error
}

// DB is an ordered key-value database. It is safe for concurrent use.
type DB interface {
	// View calls fn with a snapshot: no later commit shows in it.
	View(ctx context.Context, fn func(Reader) error) error
	// Update calls fn with a transaction and commits when fn returns nil: all of it
	// or nothing, durable when Update returns nil. Updates are serial: fn sees every
	// commit before it, and no other Update runs beside it, so that there are
	// neither conflicts nor phantoms. fn runs once.
	Update(ctx context.Context, fn func(Txn) error) error
	// Close releases the database. It waits for calls under way.
	Close() error
}
