package engine

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"aloi/matcher"
)

// The laws of docs/architecture.md as properties over seeded data sets. A failure
// prints the command that repeats it.
var (
	lawSeed = flag.Uint64("seed", 0, "run only the data set of this seed (laws); 0 runs all")
	lawSets = flag.Int("sets", 12, "data sets of the order law; 100 in continuous integration")
	lawStep = flag.Int("steps", 600, "steps of the step oracle; 10000 in continuous integration")
)

// ordersPerSet is in how many orders each data set is sent; wideOrders is that of the
// sets with a crowd around the wide cap.
const (
	ordersPerSet = 20
	wideOrders   = 2
)

var lawDir string // of the shared Badger database

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "aloi-laws-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		lawDir = dir
		code := m.Run()
		if sharedBadger.db != nil {
			sharedBadger.db.Close()
		}
		return code
	}())
}

// forSeeds runs fn for each seed from 1, or for the one that was asked for.
func forSeeds(t *testing.T, n int, fn func(t *testing.T, seed uint64)) {
	first, last := uint64(1), uint64(n)
	if *lawSeed != 0 {
		first, last = *lawSeed, *lawSeed
	}
	for seed := first; seed <= last && !t.Failed(); seed++ {
		fn(t, seed)
		again(t, seed)
	}
}

// again prints how to repeat a failure.
func again(t *testing.T, seed uint64) {
	if t.Failed() {
		t.Logf("again: go test ./engine -run '^%s$' -seed %d", t.Name(), seed)
	}
}

func lawRand(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// crowdEvery and crowdStepsEvery are how often a data set has a crowd of each kind: one
// in so many.
const (
	crowdEvery      = 10
	crowdStepsEvery = 25
)

// The remainders of the seeds whose data sets have a crowd of each kind.
const (
	ofNamesakes = 0
	ofCustomers = 3
)

// script draws the data set of a seed: most have 5 to 55 records, one in five has a
// crowd besides.
func scriptOf(rng *rand.Rand, seed uint64) *script {
	s := generate(rng, 5+rng.IntN(50))
	if steady, moving := crowdOf(rng, seed%crowdEvery); steady != nil {
		s.lanes = slices.Concat(s.lanes, steady, moving)
	}
	return s
}

// crowdOf draws the crowd of a remainder of the seed: namesakes, whose keys cross the cap
// of names or that of broad keys; customers of a shop, whose contacts cross the wide one;
// or none.
func crowdOf(rng *rand.Rand, remainder uint64) (steady, moving [][]segment) {
	switch remainder {
	case ofNamesakes:
		return crowd(rng, pick(rng, []int{matcher.NameCap, matcher.BroadCap}), crowdMoves, namesake)
	case ofCustomers:
		return crowd(rng, matcher.WideCap, wideMoves, customer)
	}
	return nil, nil
}

// lawStore is Badger for every tenth data set.
func lawStore(seed uint64) (name string, open func(testing.TB) *subject) {
	if seed%10 == 5 {
		return "badger", func(t testing.TB) *subject { return openSubject(t, newBadger(t)) }
	}
	return "memory", func(t testing.TB) *subject { return openSubject(t, newMemory(t)) }
}

// TestOrder is law 1 and half of law 2: any order, any batching and any concurrency
// end as if all were computed from nothing.
func TestOrder(t *testing.T) {
	forSeeds(t, *lawSets, func(t *testing.T, seed uint64) {
		rng := lawRand(seed, 1)
		script := scriptOf(rng, seed)
		facts := script.of()
		name, open := lawStore(seed)
		var want *state
		orders := ordersPerSet
		if seed%crowdEvery == ofCustomers {
			orders = wideOrders
		}
		for k := range orders {
			callers := 1 + rng.IntN(16)
			batch := 1 + rng.IntN([]int{4, 40, 1000}[rng.IntN(3)])
			s := open(t)
			if want == nil {
				want = facts.state(s.store)
			}
			s.apply(t, script.order(rng, callers), batch)
			if d := s.read(t, facts).differences(want); d != "" {
				t.Errorf("seed %d, order %d on %s, %d callers, batches of %d:\n%s", seed, k, name, callers, batch, d)
			}
			s.close(t)
			if t.Failed() {
				return
			}
		}
	})
}

// TestStep is the other half of law 2: after every step the store holds what is
// computed from nothing.
func TestStep(t *testing.T) {
	steps := 0
	for seed := uint64(1); steps < *lawStep && !t.Failed(); seed++ {
		if *lawSeed != 0 {
			seed, steps = *lawSeed, *lawStep
		}
		steps += followSteps(t, seed)
		again(t, seed)
	}
}

func followSteps(t *testing.T, seed uint64) (steps int) {
	rng := lawRand(seed, 2)
	sc := generate(rng, 4+rng.IntN(22))
	_, open := lawStore(seed)
	s := open(t)
	defer s.close(t)
	now, past := newFacts(), newLedger()
	if steady, moving := crowdOf(rng, seed%crowdStepsEvery); steady != nil { // followed from where its block is close to its cap
		before := (&script{steady}).order(rng, 1)
		sc.lanes = moving
		s.apply(t, before, len(before[0]))
		for _, op := range before[0] {
			now.apply(op)
		}
	}
	for at, op := range sc.order(rng, 1)[0] {
		now.apply(op)
		s.apply(t, [][]Operation{{op}}, 1)
		if d := s.read(t, now).differences(now.state(s.store)); d != "" {
			t.Errorf("seed %d, step %d:\n%s", seed, at, d)
		}
		past.look(t, s, now)
		if t.Failed() {
			return steps
		}
		steps++
	}
	s.verify(t, seed)
	return steps
}
