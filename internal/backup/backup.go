// Package backup is the form of a backup: a file that only its recipients can read, that
// tells whether all of it is there, and that no damage passes for another.
//
// Outside it is an age file (age-encryption.org/v1), encrypted to public keys whose private
// halves need not be on the machine that makes it. Inside, compressed, are frames:
//
//	frame:   kind (1) | number of the frame (8) | length (4) | payload
//	header:  what it is a backup of, and the keys that its data needs (JSON)
//	data:    keys with their values, ascending, of a full backup
//	commit:  number, time and count of writes of a commit, of an increment; then its writes
//	trailer: a manifest, signed, with a digest of every frame before it
//
// A full backup holds a state; an increment holds the commits between two states. The
// package reads and writes the form; what to back up, and what to do with what was read, is
// package datadir's.
package backup

import (
	"errors"
	"time"
)

// format is the version of the form. A backup of another is refused.
const format = 1

// ErrDamaged is returned for a backup that is not as it was written, or not all there;
// ErrIdentity for one that none of the identities opens; ErrOther for one that does not
// belong to those before it.
var (
	ErrDamaged  = errors.New("the backup is damaged")
	ErrIdentity = errors.New("the backup is encrypted to other keys than these")
	ErrOther    = errors.New("the backup does not go on from there")
)

// Kind says what a backup holds.
type Kind string

// The kinds of backups.
const (
	Full      Kind = "full"      // every key of a state
	Increment Kind = "increment" // the commits after one state up to another
)

// Header is what a backup says before its data.
type Header struct {
	Format int       `json:"format"`
	Store  string    `json:"store"` // tells the store from others
	Kind   Kind      `json:"kind"`
	After  uint64    `json:"after,omitempty"` // the commit that an increment goes on from
	Commit uint64    `json:"commit"`          // the last commit that is in it
	Time   time.Time `json:"time"`            // of that commit
	Made   time.Time `json:"made"`            // when the backup was begun
	Key    string    `json:"key"`             // by which the signatures are checked
	// Index and Audit are the keys that a restored store keeps: those of the hashes in its
	// keys, and of the heads of its audit log. A full backup has them.
	Index []byte `json:"index,omitempty"`
	Audit string `json:"audit,omitempty"`
	// Rules and Policy are the texts that the store works by, empty for those that ship.
	Rules  string `json:"rules,omitempty"`
	Policy string `json:"policy,omitempty"`
}

// check refuses a header that contradicts itself.
func (h *Header) check() error {
	switch {
	case h.Format != format:
		return errors.New("the backup is of a form that this version does not read")
	case h.Kind == Full && h.After == 0 && len(h.Index) > 0 && h.Audit != "":
		return nil
	case h.Kind == Increment && h.Commit >= h.After && h.Index == nil && h.Audit == "":
		return nil
	}
	return damaged("its header contradicts itself")
}

// damaged is an ErrDamaged that says what is wrong.
func damaged(what string) error { return &damage{what} }

type damage struct{ what string }

func (d *damage) Error() string { return ErrDamaged.Error() + ": " + d.what }
func (d *damage) Unwrap() error { return ErrDamaged }
