package matcher

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// randomGraph returns a component of n records with links of few weights, judgements and
// vetoes, the fewer of each the larger sparse is.
func randomGraph(rng *rand.Rand, n, sparse int) *graph {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint("r", i)
	}
	g := newGraph(names...)
	one, all := max(rng.IntN(12), 3), n*(n-1)/2
	for b := range int32(n) {
		for a := range b {
			if rng.IntN(all) >= n*n/sparse {
				continue
			}
			pair := [2]int32{a, b}
			switch rng.IntN(one) {
			case 0:
				g.c.Same = append(g.c.Same, pair)
			case 1:
				g.c.Different = append(g.c.Different, pair)
			case 2:
				g.vetos[pair] = true
				fallthrough
			default:
				g.c.Edges = append(g.c.Edges, Edge{A: b, B: a, Weight: testSame + Weight(rng.IntN(9))*Bit})
			}
		}
	}
	return g
}

// course clusters a component and returns the labels, and what is asked and told on the way.
func course(g *graph, cluster func(*Component, Weight, Weight) []int32) (labels []int32, told []string) {
	c := g.c
	c.Veto = func(a, b int32) bool {
		told = append(told, fmt.Sprint("veto ", a, b))
		return g.c.Veto(a, b)
	}
	c.Trace = func(j Join) { told = append(told, fmt.Sprintf("join %+v", j)) }
	return cluster(&c, testSame, testStrong), told
}

func checkCluster(t *testing.T, g *graph) {
	t.Helper()
	want, wantTold := course(g, plainCluster)
	got, told := course(g, Cluster)
	if !slices.Equal(got, want) || !slices.Equal(told, wantTold) {
		t.Fatalf("of %+v\nlabels %v\nwant   %v\ncourse %v\nwant   %v", g.c, got, want, told, wantTold)
	}
}

// TestClusterAsPlain holds Cluster to plainCluster: the labels, each join and each veto that
// is asked for.
func TestClusterAsPlain(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for i := range 3000 {
		checkCluster(t, randomGraph(rng, i%14, 1+rng.IntN(12)))
	}
	for _, n := range []int{60, 200, ComponentCap, ComponentCap + 1, ComponentCap + 300} {
		for _, sparse := range []int{n / 10, n / 2, n} {
			checkCluster(t, randomGraph(rng, n, sparse))
		}
	}
	judged := randomGraph(rng, ComponentCap+50, 100*ComponentCap) // one held by judgements alone
	for i := range int32(len(judged.names) - 1) {
		judged.c.Same = append(judged.c.Same, [2]int32{i, i + 1})
	}
	checkCluster(t, judged)
}

func FuzzCluster(f *testing.F) {
	f.Add(uint64(1), uint8(3), uint8(1))
	f.Add(uint64(2), uint8(fewRecords), uint8(2))
	f.Add(uint64(3), uint8(fewRecords+1), uint8(3))
	f.Add(uint64(4), uint8(60), uint8(20))
	f.Fuzz(func(t *testing.T, seed uint64, n, sparse uint8) {
		checkCluster(t, randomGraph(rand.New(rand.NewPCG(seed, 1)), int(n), 1+int(sparse)))
	})
}

// BenchmarkCluster clusters components as a stream makes them, mostly of a few records that
// are all linked, and as they get at worst.
func BenchmarkCluster(b *testing.B) {
	for _, n := range []int{1, 2, 3, 4, 10, 100, ComponentCap} {
		g := newGraph()
		for i := range n {
			g.c.Ties = append(g.c.Ties, Tie{byte(i * 37), byte(i / 7)})
			for k := range min(i, 10) {
				g.c.Edges = append(g.c.Edges, Edge{A: int32(i), B: int32(i - k - 1), Weight: testSame + Weight(i*k%7)*Bit})
			}
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Cluster(&g.c, testSame, testStrong)
			}
		})
	}
}
