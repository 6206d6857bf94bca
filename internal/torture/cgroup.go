package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// memoryGroups are where control groups of memory may be made, with the name of the file
// that holds the limit: of version 1 and of version 2.
var memoryGroups = []struct{ root, limit string }{
	{"/sys/fs/cgroup/memory", "memory.limit_in_bytes"},
	{"/sys/fs/cgroup", "memory.max"},
}

// memoryGroup is a control group that bounds the memory of a process: past it the kernel
// kills the process.
type memoryGroup struct{ dir string }

// newMemoryGroup makes a control group, and says notPossible where this machine has none.
func newMemoryGroup(name string, bytes int64) (*memoryGroup, error) {
	for _, g := range memoryGroups {
		dir := filepath.Join(g.root, name)
		if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, g.limit), []byte(strconv.FormatInt(bytes, 10)), 0o644); err == nil {
			return &memoryGroup{dir}, nil
		}
		_ = os.Remove(dir) // it has no limit of memory
	}
	return nil, notPossible("no control group of memory can be made: it needs root")
}

// holds makes a command run within the group, from its first instruction on.
func (g *memoryGroup) holds(c *exec.Cmd) {
	const script = `echo $$ > "$0/cgroup.procs" && exec "$@"`
	c.Args = append([]string{"sh", "-c", script, g.dir, c.Path}, c.Args[1:]...)
	c.Path = "/bin/sh"
}

// remove removes the group when its process has ended.
func (g *memoryGroup) remove() error { return os.Remove(g.dir) }

// anonymousMemory returns what a process holds that no file backs, in bytes: what can't be
// taken from it.
func anonymousMemory(pid int) (int64, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "RssAnon:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("the kernel does not say what a process holds")
}

// processorTime returns how much time of the processors a process has had.
func processorTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	const user, system, tick = 11, 12, time.Second / 100 // fields after the name, as proc(5) numbers them
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) <= system {
		return 0, errors.New("the kernel does not say what time a process has had")
	}
	u, err := strconv.ParseInt(fields[user], 10, 64)
	if err != nil {
		return 0, err
	}
	s, err := strconv.ParseInt(fields[system], 10, 64)
	return time.Duration(u+s) * tick, err
}
