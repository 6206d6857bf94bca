// Package badger is the default kv.DB: Badger v4 in a directory of its own.
//
// A commit is on disk when Update returns, and there is no way to turn that off. The
// value log, whose read errors Badger only logs, stays empty: every value fits beside
// its key. All writes go through one writer, so that Badger's conflict check, which
// knows no phantoms (dgraph-io/badger#2057), has nothing to do. The settings and what
// they cost are in docs/decisions/0003-badger-settings.md.
package badger

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"

	"aloi/store/internal/txn"
	"aloi/store/kv"
)

// The sizes of Badger's parts, in bytes. Badger takes 15 % of a memtable in one
// transaction, and a memtable takes its size and a third more in memory.
const (
	memTableBytes  = 64 << 20
	memTables      = 2 // full ones that wait for the disk, beside the one that is written
	valueThreshold = 1 << 20
	// valueLogBytes is the smallest that Badger takes. The file stays empty, but it is
	// mapped, and synced at each commit.
	valueLogBytes = 1 << 20
	compactors    = 2
)

// formatMagic is written to Badger's manifest, so that a directory of another program
// that uses Badger is refused.
const formatMagic = 0xA101

// ErrInUse is returned by Open for a directory that another process, or another DB of
// this one, has open.
var ErrInUse = errors.New("store is in use")

// Options are the choices of the caller.
type Options struct {
	// Logger gets Badger's warnings and errors, without keys and values. Nil for none.
	Logger *slog.Logger
}

// Open opens the database in dir, which it creates when it is not there. The checksum
// of every block on disk is verified first: a damaged file is an error here and not a
// wrong answer later. It returns ErrInUse when somebody else has dir open.
func Open(dir string, opts Options) (kv.DB, error) {
	return open(settings(dir, opts))
}

// settings returns Badger's options.
func settings(dir string, opts Options) badger.Options {
	o := badger.DefaultOptions(dir)
	o.SyncWrites = true
	o.DetectConflicts = false // one writer: see package txn
	o.NumVersionsToKeep = 1
	o.ExternalMagicVersion = formatMagic
	o.ChecksumVerificationMode = options.OnTableRead

	o.MemTableSize = memTableBytes
	o.NumMemtables = memTables
	o.NumCompactors = compactors
	o.ValueThreshold = valueThreshold
	o.ValueLogFileSize = valueLogBytes
	o.Compression = options.None // blocks are then read where they are mapped
	o.BlockCacheSize = 0
	o.IndexCacheSize = 0

	o.MetricsEnabled = false
	o.Logger = newLogger(opts.Logger)
	return o
}

func open(o badger.Options) (kv.DB, error) {
	if err := checkValueLog(o.Dir); err != nil {
		return nil, err
	}
	db, err := badger.Open(o)
	if err != nil {
		return nil, openError(o.Dir, err)
	}
	if err := checkLimits(db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return txn.New(&state{db: db}), nil
}

// openError says what can be done about err. Badger has no error values for Open.
func openError(dir string, err error) error {
	text := err.Error()
	switch {
	case strings.Contains(text, "Cannot acquire directory lock"):
		return fmt.Errorf("the %w at %s", ErrInUse, dir)
	case strings.Contains(text, "external magic number"):
		return fmt.Errorf("%s was not written by Aloi, or by another version: %w", dir, err)
	}
	return fmt.Errorf("open the store at %s: %w", dir, err)
}

// checkLimits makes sure that Badger takes what package kv promises, whatever its
// options became: values stay out of the value log, and a transaction up to the
// limits fits. Badger counts ten bytes more for each key that it writes, two for its
// flags and some for the mark that ends the transaction.
func checkLimits(db *badger.DB) error {
	const entryBytes, markBytes = 12, 64
	o := db.Opts()
	switch {
	case !o.SyncWrites:
		return errors.New("badger: commits are not synced")
	case o.ValueThreshold <= kv.MaxValueBytes || o.VLogPercentile != 0:
		return errors.New("badger: a value could reach the value log")
	case db.MaxBatchCount() <= kv.MaxTxnKeys+1:
		return fmt.Errorf("badger: takes %d keys in a transaction, not %d",
			db.MaxBatchCount(), kv.MaxTxnKeys)
	case db.MaxBatchSize() <= kv.MaxTxnBytes+kv.MaxTxnKeys*entryBytes+markBytes:
		return fmt.Errorf("badger: takes %d bytes in a transaction, not %d",
			db.MaxBatchSize(), kv.MaxTxnBytes)
	}
	return nil
}

// valueLogHeader is the number of bytes at the head of a value log without values.
const valueLogHeader = 20

// checkValueLog refuses a directory whose value log holds something: it was not
// written by this package, and what Badger reads from there can be wrong in silence.
// After a crash the file is longer than its header, and zero from there on.
func checkValueLog(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.vlog"))
	if err != nil {
		return err
	}
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		if info.Size() > 2*valueLogBytes {
			return fmt.Errorf("%s is no empty value log: it has %d bytes", name, info.Size())
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if len(data) > valueLogHeader && len(strings.Trim(string(data[valueLogHeader:]), "\x00")) > 0 {
			return fmt.Errorf("%s is no empty value log", name)
		}
	}
	return nil
}
