// Package badger is the default kv.DB: Badger v4 in a directory of its own.
//
// A commit is on disk when Update returns, and there is no way to turn that off. The
// value log, whose read errors Badger only logs, stays empty: every value fits beside
// its key. All writes go through one writer, so that Badger's conflict check, which
// knows no phantoms (dgraph-io/badger#2057), has nothing to do. The settings and what
// they cost are in docs/decisions/0003-badger-settings.md.
package badger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"

	"aloi/store/internal/room"
	"aloi/store/internal/txn"
	"aloi/store/internal/vault"
	"aloi/store/kv"
	"aloi/store/seal"
)

// The sizes of Badger's parts, in bytes. Badger takes 15 % of a memtable in one
// transaction, and a memtable takes its size and a third more in memory.
const (
	memTableBytes  = 80 << 20
	memTables      = 2 // full ones that wait for the disk, beside the one that is written
	valueThreshold = 1 << 20
	// valueLogBytes is the smallest that Badger takes. The file stays empty, but it is
	// mapped, and synced at each commit.
	valueLogBytes = 1 << 20
	blockBytes    = 16 << 10
	compactors    = 2
	// What is written is copied when tables of level 0 are merged into the base level, with all
	// of that, and again when that is larger than it may be, with what lies below. Many tables
	// and a large level make it copied least: there is no level between up to some 2 GB of store,
	// and one up to 20. While level 0 is merged it may grow to levelZeroMost.
	levelZeroTables = 10
	levelZeroMost   = 20
	baseTableBytes  = 16 << 20
	// Merging needs room for the base level once more, so that it is a share of the disk, within
	// two bounds in bytes.
	baseLevelShare = 40
	baseLevelLeast = 256 << 20
	baseLevelMost  = 2 << 30
)

// FormatMagic is written to Badger's manifest, so that a directory of another program
// that uses Badger is refused.
const FormatMagic = 0xA101

// ErrInUse is returned by Open for a directory that another process, or another DB of
// this one, has open.
var ErrInUse = errors.New("store is in use")

// ErrDamaged is returned by Open for a file that is not as it was written, and for a store
// that does not hold what it should. Nothing in the directory was changed.
var ErrDamaged = kv.ErrCorrupt

// Options are the choices of the caller.
type Options struct {
	// Logger gets Badger's warnings and errors, without keys and values. Nil for none.
	Logger *slog.Logger
	// Keyring seals what is stored. With nil values are stored as they come, and none of
	// what kv.Protected promises beyond kv.DB holds: for measurements and tests.
	Keyring *seal.Keyring
	// Witness is the directory of the log of commits, required with a Keyring.
	Witness string
	// ArchiveBytes is how much of what commits wrote is kept there; 0 for none.
	ArchiveBytes int64
	// Space is how the store guards itself against a full disk.
	Space SpaceOptions
	// Now dates commits; nil is time.Now.
	Now func() time.Time
	// AcceptWitness begins the witness anew where it is missing or damaged (ErrWitness) and
	// the store is as its head says.
	AcceptWitness bool
}

var _ kv.Protected = (*DB)(nil)

// DB is a database of this package. It implements kv.Protected.
type DB struct {
	*txn.DB
	vault *vault.State // nil without a keyring
	guard *guard       // nil when nobody looks at the disk
}

// Open opens the database in dir, which it creates when it is not there. Every file is
// verified first, at about 0.3 s for a GB in the page cache, and after an end out of order
// every key: damage is ErrDamaged here and not a wrong answer later. It returns ErrInUse
// when somebody else has dir open, and ErrNoRoom when the disk is too full for what opening
// writes.
func Open(dir string, opts Options) (*DB, error) {
	return openGuarded(dir, opts.Space, opts.Logger, func() (*DB, error) {
		if opts.Keyring != nil {
			return openProtected(context.Background(), settings(dir, opts), opts)
		}
		return open(settings(dir, opts))
	})
}

// settings returns Badger's options.
func settings(dir string, opts Options) badger.Options {
	o := badger.DefaultOptions(dir)
	o.SyncWrites = true
	o.DetectConflicts = false // one writer: see package txn
	o.NumVersionsToKeep = 1
	o.ExternalMagicVersion = FormatMagic
	// checkFiles has verified the tables; the other modes hide what they find.
	o.ChecksumVerificationMode = options.NoVerification

	o.MemTableSize = memTableBytes
	o.NumMemtables = memTables
	o.NumCompactors = compactors
	o.NumLevelZeroTables = levelZeroTables
	o.NumLevelZeroTablesStall = levelZeroMost
	o.BaseLevelSize = baseLevel(dir)
	o.BaseTableSize = baseTableBytes
	o.ValueThreshold = valueThreshold
	o.ValueLogFileSize = valueLogBytes
	o.BlockSize = blockBytes
	o.Compression = options.None // blocks are then read where they are mapped
	o.BlockCacheSize = 0
	o.IndexCacheSize = 0

	o.MetricsEnabled = false
	o.Logger = newLogger(opts.Logger)
	return o
}

// baseLevel returns how large the base level of a store in dir may be, in bytes.
func baseLevel(dir string) int64 {
	r, err := room.Of(dir)
	if err != nil { // the system does not say, or there is no directory yet
		return baseLevelMost
	}
	return int64(min(max(r.Total/baseLevelShare, baseLevelLeast), baseLevelMost))
}

func open(o badger.Options) (*DB, error) {
	s, err := openState(o)
	if err != nil {
		return nil, err
	}
	return &DB{DB: txn.New(s)}, nil
}

// openState checks the files and opens them.
func openState(o badger.Options) (*state, error) {
	// A directory that another process has open changes while it is checked: what is
	// damaged is so twice, and the lock on what is not is Badger's.
	if checkFiles(o) != nil {
		if err := checkFiles(o); err != nil {
			return nil, err
		}
	}
	return openBadger(o)
}

// openBadger lets Badger open the files and checks what it made of o.
func openBadger(o badger.Options) (*state, error) {
	if err := dropEmptyValueLogs(o.Dir); err != nil {
		return nil, err
	}
	db, err := badger.Open(o)
	if err != nil {
		return nil, openError(o.Dir, err)
	}
	if err := checkLimits(db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &state{db: db}, nil
}

// dropEmptyValueLogs removes value logs of no bytes, which a kill leaves that comes between
// making one and giving it its length. Badger does not open a directory that has one.
func dropEmptyValueLogs(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.vlog"))
	if err != nil {
		return err
	}
	for _, name := range files {
		info, err := os.Stat(name)
		if err == nil && info.Size() == 0 {
			err = os.Remove(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// systemErrors are what is not the fault of the files. Badger keeps such errors as text only.
var systemErrors = []syscall.Errno{
	syscall.EACCES, syscall.EPERM, syscall.EROFS, syscall.ENOSPC, syscall.EDQUOT, syscall.EMFILE, syscall.ENFILE,
	syscall.ENOMEM, syscall.EIO, syscall.ENOTDIR,
}

// openError says what can be done about err. Badger has no error values for Open.
func openError(dir string, err error) error {
	if strings.Contains(err.Error(), "Cannot acquire directory lock") {
		return fmt.Errorf("the %w at %s", ErrInUse, dir)
	}
	for _, cause := range systemErrors {
		if strings.Contains(err.Error(), cause.Error()) {
			return fmt.Errorf("open the store at %s: %w", dir, err)
		}
	}
	return fmt.Errorf("%w: %s can't be opened: %w", ErrDamaged, dir, err)
}
