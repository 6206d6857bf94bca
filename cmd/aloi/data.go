package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"aloi"
	"aloi/internal/datadir"
)

// openData opens a data directory, and turns an error into a sentence with its exit code.
func openData(ctx context.Context, dir string, o datadir.Options) (*datadir.Data, error) {
	d, err := datadir.Open(ctx, dir, o)
	return d, dataError(dir, err)
}

// dataError says what an error of a data directory means for whoever typed the command.
func dataError(dir string, err error) error {
	var exit *exitError
	switch {
	case err == nil || errors.As(err, &exit):
		return err
	case errors.Is(err, context.Canceled):
		return errInterrupted
	case errors.Is(err, datadir.ErrInUse):
		return &exitError{exitUnavailable, fmt.Errorf("%s is in use: a server or another command has it open; stop that one first", dir)}
	case errors.Is(err, datadir.ErrKey):
		return usage(fmt.Errorf("%w (--key-file, --key-command and %s say where the master key is)", err, masterVariable))
	case errors.Is(err, datadir.ErrDamaged):
		return &exitError{exitCorrupt, fmt.Errorf("%w; to see what is lost and which ways out there are: aloi recover --data %s", err, dir)}
	case errors.Is(err, datadir.ErrNoRoom):
		return &exitError{exitNoRoom, fmt.Errorf("%w: make room and start again; nothing is lost", err)}
	case aloi.CodeOf(err) != aloi.CodeInternal:
		return err
	}
	return &exitError{exitUnavailable, err}
}

// logSteps tells of long steps when a store is opened: each once.
func logSteps(log *slog.Logger) func(step string, done, total uint64) {
	var mu sync.Mutex
	last := ""
	return func(step string, _, total uint64) {
		mu.Lock()
		defer mu.Unlock()
		if step == last {
			return
		}
		last = step
		if step == datadir.Sealing {
			log.Info("sealing the store", "values", total)
		} else {
			log.Info("resolving the store anew", "step", step, "records", total)
		}
	}
}
