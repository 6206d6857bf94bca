package engine

import (
	"cmp"
	"slices"

	"aloi"
)

// settleEntities gives each group its entity, and says what changed.
//
// The rules of identity: an entity goes on in the group that has most of its
// records (tie: the group with the earliest of them). A group in which several
// entities go on keeps the oldest id, and the others redirect to it. A group in
// which none goes on is a new entity. An entity whose last record is gone is no more.
func (b *batch) settleEntities() error {
	old, err := b.census()
	if err != nil {
		return err
	}
	heirs := map[uint64]*group{}
	for _, id := range old {
		if g := b.heir(id); g != nil {
			heirs[id] = g
			if g.entity == 0 || id < g.entity {
				g.entity = id
			}
		}
	}
	slices.SortFunc(b.groups, func(x, y *group) int { return cmp.Compare(x.members[0], y.members[0]) })
	for _, g := range b.groups {
		if g.entity == 0 {
			g.entity = b.counters.NextEntity
			b.counters.NextEntity++
			b.counters.Entities++
		}
	}
	for _, id := range old {
		switch g := heirs[id]; {
		case g == nil:
			b.retired[id] = 0
			b.counters.Entities--
		case g.entity != id:
			b.retired[id] = g.entity
			b.counters.Entities--
		}
	}
	for _, g := range b.groups {
		b.describe(g, heirs)
	}
	return nil
}

// census fills in where the records of each group come from, and returns the
// entities that are affected, ascending: those and the ones of deleted records.
func (b *batch) census() ([]uint64, error) {
	if err := b.fetchHomes(); err != nil {
		return nil, err
	}
	var old []uint64
	for _, g := range b.groups {
		g.from = map[uint64]int{}
		for _, m := range g.members {
			home, err := b.home(m)
			if err != nil {
				return nil, err
			}
			if home != 0 {
				g.from[home]++
			}
		}
		g.before = sortedKeys(g.from)
		old = append(old, g.before...)
	}
	for number, s := range b.records {
		if s.before == nil || s.after != nil {
			continue
		}
		home, err := b.home(number)
		if err != nil {
			return nil, err
		}
		old = append(old, home)
	}
	slices.Sort(old)
	old = slices.Compact(old)
	for _, id := range old {
		if _, err := b.entity(id); err != nil {
			return nil, err
		}
	}
	return old, nil
}

// heir returns the group in which an entity goes on, nil when none of its records is left.
func (b *batch) heir(id uint64) *group {
	var best *group
	for _, m := range b.entities[id].Members { // ascending: the first group seen has the earliest record
		if g := b.groupOf[m]; g != nil && b.live(m) && (best == nil || g.from[id] > best.from[id]) {
			best = g
		}
	}
	return best
}

// describe says what changed for a group.
func (b *batch) describe(g *group, heirs map[uint64]*group) {
	var members []uint64
	if heirs[g.entity] == g {
		members = b.entities[g.entity].Members
	}
	g.added, g.removed = subtract(g.members, members), subtract(members, g.members)
	for _, id := range g.before {
		if id == g.entity || heirs[id] != g {
			continue
		}
		for _, m := range b.entities[id].Members { // of an entity that became this one, and deleted
			if !b.live(m) {
				g.removed = append(g.removed, m)
			}
		}
	}
	slices.Sort(g.removed)
	for _, m := range g.members {
		if s := b.records[m]; s != nil && s.before != nil && s.touched() && !slices.Contains(g.added, m) {
			g.touched = append(g.touched, m)
		}
	}
	g.kind = b.kindOf(g)
}

func (b *batch) kindOf(g *group) aloi.ChangeKind {
	switch {
	case len(g.before) == 0:
		return aloi.ChangeCreated
	case b.parted(g):
		return aloi.ChangeSplit
	case len(g.before) > 1:
		return aloi.ChangeMerged
	case len(g.added) > 0:
		return aloi.ChangeJoined
	case len(g.removed) > 0 || len(g.touched) > 0:
		return aloi.ChangeUpdated
	}
	return ""
}

// parted reports whether an entity that the group has records of has others elsewhere.
func (b *batch) parted(g *group) bool {
	for _, id := range g.before {
		for _, m := range b.entities[id].Members {
			if other := b.groupOf[m]; other != nil && other != g && b.live(m) {
				return true
			}
		}
	}
	return false
}

// subtract returns the elements of x that are not in y; both ascend.
func subtract(x, y []uint64) []uint64 {
	var out []uint64
	for _, n := range x {
		if _, found := slices.BinarySearch(y, n); !found {
			out = append(out, n)
		}
	}
	return out
}
