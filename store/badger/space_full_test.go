//go:build linux

package badger

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"aloi/store/internal/room"
	"aloi/store/kv"
	"aloi/store/seal"
)

// The disks of these tests, in bytes, and how soon a store must have noticed.
const (
	smallDisk     = 1408 * megabyte
	noticeWithin  = time.Second
	resumesWithin = 5 * time.Second
)

// disk mounts a file system of its own.
func disk(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Skip("needs to mount a small file system: ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// takeDisk takes all of a disk but so many bytes for a file of somebody else's.
func takeDisk(t *testing.T, dir string, but uint64) (name string) {
	t.Helper()
	file, err := os.CreateTemp(dir, "foreign-")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	const step = megabyte
	for at := int64(0); ; at += step {
		now, err := room.Of(dir)
		if err != nil {
			t.Fatal(err)
		}
		if now.Free < but+step || syscall.Fallocate(int(file.Fd()), 0, at, step) != nil {
			return file.Name()
		}
	}
}

// waitFor waits until something is so.
func waitFor(t *testing.T, most time.Duration, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(most); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, most)
		}
	}
}

// diskKeys seal the stores of these tests.
var diskKeys = seal.NewKeyring([]byte("a secret for tests, 32 bytes long"), "")

func openOnDisk(t *testing.T, disk string) *DB {
	t.Helper()
	db, err := Open(filepath.Join(disk, "store"), Options{Keyring: diskKeys, Witness: filepath.Join(disk, "witness"),
		ArchiveBytes: 64 * megabyte, Space: SpaceOptions{Ballast: filepath.Join(disk, "ballast")}})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// load commits one key after the other, each with a large value, until a commit fails, and
// returns how many it committed and that error.
func load(db kv.DB, from uint64, done *atomic.Uint64) (next uint64, err error) {
	for next = from; ; next++ {
		err := db.Update(context.Background(), func(tx kv.Txn) error { return tx.Set(loadKey(next), loadValue(next)) })
		if err != nil {
			return next, err
		}
		if done != nil {
			done.Store(next + 1)
		}
	}
}

func loadKey(n uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{'k'}, n*0x9E3779B97F4A7C15)
}

func loadValue(n uint64) []byte {
	v := make([]byte, kv.MaxValueBytes/2)
	for i := 0; i+8 <= len(v); i += 8 {
		binary.BigEndian.PutUint64(v[i:], n+uint64(i))
	}
	return v
}

// check reads the keys from..to.
func check(t *testing.T, db kv.DB, from, to uint64) {
	t.Helper()
	err := db.View(context.Background(), func(r kv.Reader) error {
		for n := from; n < to; n++ {
			v, err := r.Get(loadKey(n))
			if err != nil {
				return fmt.Errorf("key %d: %w", n, err)
			}
			if string(v) != string(loadValue(n)) {
				return fmt.Errorf("key %d has another value", n)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestMapsAreGuarded looks at the blocks of the log that Badger writes to.
func TestMapsAreGuarded(t *testing.T) {
	dir := t.TempDir()
	db := openDir(t, dir)
	defer closeDB(t, db)
	logs, err := filepath.Glob(filepath.Join(dir, "*.mem"))
	if err != nil || len(logs) != 1 {
		t.Fatalf("%d logs, %v", len(logs), err)
	}
	var s syscall.Stat_t
	if err := syscall.Stat(logs[0], &s); err != nil {
		t.Fatal(err)
	}
	const blockUnit = 512
	if has := s.Blocks * blockUnit; has < logBytes {
		t.Errorf("the log has room for %d bytes, not %d: the maps of files are not guarded", has, logBytes)
	}
}

// TestFullByItself fills a disk with the store's own data: it stops taking any while it can
// still do all else.
func TestFullByItself(t *testing.T) {
	disk := disk(t, smallDisk)
	db := openOnDisk(t, disk)
	n, err := load(db, 0, nil)
	if !errors.Is(err, kv.ErrFull) {
		t.Fatalf("after %d commits: %v, want kv.ErrFull", n, err)
	}
	if s := db.Space(); !s.ReadOnly || s.FreeBytes > s.ReserveBytes+s.ReserveBytes/resumeShare || s.BallastBytes == 0 {
		t.Errorf("%+v", s)
	}
	check(t, db, 0, n)
	closeDB(t, db)
	db = openOnDisk(t, disk)
	check(t, db, 0, n)
	closeDB(t, db)
}

// TestFullByOthers has somebody else take the whole disk at once while the store is loaded,
// again and again: nothing that was committed is lost, the process goes on, erasures do, the
// store opens, and takes data again when there is room.
func TestFullByOthers(t *testing.T) {
	disk := disk(t, smallDisk)
	var next uint64
	for round := range 3 {
		db := openOnDisk(t, disk)
		commit(t, db, "first", "value")
		waitFor(t, resumesWithin, "the ballast", func() bool { return db.Space().BallastBytes == ballastMin })
		var done atomic.Uint64
		ended := make(chan error, 1)
		start := next
		go func() { _, err := load(db, start, &done); ended <- err }()
		waitFor(t, 10*time.Second, "some commits", func() bool { return done.Load() > start+uint64(80+60*round) })

		foreign := takeDisk(t, disk, 0)
		filled := time.Now()
		if err := <-ended; !errors.Is(err, kv.ErrFull) {
			t.Fatalf("round %d: %v, want kv.ErrFull", round, err)
		}
		if took := time.Since(filled); took > noticeWithin {
			t.Errorf("round %d: read-only after %v", round, took)
		}
		next = done.Load()
		check(t, db, start, next)
		erase(t, db, start, start+20)
		if round%2 == 1 {
			closeDB(t, db)
			takeDisk(t, disk, 0)
			db = openOnDisk(t, disk)
			check(t, db, start+20, next)
			erase(t, db, start+20, start+40)
		}
		foreigns, _ := filepath.Glob(filepath.Join(disk, "foreign-*"))
		for _, f := range append(foreigns, foreign) {
			_ = os.Remove(f)
		}
		freed := time.Now()
		erase(t, db, start, next) // so that the next round has room
		waitFor(t, resumesWithin, "resuming", func() bool { return !db.Space().ReadOnly })
		t.Logf("round %d: %d commits, writable after %v", round, next-start, time.Since(freed).Round(time.Millisecond))
		closeDB(t, db)
	}
}

// erase deletes keys in updates that must go on.
func erase(t *testing.T, db kv.DB, from, to uint64) {
	t.Helper()
	for n := from; n < to; n++ {
		err := db.Update(kv.Essential(context.Background()), func(tx kv.Txn) error { return tx.Delete(loadKey(n)) })
		if err != nil {
			t.Fatalf("erasing key %d of %d…%d: %v", n, from, to, err)
		}
	}
}

// TestOpenWithoutRoom opens a store on a disk that has none and no ballast: that is said,
// and the store opens when there is some.
func TestOpenWithoutRoom(t *testing.T) {
	disk := disk(t, smallDisk)
	db := openOnDisk(t, disk)
	commit(t, db, "key", "value")
	closeDB(t, db)
	if err := os.Remove(filepath.Join(disk, "ballast")); err != nil {
		t.Fatal(err)
	}
	foreign := takeDisk(t, disk, 0)
	if _, err := Open(filepath.Join(disk, "store"), Options{Keyring: diskKeys, Witness: filepath.Join(disk, "witness")}); !errors.Is(err, ErrNoRoom) {
		t.Fatalf("%v, want ErrNoRoom", err)
	}
	if err := os.Remove(foreign); err != nil {
		t.Fatal(err)
	}
	db = openOnDisk(t, disk)
	defer closeDB(t, db)
	if get(t, db, "key") != "value" {
		t.Error("the value is lost")
	}
}
