package synth

import (
	"fmt"
	"time"

	"aloi"
)

// MaxRecords is the most records of one set.
const MaxRecords = 100_000_000

// Generator gives the records of a set one after another, in order of time. It is not
// safe for concurrent use.
type Generator struct {
	seed   uint64
	n      int
	given  int // records given so far
	at     uint64
	order  permutation
	tables *tables
}

// New returns the generator of a set of n records, at most MaxRecords.
func New(seed uint64, n int) *Generator {
	n = min(max(n, 0), MaxRecords)
	households, total := uint64(0), 0
	for total < n {
		s := shapeOf(seed, households)
		total += s.total
		households++
	}
	return &Generator{seed: seed, n: n, order: newPermutation(seed, max(households, 1)*slots), tables: loaded()}
}

// Records returns how many records the set has.
func (g *Generator) Records() int { return g.n }

// Next returns the next record and the person that it is about; ok is false after the
// last. The record is the caller's.
func (g *Generator) Next() (record *aloi.Record, person string, ok bool) {
	if g.given == g.n {
		return nil, "", false
	}
	for {
		// The slots of all households in random order; most of them hold no record.
		slot := g.order.at(g.at)
		g.at++
		household := slot / slots
		s := shapeOf(g.seed, household)
		if int(slot%slots) < s.total {
			record, who := g.write(household, &s, int(slot%slots))
			return record, fmt.Sprintf("P%07d-%d", household+1, who+1), true
		}
	}
}

// write makes the record in a slot of a household. When a record comes in the stream
// is when it was written, so that the stream is in order of time.
func (g *Generator) write(household uint64, s *shape, slot int) (*aloi.Record, int) {
	who, _ := s.who(slot)
	r := newRNG(g.seed, streamRecord, household*slots+uint64(slot))
	span := int64(years * 365)
	seconds := span * 86400 * int64(g.given) / int64(g.n)
	at := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(seconds) * time.Second)
	h := makeHousehold(g.tables, g.seed, household, s)
	g.given++
	w := &writer{t: g.tables, r: &r, c: &channels[r.weighted(channelWeights)], h: h, p: &h.people[who], at: at, day: int(seconds / 86400)}
	return w.write(g.given), who
}
