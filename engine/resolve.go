package engine

import (
	"slices"

	"aloi"
	"aloi/matcher"
	"aloi/store"
)

// group is an entity after the batch, if it may have changed.
type group struct {
	entity  uint64
	members []uint64 // ascending
	// before are the entities that its records were in, ascending; from counts, for
	// each, how many.
	before []uint64
	from   map[uint64]int

	kind    aloi.ChangeKind // empty when nothing changed
	added   []uint64        // records that were not in the entity of this id
	removed []uint64        // records of the entity of this id that are elsewhere, or gone
	touched []uint64        // records that stayed, and changed
	golden  []aloi.Attribute
}

// resolve clusters again every component that a seed is in, and works out what
// became of the entities of its records.
//
// A component without a seed has the links that it had, and so the groups that it
// had: the result is that of resolving everything.
func (b *batch) resolve() error {
	if err := b.fetchComponents(); err != nil {
		return err
	}
	seen := map[uint64]bool{}
	for _, seed := range sortedKeys(b.seeds) {
		if seen[seed] || !b.live(seed) {
			continue
		}
		nodes, err := b.reach(seed, seen)
		if err != nil {
			return err
		}
		if err := b.cluster(nodes); err != nil {
			return err
		}
	}
	if err := b.addTouched(); err != nil {
		return err
	}
	return b.settleEntities()
}

// live reports whether a record is stored after the batch.
func (b *batch) live(number uint64) bool {
	s, ok := b.records[number]
	return !ok || s.after != nil
}

// reach returns the records of a component, ascending.
func (b *batch) reach(seed uint64, seen map[uint64]bool) ([]uint64, error) {
	seen[seed] = true
	nodes := []uint64{seed}
	for i := 0; i < len(nodes); i++ {
		others, err := b.joined(nodes[i])
		if err != nil {
			return nil, err
		}
		for _, n := range others {
			if !seen[n] {
				seen[n] = true
				nodes = append(nodes, n)
			}
		}
	}
	slices.Sort(nodes)
	return nodes, nil
}

// joined returns the records that a record is linked to at the same threshold, or
// judged the same with: ascending.
func (b *batch) joined(number uint64) ([]uint64, error) {
	links, err := b.linksOf(number)
	if err != nil {
		return nil, err
	}
	var list []uint64
	for _, l := range links.after {
		if b.joins(l) {
			list = append(list, l.Other)
		}
	}
	err = b.eachJudged(number, func(other uint64, same bool) {
		if same {
			list = append(list, other)
		}
	})
	slices.Sort(list)
	return slices.Compact(list), err
}

// unjudged reports whether no judgement stands, before the batch or in it, so that
// none need be looked for.
func (b *batch) unjudged() bool { return b.counters.Judgements == 0 && len(b.rulings) == 0 }

// eachJudged calls fn for each stored record that is judged with this one.
func (b *batch) eachJudged(number uint64, fn func(other uint64, same bool)) error {
	if b.unjudged() {
		return nil
	}
	f, err := b.feature(number)
	if err != nil {
		return err
	}
	list, err := b.judgedOf(f.Ref)
	if err != nil {
		return err
	}
	for _, j := range list {
		n, err := b.number(j.Other)
		if err != nil {
			return err
		}
		if n != 0 {
			fn(n, j.Same)
		}
	}
	return nil
}

// component builds the input of the clustering for records, which ascend.
func (b *batch) component(nodes []uint64) (*matcher.Component, error) {
	records := make([]*matcher.Prepared, len(nodes))
	c := &matcher.Component{Ties: make([]matcher.Tie, 0, len(nodes)), Veto: func(x, y int32) bool {
		if l := b.links[nodes[x]].get(nodes[y]); l != nil {
			return l.Veto // a veto holds, or does not, whatever is too common
		}
		return b.matcher.Weigh(records[x], records[y], nil).Veto
	}}
	for i, n := range nodes {
		f, err := b.feature(n)
		if err != nil {
			return nil, err
		}
		records[i], c.Ties = f.record, append(c.Ties, f.record.Tie)
	}
	for i, n := range nodes {
		links, err := b.linksOf(n)
		if err != nil {
			return nil, err
		}
		for _, l := range links.after {
			if k, found := slices.BinarySearch(nodes, l.Other); found && k > i && b.joins(l) {
				c.Edges = append(c.Edges, matcher.Edge{A: int32(i), B: int32(k), Weight: matcher.Weight(l.Weight)})
			}
		}
		err = b.eachJudged(n, func(other uint64, same bool) {
			k, found := slices.BinarySearch(nodes, other)
			switch {
			case !found || k < i:
			case same:
				c.Same = append(c.Same, [2]int32{int32(i), int32(k)})
			default:
				c.Different = append(c.Different, [2]int32{int32(i), int32(k)})
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

// cluster splits a component into groups.
func (b *batch) cluster(nodes []uint64) error {
	c, err := b.component(nodes)
	if err != nil {
		return err
	}
	byRoot := map[int32]*group{}
	for i, root := range matcher.Cluster(c, b.matcher.Model().Same, b.matcher.Model().Strong) {
		g, ok := byRoot[root]
		if !ok {
			g = &group{}
			byRoot[root] = g
			b.groups = append(b.groups, g)
		}
		g.members = append(g.members, nodes[i])
		b.groupOf[nodes[i]] = g
	}
	return nil
}

// addTouched adds the entities of records that changed without being resolved again.
func (b *batch) addTouched() error {
	for _, number := range sortedKeys(b.records) {
		s := b.records[number]
		if s.after == nil || !s.touched() || b.groupOf[number] != nil {
			continue
		}
		home, err := b.home(number)
		if err != nil {
			return err
		}
		e, err := b.entity(home)
		if err != nil {
			return err
		}
		g := &group{members: e.Members}
		b.groups = append(b.groups, g)
		for _, m := range e.Members {
			b.groupOf[m] = g
		}
	}
	return nil
}

// entity returns an entity as it was before the batch.
func (b *batch) entity(number uint64) (*store.Entity, error) {
	if e, ok := b.entities[number]; ok {
		return e, nil
	}
	e, err := b.r.Entity(number)
	if err == nil {
		b.entities[number] = e
	}
	return e, err
}
