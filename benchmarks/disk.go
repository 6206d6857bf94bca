package main

import (
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"
	compression "github.com/dgraph-io/badger/v4/options"

	"aloi/internal/datadir"
	store "aloi/store/badger"
)

// compactors is how many of them merge a store.
const compactors = 2

// compactedCopy is what the store would take on disk if it were compacted to its end. The
// store is not touched: Badger compacts a copy.
func (b *bench) compactedCopy(dir string) (int64, error) {
	copied := filepath.Join(b.work, "compacted")
	defer os.RemoveAll(copied)
	db, err := openCopy(filepath.Join(dir, datadir.StoreFolder), copied)
	if err != nil {
		return 0, err
	}
	err = db.Flatten(compactors)
	if closed := db.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return 0, err
	}
	return onDisk(copied)
}

// openCopy copies a store that nobody has open and opens the copy with Badger itself.
func openCopy(from, to string) (*badger.DB, error) {
	if err := os.RemoveAll(to); err != nil {
		return nil, err
	}
	// Other names for the tables would not do: Badger empties those that it removes.
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return nil, err
	}
	return badger.Open(raw(to).WithExternalMagic(store.FormatMagic))
}

// raw are Badger's own settings, with no value outside the tables and nothing compressed,
// as in our store.
func raw(dir string) badger.Options {
	const largest = 1 << 20 // bytes of a value
	o := badger.DefaultOptions(dir).WithLogger(nil).WithCompression(compression.None).WithValueThreshold(largest).WithMetricsEnabled(false)
	o.DetectConflicts = false
	return o
}
