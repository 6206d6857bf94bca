package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// shutdownRequest is EXT4_IOC_SHUTDOWN, and withoutFlush its EXT4_GOING_FLAGS_NOLOGFLUSH:
// the file system stops at once, and what it has not written is lost, as by a power cut.
const (
	shutdownRequest = 0x8004587d
	withoutFlush    = 2
)

// disk is a file system of its own, in a file.
type disk struct {
	image  string
	loop   string // device, empty when there is none
	dir    string // where it is mounted
	layout layout
	on     bool // it is mounted
}

// newDisk makes a file system of a size in bytes, and mounts it beside its image.
func newDisk(ctx context.Context, image string, size int64, l layout) (*disk, error) {
	if os.Geteuid() != 0 {
		return nil, notPossible("a file system of its own needs root")
	}
	for _, tool := range []string{"mkfs.ext4", "losetup"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, notPossible("%s is missing", tool)
		}
	}
	d := &disk{image: image, dir: image + ".mounted", layout: l}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return nil, err
	}
	if err := d.make(ctx, size); err != nil {
		return nil, errors.Join(err, d.remove())
	}
	return d, nil
}

// make lays the file system out and mounts it.
func (d *disk) make(ctx context.Context, size int64) error {
	f, err := os.Create(d.image)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Truncate(size), f.Close()); err != nil {
		return err
	}
	args := append([]string{"-q", "-F", "-J", "size=16"}, d.layout.make...)
	if _, err := tool(ctx, "mkfs.ext4", append(args, d.image)...); err != nil {
		return err
	}
	if d.loop, err = tool(ctx, "losetup", "-f", "--show", d.image); err != nil {
		return notPossible("no loop device: %v", err)
	}
	return d.mount()
}

// mount makes the file system be seen; it replays its journal first.
func (d *disk) mount() error {
	if err := unix.Mount(d.loop, d.dir, "ext4", 0, d.layout.mount); err != nil {
		return notPossible("no ext4 mounted with %q: %v", d.layout.mount, err)
	}
	d.on = true
	return nil
}

// cut stops the file system as a power cut does. Nothing can be written any more, and
// what was not synced is lost.
func (d *disk) cut() error {
	f, err := os.Open(d.dir)
	if err != nil {
		return err
	}
	err = unix.IoctlSetPointerInt(int(f.Fd()), shutdownRequest, withoutFlush)
	return errors.Join(err, f.Close())
}

// restore brings the file system back after a cut: no process may have files of it open.
func (d *disk) restore() error {
	if err := d.unmount(); err != nil {
		return err
	}
	return d.mount()
}

func (d *disk) unmount() error {
	if !d.on {
		return nil
	}
	if err := unix.Unmount(d.dir, 0); err != nil {
		return fmt.Errorf("unmount: %w", err)
	}
	d.on = false
	return nil
}

// remove takes everything away, also what is still in use.
func (d *disk) remove() error {
	err := d.unmount()
	if err != nil {
		err = errors.Join(err, unix.Unmount(d.dir, unix.MNT_DETACH))
	}
	if d.loop != "" {
		_, looped := tool(context.Background(), "losetup", "-d", d.loop)
		err = errors.Join(err, looped)
	}
	return errors.Join(err, os.Remove(d.dir), os.Remove(d.image))
}

// tool runs a command and returns what it prints.
func tool(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", filepath.Base(name), err, out)
	}
	return strings.TrimSpace(string(out)), err
}
