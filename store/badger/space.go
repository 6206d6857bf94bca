package badger

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"aloi/store/internal/room"
	"aloi/store/kv"
)

// SpaceOptions say when the store turns read-only. The zero value is the default.
type SpaceOptions struct {
	// Off is for stores that nobody keeps: no guard, no ballast.
	Off bool
	// Ballast is the path of the ballast file; none without it. It must be on the disk of
	// the store.
	Ballast string
}

// SpaceStatus is how much room there is.
type SpaceStatus struct {
	ReadOnly     bool
	FreeBytes    uint64
	ReserveBytes uint64 // free bytes below which the store turns read-only
	BallastBytes uint64
}

// ErrNoRoom is returned by Open when the disk has not the room that opening takes.
var ErrNoRoom = errors.New("not enough room on the disk")

// spaceEvery is how often the room is looked at besides before each commit.
const spaceEvery = 250 * time.Millisecond

// guard keeps a store from running into a full disk. Badger writes to files that it has
// mapped, and a write to one of those for which the disk has no block ends the process, and
// ends it again at each start. So
//
//   - nothing is committed while the disk is nearly full, but for what is Essential,
//   - every file that Badger maps gets its blocks before it is written to (see provide), out
//     of a ballast file when the disk has no more,
//   - the log of a commit can always be followed by another: its room is in the ballast.
type guard struct {
	dir     string // of the store, as the system names it
	limits  limits
	look    func() (room.Room, error)
	ballast ballast
	log     *slog.Logger

	readOnly atomic.Bool
	updates  atomic.Int64 // how many were admitted; without one the store gets no ballast
	free     atomic.Uint64
	mu       sync.Mutex // held while room is taken: what was found free is then ours

	closing chan struct{} // closed, by close, when the store is about to be
	close   func()
	stuck   chan struct{} // closed, by giveUp, when it can't be for want of room
	giveUp  func()
	watch   sync.WaitGroup
}

// start looks at the room from now on. The ballast has a goroutine of its own: making it may
// take the file system some time.
func (g *guard) start() {
	g.settle()
	g.watch.Go(func() { g.repeat(g.settle) })
	g.watch.Go(func() { g.repeat(g.refill) })
}

// repeat calls do again and again, until the store is about to be closed.
func (g *guard) repeat(do func()) {
	tick := time.NewTicker(spaceEvery)
	defer tick.Stop()
	for {
		do()
		select {
		case <-g.closing:
			return
		case <-tick.C:
		}
	}
}

// measure returns how much room there is.
func (g *guard) measure() (room.Room, error) {
	now, err := g.look()
	if err == nil {
		g.free.Store(now.Free)
	}
	return now, err
}

// settle looks at the room and decides whether the store is read-only. Room that can't be
// looked at changes nothing.
func (g *guard) settle() {
	now, err := g.measure()
	if err != nil {
		return
	}
	was := g.readOnly.Load()
	is := g.limits.readOnly(now.Free, was)
	if is == was || !g.readOnly.CompareAndSwap(was, is) {
		return
	}
	attrs := []any{"free_bytes", now.Free, "reserve_bytes", g.limits.reserve}
	if is {
		g.log.Error("the disk is nearly full: erasures and opt-outs alone are taken", attrs...)
	} else {
		g.log.Info("the disk has room again: everything is taken", attrs...)
	}
}

// admit returns kv.ErrFull for an update that can't be done now.
func (g *guard) admit(ctx context.Context) error {
	g.settle()
	if g.readOnly.Load() && !(kv.IsEssential(ctx) && g.forEssential()) {
		return kv.ErrFull
	}
	g.updates.Add(1)
	return nil
}

// forEssential makes the room that an essential update takes, and reports whether it could.
// Where memtables wait for room Badger would wait with them.
func (g *guard) forEssential() bool {
	keep := uint64(lastBytes)
	if g.updates.Load() < freshUpdates {
		keep = 0
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now, err := g.measure()
	if err != nil || now.Usable+g.ballast.bytes() < workBytes+keep || g.waiting() > memTables {
		return false
	}
	return g.leave(workBytes, min(keep, g.ballast.bytes()))
}

// waiting returns how many memtables are full and not in tables yet.
func (g *guard) waiting() int {
	logs, err := filepath.Glob(filepath.Join(g.dir, "*.mem"))
	if err != nil {
		return 0
	}
	return len(logs) - 1
}

// refill makes the ballast anew when there is room for it beside the reserve.
func (g *guard) refill() {
	size := g.ballast.bytes()
	if g.ballast.path == "" || size >= g.limits.ballast || g.updates.Load() == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now, err := g.measure()
	if err != nil || now.Free < g.limits.resume+g.limits.ballast-size {
		return
	}
	if err := g.ballast.grow(g.limits.ballast); err != nil {
		g.log.Warn("making the ballast", "error", err)
	}
}

// leave gives up ballast, down to keep bytes of it, until we can use n bytes, and reports
// whether we can. It is called with mu held.
func (g *guard) leave(n, keep uint64) bool {
	now, err := g.measure()
	if err != nil || now.Usable >= n {
		return true // what can't be looked at is left to the system
	}
	if g.ballast.bytes() < keep+n-now.Usable {
		return false
	}
	if err := g.ballast.shrink(n - now.Usable); err != nil {
		g.log.Warn("giving up ballast", "error", err)
		return false
	}
	now, err = g.measure()
	return err != nil || now.Usable >= n
}

// end stops what start began, and the waiting for room.
func (g *guard) end() {
	g.close()
	g.watch.Wait()
}
