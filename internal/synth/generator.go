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
	n, given int // records of the set, and those given so far
	schedule *schedule
	tables   *tables
}

// New returns the generator of a set of n records, at most MaxRecords.
func New(seed uint64, n int) *Generator {
	n = min(max(n, 0), MaxRecords)
	return &Generator{n: n, schedule: newSchedule(seed, n), tables: loaded()}
}

// Records returns how many records the set has.
func (g *Generator) Records() int { return g.n }

// People returns how many people the records of the set are about.
func (g *Generator) People() int { return g.schedule.people }

// Next returns the next record and the person that it is about; ok is false after the
// last. The record is the caller's.
func (g *Generator) Next() (record *aloi.Record, person string, ok bool) {
	v, ok := g.schedule.next()
	if !ok {
		return nil, "", false
	}
	shape := g.schedule.shape(v.household)
	who := shape.who(v.slot)
	return g.write(v, &shape, who), fmt.Sprintf("P%07d-%d", v.household+1, who+1), true
}

// write makes the record of a visit. When a record comes in the stream is when it was
// written, so that the stream is in order of time.
func (g *Generator) write(v visit, s *shape, who int) *aloi.Record {
	r := newRNG(g.schedule.seed, streamRecord, v.household*slots+uint64(v.slot))
	seconds := int64(years*365) * 86400 * int64(g.given) / int64(g.n)
	at := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(seconds) * time.Second)
	h := makeHousehold(g.tables, g.schedule.seed, v.household, s, who)
	g.given++
	w := &writer{t: g.tables, r: &r, c: &channels[r.weighted(channelWeights)], h: h, p: &h.people[who], at: at, day: int(seconds / 86400)}
	return w.write(g.given)
}
