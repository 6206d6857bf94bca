package matcher

import (
	"bytes"
	"slices"
)

// The limits of clustering. They are part of the definition of the partition: to
// change one is to change the result.
const (
	// ComponentCap is the most records that are clustered at one threshold; a larger
	// component is first cut at a threshold that rises by LadderStep.
	ComponentCap = 500
	// LadderStep is the rise of the threshold inside a component past ComponentCap.
	LadderStep = Bit / 2
	// CohesionDivisor says how many of the pairs between two groups must be linked
	// before a link below the strong threshold joins them: one in CohesionDivisor.
	CohesionDivisor = 3
)

// Edge is a link between two records of a component, by their index in it.
type Edge struct {
	A, B   int32
	Weight Weight
}

// Component is a set of records connected by links at or above the same threshold,
// or by judgements. Slices are read, not kept.
type Component struct {
	// Ties has one entry per record.
	Ties []Tie
	// Edges are the links of the model, each pair once, in any order.
	Edges []Edge
	// Same and Different are the judged pairs, each pair once.
	Same, Different [][2]int32
	// Veto reports whether two records contradict one another; symmetric.
	Veto func(a, b int32) bool
	// Trace, if not nil, is told of each join, in order.
	Trace func(Join)
}

// Join is one step of a clustering: a link, judged or of the model, that united two
// groups. The groups are the caller's to keep.
type Join struct {
	A, B           int32
	Weight         Weight // 0 when judged
	Judged         bool
	GroupA, GroupB []int32
}

// Cluster partitions a component and returns, for each record, the index of the
// first record of its group. It is a pure function of the component: neither the
// order of its records nor of its edges matters, only their ties.
//
// The links are taken from the heaviest to the lightest, judged ones first, and
// each joins the groups of its ends unless a judgement or a veto stands between
// any two of their members, or the link is not strong and too few pairs between
// the groups are linked (the guard against chains).
func Cluster(c *Component, same, strong Weight) []int32 {
	label := make([]int32, len(c.Ties))
	var room [fewRecords]int32
	nodes := room[:]
	if len(label) > len(nodes) {
		nodes = make([]int32, len(label))
	}
	nodes = nodes[:len(label)]
	for i := range nodes {
		nodes[i], label[i] = int32(i), int32(i)
	}
	switch {
	case len(nodes) <= 1:
	case len(nodes) <= ComponentCap:
		kruskal(c, nodes, nodes, c.Edges, strong, label)
	default:
		ladder(c, nodes, nowhere(len(nodes)), c.Edges, same, strong, label)
	}
	return label
}

// ladder clusters the sub-component of nodes, whose edges are given, and writes its labels.
// local has elsewhere for every record, before and after.
func ladder(c *Component, nodes, local []int32, edges []Edge, threshold, strong Weight, label []int32) {
	if len(nodes) <= ComponentCap {
		kruskalOf(c, nodes, local, edges, strong, label)
		return
	}
	var kept []Edge
	for _, e := range edges {
		if e.Weight >= threshold {
			kept = append(kept, e)
		}
	}
	for _, part := range components(c, nodes, kept) {
		switch {
		case len(part.edges) == 0 && len(part.nodes) > ComponentCap: // held by judgements alone
			kruskalOf(c, part.nodes, local, nil, strong, label)
		default:
			ladder(c, part.nodes, local, part.edges, threshold+LadderStep, strong, label)
		}
	}
}

// part is a connected piece of a component.
type part struct {
	nodes []int32
	edges []Edge
}

// components splits nodes into the pieces that edges and same-judgements connect,
// in order of their first node.
func components(c *Component, nodes []int32, edges []Edge) []part {
	in := make(map[int32]bool, len(nodes))
	for _, n := range nodes {
		in[n] = true
	}
	u := newUnion(len(c.Ties))
	for _, e := range edges {
		u.join(e.A, e.B)
	}
	for _, p := range c.Same {
		if in[p[0]] && in[p[1]] {
			u.join(p[0], p[1])
		}
	}
	var parts []part
	at := map[int32]int{}
	for _, n := range nodes {
		root := u.find(n)
		i, ok := at[root]
		if !ok {
			i = len(parts)
			at[root] = i
			parts = append(parts, part{})
		}
		parts[i].nodes = append(parts[i].nodes, n)
	}
	for _, e := range edges {
		i := at[u.find(e.A)]
		parts[i].edges = append(parts[i].edges, e)
	}
	return parts
}

// kruskalOf is kruskal for some nodes of a component. local has elsewhere for every record,
// before and after.
func kruskalOf(c *Component, nodes, local []int32, edges []Edge, strong Weight, label []int32) {
	for i, n := range nodes {
		local[n] = int32(i)
	}
	kruskal(c, nodes, local, edges, strong, label)
	for _, n := range nodes {
		local[n] = elsewhere
	}
}

// kruskal groups the nodes by their links, heaviest first. local is the place of a record of
// the component among nodes, elsewhere for none.
func kruskal(c *Component, nodes, local []int32, edges []Edge, strong Weight, label []int32) {
	var room groupingRoom
	g := newGrouping(c, nodes, local, &room)
	for _, p := range sortedPairs(c, c.Same, local) {
		g.join(Join{A: p[0], B: p[1], Judged: true})
	}
	var few [fewRecords * (fewRecords - 1) / 2]Edge
	links := append(few[:0], edges...)
	slices.SortFunc(links, func(x, y Edge) int {
		if x.Weight != y.Weight {
			return int(y.Weight) - int(x.Weight)
		}
		return comparePairs(c.Ties, [2]int32{x.A, x.B}, [2]int32{y.A, y.B})
	})
	for _, e := range links {
		if a, b := g.group[local[e.A]], g.group[local[e.B]]; a != b && (e.Weight >= strong || g.cohesive(a, b)) && !g.vetoed(a, b) {
			g.join(Join{A: e.A, B: e.B, Weight: e.Weight})
		}
	}
	g.write(label)
}

// sortedPairs returns the pairs whose ends are both local, in order of their ties.
func sortedPairs(c *Component, pairs [][2]int32, local []int32) [][2]int32 {
	var kept [][2]int32
	for _, p := range pairs {
		if local[p[0]] != elsewhere && local[p[1]] != elsewhere {
			kept = append(kept, p)
		}
	}
	slices.SortFunc(kept, func(x, y [2]int32) int { return comparePairs(c.Ties, x, y) })
	return kept
}

// comparePairs orders unordered pairs by their ties.
func comparePairs(ties []Tie, x, y [2]int32) int {
	xl, xh := orderTies(ties[x[0]], ties[x[1]])
	yl, yh := orderTies(ties[y[0]], ties[y[1]])
	if d := bytes.Compare(xl[:], yl[:]); d != 0 {
		return d
	}
	return bytes.Compare(xh[:], yh[:])
}

func orderTies(a, b Tie) (lo, hi Tie) {
	if bytes.Compare(a[:], b[:]) > 0 {
		return b, a
	}
	return a, b
}
