package main

import (
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
)

// resetPeak gives unused memory back and has the system forget the peak, so that the
// next one is of what follows, beside the program and the records that it holds. Linux
// alone can; elsewhere there is no peak.
func resetPeak() {
	debug.FreeOSMemory()
	// An error leaves the peak as it was, and peak reads it: too high, never too low.
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
}

var highWater = regexp.MustCompile(`VmHWM:\s*(\d+) kB`)

// peak returns the most memory that was resident since resetPeak, in MiB; 0 where the
// system does not tell.
func peak() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	found := highWater.FindSubmatch(status)
	if found == nil {
		return 0
	}
	kib, err := strconv.Atoi(string(found[1]))
	if err != nil {
		return 0
	}
	return kib >> 10
}
