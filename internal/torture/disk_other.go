//go:build !linux

package main

import "context"

// disk is a file system of its own.
type disk struct{ dir string }

func newDisk(context.Context, string, int64, layout) (*disk, error) {
	return nil, notPossible("a file system of its own needs Linux")
}

func (*disk) cut() error     { panic("no disk") }
func (*disk) restore() error { panic("no disk") }
func (*disk) unmount() error { panic("no disk") }
func (*disk) remove() error  { panic("no disk") }
