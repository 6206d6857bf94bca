package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// The modes of what is made: a directory and keys are their owner's alone.
const (
	privateDir  = 0o700
	privateFile = 0o600
	publicFile  = 0o644
	othersMask  = 0o077
)

// makePlace makes a directory that is not there, with create, and refuses one on a network.
func makePlace(dir string, create bool) error {
	if create {
		if err := os.MkdirAll(dir, privateDir); err != nil {
			return err
		}
	}
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return fmt.Errorf("%s %w", dir, ErrNoData)
	}
	if err != nil {
		return err
	}
	name, err := networkOf(dir)
	if err != nil {
		return err
	}
	if name != "" {
		return fmt.Errorf("%s lies on a network file system (%s): its locks do not keep a second server out, and what it "+
			"says is on disk may not be; use a disk of this machine", dir, name)
	}
	return nil
}

// storeError says of which kind an error of the database is: what the system says is
// passed on, what is left is damage. Badger keeps errors of the system as text only.
func storeError(err error) error {
	for _, kind := range []error{ErrInUse, ErrDamaged, ErrNoRoom} {
		if errors.Is(err, kind) {
			return err
		}
	}
	for _, full := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT} {
		if strings.Contains(err.Error(), full.Error()) {
			return fmt.Errorf("%w: %w", ErrNoRoom, err)
		}
	}
	for _, cause := range []syscall.Errno{syscall.EACCES, syscall.EPERM, syscall.EROFS, syscall.EMFILE,
		syscall.ENFILE, syscall.ENOMEM, syscall.EIO, syscall.ENOTDIR} {
		if strings.Contains(err.Error(), cause.Error()) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// is reports whether something of that name is there.
func is(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// readPrivate reads a file that only its owner may read.
func readPrivate(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&othersMask != 0 {
		return nil, fmt.Errorf("%s is open to others (mode %04o): run chmod 600 on it", path, mode)
	}
	return os.ReadFile(path)
}

// ignoreGone takes a file that is not there for no error.
func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
