package synth

import "math/bits"

// permutation orders the numbers below n at random without holding them: a Feistel
// network over the next power of two, walked until it is below n.
type permutation struct {
	n           uint64
	left, right uint // bits of each half
	keys        [rounds]uint64
}

const rounds = 4

func newPermutation(seed, n uint64) permutation {
	width := max(uint(bits.Len64(n-1)), 2)
	p := permutation{n: n, left: width / 2, right: width - width/2}
	r := newRNG(seed, streamOrder, n)
	for i := range p.keys {
		p.keys[i] = r.next()
	}
	return p
}

// at returns the i-th number.
func (p *permutation) at(i uint64) uint64 {
	for {
		if i = p.once(i); i < p.n {
			return i
		}
	}
}

func (p *permutation) once(v uint64) uint64 {
	a, b := v>>p.right, v&(1<<p.right-1)
	for i, k := range p.keys {
		if i%2 == 0 {
			a ^= mix(b^k) & (1<<p.left - 1)
		} else {
			b ^= mix(a^k) & (1<<p.right - 1)
		}
	}
	return a<<p.right | b
}
