package main

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"aloi/engine"
	"aloi/matcher"
)

// A clustering partitions one component of the links and returns, for each record, a
// label of its group. It may depend on nothing but the component, so that the order of
// the records does not matter: ties are broken by theirs.
type clustering struct {
	name    string
	cluster func(*component) []int32
}

// component is a set of records that links at or above the threshold `same` connect. The
// records are in order of their ties, the links from the heaviest to the lightest.
type component struct {
	matcher.Component
	same, strong matcher.Weight
	// weigh compares two records, whether they share a blocking key or not.
	weigh func(a, b int32) matcher.Weight
}

// The clusterings that are compared. The last is ours.
var clusterings = []clustering{
	{"connected components", func(c *component) []int32 { return c.connected(c.same) }},
	{"connected components, strong links alone", func(c *component) []int32 { return c.connected(c.strong) }},
	{"centre (star)", (*component).centre},
	{"merge-centre", (*component).mergeCentre},
	{"average linkage", func(c *component) []int32 { return c.agglomerate(between.average) }},
	{"complete linkage", func(c *component) []int32 { return c.agglomerate(between.complete) }},
	{"ours without vetoes", func(c *component) []int32 {
		free := c.Component
		free.Veto = func(int32, int32) bool { return false }
		return matcher.Cluster(&free, c.same, c.strong)
	}},
	{"ours without the guard against chains", func(c *component) []int32 { return matcher.Cluster(&c.Component, c.same, c.same) }},
	{"ours with the guard for strong links too", func(c *component) []int32 { return matcher.Cluster(&c.Component, c.same, math.MaxInt32) }},
	{"ours", func(c *component) []int32 { return matcher.Cluster(&c.Component, c.same, c.strong) }},
}

// printClusterings clusters the links of the result in each way and prints what comes
// of it. The seconds are of the clustering alone, on one core.
func (r *result) printClusterings() {
	components, nodes := r.components()
	largest := 0
	for _, n := range nodes {
		largest = max(largest, len(n))
	}
	fmt.Printf("\n%d components of at least two records, the largest of %d\n", len(components), largest)
	fmt.Println("| clustering | pair P | pair R | pair F1 | B3 F1 | over-merged | split | largest | seconds |\n|---|---|---|---|---|---|---|---|---|")
	for _, way := range clusterings {
		labels := make([]int32, len(r.Records))
		for i := range labels {
			labels[i] = int32(i)
		}
		start := time.Now()
		for i, c := range components {
			for k, label := range way.cluster(c) {
				labels[nodes[i][k]] = nodes[i][label]
			}
		}
		elapsed := time.Since(start)
		q := r.scoreOf(labels)
		fmt.Printf("| %s | %.4f | %.4f | %.4f | %.4f | %d | %d | %d | %.2f |\n", way.name, q.PairPrecision, q.PairRecall, q.PairF1, q.B3F1,
			q.OvermergedClusters, q.SplitEntities, largestGroup(labels), elapsed.Seconds())
	}
	fmt.Println()
}

func largestGroup(labels []int32) int {
	size, largest := map[int32]int{}, 0
	for _, l := range labels {
		size[l]++
		largest = max(largest, size[l])
	}
	return largest
}

// components returns the connected components of the links, and the records of each.
func (r *result) components() ([]*component, [][]int32) {
	model := r.matcher.Model()
	links := slices.DeleteFunc(slices.Clone(r.partition.Links), func(l engine.Link) bool { return l.Weight < model.Same })
	roots := newForest(len(r.Records))
	for _, l := range links {
		roots.join(l.A, l.B)
	}
	linked := map[int32][]engine.Link{}
	for _, l := range links {
		root := roots.find(l.A)
		linked[root] = append(linked[root], l)
	}
	members := map[int32][]int32{}
	var order []int32
	for i := range r.Records {
		root := roots.find(int32(i))
		if len(linked[root]) == 0 {
			continue
		}
		if members[root] == nil {
			order = append(order, root)
		}
		members[root] = append(members[root], int32(i))
	}
	var components []*component
	var nodes [][]int32
	for _, root := range order {
		slices.SortFunc(members[root], func(a, b int32) int { return bytes.Compare(r.prepared[a].Tie[:], r.prepared[b].Tie[:]) })
		components = append(components, r.component(members[root], linked[root]))
		nodes = append(nodes, members[root])
	}
	return components, nodes
}

func (r *result) component(nodes []int32, links []engine.Link) *component {
	weigh := func(a, b int32) matcher.Link {
		return r.matcher.Weigh(r.prepared[nodes[a]], r.prepared[nodes[b]], r.common)
	}
	c := &component{same: r.matcher.Model().Same, strong: r.matcher.Model().Strong}
	c.weigh = func(a, b int32) matcher.Weight { return weigh(a, b).Weight }
	c.Veto = func(a, b int32) bool { return weigh(a, b).Veto }
	at := map[int32]int32{}
	for i, n := range nodes {
		at[n] = int32(i)
		c.Ties = append(c.Ties, r.prepared[n].Tie)
	}
	for _, l := range links {
		c.Edges = append(c.Edges, matcher.Edge{A: min(at[l.A], at[l.B]), B: max(at[l.A], at[l.B]), Weight: l.Weight})
	}
	slices.SortFunc(c.Edges, func(x, y matcher.Edge) int {
		return cmp.Or(cmp.Compare(y.Weight, x.Weight), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return c
}
