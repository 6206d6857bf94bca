package engine

import (
	"cmp"
	"context"
	"slices"

	"aloi/matcher"
)

// resolver clusters the components of links and judgements of a batch.
type resolver struct {
	matcher *matcher.Matcher
	records []*matcher.Prepared
	labels  []int32

	links    []Link // sorted by A, then B; those of record i are linksAt[i] to linksAt[i+1]
	linksAt  []int
	judged   []JudgedPair // the same; judgedAt is nil without any
	judgedAt []int

	// The component of record i is that of first[i], its first record. A component of f
	// has the records nodes[nodesAt[f]:nodesAt[f+1]], ascending.
	first   []int32
	nodes   []int32
	nodesAt []int
	at      []int32 // record → index in its component
}

// resolveAll clusters every component of the links and judgements, and returns the labels.
func resolveAll(ctx context.Context, m *matcher.Matcher, records []*matcher.Prepared, links []Link, judged []JudgedPair, workers int) ([]int32, error) {
	r := &resolver{matcher: m, records: records, labels: make([]int32, len(records)), links: links}
	r.linksAt = startsOf(len(records), links, func(l Link) int32 { return l.A })
	if len(judged) > 0 {
		r.judged = slices.SortedStableFunc(slices.Values(judged), func(x, y JudgedPair) int { return cmp.Compare(x.A, y.A) })
		r.judgedAt = startsOf(len(records), r.judged, func(j JudgedPair) int32 { return j.A })
	}
	r.connect()
	const recordsPerTask = 4096
	scratch := make([]matcher.Component, workers)
	err := spread(ctx, workers, (len(records)+recordsPerTask-1)/recordsPerTask, func(w, t int) {
		for f := t * recordsPerTask; f < min((t+1)*recordsPerTask, len(records)); f++ {
			if r.first[f] == int32(f) {
				r.cluster(int32(f), &scratch[w])
			}
		}
	})
	return r.labels, err
}

// startsOf returns where the elements of each of n records begin in a list that is sorted
// by record.
func startsOf[T any](n int, list []T, record func(T) int32) []int {
	counts := make([]int, n+1)
	for _, x := range list {
		counts[record(x)]++
	}
	return offsets(counts)
}

// connect finds the components.
func (r *resolver) connect() {
	r.first = make([]int32, len(r.records))
	for i := range r.first {
		r.first[i] = int32(i)
	}
	for _, l := range r.links {
		if l.Weight >= r.matcher.Model().Same {
			r.unite(l.A, l.B)
		}
	}
	for _, j := range r.judged {
		if j.Same {
			r.unite(j.A, j.B)
		}
	}
	r.at = make([]int32, len(r.records))
	r.nodesAt = make([]int, len(r.records)+1)
	for i := range r.first {
		f := r.find(int32(i))
		r.first[i], r.at[i] = f, int32(r.nodesAt[f])
		r.nodesAt[f]++
	}
	offsets(r.nodesAt)
	r.nodes = make([]int32, len(r.records))
	for i, f := range r.first {
		r.nodes[r.nodesAt[f]+int(r.at[i])] = int32(i)
	}
}

// find returns the first record of the component of a record, as known so far.
func (r *resolver) find(x int32) int32 {
	for r.first[x] != x {
		r.first[x] = r.first[r.first[x]]
		x = r.first[x]
	}
	return x
}

// unite brings the components of two records together.
func (r *resolver) unite(a, b int32) {
	a, b = r.find(a), r.find(b)
	r.first[max(a, b)] = min(a, b)
}

// cluster labels the records of the component of a first record. c is for it to use again.
func (r *resolver) cluster(f int32, c *matcher.Component) {
	nodes := r.nodes[r.nodesAt[f]:r.nodesAt[f+1]]
	if len(nodes) == 1 {
		r.labels[f] = f
		return
	}
	if len(nodes) == 2 && r.judged == nil {
		// One link, which holds unless they contradict one another.
		l := r.linked(nodes[0], nodes[1])
		r.labels[nodes[0]], r.labels[nodes[1]] = f, f
		if l.Veto {
			r.labels[nodes[1]] = nodes[1]
		}
		return
	}
	r.fill(c, nodes)
	for k, root := range matcher.Cluster(c, r.matcher.Model().Same, r.matcher.Model().Strong) {
		r.labels[nodes[k]] = nodes[root]
	}
}

// linked returns the link of two records, nil where there is none.
func (r *resolver) linked(a, b int32) *Link {
	a, b = min(a, b), max(a, b)
	of := r.links[r.linksAt[a]:r.linksAt[a+1]]
	i, ok := slices.BinarySearchFunc(of, b, func(l Link, b int32) int { return cmp.Compare(l.B, b) })
	if !ok {
		return nil
	}
	return &of[i]
}

// vetoed reports whether two records contradict one another. A link of them says it.
func (r *resolver) vetoed(a, b int32) bool {
	if l := r.linked(a, b); l != nil {
		return l.Veto
	}
	return r.matcher.Weigh(r.records[a], r.records[b], nil).Veto
}

// fill makes the input of the clustering for the records of a component. Judgements that
// leave the component are left out.
func (r *resolver) fill(c *matcher.Component, nodes []int32) {
	c.Veto = func(a, b int32) bool { return r.vetoed(nodes[a], nodes[b]) }
	c.Ties, c.Edges, c.Same, c.Different = c.Ties[:0], c.Edges[:0], c.Same[:0], c.Different[:0]
	for _, n := range nodes {
		c.Ties = append(c.Ties, r.records[n].Tie)
		for _, l := range r.links[r.linksAt[n]:r.linksAt[n+1]] {
			if l.Weight >= r.matcher.Model().Same {
				c.Edges = append(c.Edges, matcher.Edge{A: r.at[l.A], B: r.at[l.B], Weight: l.Weight})
			}
		}
		if r.judgedAt == nil {
			continue
		}
		for _, j := range r.judged[r.judgedAt[n]:r.judgedAt[n+1]] {
			if r.first[j.A] != r.first[j.B] {
				continue
			}
			pair := [2]int32{r.at[j.A], r.at[j.B]}
			if j.Same {
				c.Same = append(c.Same, pair)
			} else {
				c.Different = append(c.Different, pair)
			}
		}
	}
}
