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
}

// around finds the identity of a record. The cloud takes one weak step and no more: a
// chain of them would let one objection silence a street.
func (p *Policy) around(c *Case, index map[string]int, from int) identity {
	strong := rank(aloi.LinkStrong)
	id := identity{
		core:  reach(c, index, []int{from}, rank(p.MinGrant)),
		whole: reach(c, index, []int{from}, strong),
	}
	id.asked = id.core
	id.cloud = reach(c, index, []int{from}, max(strong, rank(p.MinStop)))
	if rank(p.MinStop) < strong {
		var beyond []int
		for _, l := range c.Links {
			a, b := ends(l, index)
			if a < 0 || b < 0 || rank(l.Strength) < rank(p.MinStop) {
				continue
			}
			if id.whole[a] != id.whole[b] {
				beyond = append(beyond, a, b)
			}
		}
		for i, in := range reach(c, index, beyond, strong) {
			id.cloud[i] = id.cloud[i] || in
		}
	}
	for _, l := range c.Links {
		if a, b := ends(l, index); a >= 0 && b >= 0 && id.cloud[a] && id.cloud[b] && rank(l.Strength) > 0 {
			id.links = append(id.links, l)
		}
	}
	slices.SortFunc(id.links, compareLinks)
	id.links = slices.Compact(id.links)
	return id
}

func ends(l Link, index map[string]int) (a, b int) {
	a, okA := index[l.A]
	b, okB := index[l.B]
	if !okA || !okB {
		return -1, -1
	}
	return a, b
}

// reach returns the records connected to some by links of at least a strength.
func reach(c *Case, index map[string]int, from []int, least int) []bool {
	in := make([]bool, len(c.Records))
	for _, i := range from {
		in[i] = true
	}
	for again := true; again; {
		again = false
		for _, l := range c.Links {
			a, b := ends(l, index)
			if a >= 0 && rank(l.Strength) >= least && in[a] != in[b] {
				in[a], in[b], again = true, true, true
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
