//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// reserveAbout is a little more than the room that a server keeps free on a small disk.
const reserveAbout = 600 << 20

// roomStep is how much room is taken at a time.
const roomStep = 1 << 20

// onSmallDisk calls do with a small file system of its own: ext4 or tmpfs, by turns.
func onSmallDisk(ctx context.Context, dir string, seed uint64, do func(mounted string) error) error {
	if seed%2 == 0 {
		d, err := newDisk(ctx, filepath.Join(dir, "image"), smallDiskBytes, layouts[seed/2%uint64(len(layouts))])
		if err != nil {
			return err
		}
		return errors.Join(do(d.dir), d.remove())
	}
	mounted := filepath.Join(dir, "mounted")
	if err := os.Mkdir(mounted, 0o700); err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", mounted, "tmpfs", 0, fmt.Sprintf("size=%d", smallDiskBytes)); err != nil {
		return notPossible("no tmpfs mounted: %v", err)
	}
	return errors.Join(do(mounted), unix.Unmount(mounted, unix.MNT_DETACH))
}

// freeRoom returns how many bytes are free where a file is.
func freeRoom(file *os.File) (int64, error) {
	var s unix.Statfs_t
	err := unix.Fstatfs(int(file.Fd()), &s)
	return int64(s.Bavail) * s.Bsize, err
}

// takeRoom makes a file as long as its disk lets it, but for so many bytes.
func takeRoom(name string, but int64) error {
	return grow(name, but, func(file *os.File, at, n int64) error {
		return unix.Fallocate(int(file.Fd()), 0, at, n)
	})
}

// writeRoom writes a file until its disk is full.
func writeRoom(name string) error {
	zeros := make([]byte, roomStep)
	return grow(name, 0, func(file *os.File, at, n int64) error {
		_, err := file.WriteAt(zeros[:n], at)
		return err
	})
}

// grow adds to a file by add until so many bytes, or none, are free.
func grow(name string, but int64, add func(file *os.File, at, n int64) error) error {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	at, err := file.Seek(0, 2)
	if err != nil {
		return err
	}
	for step := int64(roomStep); ; {
		free, err := freeRoom(file)
		if err != nil {
			return err
		}
		if but > 0 && free < but+step {
			return nil
		}
		err = add(file, at, step)
		switch {
		case err == nil:
			at += step
		case !errors.Is(err, unix.ENOSPC):
			return err
		case step == 4096:
			return nil
		default:
			step = 4096 // what is left
		}
	}
}
