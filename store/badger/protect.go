package badger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/dgraph-io/badger/v4"

	"aloi/internal/failpoint"
	"aloi/store/internal/txn"
	"aloi/store/internal/vault"
	"aloi/store/kv"
	"aloi/store/seal"
	"aloi/store/witness"
)

// lockFile is in the directory of the witness, which Badger does not look at.
const lockFile = "lock"

// ErrWitness is returned by Open for a log of commits that is missing or does not fit the
// store, while the store itself may be whole: see Options.AcceptWitness.
var ErrWitness = vault.ErrWitness

// BehindError is returned by Open for a store that has lost commits. It is an ErrDamaged.
type BehindError = vault.BehindError

// protected is a sealed state with what Badger's needs around it.
type protected struct {
	*vault.State
	lock *os.File
}

// Close implements txn.State.
func (p *protected) Close(poisoned bool) error {
	return errors.Join(p.State.Close(poisoned), p.lock.Close())
}

// openProtected opens a database whose values are sealed, in this order: lock, witness,
// what the files say of themselves, Badger, what the database says of itself. Where one of
// them does not fit the next, the files stay, or are put back, as they were.
func openProtected(ctx context.Context, o badger.Options, opts Options) (*DB, error) {
	for _, dir := range []string{opts.Witness, o.Dir} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	locked, err := lock(filepath.Join(opts.Witness, lockFile))
	if err != nil {
		return nil, err
	}
	db, err := openLocked(ctx, o, opts, locked)
	if err != nil {
		return nil, errors.Join(err, locked.Close())
	}
	return db, nil
}

func openLocked(ctx context.Context, o badger.Options, opts Options, locked *os.File) (*DB, error) {
	log, err := openWitness(opts)
	if err != nil {
		return nil, err
	}
	db, err := openWitnessed(ctx, o, opts, log, locked)
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return db, nil
}

// openWitness opens the log of commits, or begins a new one where a damaged one is accepted.
func openWitness(opts Options) (*witness.Log, error) {
	log, err := witness.Open(opts.Witness, opts.Keyring.Witness, opts.ArchiveBytes)
	if !errors.Is(err, witness.ErrDamaged) {
		return log, err
	}
	if !opts.AcceptWitness {
		return nil, fmt.Errorf("%w: %w", ErrWitness, err)
	}
	return log, log.Restart(witness.Entry{})
}

func openWitnessed(ctx context.Context, o badger.Options, opts Options, log *witness.Log, locked *os.File) (*DB, error) {
	if err := putBack(o.Dir); err != nil { // of a check that broke off
		return nil, err
	}
	clean, err := checkUnopened(o, opts, log)
	if err != nil {
		return nil, err
	}
	if !clean {
		if err := lookInside(ctx, o, opts, log); err != nil {
			return nil, err
		}
	}
	if err := dropInventory(o.Dir); err != nil {
		return nil, err
	}
	inner, err := openBadger(o)
	if err != nil {
		return nil, err
	}
	inner.dir, inner.inventoryKey = o.Dir, opts.Keyring.Witness
	db, err := openVault(inner, opts, log, locked)
	if err != nil {
		return nil, errors.Join(err, inner.abandon())
	}
	return db, nil
}

// lookInside opens a database that was not closed in order, compares what is there with
// what its head says, and closes it. Where something does not fit its files are what they
// were before.
func lookInside(ctx context.Context, o badger.Options, opts Options, log *witness.Log) error {
	if err := hold(o.Dir); err != nil {
		return err
	}
	inner, err := openBadger(withoutCompaction(o))
	if err == nil {
		err = errors.Join(compareInside(ctx, inner, opts, log), inner.abandon())
	}
	if err != nil {
		return errors.Join(err, putBack(o.Dir))
	}
	if err := failpoint.Hit("hold/checked"); err != nil {
		return err
	}
	return release(o.Dir)
}

// withoutCompaction lets the tables be: those that are compacted Badger empties before it
// removes them, so that a link to them holds nothing.
func withoutCompaction(o badger.Options) badger.Options {
	o.NumCompactors = 0
	o.NumLevelZeroTablesStall = math.MaxInt32 // nobody makes room for the tables that closing adds
	return o
}

// compareInside compares the head with the witness and the families with the head.
func compareInside(ctx context.Context, inner *state, opts Options, log *witness.Log) error {
	sealed, err := sealedOver(inner, opts, log)
	if err != nil {
		return err
	}
	return sealed.CheckDigests(ctx)
}

// checkUnopened looks at the files before Badger does. clean tells that they are what they
// were when the database was closed in order.
func checkUnopened(o badger.Options, opts Options, log *witness.Log) (clean bool, err error) {
	last, _ := log.Last()
	_, err = os.Stat(filepath.Join(o.Dir, badger.ManifestFilename))
	if errors.Is(err, fs.ErrNotExist) {
		tables, err := filepath.Glob(filepath.Join(o.Dir, "*.sst"))
		if err != nil {
			return false, err
		}
		if last.Commit > 0 || len(tables) > 0 {
			return false, fmt.Errorf("%w: the list of tables in %s is missing: %w", kv.ErrCorrupt, o.Dir,
				&BehindError{Want: last.Commit, Until: last.Time})
		}
	} else if err != nil {
		return false, err
	}
	if clean, err = checkInventory(o.Dir, opts.Keyring.Witness); clean || err != nil {
		return clean, err
	}
	err = checkFiles(o)
	if err != nil && last.Commit > 0 && !errors.Is(err, kv.ErrCorrupt) {
		err = fmt.Errorf("%w: %w", kv.ErrCorrupt, err) // whatever it looks like now, it was ours
	}
	return false, err
}

// sealedOver returns the sealed state over Badger's, once it is compared with its witness.
func sealedOver(inner *state, opts Options, log *witness.Log) (*vault.State, error) {
	sealed, err := vault.New(inner, vault.Options{Keyring: opts.Keyring, Witness: log, Archive: opts.ArchiveBytes > 0, Now: opts.now()})
	if err != nil {
		return nil, err
	}
	err = sealed.CheckWitness()
	if errors.Is(err, ErrWitness) && opts.AcceptWitness {
		err = sealed.RestartWitness()
	}
	return sealed, err
}

// openVault opens the database of which everything has been compared.
func openVault(inner *state, opts Options, log *witness.Log, locked *os.File) (*DB, error) {
	sealed, err := sealedOver(inner, opts, log)
	if err != nil {
		return nil, err
	}
	return &DB{DB: txn.New(&protected{sealed, locked}), vault: sealed}, nil
}

// abandon closes Badger without a word on the state of its files.
func (s *state) abandon() error {
	s.inventoryKey = nil
	return s.db.Close()
}

// now returns the clock.
func (o *Options) now() func() time.Time {
	if o.Now == nil {
		return time.Now
	}
	return o.Now
}

// errUnsealed is what a database without a keyring answers.
var errUnsealed = errors.New("badger: the database was opened without a keyring")

// Rekey makes new values be sealed with the active key of a keyring. Keys that it had
// before are kept for reading until the database is closed.
func (db *DB) Rekey(ctx context.Context, k *seal.Keyring) error {
	if db.vault == nil {
		return errUnsealed
	}
	// No commit is under way meanwhile.
	return db.Update(ctx, func(kv.Txn) error { return db.vault.Rekey(k) })
}

// ViewAt implements kv.Protected.
func (db *DB) ViewAt(ctx context.Context, fn func(kv.Reader, kv.Head) error) error {
	if db.vault == nil {
		return errUnsealed
	}
	return db.View(ctx, func(r kv.Reader) error {
		h, err := vault.HeadOf(r)
		if err != nil {
			return err
		}
		return fn(r, h)
	})
}

// Scrub implements kv.Protected.
func (db *DB) Scrub(ctx context.Context, pace func(bytes int) error) (kv.Scrubbed, error) {
	if db.vault == nil {
		return kv.Scrubbed{}, errUnsealed
	}
	return db.vault.Scrub(ctx, db, pace)
}

// Reseal implements kv.Protected.
func (db *DB) Reseal(ctx context.Context, progress func(done, total uint64)) (uint64, error) {
	if db.vault == nil {
		return 0, errUnsealed
	}
	return db.vault.Reseal(ctx, db, progress)
}

// Commits implements kv.Protected.
func (db *DB) Commits(ctx context.Context, after uint64, fn func(kv.Commit) error) error {
	if db.vault == nil {
		return errUnsealed
	}
	return db.vault.Commits(ctx, after, fn)
}

// Archive returns the number of the first commit whose writes are kept; one more than the
// last commit when none are.
func (db *DB) Archive() (uint64, error) {
	if db.vault == nil {
		return 0, errUnsealed
	}
	return db.vault.FirstArchived()
}

// Create makes a new database in dir that holds what fill puts into it, as of a commit of
// the store that it is a copy of: the next commit has the number after that. A directory in
// which Create broke off is no database.
func Create(ctx context.Context, dir string, opts Options, commit uint64, at time.Time, fill func(put func(key, value []byte) error) error) (*DB, error) {
	db, err := Open(dir, opts)
	if err != nil {
		return nil, err
	}
	if db.vault == nil {
		err = errUnsealed
	} else {
		err = db.vault.Fill(ctx, db, commit, at, fill)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Replay applies a commit of the store that this one is a copy of. Its number must be the
// next, and nobody else may write meanwhile.
func (db *DB) Replay(ctx context.Context, c kv.Commit) error {
	if db.vault == nil {
		return errUnsealed
	}
	return db.vault.Replay(ctx, db, c)
}
