// Package datadir is a data directory of Aloi: where its files are, which keys open it, in
// what order it is checked, opened, watched over and closed.
//
//	master.key   the key that seals the keyring, unless it is kept elsewhere
//	keyring      every other key, sealed
//	audit.pub    by which anybody checks the heads of the audit log
//	store/       the database
//	witness/     the log of commits, and what they wrote as far as that is kept
//	ballast      room that is given up when the disk is full
package datadir

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"aloi/consent"
	"aloi/engine"
	"aloi/store"
	"aloi/store/badger"
	"aloi/store/seal"
)

// The names in a data directory.
const (
	MasterFile    = "master.key"
	KeyringFile   = "keyring"
	PublicFile    = "audit.pub"
	StoreFolder   = "store"
	WitnessFolder = "witness"
)

// The kinds of error that Open returns, to be tested with errors.Is.
var (
	ErrInUse   = badger.ErrInUse   // another process has it open
	ErrDamaged = badger.ErrDamaged // something is not as it was written, or is missing
	ErrNoData  = errors.New("holds no data of Aloi")
	ErrKey     = errors.New("the master key is wrong, or can't be had")
	ErrNoRoom  = errors.New("there is not enough room on the disk to open the store")
)

// MasterSource says where the master key comes from. With none of them it is in MasterFile,
// which Open makes with a new directory.
type MasterSource struct {
	Text    string // the key itself, of an environment variable
	File    string // a file that holds it
	Command string // a command line whose output it is; no shell reads it
}

// Options are the choices of who opens a data directory.
type Options struct {
	// Create makes a directory that is not there, and lets the store be changed: resolved
	// anew, sealed. Without it nothing is changed.
	Create bool
	Master MasterSource
	Rules  *engine.Rules
	Policy *consent.Policy
	// ArchiveBytes is how much of what commits wrote is kept beside the store, for
	// incremental backups and for a return to any moment; 0 for none.
	ArchiveBytes int64
	// ScrubBytesPerSecond is how fast the store is read in the background to find damage; 0
	// for never.
	ScrubBytesPerSecond int64
	Now                 func() time.Time // required
	Log                 *slog.Logger     // nil discards
	// Progress, if not nil, is told of long steps of Open.
	Progress func(step string, done, total uint64)
}

// Data is an open data directory. It is safe for concurrent use.
type Data struct {
	Engine  *engine.Engine
	Store   *store.Store
	DB      *badger.DB
	Keyring *seal.Keyring // as it was opened

	dir string
	o   Options
}

// Open opens a data directory.
func Open(ctx context.Context, dir string, o Options) (*Data, error) { panic("stub") }

// Close stops the engine, and closes the store.
func (d *Data) Close() error { panic("stub") }

// Failed is closed when the store must not be used any more: a commit of unknown outcome,
// or damage that the scrubber found. Err says which.
func (d *Data) Failed() <-chan struct{} { panic("stub") }

// Err is why Failed was closed.
func (d *Data) Err() error { panic("stub") }

// Status is how a data directory is.
type Status struct {
	Store       string
	Head        time.Time
	Commit      uint64
	Storage     badger.SpaceStatus
	StoreBytes  uint64
	Scrub       ScrubStatus
	Keys        KeyStatus
	ArchiveFrom uint64
}

// ScrubStatus is how far the scrubber is.
type ScrubStatus struct {
	Passes, Keys, Bytes uint64
	LastPass            time.Time
	Faults              []string
}

// KeyStatus is which data keys there are, and how far a rotation is.
type KeyStatus struct {
	Active   uint32
	Keys     int
	Rotating bool
	Resealed uint64
	Values   uint64
}

// Status returns how the directory is.
func (d *Data) Status(ctx context.Context) (Status, error) { panic("stub") }

// Rotate gives the store a new data key, seals everything anew, looks at every value, and
// then forgets the former keys. A rotation that broke off is finished first.
func (d *Data) Rotate(ctx context.Context, progress func(done, total uint64)) error { panic("stub") }

// Verify is engine.Verify, engine.VerifyAudit and a scrub together, each invariant with
// whether it was checked.
func (d *Data) Verify(ctx context.Context, progress func(step string, done, total int)) (*engine.Report, error) {
	panic("stub")
}

// BackupRequest says what a backup is of and for whom.
type BackupRequest struct {
	Recipients []string // age1…
	After      uint64   // an increment: what was committed after this commit; 0 for everything
}

// Backup writes a backup of the state of now, encrypted, and returns its signed manifest.
func (d *Data) Backup(ctx context.Context, w io.Writer, r BackupRequest, progress func(done, total uint64)) (manifest string, err error) {
	panic("stub")
}
