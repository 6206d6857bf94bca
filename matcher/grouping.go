package matcher

// grouping is the state of one clustering: groups of local nodes, how many links
// run between two groups, and which groups may never be joined. A group has the name of its
// first node; where two are joined, the smaller one gives up its own.
type grouping struct {
	c     *Component
	nodes []int32 // local index → index in the component
	local []int32 // and back, elsewhere for none

	group   []int32          // local node → group
	next    []int32          // local node → the next one of its group, elsewhere behind the last
	last    []int32          // group → its last node
	size    []int32          // group → how many nodes it has
	links   []int32          // pair of groups → links between them; none past ComponentCap, for judgements alone
	enemies []map[int32]bool // group → groups that a judgement or a veto keeps apart, nil for none
}

// elsewhere is the local index of a node that is not there.
const elsewhere = -1

// nowhere returns the local indexes of n records of which none is there.
func nowhere(n int) []int32 {
	local := make([]int32, n)
	for i := range local {
		local[i] = elsewhere
	}
	return local
}

// fewRecords is how many records a component has at most for which no memory is asked: nearly
// all have fewer.
const fewRecords = 6

// groupingRoom is the memory of a grouping of few records.
type groupingRoom struct {
	lists   [4*fewRecords + fewRecords*fewRecords]int32
	enemies [fewRecords]map[int32]bool
}

// newGrouping returns a grouping in which each node is alone. It may use room, which is zero.
func newGrouping(c *Component, nodes, local []int32, room *groupingRoom) grouping {
	n := len(nodes)
	pairs := n * n
	if n > ComponentCap {
		pairs = 0
	}
	lists, enemies := room.lists[:], room.enemies[:]
	if n > fewRecords {
		lists, enemies = make([]int32, 4*n+pairs), make([]map[int32]bool, n)
	}
	g := grouping{
		c: c, nodes: nodes, local: local,
		group: lists[:n], next: lists[n : 2*n], last: lists[2*n : 3*n], size: lists[3*n : 4*n],
		links: lists[4*n : 4*n+pairs], enemies: enemies[:n],
	}
	for i := range g.group {
		g.group[i], g.next[i], g.last[i], g.size[i] = int32(i), elsewhere, int32(i), 1
	}
	g.countLinks()
	g.markJudged()
	return g
}

func (g *grouping) countLinks() {
	if len(g.links) == 0 {
		return
	}
	for _, e := range g.c.Edges {
		if a, b := g.local[e.A], g.local[e.B]; a != elsewhere && b != elsewhere {
			*g.between(a, b)++
			*g.between(b, a)++
		}
	}
}

// between is how many links run from one group to another.
func (g *grouping) between(a, b int32) *int32 { return &g.links[int(a)*len(g.nodes)+int(b)] }

func (g *grouping) markJudged() {
	for _, p := range g.c.Different {
		if a, b := g.local[p[0]], g.local[p[1]]; a != elsewhere && b != elsewhere {
			g.keepApart(a, b)
		}
	}
}

// keepApart makes two groups enemies.
func (g *grouping) keepApart(a, b int32) {
	for _, x := range [...][2]int32{{a, b}, {b, a}} {
		if g.enemies[x[0]] == nil {
			g.enemies[x[0]] = map[int32]bool{}
		}
		g.enemies[x[0]][x[1]] = true
	}
}

// cohesive reports whether enough pairs between two groups are linked.
func (g *grouping) cohesive(a, b int32) bool {
	return int(*g.between(a, b))*CohesionDivisor >= int(g.size[a])*int(g.size[b])
}

// vetoed reports whether the groups must stay apart, and remembers that they must. Of those
// that need not, one gets the other's records: no pair is asked for twice.
func (g *grouping) vetoed(a, b int32) bool {
	if g.enemies[a][b] {
		return true
	}
	for x := a; x != elsewhere; x = g.next[x] {
		for y := b; y != elsewhere; y = g.next[y] {
			if g.c.Veto(g.nodes[x], g.nodes[y]) {
				g.keepApart(a, b)
				return true
			}
		}
	}
	return false
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
	if g.size[a] < g.size[b] {
		a, b = b, a
	}
	for n := b; n != elsewhere; n = g.next[n] {
		g.group[n] = a
	}
	g.next[g.last[a]], g.last[a] = b, g.last[b]
	g.size[a] += g.size[b]
	g.moveLinks(a, b)
	for other := range g.enemies[b] {
		delete(g.enemies[other], b)
		g.keepApart(a, other)
	}
}

// moveLinks gives the links of group b to a, which it joins. Nobody asks for b again.
func (g *grouping) moveLinks(a, b int32) {
	if len(g.links) == 0 {
		return
	}
	for other := range int32(len(g.nodes)) {
		n := *g.between(b, other)
		if n != 0 && other != a {
			*g.between(a, other) += n
			*g.between(other, a) += n
		}
	}
}

// recordsOf returns the records of a group, by their index in the component.
func (g *grouping) recordsOf(group int32) []int32 {
	out := make([]int32, 0, g.size[group])
	for n := group; n != elsewhere; n = g.next[n] {
		out = append(out, g.nodes[n])
	}
	return out
}

// write labels each record with the first one of its group. label has each itself.
func (g *grouping) write(label []int32) {
	for i, group := range g.group {
		first := &label[g.nodes[group]]
		*first = min(*first, g.nodes[i])
	}
	for i, group := range g.group {
		label[g.nodes[i]] = label[g.nodes[group]]
	}
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
