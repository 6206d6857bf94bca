package witness

import (
	"os"
	"syscall"
	"testing"
)

// TestReserve takes room ahead for entries, which changes nothing that is read, and gives it
// back when the log is closed.
func TestReserve(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, 0)
	next(t, l, 10, 'a')
	const ahead = 4 << 20
	before := blocks(t, l.path(0))
	if err := l.Reserve(ahead); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(l.path(0)); err != nil || info.Size() != l.size {
		t.Errorf("the segment has %d bytes, %v; want %d", info.Size(), err, l.size)
	}
	if took := blocks(t, l.path(0)) - before; took < ahead {
		t.Skipf("this file system takes no room ahead: %d bytes of %d", took, ahead)
	}
	next(t, l, ahead, 'b')
	path := l.path(0)
	if err := l.Reserve(ahead); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if kept := blocks(t, path); kept > 2*ahead {
		t.Errorf("%d bytes of the disk are kept by a log of %d", kept, ahead)
	}
	l = open(t, dir, 0)
	if numbers, err := each(l, 0); err != nil || len(numbers) != 2 {
		t.Errorf("entries %v, %v", numbers, err)
	}
}

// blocks returns how much of the disk a file has, in bytes.
func blocks(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	const unit = 512
	return info.Sys().(*syscall.Stat_t).Blocks * unit
}
