package consent

import (
	"slices"

	"aloi"
)

// rank orders the strengths of links; 0 is none.
func rank(s aloi.LinkStrength) int {
	switch s {
	case aloi.LinkWeak:
		return 1
	case aloi.LinkStrong:
		return 2
	case aloi.LinkDeterministic:
		return 3
	case aloi.LinkAsserted:
		return 4
	}
	return 0
}

// identity is which records of a case are whom, seen from one of them. All sets are by
// index of the record.
type identity struct {
	asked []bool // the core of the record asked for
	core  []bool // whose grants count: links of at least min_grant
	whole []bool // the golden record: links of at least STRONG
	cloud []bool // whose person-wide stops count: the above and those one WEAK link away
	links []Link // that were used to get there
	edges []edge
}

// around finds the identity of a record. The cloud takes one weak step and no more: a
// chain of them would let one objection silence a street.
func (p *Policy) around(c *Case, index map[string]int, from int) identity {
	strong, minStop := rank(aloi.LinkStrong), rank(p.MinStop)
	id := identity{edges: edges(c, index)}
	id.core = id.reach(rank(p.MinGrant), len(c.Records), from)
	id.asked = id.core
	id.whole = id.reach(strong, len(c.Records), from)
	id.cloud = id.reach(max(strong, minStop), len(c.Records), from)
	if minStop < strong {
		var beyond []int
		for _, e := range id.edges {
			if e.rank >= minStop && id.whole[e.a] != id.whole[e.b] {
				beyond = append(beyond, e.a, e.b)
			}
		}
		for i, in := range id.reach(strong, len(c.Records), beyond...) {
			id.cloud[i] = id.cloud[i] || in
		}
	}
	for _, e := range id.edges {
		if id.cloud[e.a] && id.cloud[e.b] {
			id.links = append(id.links, *e.link)
		}
	}
	slices.SortFunc(id.links, compareLinks)
	id.links = slices.Compact(id.links)
	return id
}

// edge is a link by the indexes of its records.
type edge struct {
	a, b, rank int
	link       *Link
}

// edges returns the links between records of a case.
func edges(c *Case, index map[string]int) []edge {
	list := make([]edge, 0, len(c.Links))
	for i := range c.Links {
		l := &c.Links[i]
		a, okA := index[l.A]
		b, okB := index[l.B]
		if r := rank(l.Strength); okA && okB && r > 0 {
			list = append(list, edge{a, b, r, l})
		}
	}
	return list
}

// reach returns which of n records are connected to some by links of at least a rank.
func (id *identity) reach(least, n int, from ...int) []bool {
	in := make([]bool, n)
	for _, i := range from {
		in[i] = true
	}
	for again := true; again; {
		again = false
		for _, e := range id.edges {
			if e.rank >= least && in[e.a] != in[e.b] {
				in[e.a], in[e.b], again = true, true, true
			}
		}
	}
	return in
}

// owns reports whether a record has a contact point.
func (r *Record) owns(cp string) bool { return slices.Contains(r.ContactPoints, cp) }

// anyOwns reports whether one of the records in a set has a contact point.
func (c *Case) anyOwns(in []bool, cp string) bool {
	for i := range c.Records {
		if in[i] && c.Records[i].owns(cp) {
			return true
		}
	}
	return false
}
