package matcher

// grouping is the state of one clustering: groups of local nodes, how many links
// run between two groups, and which groups may never be joined.
type grouping struct {
	c     *Component
	nodes []int32         // local index → index in the component
	local map[int32]int32 // and back

	group   []int32           // local node → group
	members map[int32][]int32 // group → local nodes
	links   []map[int32]int32 // group → other group → links between them
	enemies []map[int32]bool  // group → groups that a judgement or a veto keeps apart
	clear   []bool            // pair of local nodes → known not to be vetoed
}

func newGrouping(c *Component, nodes []int32) *grouping {
	n := len(nodes)
	g := &grouping{
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

func (g *grouping) countLinks() *grouping {
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

func (g *grouping) markJudged() *grouping {
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
func (g *grouping) cohesive(a, b int32) bool {
	pairs := len(g.members[a]) * len(g.members[b])
	return int(g.links[a][b])*CohesionDivisor >= pairs
}

// vetoed reports whether the groups must stay apart, and remembers that they must.
func (g *grouping) vetoed(a, b int32) bool {
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

func (g *grouping) isClear(x, y int32) bool {
	return g.clear != nil && g.clear[int(x)*len(g.nodes)+int(y)]
}

func (g *grouping) setClear(x, y int32) {
	if g.clear != nil {
		g.clear[int(x)*len(g.nodes)+int(y)], g.clear[int(y)*len(g.nodes)+int(x)] = true, true
	}
}

// join unites the groups of two records of the component unless a judgement
// keeps them apart. It does not ask for vetoes: a judgement outranks them.
func (g *grouping) join(step Join) {
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
func (g *grouping) recordsOf(group int32) []int32 {
	out := make([]int32, 0, len(g.members[group]))
	for _, n := range g.members[group] {
		out = append(out, g.nodes[n])
	}
	return out
}

// union is a union-find over 0…n-1.
type union []int32

func newUnion(n int) union {
	u := make(union, n)
	for i := range u {
		u[i] = int32(i)
	}
	return u
}

func (u union) find(x int32) int32 {
	for u[x] != x {
		u[x] = u[u[x]]
		x = u[x]
	}
	return x
}

// join makes the smaller root the root of both.
func (u union) join(a, b int32) {
	a, b = u.find(a), u.find(b)
	if a > b {
		a, b = b, a
	}
	u[b] = a
}
