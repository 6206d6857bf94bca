//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// syncBuffer is a buffer that one goroutine writes and another reads.
type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// A server whose disk is full by others refuses records and takes deletions; `aloi ingest`
// waits, and goes on when there is room. The server starts on the full disk.
func TestIngestWaitsForRoom(t *testing.T) {
	disk := smallDisk(t)
	data, ballast := filepath.Join(disk, "data"), filepath.Join(disk, "data", "ballast")
	s := serve(t, data, "127.0.0.1:0")
	rows := strings.SplitAfter(customers(300), "\n")
	s.ingest(t, exitOK, "", put(t, t.TempDir(), "web.csv", strings.Join(rows[:101], "")))
	eventually(t, func() bool { info, err := os.Stat(ballast); return err == nil && info.Size() > 0 })

	foreign := takeAll(t, disk)
	expect(t, exitUnavailable, "nearly full", "judge", "same", "web/1", "web/2", "--steward", "claire", "--reason", "x", "--addr", s.addr)
	expect(t, exitOK, "", "delete", "web/1", "--addr", s.addr)
	if code := s.stop(); code != exitOK {
		t.Fatalf("stopped on a full disk with exit code %d: %s", code, s.log)
	}
	takeMore(t, foreign)
	s = serve(t, data, "127.0.0.1:0")
	expect(t, exitOK, "", "get", "web/2", "--addr", s.addr)

	out, errOut := &syncBuffer{}, &syncBuffer{}
	done := make(chan int, 1)
	file := put(t, t.TempDir(), "web.csv", rows[0]+strings.Join(rows[101:], ""))
	go func() {
		done <- run(t.Context(), []string{"ingest", "--json", "--addr", s.addr, file}, nil, out, errOut)
	}()
	eventually(t, func() bool { return strings.Contains(errOut.String(), "wait for room") })
	expect(t, exitOK, "", "delete", "web/2", "--addr", s.addr)
	if err := foreign.Truncate(0); err != nil {
		t.Fatal(err)
	}
	select {
	case code := <-done:
		if code != exitOK || !strings.Contains(out.String(), `"records":200`) {
			t.Errorf("exit code %d: %s%s", code, out, errOut)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("the records still wait: %s", errOut)
	}
}

// A server whose disk is so full that even the ballast is gone ends with its own exit code and
// a sentence, and starts when there is room.
func TestServeWithoutRoom(t *testing.T) {
	disk := smallDisk(t)
	data := filepath.Join(disk, "data")
	s := serve(t, data, "127.0.0.1:0")
	s.ingest(t, exitOK, "", put(t, t.TempDir(), "web.csv", customers(10)))
	if code := s.stop(); code != exitOK {
		t.Fatalf("exit code %d: %s", code, s.log)
	}
	if err := os.RemoveAll(filepath.Join(data, "ballast")); err != nil {
		t.Fatal(err)
	}
	foreign := takeAll(t, disk)
	expect(t, exitNoRoom, "make room", "serve", "--data", data, "--listen", "127.0.0.1:0")
	if err := foreign.Truncate(0); err != nil {
		t.Fatal(err)
	}
	s = serve(t, data, "127.0.0.1:0")
	expect(t, exitOK, "", "get", "web/9", "--addr", s.addr)
}

// smallDisk mounts a file system of its own.
func smallDisk(t *testing.T) string {
	t.Helper()
	const diskBytes = 2 << 30
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, fmt.Sprintf("size=%d", diskBytes)); err != nil {
		t.Skip("needs to mount a small file system: ", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	return disk
}

// takeAll takes all of a disk for a file of somebody else's.
func takeAll(t *testing.T, disk string) *os.File {
	t.Helper()
	file, err := os.Create(filepath.Join(disk, "foreign"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	takeMore(t, file)
	return file
}

// takeMore makes a file as long as its disk lets it.
func takeMore(t *testing.T, file *os.File) {
	t.Helper()
	const step = 1 << 20
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	for at := info.Size(); ; at += step {
		if err := syscall.Fallocate(int(file.Fd()), 0, at, step); err != nil {
			return
		}
	}
}
