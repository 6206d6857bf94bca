package badger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/ristretto/v2/z"

	"aloi/store/kv"
	"aloi/store/seal"
)

// checkLimits makes sure that Badger takes what package kv promises, whatever its
// options became: values stay out of the value log, and a transaction up to the
// limits fits. Badger counts ten bytes more for each key that it writes, two for its
// flags and some for the mark that ends the transaction; sealing and the head add theirs.
func checkLimits(db *badger.DB) error {
	const entryBytes, markBytes, headBytes = 12 + seal.Overhead, 64, 16 << 10
	o := db.Opts()
	switch {
	case !o.SyncWrites:
		return errors.New("badger: commits are not synced")
	case o.ValueThreshold <= kv.MaxValueBytes || o.VLogPercentile != 0:
		return errors.New("badger: a value could reach the value log")
	case db.MaxBatchCount() <= kv.MaxTxnKeys+2:
		return fmt.Errorf("badger: takes %d keys in a transaction, not %d",
			db.MaxBatchCount(), kv.MaxTxnKeys)
	case db.MaxBatchSize() <= kv.MaxTxnBytes+kv.MaxTxnKeys*entryBytes+markBytes+headBytes:
		return fmt.Errorf("badger: takes %d bytes in a transaction, not %d",
			db.MaxBatchSize(), kv.MaxTxnBytes)
	}
	return nil
}

// checkFiles looks for damage in the files of a database that is not open, before
// Badger touches them: Badger serves some of it, takes some for something else, and
// ends the process for some.
func checkFiles(o badger.Options) error {
	if err := checkValueLog(o.Dir); err != nil {
		return err
	}
	tables, err := checkManifest(o)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(tables)) {
		name := table.NewFilename(id, o.Dir)
		if err := checkFooter(name); err != nil {
			return err
		}
		if err := checkTable(name, tables[id].Compression); err != nil {
			return err
		}
	}
	return checkLogs(o.Dir)
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
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if len(data) > valueLogHeader && !isZero(data[valueLogHeader:]) {
			return fmt.Errorf("%s holds values: it was not written by Aloi", name)
		}
	}
	return nil
}

// checkManifest reads the list of tables as Badger does, and returns it. Badger takes
// a damaged length in it for the torn end of the file, drops what follows and deletes
// the tables that only that named. An end is torn only by a crash in the middle of a
// write: then nothing whole follows, and logs of that run are left.
func checkManifest(o badger.Options) (map[uint64]badger.TableManifest, error) {
	name := filepath.Join(o.Dir, badger.ManifestFilename)
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	manifest, end, err := badger.ReplayManifestFile(file, o.ExternalMagicVersion, o)
	if err != nil {
		return nil, manifestError(o.Dir, err)
	}
	if end == int64(len(data)) {
		return manifest.Tables, nil
	}
	logs, err := filepath.Glob(filepath.Join(o.Dir, "*.mem"))
	if err != nil {
		return nil, err
	}
	if len(logs) == 0 || holdsChange(data[end+1:]) {
		return nil, fmt.Errorf("%w: %s, at byte %d", ErrDamaged, name, end)
	}
	return manifest.Tables, nil
}

// manifestError says what can be done about a list of tables that Badger can't read.
func manifestError(dir string, err error) error {
	if strings.Contains(err.Error(), "external magic number") {
		return fmt.Errorf("%s was not written by Aloi, or by another version: %w", dir, err)
	}
	return fmt.Errorf("%w: the list of tables in %s: %w", ErrDamaged, dir, err)
}

// holdsChange tells whether a whole entry of a manifest starts anywhere in data: its
// length, its checksum, then as many bytes.
func holdsChange(data []byte) bool {
	const head = 8
	for ; len(data) > head; data = data[1:] {
		n := int64(binary.BigEndian.Uint32(data))
		if n == 0 || n > int64(len(data)-head) {
			continue
		}
		if crc32.Checksum(data[head:head+n], castagnoli) == binary.BigEndian.Uint32(data[4:]) {
			return true
		}
	}
	return false
}

// checkTable verifies the checksum of each block of a table. Badger can do the same
// while it opens its tables, but a block that it can't even read then ends the process,
// from a goroutine of its own (table.go: VerifyChecksum uses the block that it has not
// got).
func checkTable(name string, c options.CompressionType) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %s has a block that can't be read", ErrDamaged, name)
		}
	}()
	file, err := z.OpenMmapFile(name, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	t, err := table.OpenTable(file, table.Options{
		ReadOnly: true, ChkMode: options.OnTableRead, Compression: c, BlockSize: blockBytes,
	})
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, name, withoutKeys(err))
	}
	return t.Close(-1)
}

// checkFooter checks the two lengths at the end of a table. Nothing else covers them,
// and a wrong one ends the process when Badger opens the table: its index, the length
// of that, a checksum, the length of that.
func checkFooter(name string) error {
	const word, checksumMax = 4, 64
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s is missing", ErrDamaged, name)
	} else if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	left := info.Size()
	length := func(limit int64) (int64, error) {
		var b [word]byte
		if left -= word; left < 0 {
			return 0, fmt.Errorf("%w: %s has %d bytes", ErrDamaged, name, info.Size())
		}
		if _, err := file.ReadAt(b[:], left); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		n := int64(binary.BigEndian.Uint32(b[:]))
		if n == 0 || n > min(limit, left) {
			return 0, fmt.Errorf("%w: %s, at byte %d", ErrDamaged, name, left)
		}
		return n, nil
	}
	n, err := length(checksumMax)
	if err != nil {
		return err
	}
	left -= n
	_, err = length(left)
	return err
}
