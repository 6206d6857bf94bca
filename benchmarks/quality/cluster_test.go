package main

import (
	"slices"
	"testing"

	"aloi/matcher"
)

// graph is a component of n records in which the pairs that are not linked weigh -5 bits.
func graph(n int, edges ...matcher.Edge) *component {
	c := &component{same: 2 * matcher.Bit, strong: 7 * matcher.Bit}
	c.Ties = make([]matcher.Tie, n)
	for i := range c.Ties {
		c.Ties[i][0] = byte(i)
	}
	for _, e := range edges {
		e.Weight *= matcher.Bit
		c.Edges = append(c.Edges, e)
	}
	slices.SortFunc(c.Edges, func(x, y matcher.Edge) int { return int(y.Weight - x.Weight) })
	c.Veto = func(a, b int32) bool { return false }
	c.weigh = func(a, b int32) matcher.Weight {
		for _, e := range c.Edges {
			if e.A == a && e.B == b {
				return e.Weight
			}
		}
		return -5 * matcher.Bit
	}
	return c
}

// What each clustering makes of a strong chain 0–1–2–3 with a weak end 3–4, and of a
// triangle with a tail.
func TestClusterings(t *testing.T) {
	chain := graph(5, matcher.Edge{A: 0, B: 1, Weight: 9}, matcher.Edge{A: 1, B: 2, Weight: 10}, matcher.Edge{A: 2, B: 3, Weight: 8}, matcher.Edge{A: 3, B: 4, Weight: 3})
	tail := graph(4, matcher.Edge{A: 0, B: 1, Weight: 9}, matcher.Edge{A: 0, B: 2, Weight: 9}, matcher.Edge{A: 1, B: 2, Weight: 8}, matcher.Edge{A: 2, B: 3, Weight: 3})
	want := map[string][2][]int32{
		"connected components":                     {{0, 0, 0, 0, 0}, {0, 0, 0, 0}},
		"connected components, strong links alone": {{0, 0, 0, 0, 4}, {0, 0, 0, 3}},
		"centre (star)":                            {{0, 0, 0, 3, 3}, {0, 0, 0, 3}},
		"merge-centre":                             {{0, 0, 0, 3, 3}, {0, 0, 0, 3}},
		"average linkage":                          {{0, 0, 0, 3, 3}, {0, 0, 0, 3}},
		"complete linkage":                         {{0, 1, 1, 3, 3}, {0, 0, 0, 3}},
		"ours":                                     {{0, 0, 0, 0, 4}, {0, 0, 0, 0}},
	}
	for _, way := range clusterings {
		expected, ok := want[way.name]
		if !ok {
			continue // a variant of ours
		}
		for i, c := range []*component{chain, tail} {
			if got := way.cluster(c); !slices.Equal(got, expected[i]) {
				t.Errorf("%s of graph %d: %v, want %v", way.name, i, got, expected[i])
			}
		}
	}
}
