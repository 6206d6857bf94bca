package synth

// rng is a small random generator, SplitMix64 (Steele, Lea and Flood, "Fast splittable
// pseudorandom number generators", 2014). It is written out here so that no release of
// a library can change what a seed gives.
type rng struct{ state uint64 }

// The streams of random numbers; each use has its own, so that drawing more in one
// place changes nothing in another.
const (
	streamShape = iota + 1
	streamHousehold
	streamPerson
	streamRecord
	streamOrder
)

// newRNG returns the generator of one stream of one thing.
func newRNG(seed uint64, stream, thing uint64) rng {
	return rng{mix(mix(seed+stream*0x9e3779b97f4a7c15) + thing)}
}

func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (r *rng) next() uint64 {
	v := mix(r.state)
	r.state += 0x9e3779b97f4a7c15
	return v
}

// below returns a number from 0 to n-1. The bias of the remainder is below n/2^64.
func (r *rng) below(n int) int { return int(r.next() % uint64(n)) }

// between returns a number from low to high.
func (r *rng) between(low, high int) int { return low + r.below(high-low+1) }

// chance is true in n of a thousand cases.
func (r *rng) chance(n int) bool { return r.below(1000) < n }

// pick returns one of the values.
func pick[T any](r *rng, values []T) T { return values[r.below(len(values))] }

// weighted returns an index, by weight.
func (r *rng) weighted(weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	n := r.below(total)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return 0
}
