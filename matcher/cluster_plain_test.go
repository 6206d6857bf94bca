package matcher

import "slices"

// plainCluster is Cluster with a map for whatever is looked up.
func plainCluster(c *Component, same, strong Weight) []int32 {
	label := make([]int32, len(c.Ties))
	nodes := make([]int32, len(c.Ties))
	for i := range nodes {
		nodes[i], label[i] = int32(i), int32(i)
	}
	plainLadder(c, nodes, c.Edges, same, strong, label)
	return label
}

// plainLadder clusters the sub-component of nodes, whose edges are given, and writes its labels.
func plainLadder(c *Component, nodes []int32, edges []Edge, threshold, strong Weight, label []int32) {
	if len(nodes) <= ComponentCap {
		plainKruskal(c, nodes, edges, strong, label)
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
			plainKruskal(c, part.nodes, nil, strong, label)
		default:
			plainLadder(c, part.nodes, part.edges, threshold+LadderStep, strong, label)
		}
	}
}

// plainKruskal groups the nodes by their links, heaviest first.
func plainKruskal(c *Component, nodes []int32, edges []Edge, strong Weight, label []int32) {
	g := newPlainGrouping(c, nodes)
	for _, p := range plainSortedPairs(c, c.Same, g.local) {
		g.join(Join{A: p[0], B: p[1], Judged: true})
	}
	links := slices.Clone(edges)
	slices.SortFunc(links, func(x, y Edge) int {
		if x.Weight != y.Weight {
			return int(y.Weight) - int(x.Weight)
		}
		return comparePairs(c.Ties, [2]int32{x.A, x.B}, [2]int32{y.A, y.B})
	})
	for _, e := range links {
		if a, b := g.group[g.local[e.A]], g.group[g.local[e.B]]; a != b && (e.Weight >= strong || g.cohesive(a, b)) && !g.vetoed(a, b) {
			g.join(Join{A: e.A, B: e.B, Weight: e.Weight})
		}
	}
	for _, members := range g.members {
		for _, n := range members {
			label[nodes[n]] = nodes[slices.Min(members)]
		}
	}
}

// plainSortedPairs returns the pairs whose ends are both local, in order of their ties.
func plainSortedPairs(c *Component, pairs [][2]int32, local map[int32]int32) [][2]int32 {
	var kept [][2]int32
	for _, p := range pairs {
		_, okA := local[p[0]]
		_, okB := local[p[1]]
		if okA && okB {
			kept = append(kept, p)
		}
	}
	slices.SortFunc(kept, func(x, y [2]int32) int { return comparePairs(c.Ties, x, y) })
	return kept
}

// plainGrouping is the state of one clustering: groups of local nodes, how many links
// run between two groups, and which groups may never be joined.
type plainGrouping struct {
	c     *Component
	nodes []int32         // local index → index in the component
	local map[int32]int32 // and back

	group   []int32           // local node → group
	members map[int32][]int32 // group → local nodes
	links   []map[int32]int32 // group → other group → links between them
	enemies []map[int32]bool  // group → groups that a judgement or a veto keeps apart
	clear   []bool            // pair of local nodes → known not to be vetoed
}

func newPlainGrouping(c *Component, nodes []int32) *plainGrouping {
	n := len(nodes)
	g := &plainGrouping{
		c: c, nodes: nodes,
		local:   make(map[int32]int32, n),
		group:   make([]int32, n),
		members: make(map[int32][]int32, n),
		links:   make([]map[int32]int32, n),
		enemies: make([]map[int32]bool, n),
	}
	for i, node := range nodes {
		i := int32(i)
		g.local[node], g.group[i], g.members[i] = i, i, []int32{i}
		g.links[i], g.enemies[i] = map[int32]int32{}, map[int32]bool{}
	}
	if n <= ComponentCap {
		g.clear = make([]bool, n*n)
	}
	return g.countLinks().markJudged()
}

func (g *plainGrouping) countLinks() *plainGrouping {
	for _, e := range g.c.Edges {
		a, okA := g.local[e.A]
		b, okB := g.local[e.B]
		if okA && okB {
			g.links[a][b]++
			g.links[b][a]++
		}
	}
	return g
}

func (g *plainGrouping) markJudged() *plainGrouping {
	for _, p := range g.c.Different {
		a, okA := g.local[p[0]]
		b, okB := g.local[p[1]]
		if okA && okB {
			g.enemies[a][b], g.enemies[b][a] = true, true
		}
	}
	return g
}

// cohesive reports whether enough pairs between two groups are linked.
func (g *plainGrouping) cohesive(a, b int32) bool {
	pairs := len(g.members[a]) * len(g.members[b])
	return int(g.links[a][b])*CohesionDivisor >= pairs
}

// vetoed reports whether the groups must stay apart, and remembers that they must.
func (g *plainGrouping) vetoed(a, b int32) bool {
	if g.enemies[a][b] {
		return true
	}
	for _, x := range g.members[a] {
		for _, y := range g.members[b] {
			if g.isClear(x, y) {
				continue
			}
			if g.c.Veto(g.nodes[x], g.nodes[y]) {
				g.enemies[a][b], g.enemies[b][a] = true, true
				return true
			}
			g.setClear(x, y)
		}
	}
	return false
}

func (g *plainGrouping) isClear(x, y int32) bool {
	return g.clear != nil && g.clear[int(x)*len(g.nodes)+int(y)]
}

func (g *plainGrouping) setClear(x, y int32) {
	if g.clear != nil {
		g.clear[int(x)*len(g.nodes)+int(y)], g.clear[int(y)*len(g.nodes)+int(x)] = true, true
	}
}

// join unites the groups of two records of the component unless a judgement
// keeps them apart. It does not ask for vetoes: a judgement outranks them.
func (g *plainGrouping) join(step Join) {
	a, b := g.group[g.local[step.A]], g.group[g.local[step.B]]
	if a == b || g.enemies[a][b] {
		return
	}
	if g.c.Trace != nil {
		step.GroupA, step.GroupB = g.recordsOf(a), g.recordsOf(b)
		g.c.Trace(step)
	}
	if len(g.members[a]) < len(g.members[b]) {
		a, b = b, a
	}
	for _, n := range g.members[b] {
		g.group[n] = a
	}
	g.members[a] = append(g.members[a], g.members[b]...)
	delete(g.members, b)
	for other, n := range g.links[b] {
		delete(g.links[other], b)
		if other != a {
			g.links[a][other] += n
			g.links[other][a] += n
		}
	}
	for other := range g.enemies[b] {
		delete(g.enemies[other], b)
		g.enemies[a][other], g.enemies[other][a] = true, true
	}
}

// recordsOf returns the records of a group, by their index in the component.
func (g *plainGrouping) recordsOf(group int32) []int32 {
	out := make([]int32, 0, len(g.members[group]))
	for _, n := range g.members[group] {
		out = append(out, g.nodes[n])
	}
	return out
}
