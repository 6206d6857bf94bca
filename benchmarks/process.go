package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// spent is what a process took.
type spent struct {
	wall, cpu time.Duration
	peak      int64 // bytes resident at most
}

// peakInterval is how often the peak of a process is read; what it reads never falls.
const peakInterval = 20 * time.Millisecond

// measured runs a command to its end. Its peak is read from the kernel while it runs,
// because the one that wait tells is at least that of this process.
func measured(ctx context.Context, name string, args ...string) (spent, []byte, error) {
	command := exec.CommandContext(ctx, name, args...)
	var out, complaints bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaints
	start := time.Now()
	if err := command.Start(); err != nil {
		return spent{}, nil, err
	}
	ended, peak := make(chan struct{}), make(chan int64, 1)
	go func() { peak <- watchPeak(command.Process.Pid, ended) }()
	err := command.Wait()
	s := spent{wall: time.Since(start)}
	close(ended)
	s.peak = <-peak
	if err != nil {
		return s, nil, fmt.Errorf("%s %s: %w: %s", name, args[0], err, lastLine(complaints.Bytes()))
	}
	s.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	return s, out.Bytes(), nil
}

func watchPeak(pid int, ended <-chan struct{}) (peak int64) {
	ticks := time.NewTicker(peakInterval)
	defer ticks.Stop()
	for {
		if m, err := memoryOfProcess(pid); err == nil {
			peak = max(peak, m.peak)
		}
		select {
		case <-ended:
			return peak
		case <-ticks.C:
		}
	}
}

func lastLine(b []byte) []byte {
	b = bytes.TrimSpace(b)
	return b[bytes.LastIndexByte(b, '\n')+1:]
}

// memory is what a process holds, in bytes.
type memory struct {
	resident, peak int64
	own, files     int64 // parts of resident: its own, and pages of files that the kernel may take back
}

// memoryOfProcess reads what the kernel says of a process.
func memoryOfProcess(pid int) (memory, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return memory{}, err
	}
	var m memory
	fields := map[string]*int64{"VmRSS": &m.resident, "VmHWM": &m.peak, "RssAnon": &m.own, "RssFile": &m.files}
	for line := range strings.Lines(string(b)) {
		name, rest, _ := strings.Cut(line, ":")
		if to := fields[name]; to != nil {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			if err != nil {
				return memory{}, err
			}
			*to = kib << 10
		}
	}
	return m, nil
}

// clockTick is the unit of processor time in /proc, the same on every Linux of today.
const clockTick = 10 * time.Millisecond

// cpuOfProcess is the processor time of a process so far.
func cpuOfProcess(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// After the name, which is in parentheses, come the fields from the third on.
	const user, system = 11, 12
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(fields) <= system {
		return 0, fmt.Errorf("/proc/%d/stat cannot be read", pid)
	}
	var ticks int64
	for _, at := range []int{user, system} {
		n, err := strconv.ParseInt(fields[at], 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * clockTick, nil
}
