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

// places finds records of a case by id.
type places struct {
	records []Record
	byID    map[string]int // nil where there are few
}

// fewRecords is up to how many it is quicker to look at each.
const fewRecords = 12

func placesOf(records []Record) places {
	p := places{records: records}
	if len(records) > fewRecords {
		p.byID = make(map[string]int, len(records))
		for i := range records {
			p.byID[records[i].ID] = i
		}
	}
	return p
}

// of returns the index of a record, -1 for one that is not of the case.
func (p places) of(id string) int {
	if p.byID == nil {
		for i := len(p.records) - 1; i >= 0; i-- { // the last of an id, as in the map
			if p.records[i].ID == id {
				return i
			}
		}
		return -1
	}
	if i, ok := p.byID[id]; ok {
		return i
	}
	return -1
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
func (p *Policy) around(c *Case, index places, from int) identity {
	strong, minStop := rank(aloi.LinkStrong), rank(p.MinStop)
	id := identity{edges: edges(c, index)}
	id.core = id.reach(rank(p.MinGrant), len(c.Records), from)
	id.asked = id.core
	if len(id.edges) == 0 {
		id.whole, id.cloud = id.core, id.core
		return id
	}
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
func edges(c *Case, index places) []edge {
	list := make([]edge, 0, len(c.Links))
	for i := range c.Links {
		l := &c.Links[i]
		a, b := index.of(l.A), index.of(l.B)
		if r := rank(l.Strength); a >= 0 && b >= 0 && r > 0 {
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
