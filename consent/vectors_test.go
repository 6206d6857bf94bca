package consent

import (
	"math/rand/v2"
	"os"
	"testing"
)

// orders is in how many random orders each vector is answered.
const orders = 50

func TestVectors(t *testing.T) {
	f, err := os.Open("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	vectors, err := ReadVectors(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		t.Run(v.ID, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			for range orders {
				c := &v.Case
				rng.Shuffle(len(c.Events), func(i, j int) { c.Events[i], c.Events[j] = c.Events[j], c.Events[i] })
				rng.Shuffle(len(c.Links), func(i, j int) { c.Links[i], c.Links[j] = c.Links[j], c.Links[i] })
				if a := v.Decide(); !v.Expect.Met(a) {
					t.Fatalf("%s: got %s %s %s, want %+v", v.Title, a.Decision, a.Reason, a.Scope, v.Expect)
				}
			}
		})
	}
}
