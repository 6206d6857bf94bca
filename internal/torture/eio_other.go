//go:build !linux

package main

import "context"

func runEIO(context.Context, *job) error {
	return notPossible("a disk that fails needs Linux")
}
