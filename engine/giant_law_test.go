package engine

import (
	"fmt"
	"testing"

	"aloi"
	"aloi/matcher"
)

// chainOf is how many records the chain has: past the size at which a component is
// clustered at one threshold.
const chainOf = matcher.ComponentCap + 60

// TestGiant is law 1 for a component past its cap: a chain in which each record shares
// a phone with the next, cut and joined while it comes.
func TestGiant(t *testing.T) {
	rng := lawRand(1, 8)
	w := &world{rng: rng, name: "chain-"}
	script := &script{}
	for i := range chainOf {
		ref := w.ref()
		r := &aloi.Record{
			Ref: ref, Names: []aloi.Name{{Given: "Théo", Family: "de La Tour"}},
			Phones: []string{fmt.Sprintf("06398%05d", i*7), fmt.Sprintf("06398%05d", i*7+7)},
		}
		if rng.IntN(4) > 0 {
			r.BirthDate = "1971-04-05"
		}
		lane := []segment{{{Put: r}}}
		if i%50 == 20 {
			lane = append(lane, segment{{Delete: &ref}}, segment{{Put: r}})
		}
		script.lanes = append(script.lanes, lane)
	}
	facts := script.of()
	var want *state
	for _, batch := range []int{120, 500, 1000} {
		s := openSubject(t, newMemory(t))
		if want == nil {
			want = facts.state(s.store)
			if n := len(want.entities); n < 2 || n > chainOf/2 || len(want.links) < chainOf-1 {
				t.Fatalf("%d entities and %d links: no chain to cut", len(want.entities), len(want.links))
			}
		}
		s.apply(t, script.order(rng, 2), batch)
		if d := s.read(t, facts).differences(want); d != "" {
			t.Errorf("batches of %d:\n%s", batch, d)
		}
		s.close(t)
	}
}
