package room

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// Of returns the room of the file system that holds path.
func Of(path string) (Room, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return Room{}, fmt.Errorf("room on the disk: %w", err)
	}
	unit := uint64(s.Bsize)
	r := Room{Free: s.Bavail * unit, Usable: s.Bavail * unit, Total: s.Blocks * unit}
	// ext4 keeps a few blocks even from root.
	if kept := min(s.Blocks/keptShare, keptMost); os.Geteuid() == 0 && s.Bfree > s.Bavail+kept {
		r.Usable = (s.Bfree - kept) * unit
	}
	return r, nil
}

// What ext4 keeps for itself, in blocks: a share of the disk, and no more than so many.
const (
	keptShare = 50
	keptMost  = 4096
)

// keepSize is FALLOC_FL_KEEP_SIZE: a file does not get longer by what is taken for it.
const keepSize = 1

// Take makes sure that n bytes of a file from an offset on can be written, and returns
// ErrNone where there is no room. The length of the file stays as it is. A file system that
// can't promise it is taken at its word.
func Take(file *os.File, from, n int64) error { return TakeFd(int(file.Fd()), from, n) }

// TakeFd is Take for a file descriptor.
func TakeFd(fd int, from, n int64) error {
	for {
		err := syscall.Fallocate(fd, keepSize, from, n)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EOPNOTSUPP), errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.ENODEV):
			return nil
		}
		return ErrNone // whatever it is: the room is not ours
	}
}
