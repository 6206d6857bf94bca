package matcher

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"aloi"
)

// graph builds components for tests: records are named, links are written out.
type graph struct {
	names []string
	c     Component
	vetos map[[2]int32]bool
}

func newGraph(names ...string) *graph {
	g := &graph{names: names, vetos: map[[2]int32]bool{}}
	for _, n := range names {
		g.c.Ties = append(g.c.Ties, TieOf(aloi.RecordRef{Source: "test", ID: n}))
	}
	g.c.Veto = func(a, b int32) bool { return g.vetos[[2]int32{min(a, b), max(a, b)}] }
	return g
}

func (g *graph) at(name string) int32 { return int32(slices.Index(g.names, name)) }

func (g *graph) link(a, b string, w Weight) *graph {
	g.c.Edges = append(g.c.Edges, Edge{A: g.at(a), B: g.at(b), Weight: w})
	return g
}

func (g *graph) same(a, b string) *graph {
	g.c.Same = append(g.c.Same, [2]int32{g.at(a), g.at(b)})
	return g
}

func (g *graph) different(a, b string) *graph {
	g.c.Different = append(g.c.Different, [2]int32{g.at(a), g.at(b)})
	return g
}

func (g *graph) veto(a, b string) *graph {
	x, y := g.at(a), g.at(b)
	g.vetos[[2]int32{min(x, y), max(x, y)}] = true
	return g
}

// groups renders the clustering: members sorted, groups sorted.
func (g *graph) groups(c *Component) string {
	by := map[int32][]string{}
	for i, root := range Cluster(c, testSame, testStrong) {
		by[root] = append(by[root], g.names[i])
	}
	var out []string
	for _, members := range by {
		slices.Sort(members)
		out = append(out, fmt.Sprint(members))
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

const testSame, testStrong = 8 * Bit, 14 * Bit

func TestCluster(t *testing.T) {
	for _, tc := range []struct {
		name string
		g    *graph
		want string
	}{
		{"a link joins", newGraph("a", "b", "c").link("a", "b", 9000), "[[a b] [c]]"},
		{"a judgement joins without a link", newGraph("a", "b").same("a", "b"), "[[a b]]"},
		{"a judgement outranks a veto", newGraph("a", "b").same("a", "b").veto("a", "b"), "[[a b]]"},
		{"a judgement keeps linked records apart", newGraph("a", "b").link("a", "b", 30000).different("a", "b"), "[[a] [b]]"},
		{"a veto keeps linked records apart", newGraph("a", "b").link("a", "b", 30000).veto("a", "b"), "[[a] [b]]"},
		{"a veto between two keeps their groups apart",
			newGraph("a", "b", "c").link("a", "b", 30000).link("b", "c", 20000).veto("a", "c"), "[[a b] [c]]"},
		{"the heavier link wins where both can't be had",
			newGraph("a", "b", "c").link("a", "b", 15000).link("b", "c", 25000).veto("a", "c"), "[[a] [b c]]"},
		{"a chain of weak links does not hold",
			newGraph("a", "b", "c", "d").link("a", "b", 13000).link("c", "d", 12000).link("b", "c", 9000), "[[a b] [c d]]"},
		{"enough weak links do",
			newGraph("a", "b", "c", "d").link("a", "b", 13000).link("c", "d", 12000).link("b", "c", 9000).link("a", "d", 9000), "[[a b c d]]"},
		{"one strong link does",
			newGraph("a", "b", "c", "d").link("a", "b", 13000).link("c", "d", 12000).link("b", "c", 14000), "[[a b c d]]"},
		{"different judged across a judged chain",
			newGraph("a", "b", "c").same("a", "b").same("b", "c").different("a", "c"), "two groups, b with one of them"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := tc.g.groups(&tc.g.c)
			if tc.want == "two groups, b with one of them" {
				if got != "[[a b] [c]]" && got != "[[a] [b c]]" {
					t.Errorf("got %s", got)
				}
				return
			}
			if got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// TestClusterOrder holds that neither the order of records nor that of edges matters,
// below and above the cap, with judgements and vetoes.
func TestClusterOrder(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 1))
		n := 5 + rng.IntN(30)
		if seed%20 == 0 {
			n = ComponentCap + 40
		}
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprint("r", i)
		}
		g := newGraph(names...)
		seen := map[[2]int]bool{}
		for range 3 * n {
			a, b := rng.IntN(n), rng.IntN(n)
			if a == b || seen[[2]int{min(a, b), max(a, b)}] {
				continue
			}
			seen[[2]int{min(a, b), max(a, b)}] = true
			switch rng.IntN(12) {
			case 0:
				g.same(names[a], names[b])
			case 1:
				g.different(names[a], names[b])
			case 2:
				g.veto(names[a], names[b])
			default:
				g.link(names[a], names[b], testSame+Weight(rng.IntN(9))*Bit) // few values: many ties
			}
		}
		want := g.groups(&g.c)
		for range 4 {
			if got := shuffled(rng, g).groupsOf(); got != want {
				t.Fatalf("seed %d: another order gives another partition", seed)
			}
		}
	}
}

func (g *graph) groupsOf() string { return g.groups(&g.c) }

// shuffled is the same graph with its records and edges in another order.
func shuffled(rng *rand.Rand, g *graph) *graph {
	names := slices.Clone(g.names)
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	h := newGraph(names...)
	for _, e := range g.c.Edges {
		h.link(g.names[e.B], g.names[e.A], e.Weight)
	}
	for _, p := range g.c.Same {
		h.same(g.names[p[1]], g.names[p[0]])
	}
	for _, p := range g.c.Different {
		h.different(g.names[p[1]], g.names[p[0]])
	}
	for p := range g.vetos {
		h.veto(g.names[p[0]], g.names[p[1]])
	}
	rng.Shuffle(len(h.c.Edges), func(i, j int) { h.c.Edges[i], h.c.Edges[j] = h.c.Edges[j], h.c.Edges[i] })
	return h
}

// TestClusterChainAttack holds that a long chain of links just above the threshold
// does not become one entity.
func TestClusterChainAttack(t *testing.T) {
	names := make([]string, 400)
	for i := range names {
		names[i] = fmt.Sprint("link", i)
	}
	g := newGraph(names...)
	for i := range names[1:] {
		g.link(names[i], names[i+1], testSame+Weight(i%5))
	}
	sizes := map[int32]int{}
	largest := 0
	for _, root := range Cluster(&g.c, testSame, testStrong) {
		sizes[root]++
		largest = max(largest, sizes[root])
	}
	if largest > CohesionDivisor+1 { // one link holds one record to CohesionDivisor others
		t.Errorf("the largest entity of the chain has %d records", largest)
	}
}

// TestClusterLadder holds that a component past the cap is cut at a higher threshold.
func TestClusterLadder(t *testing.T) {
	names := make([]string, ComponentCap+100)
	for i := range names {
		names[i] = fmt.Sprint("r", i)
	}
	g := newGraph(names...)
	for i := range names[1:] { // pairs held by 20 bits, hung together by 15: strong each
		w := 15 * Bit
		if i%2 == 0 {
			w = 20 * Bit
		}
		g.link(names[i], names[i+1], w)
	}
	sizes := map[int32]int{}
	for _, root := range Cluster(&g.c, testSame, testStrong) {
		sizes[root]++
	}
	for root, n := range sizes {
		if n != 2 {
			t.Fatalf("the entity of %s has %d records, want the pair that 20 bits hold", names[root], n)
		}
	}
}

func TestClusterTrace(t *testing.T) {
	g := newGraph("a", "b", "c").link("a", "b", 20000).link("b", "c", 15000)
	var steps []string
	g.c.Trace = func(j Join) {
		steps = append(steps, fmt.Sprint(len(j.GroupA), "+", len(j.GroupB), " at ", j.Weight))
	}
	Cluster(&g.c, testSame, testStrong)
	if got := fmt.Sprint(steps); got != "[1+1 at 20000 2+1 at 15000]" && got != "[1+1 at 20000 1+2 at 15000]" {
		t.Errorf("steps %s", got)
	}
}
