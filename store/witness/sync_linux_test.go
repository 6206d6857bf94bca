package witness

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// TestSynced holds that an entry is on the disk when Append returns, and not only with the
// system: a page of the file that is not on the disk is a dirty one.
func TestSynced(t *testing.T) {
	dir := t.TempDir()
	if !showsDirty(t, dir) {
		t.Skip("this file system does not tell which pages are dirty")
	}
	l := open(t, dir, 0)
	for range 20 {
		next(t, l, 100, 'w')
		if n := dirty(t, l.path(0)); n != 0 {
			t.Fatalf("%d kB of the log are not on the disk", n)
		}
	}
}

// showsDirty reports whether a file that was written and not synced has dirty pages, and
// none when it was.
func showsDirty(t *testing.T, dir string) bool {
	t.Helper()
	f, err := os.CreateTemp(dir, "probe")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	before := dirty(t, f.Name())
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	return before > 0 && dirty(t, f.Name()) == 0
}

// looked keeps the compiler from leaving out what is only looked at.
var looked byte

// dirty returns how much of a file is not on the disk, in kB.
func dirty(t *testing.T, name string) (n int) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	m, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(m)
	for i := 0; i < len(m); i += os.Getpagesize() {
		looked ^= m[i] // a page is mapped once it was looked at
	}
	return dirtyOf(t, uintptr(unsafe.Pointer(&m[0])))
}

// dirtyOf reads what the system says of the mapping at an address.
func dirtyOf(t *testing.T, at uintptr) (n int) {
	t.Helper()
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	ours := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var kB int
		line := lines.Text()
		switch name, _, _ := strings.Cut(line, ":"); {
		case strings.HasPrefix(line, fmt.Sprintf("%x-", at)):
			ours = true
		case strings.Contains(name, "-"):
			ours = false
		case ours && strings.HasSuffix(name, "_Dirty"):
			if _, err := fmt.Sscanf(line, name+": %d kB", &kB); err != nil {
				t.Fatal(err)
			}
			n += kB
		}
	}
	return n
}
