// Package durable writes small files so that a power cut leaves the old content or the new.
package durable

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"github.com/google/renameio/v2/maybe"
)

// WriteFile writes a file, whole or not at all, and returns when it and its name are on
// disk. On Windows it is not atomic.
func WriteFile(path string, data []byte, perm os.FileMode) error {
	return errors.Join(maybe.WriteFile(path, data, perm), SyncDir(filepath.Dir(path)))
}

// SyncDir makes the names in a directory durable, where the system can.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
