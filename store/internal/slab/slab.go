// Package slab keeps short byte strings, and numbers, under dense numbers in memory without
// pointers. The strings take a bounded piece of it: when that is full the oldest go.
package slab

import (
	"encoding/binary"
	"runtime"
	"sync"

	"aloi/store/internal/offheap"
)

// chunkBytes is how much memory is taken at a time, and goes at a time when all is full.
const chunkBytes = 1 << 20

// MaxBytes is the longest string that is kept.
const MaxBytes = 16 << 10

// An entry is its number (4 bytes), its stamp (8), the length of its string (2), how many
// units it has room for (2), the string.
const headBytes = 16

// Map has the strings. It is safe for concurrent use.
type Map struct {
	mu     sync.RWMutex
	most   int // chunks
	memory *memory
	next   int // chunk that is written to
	end    int // of what is written there
}

// memory is what has to be given back.
type memory struct {
	at     offheap.Slice[uint32] // number → 1 + chunk*perChunk + place in it in units, 0 for none
	chunks []offheap.Slice[byte]
}

// A place is told in units of this many bytes.
const unit = 4

const perChunk = chunkBytes / unit

// New returns an empty map that takes at most bytes, besides 4 for each number up to the
// largest.
func New(bytes int) *Map {
	m := &Map{most: max(2, bytes/chunkBytes), memory: &memory{}}
	runtime.AddCleanup(m, func(x *memory) {
		x.at.Free()
		for i := range x.chunks {
			x.chunks[i].Free()
		}
	}, m.memory)
	return m
}

// Get calls fn with the string of a number and its stamp, and reports whether it is there. fn
// must not keep the string, nor call the map.
func (m *Map) Get(number uint32, fn func(stamp uint64, s []byte)) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if int(number) >= len(m.memory.at.Of) || m.memory.at.Of[number] == 0 {
		return false
	}
	e := m.entry(m.memory.at.Of[number] - 1)
	fn(binary.LittleEndian.Uint64(e[4:]), e[headBytes:headBytes+e.length()])
	return true
}

// Set keeps a string that is no longer than MaxBytes, instead of the one that the number had.
func (m *Map) Set(number uint32, stamp uint64, s []byte) {
	if len(s) > MaxBytes {
		m.Delete(number)
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reach(number)
	m.room(number, len(s)).put(stamp, s)
}

// Delete forgets a number.
func (m *Map) Delete(number uint32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if int(number) < len(m.memory.at.Of) {
		m.memory.at.Of[number] = 0
	}
}
