package badger

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// TestReadLogHole reads a log with a hole on a tmpfs, where a mapped look at one takes room.
func TestReadLogHole(t *testing.T) {
	dir, err := os.MkdirTemp("/dev/shm", "aloi-log-")
	if err != nil {
		t.Skip(err)
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "00001.mem")
	const size = 8 << 20
	want := make([]byte, size)
	copy(want, "what was written")
	copy(want[5<<20:], "behind a hole")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, at := range []int64{0, 5 << 20} {
		if _, err := file.WriteAt(want[at:at+16], at); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Truncate(size); err != nil {
		t.Fatal(err)
	}
	before := blocksOf(t, file)
	log, err := readLog(name)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Free()
	if !slices.Equal(log.Of, want) {
		t.Error("what was read is not what was written")
	}
	if after := blocksOf(t, file); after != before {
		t.Errorf("reading took %d blocks, want %d", after, before)
	}
}

func blocksOf(t *testing.T, file *os.File) int64 {
	t.Helper()
	var s syscall.Stat_t
	if err := syscall.Fstat(int(file.Fd()), &s); err != nil {
		t.Fatal(err)
	}
	return s.Blocks
}
