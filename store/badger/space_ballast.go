package badger

import (
	"errors"
	"os"

	"aloi/internal/failpoint"
	"aloi/store/internal/room"
)

// ballast is a file that holds room for when there is no more. It holds nothing else.
type ballast struct{ path string }

// bytes returns how much it holds.
func (b ballast) bytes() uint64 {
	if b.path == "" {
		return 0
	}
	info, err := os.Stat(b.path)
	if err != nil {
		return 0
	}
	return uint64(info.Size())
}

// shrink gives up n bytes, or all.
func (b ballast) shrink(n uint64) error {
	size := b.bytes()
	if size == 0 {
		return nil
	}
	return os.Truncate(b.path, int64(size-min(n, size)))
}

// grow makes it as long as size. Room that is not there after all is left alone.
func (b ballast) grow(size uint64) error {
	file, err := os.OpenFile(b.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	before := b.bytes()
	err = room.Take(file, 0, int64(size))
	if err == nil {
		err = file.Truncate(int64(size)) // its length says how much it holds
	} else {
		err = errors.Join(err, file.Truncate(int64(before)))
	}
	return errors.Join(err, failpoint.Hit("ballast/grown"), file.Close())
}
