package engine

import (
	"math/rand/v2"

	"aloi"
)

// What the tests from outside need from within: the stores of the laws, and ids.
var (
	NewMemory = newMemory
	NewBadger = newBadger
	EntityID  = entityID
	Wilson    = wilson
)

// LawRand returns the random numbers of a seed.
func LawRand(seed uint64) *rand.Rand { return lawRand(seed, 1) }

// What the writer takes together.
const (
	ShortCommit     = leastShort
	Companions      = companions
	SmallOperations = smallOperations
	SmallTurns      = smallTurns
)

// Ending is closed when Close has been called.
func Ending(e *Engine) <-chan struct{} { return e.ending.Done() }

// Waiting is how many requests wait for the writer.
func Waiting(e *Engine) int { return len(e.small) + len(e.bulk) }

// Ready is closed when a call of one batch is answered.
func Ready(c *Call) <-chan struct{} { return c.requests[0].ready }

// DrawRecords returns n puts in an order that has versions, rectifications and
// records sent twice.
func DrawRecords(rng *rand.Rand, n int) []*aloi.Record {
	var records []*aloi.Record
	for _, op := range generate(rng, n).order(rng, 1)[0] {
		if op.Put != nil && len(records) < n {
			records = append(records, op.Put)
		}
	}
	return records
}
