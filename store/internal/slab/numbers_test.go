package slab

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Numbers has what was set last under each number, and what was deleted or is too large not.
func TestNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	x, plain := NewNumbers(), map[uint32]uint64{}
	values := []uint64{0, 1, math.MaxUint32 - 1, math.MaxUint32, math.MaxUint32 + 1, math.MaxUint64}
	for range 100_000 {
		n := uint32(rng.IntN(1 + rng.IntN(30_000)))
		switch v := values[rng.IntN(len(values))]; {
		case rng.IntN(4) == 0:
			x.Delete(n)
			delete(plain, n)
		case v >= math.MaxUint32:
			x.Set(n, v)
			delete(plain, n)
		default:
			x.Set(n, v)
			plain[n] = v
		}
		for _, n := range []uint32{n, uint32(rng.IntN(40_000))} {
			want, known := plain[n]
			if got, ok := x.Get(n); got != want || ok != known {
				t.Fatalf("number %d has %d, %v, want %d, %v", n, got, ok, want, known)
			}
		}
	}
}
