package slab

import (
	"encoding/binary"

	"aloi/store/internal/offheap"
)

// entry is the bytes of an entry, and what is behind it.
type entry []byte

func (e entry) number() uint32 { return binary.LittleEndian.Uint32(e) }

// length is that of the string.
func (e entry) length() int { return int(binary.LittleEndian.Uint16(e[12:])) }

// units is how much room the entry has, its head counted; 0 where there is no entry.
func (e entry) units() int { return int(binary.LittleEndian.Uint16(e[14:])) }

// put stores a string that there is room for.
func (e entry) put(stamp uint64, s []byte) {
	binary.LittleEndian.PutUint64(e[4:], stamp)
	binary.LittleEndian.PutUint16(e[12:], uint16(len(s)))
	copy(e[headBytes:], s)
}

// entry is what is at a place.
func (m *Map) entry(place uint32) entry {
	return m.memory.chunks[place/perChunk].Of[place%perChunk*unit:]
}

// room returns an entry of a number for a string of n bytes: the one that it has where that is
// long enough. One whose string has grown may grow again, so that it gets half as much besides.
func (m *Map) room(number uint32, n int) entry {
	units := (headBytes + n + unit - 1) / unit
	if at := m.memory.at.Of[number]; at != 0 {
		if e := m.entry(at - 1); e.units() >= units {
			return e
		}
		units += units / 2
	}
	m.makeRoom(units * unit)
	place := uint32(m.next*perChunk + m.end/unit)
	e := m.entry(place)
	binary.LittleEndian.PutUint32(e, number)
	binary.LittleEndian.PutUint16(e[14:], uint16(units))
	m.memory.at.Of[number] = 1 + place
	m.end += units * unit
	return e
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
	for place := 0; place*unit+headBytes <= chunkBytes; {
		at := uint32(m.next*perChunk + place)
		e := m.entry(at)
		if e.units() == 0 { // sealed here
			return
		}
		if m.memory.at.Of[e.number()] == 1+at {
			m.memory.at.Of[e.number()] = 0
		}
		place += e.units()
	}
}
