package badger

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"

	"aloi/store/internal/room"
	"aloi/store/kv"
)

// TestLimits draws the reserve and the ballast for disks of several sizes.
func TestLimits(t *testing.T) {
	const gigabyte = 1024 * megabyte
	for _, tt := range []struct{ total, reserve, ballast uint64 }{
		{2 * gigabyte, 512 * megabyte, 512 * megabyte},
		{40 * gigabyte, 2 * gigabyte, 512 * megabyte},
		{400 * gigabyte, 4 * gigabyte, 400 * gigabyte / ballastShare},
		{8192 * gigabyte, 4 * gigabyte, gigabyte},
	} {
		l := limitsOf(tt.total)
		if l.reserve != tt.reserve || l.ballast != tt.ballast {
			t.Errorf("of %d MB: reserve %d MB, ballast %d MB; want %d and %d", tt.total/megabyte,
				l.reserve/megabyte, l.ballast/megabyte, tt.reserve/megabyte, tt.ballast/megabyte)
		}
		if l.resume <= l.reserve {
			t.Errorf("of %d MB: resumes with %d MB, reserve %d MB", tt.total/megabyte, l.resume/megabyte, l.reserve/megabyte)
		}
	}
	if tableBytes+memTableBytes+workBytes > ballastMin {
		t.Error("the least ballast opens a full store, or takes an erasure, and not both after a table")
	}
}

// TestReadOnly follows a store whose disk fills and empties.
func TestReadOnly(t *testing.T) {
	var now room.Room
	g := guardOf(t.TempDir(), "", func() (room.Room, error) { return now, nil })
	g.log = slog.New(slog.DiscardHandler)
	g.limits = limitsOf(0)
	g.updates.Store(freshUpdates)
	ctx := context.Background()
	for i, step := range []struct {
		free             uint64
		takes, essential bool
	}{
		{reserveMin, true, true},
		{reserveMin - 1, false, true},
		{g.limits.resume - 1, false, true},
		{g.limits.resume, true, true},
		{reserveMin, true, true},
		{lastBytes + workBytes, false, true},
		{lastBytes + workBytes - 1, false, false},
		{0, false, false},
		{g.limits.resume, true, true},
	} {
		now.Free, now.Usable = step.free, step.free
		err, essential := g.admit(ctx), g.admit(kv.Essential(ctx))
		if (err == nil) != step.takes || (essential == nil) != step.essential {
			t.Errorf("step %d, %d bytes free: %v, an essential update %v", i, step.free, err, essential)
		}
		for _, err := range []error{err, essential} {
			if err != nil && !errors.Is(err, kv.ErrFull) {
				t.Errorf("step %d: %v is no kv.ErrFull", i, err)
			}
		}
	}
}

// TestUnknownRoom opens a store whose disk does not say how much room it has: it is as if
// nobody looked.
func TestUnknownRoom(t *testing.T) {
	g := guardOf(t.TempDir(), "", func() (room.Room, error) { return room.Room{}, room.ErrUnknown })
	if err := g.admit(context.Background()); err != nil {
		t.Error(err)
	}
	if !g.leave(openBytes, 0) {
		t.Error("there is no room in what is not known")
	}
}

// TestBallast makes a ballast and gives it up in parts.
func TestBallast(t *testing.T) {
	b := ballast{filepath.Join(t.TempDir(), "ballast")}
	for _, step := range []struct {
		do   func() error
		want uint64
	}{
		{func() error { return nil }, 0},
		{func() error { return b.shrink(1) }, 0},
		{func() error { return b.grow(3 * megabyte) }, 3 * megabyte},
		{func() error { return b.shrink(megabyte) }, 2 * megabyte},
		{func() error { return b.grow(3 * megabyte) }, 3 * megabyte},
		{func() error { return b.shrink(9 * megabyte) }, 0},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if b.bytes() != step.want {
			t.Errorf("it has %d bytes, want %d", b.bytes(), step.want)
		}
	}
}

// BenchmarkAdmit measures what the guard costs each commit.
func BenchmarkAdmit(b *testing.B) {
	g, err := newGuard(b.TempDir(), SpaceOptions{}, nil)
	if err != nil || g == nil {
		b.Skip(err)
	}
	for b.Loop() {
		if err := g.admit(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGuardedCommit measures a commit with and without the guard, and with it what it
// costs that the log has its blocks.
func BenchmarkGuardedCommit(b *testing.B) {
	for _, off := range []bool{true, false} {
		b.Run(fmt.Sprintf("Off=%v", off), func(b *testing.B) {
			db, err := Open(b.TempDir(), Options{Space: SpaceOptions{Off: off}})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			value := make([]byte, 4<<10)
			n := uint64(0)
			for b.Loop() {
				err := db.Update(context.Background(), func(tx kv.Txn) error {
					for range 32 {
						n++
						if err := tx.Set(binary.BigEndian.AppendUint64([]byte{'k'}, n), value); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
