package main

import (
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// serveGCPercent is how much garbage, of what is held, there may be before it is collected.
// Most of what a server holds are memtables and caches without pointers, which cost a
// collection nothing. GOGC says otherwise.
const serveGCPercent = 60

// memoryShare is how much of a container's memory, or of the machine's, the server takes before
// it collects garbage more often. The rest is for the files that the store has mapped.
// GOMEMLIMIT, and AUTOMEMLIMIT, say otherwise.
const memoryShare = 0.8

// boundMemory makes a server stay within the memory of its container or machine: without
// that it is killed when its garbage, and not what it needs, has reached the limit. The caches
// of the store take their share of it.
func boundMemory(log *slog.Logger) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(serveGCPercent)
	}
	// Where the limit can't be read the server runs as it would without one; Set logs that.
	_, _ = memlimit.Set(memlimit.WithRatio(memoryShare), memlimit.WithLogger(log),
		memlimit.WithProvider(memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)))
}
