package badger

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dgraph-io/badger/v4"

	"aloi/internal/durable"
	"aloi/internal/failpoint"
)

// holdFolder keeps the files of a database that was not closed in order until what it holds
// has been compared with its head: opening it, Badger deletes tables that its manifest does
// not name, which may be an old one put back.
const holdFolder = "hold"

// What the names of tables and of logs end in.
const (
	tableSuffix = ".sst"
	logSuffix   = ".mem"
)

// copyBytes is how much is copied at a time.
const copyBytes = 1 << 20

// hold links the tables into the folder, and copies the manifest and the logs: Badger empties
// a log, whatever else it is called, when what it holds is in a table.
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
		if err := holdFile(dir, making, name); err != nil {
			return err
		}
	}
	// All of it is on disk before its name is: putBack takes away what is not held.
	if err := durable.SyncDir(making); err != nil {
		return err
	}
	return errors.Join(os.Rename(making, folder), failpoint.Hit("hold/held"), durable.SyncDir(dir))
}

// holdFile holds one file. A log that there is no room to copy is linked: better than not to
// open the database.
func holdFile(dir, folder, name string) error {
	from, to := filepath.Join(dir, name), filepath.Join(folder, name)
	if strings.HasSuffix(name, tableSuffix) {
		return os.Link(from, to)
	}
	err := copyFile(from, to)
	if errors.Is(err, syscall.ENOSPC) && strings.HasSuffix(name, logSuffix) {
		return errors.Join(os.Remove(to), os.Link(from, to))
	}
	return err
}

// heldNames lists what is held of a directory.
func heldNames(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		name := e.Name()
		if name == badger.ManifestFilename || strings.HasSuffix(name, tableSuffix) || strings.HasSuffix(name, logSuffix) {
			names = append(names, name)
		}
	}
	return names, err
}

// copyFile copies a file, and syncs the copy. Where it holds zeros, as a log does behind its
// end, the copy takes no room.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return errors.Join(err, in.Close())
	}
	return errors.Join(copySparse(out, in), out.Sync(), out.Close(), in.Close())
}

func copySparse(out, in *os.File) error {
	buffer := make([]byte, copyBytes)
	for at := int64(0); ; {
		n, err := io.ReadFull(in, buffer)
		if n > 0 && !isZero(buffer[:n]) {
			if _, err := out.WriteAt(buffer[:n], at); err != nil {
				return err
			}
		}
		at += int64(n)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return out.Truncate(at)
		case err != nil:
			return err
		}
	}
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
	if err = errors.Join(err, failpoint.Hit("hold/released"), durable.SyncDir(dir)); err != nil {
		return err
	}
	return os.RemoveAll(leaving)
}

// replaced reports whether a file that is held as a link is empty: its table or log was
// replaced by others, as Badger does in that order. There is no way back, and what came of it
// is there.
func replaced(held []fs.DirEntry) (bool, error) {
	for _, e := range held {
		info, err := e.Info()
		if err != nil || info.Size() == 0 {
			return true, err
		}
	}
	return false, nil
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
	if gone, err := replaced(held); err != nil {
		return err
	} else if gone {
		return release(dir)
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
	if err := errors.Join(failpoint.Hit("hold/put-back"), durable.SyncDir(dir)); err != nil {
		return err
	}
	return release(dir)
}
