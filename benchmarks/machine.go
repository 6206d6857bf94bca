package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// syncs is how many times the disk is asked how fast it is.
const syncs = 100

// describeMachine says what figures depend on: processor, memory, kernel, disk, Go and
// commit. dir is where stores will be.
func describeMachine(dir string) (string, error) {
	synced, err := timeSync(dir)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s: %s, %d cores, %s memory, kernel %s, %s; write of 4 KiB and fsync %v (median); %s, commit %s",
		time.Now().Format(time.DateOnly), fieldOf("/proc/cpuinfo", "model name"), runtime.GOMAXPROCS(0), memoryOf(), kernel(), runtime.GOARCH,
		synced.Round(time.Microsecond), runtime.Version(), commit()), nil
}

// fieldOf returns the first value of a file of lines "name : value"; "?" where there is none.
func fieldOf(path, name string) string {
	f, err := os.Open(path)
	if err != nil {
		return "?"
	}
	defer f.Close()
	for in := bufio.NewScanner(f); in.Scan(); {
		if key, value, ok := strings.Cut(in.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "?"
}

func memoryOf() string {
	var kib int64
	if _, err := fmt.Sscan(fieldOf("/proc/meminfo", "MemTotal"), &kib); err != nil {
		return "?"
	}
	return fmt.Sprintf("%.0f GiB", float64(kib)/(1<<20))
}

func kernel() string {
	b, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return "?"
	}
	return strings.TrimSpace(string(b))
}

// commit is that of the working tree, with + for changes that are not committed.
func commit() string {
	b, err := exec.Command("git", "describe", "--always", "--dirty=+", "--abbrev=10").Output()
	if err != nil {
		return "?"
	}
	return strings.TrimSpace(string(b))
}

// timeSync is how long a small write takes to be on disk.
func timeSync(dir string) (time.Duration, error) {
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	times, block := make([]time.Duration, syncs), make([]byte, 4<<10)
	for i := range times {
		start := time.Now()
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		times[i] = time.Since(start)
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

// ownCPU is the processor time of this process.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// onDisk is what the files below a folder take of the disk, in bytes.
func onDisk(dir string) (int64, error) {
	var bytes int64
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			bytes += st.Blocks * 512
		}
		return nil
	})
	return bytes, err
}
