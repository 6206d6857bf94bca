// Package room asks a file system how much room it has, and takes some of it before it is
// written to: a file of which blocks are missing fails at a write, and where it is mapped
// into memory the process ends.
package room

import (
	"errors"
	"syscall"
)

// Room is the room of a file system, in bytes.
type Room struct {
	Free uint64 // for everybody
	// Usable is for us: what a file system keeps for root besides, when we are root.
	Usable uint64
	Total  uint64
}

// ErrNone is returned when there is not as much room as was asked for.
var ErrNone = errors.New("no room is left on the disk")

// ErrUnknown is returned where the system does not say.
var ErrUnknown = errors.New("the room on the disk is not known on this system")

// Missing returns ErrNone for an error of the system that says that the disk, or the share of
// it that we may use, is full, and any other error as it is.
func Missing(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return ErrNone
	}
	return err
}
