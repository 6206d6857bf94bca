package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
)

// printLevels prints, for each level of each comparison, its share among true pairs
// (an estimate of m), among the linked pairs of different entities (near to h) and
// among random pairs (u).
func (r *result) printLevels() {
	kinds := [3]map[string]map[string]int{{}, {}, {}}
	count := func(kind, i, j int) {
		for _, e := range r.matcher.Compare(r.prepared[i], r.prepared[j], r.common).Evidence {
			if kinds[kind][e.Comparison] == nil {
				kinds[kind][e.Comparison] = map[string]int{}
			}
			kinds[kind][e.Comparison][e.Level]++
		}
	}
	r.truePairs(func(i, j int) { count(0, i, j) })
	for _, p := range r.householdPairs() {
		count(1, p.i, p.j)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 400_000 {
		i, j := rng.IntN(len(r.Records)), rng.IntN(len(r.Records))
		if r.Truth[r.IDs[i]] != r.Truth[r.IDs[j]] {
			count(2, i, j)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(kinds[0])) {
		var total [3]int
		for k := range kinds {
			for _, n := range kinds[k][c] {
				total[k] += n
			}
		}
		fmt.Printf("%s (n %d %d %d)\n", c, total[0], total[1], total[2])
		levels := map[string]bool{}
		for k := range kinds {
			for l := range kinds[k][c] {
				levels[l] = true
			}
		}
		for _, l := range slices.Sorted(maps.Keys(levels)) {
			fmt.Printf("   %-12s m %.5f  h %.5f  u %.6f\n", l, share3(kinds[0][c][l], total[0]), share3(kinds[1][c][l], total[1]), share3(kinds[2][c][l], total[2]))
		}
	}
}

func share3(n, of int) float64 { return float64(n) / float64(max(of, 1)) }
