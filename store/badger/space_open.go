package badger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"aloi/store/internal/room"
	"aloi/store/kv"
)

// Space returns how much room there is.
func (db *DB) Space() SpaceStatus {
	g := db.guard
	if g == nil {
		return SpaceStatus{}
	}
	g.settle()
	return SpaceStatus{ReadOnly: g.readOnly.Load(), FreeBytes: g.free.Load(),
		ReserveBytes: g.limits.reserve, BallastBytes: g.ballast.bytes()}
}

// Update implements kv.DB. It returns kv.ErrFull while the disk is nearly full.
func (db *DB) Update(ctx context.Context, fn func(kv.Txn) error) error {
	if err := db.admit(ctx); err != nil {
		return err
	}
	return db.DB.Update(ctx, fn)
}

// UpdateAhead implements kv.DB. It returns kv.ErrFull while the disk is nearly full.
func (db *DB) UpdateAhead(ctx context.Context, fn func(kv.Txn) error) (kv.Pending, error) {
	if err := db.admit(ctx); err != nil {
		return nil, err
	}
	return db.DB.UpdateAhead(ctx, fn)
}

func (db *DB) admit(ctx context.Context) error {
	if db.guard == nil {
		return nil
	}
	return db.guard.admit(ctx)
}

// Close implements kv.DB. What can't be brought into tables because the disk is full stays
// in the log, from which the next Open reads it; the directory then is released when the
// process ends, or when there is room.
func (db *DB) Close() error {
	g := db.guard
	if g == nil {
		return db.DB.Close()
	}
	closed := make(chan error, 1)
	g.end()
	go func() {
		defer unguardMaps(g)
		closed <- db.DB.Close()
	}()
	select {
	case err := <-closed:
		return err
	case <-g.stuck:
		g.log.Warn("the disk is full: what is not in tables yet is read from the log at the next start")
		return nil
	}
}

// openGuarded opens a store with open, with room on its disk.
func openGuarded(dir string, o SpaceOptions, log *slog.Logger, open func() (*DB, error)) (*DB, error) {
	g, err := newGuard(dir, o, log)
	if err != nil {
		return nil, err
	}
	db, err := open()
	switch {
	case g == nil:
		return db, err
	case err != nil:
		g.end()
		unguardMaps(g)
		if strings.Contains(err.Error(), syscall.ENOSPC.Error()) { // Badger wraps it as text
			return nil, errors.Join(noRoom(dir, g.free.Load()), err)
		}
		return nil, err
	}
	db.guard = g
	g.start()
	return db, nil
}

// newGuard makes the directory of a store and room to open it in. It returns nil where there
// is nothing to guard, and ErrNoRoom.
func newGuard(dir string, o SpaceOptions, log *slog.Logger) (*guard, error) {
	if o.Off {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return nil, err
	}
	g := guardOf(dir, o.Ballast, func() (room.Room, error) { return room.Of(dir) })
	g.log = cmp.Or(log, slog.New(slog.DiscardHandler))
	now, err := g.look()
	if errors.Is(err, room.ErrUnknown) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	g.limits = limitsOf(now.Total)
	if err := g.makeRoom(); err != nil {
		return nil, err
	}
	guardMaps(g)
	return g, nil
}

func guardOf(dir, ballastPath string, look func() (room.Room, error)) *guard {
	closing, stuck := make(chan struct{}), make(chan struct{})
	return &guard{dir: dir, look: look, ballast: ballast{ballastPath},
		closing: closing, close: sync.OnceFunc(func() { close(closing) }),
		stuck: stuck, giveUp: sync.OnceFunc(func() { close(stuck) })}
}

// makeRoom gives up as much of the ballast as opening the store takes.
func (g *guard) makeRoom() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.leave(openBytes, 0) {
		return noRoom(g.dir, g.free.Load())
	}
	return nil
}

// noRoom is ErrNoRoom with how much is missing.
func noRoom(dir string, free uint64) error {
	return fmt.Errorf("%w to open the store: it takes %d MB, and %d MB are free at %s", ErrNoRoom,
		openBytes/megabyte, free/megabyte, dir)
}
