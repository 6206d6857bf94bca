// Package datadir is a data directory of Aloi: where its files are, which keys open it, in
// what order it is checked, opened, watched over and closed.
//
//	master.key   the key that seals the keyring, unless it is kept elsewhere
//	keyring      every other key, sealed
//	audit.pub    by which anybody checks the heads of the audit log
//	store/       the database
//	witness/     the log of commits, and what they wrote as far as that is kept
//	ballast      room that is given up when the disk is full
//
// One process at a time has it open: the directory itself is locked. audit.pub is written
// when the store has been opened for the first time, so that a store that is gone is told
// from one that was never made.
package datadir

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"aloi"
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
	BallastFile   = "ballast"
)

// The kinds of error that Open returns, to be tested with errors.Is.
var (
	ErrInUse   = badger.ErrInUse   // another process has it open
	ErrDamaged = badger.ErrDamaged // something is not as it was written, or is missing
	ErrNoData  = errors.New("holds no data of Aloi")
	ErrKey     = errors.New("the master key is wrong, or can't be had")
	ErrNoRoom  = badger.ErrNoRoom // nothing was changed
	// ErrWitness is an ErrDamaged too: the log of commits is missing or damaged, and the store
	// may be whole.
	ErrWitness = badger.ErrWitness
)

// BehindError is an ErrDamaged: the store has lost commits that its log of commits knows.
type BehindError = badger.BehindError

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
	// AcceptWitness begins the log of commits anew where it is missing or damaged, and the
	// store is as it says of itself (ErrWitness).
	AcceptWitness bool
	// Fleeting is for a directory that nobody keeps: no room is kept for a full disk.
	Fleeting bool
	Now      func() time.Time // required
	Log      *slog.Logger     // nil discards
	// Progress, if not nil, is told of long steps of Open, from several goroutines.
	Progress func(step string, done, total uint64)
}

// Data is an open data directory. It is safe for concurrent use.
type Data struct {
	Engine  *engine.Engine
	Store   *store.Store
	DB      *badger.DB
	Keyring *seal.Keyring // as it was opened

	dir    string
	o      Options
	lock   *os.File
	master seal.Master

	rotation rotation
	scrubber scrubber
	failure  failure
	end      context.CancelFunc // of what runs beside
	beside   sync.WaitGroup
}

// Open opens a data directory: it makes sure that nobody else has it open and that it lies
// where a lock holds, gets the keys, opens the store and the engine over it, and starts to
// watch over both.
func Open(ctx context.Context, dir string, o Options) (*Data, error) {
	if o.Now == nil {
		return nil, errors.New("datadir: Options.Now is required")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := makePlace(dir, o.Create); err != nil {
		return nil, err
	}
	lock, err := lockPlace(dir)
	if err != nil {
		return nil, err
	}
	d := &Data{dir: dir, o: o, lock: lock, failure: failure{failed: make(chan struct{})}}
	if err := d.open(ctx); err != nil {
		return nil, errors.Join(err, d.release())
	}
	d.watch()
	return d, nil
}

// open opens everything in order. What it has opened when it fails, release closes.
func (d *Data) open(ctx context.Context) error {
	if err := d.openKeyring(ctx); err != nil {
		return err
	}
	if err := d.checkPublic(); err != nil {
		return err
	}
	if d.Keyring.Adopting {
		if err := d.sealStore(ctx); err != nil {
			return err
		}
	}
	if err := d.openStore(ctx); err != nil {
		return err
	}
	if d.Keyring.Adopting {
		if err := d.endAdoption(); err != nil {
			return err
		}
	}
	if d.o.Create {
		return d.publish()
	}
	return nil
}

// openStore opens the database, the store in it and the engine over that.
func (d *Data) openStore(ctx context.Context) (err error) {
	d.DB, err = badger.Open(d.path(StoreFolder), badger.Options{
		Logger: d.o.Log, Keyring: d.Keyring, Witness: d.path(WitnessFolder), ArchiveBytes: d.o.ArchiveBytes,
		Space: badger.SpaceOptions{Off: d.o.Fleeting, Ballast: d.path(BallastFile)}, AcceptWitness: d.o.AcceptWitness, Now: d.o.Now,
	})
	if err != nil {
		return storeError(err)
	}
	if d.Store, err = store.Open(ctx, d.DB, d.Keyring.Index); err != nil {
		return corrupt(err)
	}
	opened := time.Now()
	d.Engine, err = engine.Open(ctx, d.Store, engine.Options{
		Rules: d.o.Rules, Policy: d.o.Policy, AuditKey: d.Keyring.Audit, Now: d.o.Now,
		AsItIs: !d.o.Create, Progress: d.o.Progress, Elapsed: func() time.Duration { return time.Since(opened) },
	})
	return corrupt(err)
}

// Sealing is the step of Open that seals a store of before keyrings.
const Sealing = "sealing"

// tellSealing tells of the values from before sealing that have been copied.
func (d *Data) tellSealing(done, total uint64) {
	if d.o.Progress != nil {
		d.o.Progress(Sealing, done, total)
	}
}

// corrupt makes an error of a value that failed its check one of ErrDamaged.
func corrupt(err error) error {
	if aloi.CodeOf(err) != aloi.CodeCorrupt || errors.Is(err, ErrDamaged) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// Close stops the engine, and closes the store. The error of a store that has failed is
// among those that it returns.
func (d *Data) Close() error {
	d.end()
	d.beside.Wait()
	return d.release()
}

// release closes what is open.
func (d *Data) release() error {
	var errs []error
	if d.Engine != nil {
		errs = append(errs, d.Engine.Close())
	}
	if d.DB != nil {
		errs = append(errs, d.DB.Close())
	}
	return errors.Join(append(errs, d.lock.Close())...)
}

// path is where a part of the directory is.
func (d *Data) path(name string) string { return filepath.Join(d.dir, name) }
