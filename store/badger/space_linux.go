package badger

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
	_ "unsafe" // for go:linkname

	"github.com/dgraph-io/badger/v4"

	"aloi/store/internal/room"
)

// waitForRoom is how long a table that there is no room for waits before it looks again.
const waitForRoom = 100 * time.Millisecond

// manifestAhead is how many bytes behind its end the list of tables can be written to, at
// about 30 for a table. Badger goes on behind a line of which the half was written.
const manifestAhead = megabyte

// mapper is through what package unix maps files, and Badger with it: the start of a struct
// of that package. TestMapsAreGuarded notices when it changes.
//
//go:linkname mapper golang.org/x/sys/unix.mapper
var mapper *struct {
	sync.Mutex
	active map[*byte][]byte
	mmap   func(addr, length uintptr, prot, flags, fd int, offset int64) (uintptr, error)
	munmap func(addr, length uintptr) error
}

// Badger makes its files as long as they will be, without blocks, and can't be told to ask
// for those; that a file can't be mapped it does expect. So each file gets its blocks when it
// is mapped. This is arranged before anything runs: later nothing would order it with what
// maps files in other goroutines.
var _ = func() bool {
	mmap := mapper.mmap
	mapper.mmap = func(addr, length uintptr, prot, flags, fd int, offset int64) (uintptr, error) {
		if prot&syscall.PROT_WRITE != 0 && flags&syscall.MAP_ANON == 0 {
			if err := provide(fd, int64(length)); err != nil {
				return 0, err
			}
		}
		return mmap(addr, length, prot, flags, fd, offset)
	}
	return true
}()

// guards are those of the stores that are open, by directory.
var guards sync.Map

// guardMaps makes g provide the blocks of what is mapped in its directory from now on.
func guardMaps(g *guard) {
	guards.LoadOrStore(g.dir, g) // a directory that is there twice can't be opened twice
}

// unguardMaps ends what guardMaps began.
func unguardMaps(g *guard) { guards.CompareAndDelete(g.dir, g) }

// provide gives a file of a guarded store that has no blocks yet those that will be written.
func provide(fd int, length int64) error {
	var s syscall.Stat_t
	if err := syscall.Fstat(fd, &s); err != nil || s.Blocks != 0 {
		return nil
	}
	name, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
	if err != nil {
		return nil // without /proc nothing can be done
	}
	found, ok := guards.Load(filepath.Dir(name))
	if !ok {
		return nil
	}
	g := found.(*guard)
	switch {
	case strings.HasSuffix(name, ".sst"):
		return g.provideTable(fd, length)
	case strings.HasSuffix(name, ".mem"):
		length = min(length, logBytes)
	}
	if !g.take(fd, length, 0, 0) {
		return syscall.ENOSPC
	}
	return nil
}

// provideTable waits until there is room for a table. What a table is made of stays where
// it is until then, and nobody waits for it but who makes tables. When the store is closed
// it gives up: the log is read again by who opens it next.
func (g *guard) provideTable(fd int, length int64) error {
	for {
		if g.take(fd, length, workBytes, tableBytes) {
			return nil
		}
		select {
		case <-g.closing:
			if g.take(fd, length, 0, 0) {
				return nil
			}
			g.giveUp()
			return syscall.ENOSPC
		case <-time.After(waitForRoom):
		}
	}
}

// takeStep is how much of a file is taken at a time while others take what is given up.
const takeStep = 4 * megabyte

// take gives a file its blocks, with so many bytes left free besides, out of the ballast
// down to keep bytes when the disk has no more. It reports whether it could.
func (g *guard) take(fd int, length int64, beside, keep uint64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, err := g.measure()
	if err != nil {
		return true
	}
	need := uint64(length) + beside
	if now.Usable < need && g.ballast.bytes() < keep+need-now.Usable || !g.readyManifest() {
		return false
	}
	if now.Usable >= need && room.TakeFd(fd, 0, length) == nil {
		return isTaken(fd, length)
	}
	for at := int64(0); at < length; {
		n := min(length-at, takeStep)
		if room.TakeFd(fd, at, n) == nil {
			at += n
			continue
		}
		if g.ballast.bytes() < keep+uint64(n) || g.ballast.shrink(uint64(n)) != nil {
			return false
		}
	}
	return isTaken(fd, length)
}

// isTaken reports whether a file has as many blocks as it was given, or none at all, where
// the file system can't give any ahead: the one who maps it must not rely on less.
func isTaken(fd int, length int64) bool {
	const blockBytes = 512 // what Stat_t.Blocks counts in
	var s syscall.Stat_t
	return syscall.Fstat(fd, &s) != nil || s.Blocks == 0 || s.Blocks*blockBytes >= length
}

// readyManifest makes sure that the list of tables can be written to.
func (g *guard) readyManifest() bool {
	file, err := os.OpenFile(filepath.Join(g.dir, badger.ManifestFilename), os.O_WRONLY, 0)
	if err != nil {
		return true // it is not there yet
	}
	defer file.Close()
	info, err := file.Stat()
	return err != nil || room.Take(file, info.Size(), manifestAhead) == nil
}
