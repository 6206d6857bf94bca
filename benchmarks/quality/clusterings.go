package main

import (
	"math"
	"slices"

	"aloi/matcher"
)

// forest is a union-find over 0…n-1; the least member of a group is its root.
type forest []int32

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = int32(i)
	}
	return f
}

func (f forest) find(x int32) int32 {
	for f[x] != x {
		f[x] = f[f[x]]
		x = f[x]
	}
	return x
}

func (f forest) join(a, b int32) {
	a, b = f.find(a), f.find(b)
	f[max(a, b)] = min(a, b)
}

// labels returns the root of each.
func (f forest) labels() []int32 {
	out := make([]int32, len(f))
	for i := range f {
		out[i] = f.find(int32(i))
	}
	return out
}

// connected joins whatever a link at or above the threshold connects.
func (c *component) connected(threshold matcher.Weight) []int32 {
	f := newForest(len(c.Ties))
	for _, e := range c.Edges {
		if e.Weight >= threshold {
			f.join(e.A, e.B)
		}
	}
	return f.labels()
}

// centre makes stars: the first record of the heaviest link between two free records is
// a centre, and free records linked to a centre join it (Haveliwala, Gionis and Indyk,
// Scalable techniques for clustering the web, 2000).
func (c *component) centre() []int32 {
	return c.stars(func(forest, int32, int32) {})
}

// mergeCentre is centre, but two stars become one when a record of one is linked to the
// centre of the other (Hassanzadeh and Miller, Creating probabilistic databases from
// duplicated data, 2009).
func (c *component) mergeCentre() []int32 {
	return c.stars(func(f forest, centre, other int32) { f.join(centre, other) })
}

// stars makes stars; meet is told when a record of another star is linked to a centre.
func (c *component) stars(meet func(f forest, centre, other int32)) []int32 {
	const free, satellite, centre = 0, 1, 2
	state := make([]int, len(c.Ties))
	f := newForest(len(c.Ties))
	for _, e := range c.Edges {
		a, b := e.A, e.B
		if state[b] == centre && state[a] != centre {
			a, b = b, a
		}
		switch {
		case state[a] == free && state[b] == free:
			state[a], state[b] = centre, satellite
			f.join(a, b)
		case state[a] == centre && state[b] == free:
			state[b] = satellite
			f.join(a, b)
		case state[a] == centre:
			meet(f, a, b)
		}
	}
	return f.labels()
}

// between is what the weights of all pairs between two groups come to.
type between struct{ sum, least, pairs float64 }

// average is the mean weight of the pairs (Sokal and Michener, 1958).
func (b between) average() float64 { return b.sum / b.pairs }

// complete is the weight of the lightest pair (Sørensen, 1948).
func (b between) complete() float64 { return b.least }

// agglomerate joins the two groups that are most alike, again and again, as long as they
// are as alike as a link. Every pair of the component is weighed, linked or not.
func (c *component) agglomerate(alike func(between) float64) []int32 {
	n := int32(len(c.Ties))
	pairs := make([][]between, n)
	for a := range n {
		pairs[a] = make([]between, n)
	}
	for a := range n {
		for b := a + 1; b < n; b++ {
			w := float64(c.weigh(a, b))
			pairs[a][b] = between{w, w, 1}
			pairs[b][a] = pairs[a][b]
		}
	}
	f := newForest(int(n))
	groups := slices.Clone([]int32(f))
	for {
		best, x, y := math.Inf(-1), int32(0), int32(0)
		for i, a := range groups {
			for _, b := range groups[i+1:] {
				if likeness := alike(pairs[a][b]); likeness > best {
					best, x, y = likeness, a, b
				}
			}
		}
		if best < float64(c.same) {
			return f.labels()
		}
		f.join(x, y)
		groups = slices.DeleteFunc(groups, func(g int32) bool { return g == y })
		for _, g := range groups {
			p, q := pairs[x][g], pairs[y][g]
			pairs[x][g] = between{p.sum + q.sum, min(p.least, q.least), p.pairs + q.pairs}
			pairs[g][x] = pairs[x][g]
		}
	}
}
