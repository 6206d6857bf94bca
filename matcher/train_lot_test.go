package matcher

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// TestLotIsThePlainOne compares who wins with the hash that defines it, close to the bound
// too.
func TestLotIsThePlainOne(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	random := func() (tie Tie) {
		binary.LittleEndian.PutUint64(tie[:], rng.Uint64())
		binary.LittleEndian.PutUint64(tie[8:], rng.Uint64())
		return tie
	}
	for range 5000 {
		records := []*Prepared{{Tie: random()}, {Tie: random()}}
		tr := &trainer{records: records, seed: rng.Uint64()}
		drawn := tr.plainLot(0, 1)
		x, y := ticketOf(records[0].Tie), ticketOf(records[1].Tie)
		for _, share := range []float64{drawn, drawn + 1./(1<<53), drawn - 1./(1<<53), rng.Float64(), 1} {
			if got := newLottery(tr.seed, share).wins(&x.first, &y.second); got != (drawn < share) {
				t.Fatalf("%v of those below %v: %v", drawn, share, got)
			}
		}
	}
}

func BenchmarkLot(b *testing.B) {
	l, x, y := newLottery(1, .1), ticketOf(Tie{1}), ticketOf(Tie{2})
	won := 0
	for b.Loop() {
		if l.wins(&x.first, &y.second) {
			won++
		}
	}
}
