//go:build !linux

package main

import "context"

// runFull needs a small file system of its own.
func runFull(context.Context, *job) error {
	return notPossible("the scenario full needs Linux")
}
