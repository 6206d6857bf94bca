package badger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"aloi/internal/failpoint"
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
	// All of it is on disk before its name is: putBack takes away what is not held.
	if err := syncDir(making); err != nil {
		return err
	}
	return errors.Join(os.Rename(making, folder), failpoint.Hit("hold/held"), syncDir(dir))
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

// copyFile copies a manifest, some kilobytes, and syncs the copy.
func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// release forgets what is held: the database is as it should be. All of it goes at once and
// for good, since putBack takes away what is not held.
func release(dir string) error {
	folder := filepath.Join(dir, holdFolder)
	leaving := folder + ".part"
	if err := os.RemoveAll(leaving); err != nil {
		return err
	}
	err := os.Rename(folder, leaving)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err = errors.Join(err, failpoint.Hit("hold/released"), syncDir(dir)); err != nil {
		return err
	}
	return os.RemoveAll(leaving)
}

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
	if err := errors.Join(failpoint.Hit("hold/put-back"), syncDir(dir)); err != nil {
		return err
	}
	return release(dir)
}
