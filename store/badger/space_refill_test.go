package badger

import (
	"log/slog"
	"path/filepath"
	"testing"

	"aloi/store/internal/room"
)

// A ballast that was given up is made again when there is room for it beside the reserve,
// and not before.
func TestRefill(t *testing.T) {
	var now room.Room
	g := guardOf(t.TempDir(), filepath.Join(t.TempDir(), "ballast"), func() (room.Room, error) { return now, nil })
	g.log = slog.New(slog.DiscardHandler)
	g.limits = limits{reserve: 10 * megabyte, resume: 12 * megabyte, ballast: 2 * megabyte}
	g.updates.Store(1)
	for i, step := range []struct{ free, want uint64 }{
		{14*megabyte - 1, 0},
		{14 * megabyte, 2 * megabyte},
		{0, 2 * megabyte},
	} {
		now.Free, now.Usable = step.free, step.free
		if g.refill(); g.ballast.bytes() != step.want {
			t.Errorf("step %d: the ballast has %d bytes, want %d", i, g.ballast.bytes(), step.want)
		}
	}
	if err := g.ballast.shrink(megabyte); err != nil {
		t.Fatal(err)
	}
	now.Free, now.Usable = 13*megabyte, 13*megabyte
	if g.refill(); g.ballast.bytes() != 2*megabyte {
		t.Errorf("half of it was given up: it has %d bytes", g.ballast.bytes())
	}
}
