// Package slab keeps short byte strings under dense numbers in a bounded piece of memory
// without pointers. When it is full the oldest go.
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

// An entry is its number (4 bytes), its stamp (8), the length of its string (2), the string.
const headBytes = 14

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
	at     offheap.Slice[uint32] // number → 1 + chunk*entriesPer + place in it in units, 0 for none
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
	n := binary.LittleEndian.Uint16(e[12:])
	fn(binary.LittleEndian.Uint64(e[4:]), e[headBytes:headBytes+int(n)])
	return true
}

// entry is what is at a place, and behind it.
func (m *Map) entry(place uint32) []byte {
	return m.memory.chunks[place/perChunk].Of[place%perChunk*unit:]
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
	size := (headBytes + len(s) + unit - 1) / unit * unit
	m.makeRoom(size)
	e := m.memory.chunks[m.next].Of[m.end:]
	binary.LittleEndian.PutUint32(e, number)
	binary.LittleEndian.PutUint64(e[4:], stamp)
	binary.LittleEndian.PutUint16(e[12:], uint16(len(s)))
	copy(e[headBytes:], s)
	m.memory.at.Of[number] = 1 + uint32(m.next*perChunk+m.end/unit)
	m.end += size
}

// Delete forgets a number.
func (m *Map) Delete(number uint32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if int(number) < len(m.memory.at.Of) {
		m.memory.at.Of[number] = 0
	}
}

// reach makes the table long enough for a number.
func (m *Map) reach(number uint32) {
	n := len(m.memory.at.Of)
	if int(number) < n {
		return
	}
	longer := offheap.Make[uint32](max(int(number)+1, n+n/4, 1024))
	copy(longer.Of, m.memory.at.Of)
	m.memory.at.Free()
	m.memory.at = longer
}

// makeRoom makes sure that size bytes fit behind the end.
func (m *Map) makeRoom(size int) {
	x := m.memory
	switch {
	case len(x.chunks) == 0:
	case m.end+size <= chunkBytes:
		return
	default:
		m.seal()
		m.next++
	}
	m.end = 0
	if m.next == m.most {
		m.next = 0
	}
	if m.next == len(x.chunks) {
		x.chunks = append(x.chunks, offheap.Make[byte](chunkBytes))
		return
	}
	m.forget()
}

// seal marks the end of a chunk that another follows.
func (m *Map) seal() {
	if m.end+headBytes <= chunkBytes {
		clear(m.memory.chunks[m.next].Of[m.end : m.end+headBytes])
	}
}

// forget drops what is in the chunk that is about to be written over.
func (m *Map) forget() {
	chunk := m.memory.chunks[m.next].Of
	for end := 0; end+headBytes <= chunkBytes; {
		e := chunk[end:]
		number, n := binary.LittleEndian.Uint32(e), int(binary.LittleEndian.Uint16(e[12:]))
		if number == 0 && n == 0 { // sealed here
			return
		}
		if m.memory.at.Of[number] == 1+uint32(m.next*perChunk+end/unit) {
			m.memory.at.Of[number] = 0
		}
		end += (headBytes + n + unit - 1) / unit * unit
	}
}
