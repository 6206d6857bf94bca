package consent

import (
	"math/rand/v2"
	"os"
	"testing"
)

// orders is in how many random orders each vector is answered.
const orders = 50

// readVectors reads the published vectors and our own.
func readVectors(t testing.TB, files ...string) []Vector {
	var all []Vector
	for _, file := range files {
		f, err := os.Open("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		vectors, err := ReadVectors(f)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, vectors...)
	}
	return all
}

func shuffle(c *Case, rng *rand.Rand) {
	rng.Shuffle(len(c.Events), func(i, j int) { c.Events[i], c.Events[j] = c.Events[j], c.Events[i] })
	rng.Shuffle(len(c.Links), func(i, j int) { c.Links[i], c.Links[j] = c.Links[j], c.Links[i] })
	rng.Shuffle(len(c.Suppressions), func(i, j int) { c.Suppressions[i], c.Suppressions[j] = c.Suppressions[j], c.Suppressions[i] })
}

func TestVectors(t *testing.T) {
	for _, v := range readVectors(t, "vectors.json", "own.json") {
		t.Run(v.ID, func(t *testing.T) {
			if len(v.Ignored) > 0 || v.Expect == nil {
				t.Fatalf("unknown policy keys %v, or nothing expected", v.Ignored)
			}
			rng := rand.New(rand.NewPCG(1, 2))
			for range orders {
				if a := v.Decide(); !v.Expect.Met(a) {
					t.Fatalf("%s: got %s %s %s, want %+v", v.Title, a.Decision, a.Reason, a.Scope, *v.Expect)
				}
				shuffle(&v.Case, rng)
			}
		})
	}
}

// TestReasonsReached holds that each reason is the answer of some vector.
func TestReasonsReached(t *testing.T) {
	reached := make(map[Reason]bool)
	for _, v := range readVectors(t, "vectors.json", "own.json") {
		reached[v.Expect.Reason] = true
	}
	for _, r := range Reasons {
		if !reached[r] {
			t.Errorf("no vector reaches %s", r)
		}
		delete(reached, r)
	}
	for r := range reached {
		t.Errorf("%s is not in Reasons", r)
	}
}
