package badger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dgraph-io/badger/v4"
)

// holdFolder keeps the files of a database that was not closed in order until what it holds
// has been compared with its head: opening it, Badger deletes tables that its manifest does
// not name, which may be an old one put back.
const holdFolder = "hold"

// hold links the tables and logs into the folder, and copies the manifest. A log that Badger
// cuts loses what follows its last whole commit only, which checkLogs has found to be torn.
func hold(dir string) error {
	folder := filepath.Join(dir, holdFolder)
	making := folder + ".part"
	if err := os.RemoveAll(making); err != nil {
		return err
	}
	if err := os.Mkdir(making, 0o700); err != nil {
		return err
	}
	names, err := heldNames(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if name == badger.ManifestFilename {
			err = copyFile(filepath.Join(dir, name), filepath.Join(making, name))
		} else {
			err = os.Link(filepath.Join(dir, name), filepath.Join(making, name))
		}
		if err != nil {
			return err
		}
	}
	return errors.Join(os.Rename(making, folder), syncDir(dir))
}

// heldNames lists what is held of a directory.
func heldNames(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		name := e.Name()
		if name == badger.ManifestFilename || strings.HasSuffix(name, ".sst") || strings.HasSuffix(name, ".mem") {
			names = append(names, name)
		}
	}
	return names, err
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from) // a manifest: some kilobytes
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}

// release forgets what is held: the database is as it should be.
func release(dir string) error { return os.RemoveAll(filepath.Join(dir, holdFolder)) }

// putBack makes the directory what it was when its files were held. It does nothing when
// none are.
func putBack(dir string) error {
	folder := filepath.Join(dir, holdFolder)
	held, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	now, err := heldNames(dir)
	if err != nil {
		return err
	}
	for _, name := range now {
		if _, err := os.Lstat(filepath.Join(folder, name)); errors.Is(err, fs.ErrNotExist) {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	for _, e := range held {
		path := filepath.Join(dir, e.Name())
		// Linked anew, so that a process that ends here finds all of them held again.
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.Link(filepath.Join(folder, e.Name()), path); err != nil {
			return err
		}
	}
	return errors.Join(os.RemoveAll(folder), syncDir(dir))
}
