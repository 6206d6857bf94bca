package slab

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// place is where the string of a number is, 0 for nowhere.
func place(m *Map, number uint32) uint32 {
	if int(number) < len(m.memory.at.Of) {
		return m.memory.at.Of[number]
	}
	return 0
}

// plainMap is what a Map should hold.
type plainMap struct {
	m      *Map
	values map[uint32]plainValue
	taken  int // bytes for entries so far
}

type plainValue struct {
	stamp uint64
	s     []byte
	when  int // bytes taken when it got its room
}

func (x *plainMap) set(number uint32, stamp uint64, s []byte) {
	before, value := place(x.m, number), plainValue{stamp, s, x.values[number].when}
	if x.m.Set(number, stamp, s); len(s) > MaxBytes {
		delete(x.values, number)
		return
	}
	if after := place(x.m, number); after != before {
		x.taken += x.m.entry(after-1).units() * unit
		value.when = x.taken
	}
	x.values[number] = value
}

func (x *plainMap) check(t *testing.T, number uint32) (gone bool) {
	t.Helper()
	want, there := x.values[number]
	found := x.m.Get(number, func(stamp uint64, s []byte) {
		if !there || stamp != want.stamp || !bytes.Equal(s, want.s) {
			t.Fatalf("number %d has %d bytes of stamp %d, want %d of %d", number, len(s), stamp, len(want.s), want.stamp)
		}
	})
	if since := x.taken - want.when; there && !found && since < chunkBytes {
		t.Fatalf("number %d is gone, %d bytes after it got its room", number, since)
	}
	return there && !found
}

// The map holds what was set last, or nothing; and what was given room of late it holds.
func TestAgainstPlainMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const chunks, numbers = 3, 20_000
	x, evicted := &plainMap{m: New(chunks * chunkBytes), values: map[uint32]plainValue{}}, 0
	for step := range 300_000 {
		number := uint32(rng.IntN(numbers))
		switch rng.IntN(10) {
		case 0:
			x.m.Delete(number)
			delete(x.values, number)
		case 1:
			x.set(number, 7, make([]byte, MaxBytes+rng.IntN(2)))
		default:
			s := make([]byte, rng.IntN(300))
			for i := range s {
				s[i] = byte(rng.Uint32())
			}
			x.set(number, uint64(step), s)
		}
		x.check(t, number)
		if x.check(t, uint32(rng.IntN(numbers+10))) {
			evicted++
		}
	}
	if evicted == 0 {
		t.Error("nothing ever had to go")
	}
}

// What is set again with a string that fits stays where it is, so that no other has to go.
func TestInPlace(t *testing.T) {
	m, s := New(0), make([]byte, 1000)
	const numbers = 32
	for i := range 100_000 {
		m.Set(uint32(i%numbers), uint64(i), s[:i%len(s)])
	}
	for n := range uint32(numbers) {
		if place(m, n) == 0 {
			t.Errorf("number %d is gone", n)
		}
	}
	if n := len(m.memory.chunks); n != 1 {
		t.Errorf("%d chunks for %d strings", n, numbers)
	}
}

func BenchmarkSetGet(b *testing.B) {
	m, s, n := New(64<<20), make([]byte, 110), uint32(1)
	b.ReportAllocs()
	for b.Loop() {
		m.Set(n, 1, s)
		m.Get(n/2+1, func(uint64, []byte) {})
		n++
	}
}

// BenchmarkGetBeside is reading from all goroutines at once.
func BenchmarkGetBeside(b *testing.B) {
	const numbers = 1 << 18
	m, s := New(64<<20), make([]byte, 110)
	for n := range uint32(numbers) {
		m.Set(n, 1, s)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for n := rand.Uint32(); pb.Next(); n += 0x9e3779b1 {
			m.Get(n%numbers, func(uint64, []byte) {})
		}
	})
}
