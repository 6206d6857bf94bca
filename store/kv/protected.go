package kv

import (
	"context"
	"time"
)

// Head says what a protected database holds: how many commits it has seen, and for each
// family of keys, by their first byte, how many there are and a keyed digest of them with
// their values.
type Head struct {
	Commit   uint64    // number of the last commit, from 1
	Time     time.Time // of the last commit
	Families []Family  // ascending by Prefix
}

// Family is what a Head says of the keys that start with Prefix.
type Family struct {
	Prefix byte
	Keys   uint64
	Digest [16]byte
}

// Write is one write of a commit.
type Write struct {
	Key, Value []byte // the value as it was set, nil for a deletion
	Deleted    bool
}

// Commit is what one commit wrote.
type Commit struct {
	Number uint64
	Time   time.Time
	Writes []Write // in ascending order of keys
}

// Scrubbed is what Scrub has read.
type Scrubbed struct {
	Keys, Bytes uint64
	// Faults says what is wrong, at most MaxFaults of it, by key or family: no value.
	Faults []string
}

// MaxFaults bounds the faults that Scrub names.
const MaxFaults = 100

// Protected is a database whose values are sealed, whose commits are witnessed and whose
// keys are counted, so that what was changed, lost or rolled back is noticed.
type Protected interface {
	DB
	// ViewAt is View with the head of the state that fn reads.
	ViewAt(ctx context.Context, fn func(Reader, Head) error) error
	// Scrub opens every value and compares each family with the head. pace, if not nil, is
	// called with the bytes read since it was called before, and its error ends the scrub.
	Scrub(ctx context.Context, pace func(bytes int) error) (Scrubbed, error)
	// Reseal seals anew every value that is not sealed with the active key, and then looks
	// at every value whether one is left; sealed counts what was sealed anew.
	Reseal(ctx context.Context, progress func(done, total uint64)) (sealed uint64, err error)
	// Commits calls fn with each commit after a number, in order, as far as the archive
	// reaches. It returns ErrNoArchive when the archive does not reach back to the next one.
	Commits(ctx context.Context, after uint64, fn func(Commit) error) error
}
