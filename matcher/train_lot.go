package matcher

import (
	"encoding/binary"
	"math"
	mathbits "math/bits"
)

// lottery gives each pair of records a number that depends on their ties and a seed alone:
// the XXH64 hash of the first tie, the second and the seed. It is made of what can be known
// of each record before the pair, so that a draw costs little: there are tens of millions.
type lottery struct {
	seed uint64 // mixed
	// below is the bound of the numbers that win, in 2⁻⁵³.
	below uint64
}

// newLottery returns a lottery that a share of the pairs win.
func newLottery(seed uint64, share float64) *lottery {
	return &lottery{seed: lotRound(0, seed), below: uint64(math.Ceil(share * (1 << 53)))}
}

// The constants of XXH64.
const (
	lotPrime1 uint64 = 11400714785074694791
	lotPrime2 uint64 = 14029467366897019727
	lotPrime3 uint64 = 1609587929392839161
	lotPrime4 uint64 = 9650029242287828579
)

// lotBytes is how many bytes are hashed.
const lotBytes = 2*len(Tie{}) + 8

func lotRound(sum, word uint64) uint64 {
	return mathbits.RotateLeft64(sum+word*lotPrime2, 31) * lotPrime1
}

// ticket is what a record brings to a lottery, as the first and as the second of a pair.
type ticket struct{ first, second lotHalf }

// lotHalf is what one tie adds to a hash: to its sum, and to be merged one after the other.
type lotHalf struct{ sum, one, two uint64 }

func ticketOf(tie Tie) ticket {
	one, two := binary.LittleEndian.Uint64(tie[:]), binary.LittleEndian.Uint64(tie[8:])
	p1, p2 := lotPrime1, lotPrime2 // as variables they may overflow
	return ticket{
		first:  halfOf(lotRound(p1+p2, one), lotRound(p2, two), 1, 7),
		second: halfOf(lotRound(0, one), lotRound(-p1, two), 12, 18),
	}
}

func halfOf(one, two uint64, turnOne, turnTwo int) lotHalf {
	return lotHalf{
		sum: mathbits.RotateLeft64(one, turnOne) + mathbits.RotateLeft64(two, turnTwo),
		one: lotRound(0, one), two: lotRound(0, two),
	}
}

// wins reports whether a pair is among the share.
func (l *lottery) wins(x *lotHalf, y *lotHalf) bool {
	h := x.sum + y.sum
	h = (h^x.one)*lotPrime1 + lotPrime4
	h = (h^x.two)*lotPrime1 + lotPrime4
	h = (h^y.one)*lotPrime1 + lotPrime4
	h = (h^y.two)*lotPrime1 + lotPrime4
	h += uint64(lotBytes)
	h = mathbits.RotateLeft64(h^l.seed, 27)*lotPrime1 + lotPrime4
	h = (h ^ h>>33) * lotPrime2
	h = (h ^ h>>29) * lotPrime3
	return (h^h>>32)>>11 < l.below
}
