package slab

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// The map holds what was set last, or nothing; and what was set of late it holds.
func TestAgainstPlainMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const chunks, numbers = 3, 20_000
	m := New(chunks * chunkBytes)
	type value struct {
		stamp uint64
		s     []byte
		when  int // bytes written before it
	}
	plain, written := map[uint32]value{}, 0
	check := func(number uint32) {
		t.Helper()
		want, there := plain[number]
		found := m.Get(number, func(stamp uint64, s []byte) {
			if !there || stamp != want.stamp || !bytes.Equal(s, want.s) {
				t.Fatalf("number %d has %d bytes of stamp %d, want %d of %d", number, len(s), stamp, len(want.s), want.stamp)
			}
		})
		if there && !found && written-want.when < (chunks-2)*chunkBytes {
			t.Fatalf("number %d is gone, %d bytes after it was set", number, written-want.when)
		}
	}
	evicted := 0
	for step := range 200_000 {
		number := 1 + uint32(rng.IntN(numbers))
		switch rng.IntN(10) {
		case 0:
			m.Delete(number)
			delete(plain, number)
		case 1:
			long := make([]byte, MaxBytes+rng.IntN(2))
			m.Set(number, 7, long)
			if written += len(long); len(long) > MaxBytes {
				delete(plain, number)
			} else {
				plain[number] = value{7, long, written}
			}
		default:
			s := make([]byte, rng.IntN(300))
			for i := range s {
				s[i] = byte(rng.Uint32())
			}
			m.Set(number, uint64(step), s)
			written += headBytes + len(s)
			plain[number] = value{uint64(step), s, written}
		}
		check(number)
		other := 1 + uint32(rng.IntN(numbers+10))
		check(other)
		if _, there := plain[other]; there && !m.Get(other, func(uint64, []byte) {}) {
			evicted++
		}
	}
	if evicted == 0 {
		t.Error("nothing ever had to go")
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
