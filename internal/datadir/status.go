package datadir

import (
	"context"
	"io/fs"
	"path/filepath"
	"time"

	"aloi/store/badger"
	"aloi/store/kv"
)

// Status is how a data directory is.
type Status struct {
	Store       string    // tells the store from others
	Head        time.Time // of the last commit
	Commit      uint64    // number of the last commit
	Storage     badger.SpaceStatus
	StoreBytes  uint64 // of all files of the store and of the log of commits
	Scrub       ScrubStatus
	Keys        KeyStatus
	ArchiveFrom uint64 // the first commit whose writes are kept; Commit + 1 when none are
}

// ScrubStatus is how far the scrubber is.
type ScrubStatus struct {
	Passes      uint64 // over the whole store, without a fault
	Keys, Bytes uint64 // read since the start: keys by passes that are over
	LastPass    time.Time
	Faults      []string
}

// KeyStatus is which data keys there are, and how far a rotation is.
type KeyStatus struct {
	Active   uint32
	Keys     int
	Rotating bool // there are keys that values are still sealed with, or may be
	Resealed uint64
	Values   uint64 // in the store
}

// Status returns how the directory is.
func (d *Data) Status(ctx context.Context) (Status, error) {
	s := Status{Store: d.Keyring.Store, Storage: d.DB.Space(), Scrub: d.scrubStatus()}
	var err error
	if s.ArchiveFrom, err = d.DB.Archive(); err != nil {
		return s, coded(err)
	}
	err = d.DB.ViewAt(ctx, func(_ kv.Reader, head kv.Head) error {
		s.Commit, s.Head = head.Commit, head.Time
		for _, f := range head.Families {
			s.Keys.Values += f.Keys
		}
		return nil
	})
	if err != nil {
		return s, coded(err)
	}
	k := d.keyring()
	s.Keys.Active, s.Keys.Keys, s.Keys.Rotating = k.Active, len(k.Data), len(k.Data) > 1
	if s.Keys.Rotating {
		d.rotation.mu.Lock()
		s.Keys.Resealed = d.rotation.resealed
		d.rotation.mu.Unlock()
	}
	for _, folder := range []string{StoreFolder, WitnessFolder} {
		n, err := allocated(d.path(folder))
		if err != nil {
			return s, err
		}
		s.StoreBytes += n
	}
	return s, nil
}

// allocated is how much room the files of a directory take on the disk, in bytes. Files
// that go while they are counted are not.
func allocated(dir string) (uint64, error) {
	var sum uint64
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return ignoreGone(err)
		}
		info, err := entry.Info()
		if err != nil {
			return ignoreGone(err)
		}
		if info.Mode().IsRegular() {
			sum += allocatedFile(info)
		}
		return nil
	})
	return sum, err
}
