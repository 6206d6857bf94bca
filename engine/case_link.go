package engine

import (
	"slices"
	"strconv"

	"aloi"
	"aloi/consent"
	"aloi/matcher"
	"aloi/store"
)

// linkMembers adds the members and their links to the case, and returns the records
// outside that are one weak link away, ascending.
func (a *asking) linkMembers(p *person) (near []uint64, err error) {
	for i := range p.members {
		m := &p.members[i]
		addRecord(&p.c, m)
		links, err := a.r.Links(m.number)
		if err != nil {
			return nil, err
		}
		ruled, err := a.rulings(m)
		if err != nil {
			return nil, err
		}
		for _, l := range links {
			same, known := ruled[l.Other]
			switch other := find(p.members, l.Other); {
			case known && (same || other != nil):
			case other == nil && !l.Veto && !known:
				near = append(near, l.Other)
				p.c.Links = append(p.c.Links, weak(m.id, l.Other))
			case other != nil && l.Other > m.number:
				p.c.Links = append(p.c.Links, consent.Link{A: m.id, B: other.id, Strength: strength(a.model, linkOf(l))})
			}
		}
		for _, n := range sortedKeys(ruled) {
			switch other := find(p.members, n); {
			case !ruled[n]:
			case other == nil: // the steward's word was not enough to join them
				near = append(near, n)
				p.c.Links = append(p.c.Links, weak(m.id, n))
			case n > m.number:
				p.c.Links = append(p.c.Links, consent.Link{A: m.id, B: other.id, Strength: aloi.LinkAsserted})
			}
		}
	}
	p.hold()
	slices.Sort(near)
	return slices.Compact(near), nil
}

func weak(id string, other uint64) consent.Link {
	return consent.Link{A: id, B: strconv.FormatUint(other, 10), Strength: aloi.LinkWeak}
}

func linkOf(l store.Link) matcher.Link {
	return matcher.Link{Weight: matcher.Weight(l.Weight), Veto: l.Veto, Deterministic: l.Deterministic}
}

// rulings returns the stored records that a member was judged with, and how.
func (a *asking) rulings(m *part) (map[uint64]bool, error) {
	if !a.judged {
		return nil, nil
	}
	list, err := a.r.Judged(a.e.st.RefHash(m.dossier.Ref))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ruled := make(map[uint64]bool, len(list))
	for _, j := range list {
		n, err := a.r.Number(j.Other)
		if err != nil {
			return nil, err
		}
		if n != 0 {
			ruled[n] = j.Same
		}
	}
	return ruled, nil
}

// hold links members that no link holds to the others as STRONG: they are one golden
// record all the same. Links and entities disagree while a model is being adopted, and no
// stop may be lost meanwhile.
func (p *person) hold() {
	if len(p.members) == 1 {
		return
	}
	group := map[string]string{}
	root := func(id string) string {
		for group[id] != "" {
			id = group[id]
		}
		return id
	}
	for _, l := range p.c.Links {
		if l.Strength == aloi.LinkWeak || l.Strength == "" {
			continue
		}
		if x, y := root(l.A), root(l.B); x != y {
			group[x] = y
		}
	}
	first := p.members[0].id
	for i := range p.members {
		if x, y := root(p.members[i].id), root(first); x != y {
			group[x] = y
			p.c.Links = append(p.c.Links, consent.Link{A: first, B: p.members[i].id, Strength: aloi.LinkStrong})
		}
	}
}

// addNeighbour adds the entity of a record that is one weak link away, once. How its
// members are linked to one another plays no part: what they stop, they stop together.
func (a *asking) addNeighbour(p *person, near uint64, sayings *sayings) error {
	if slices.ContainsFunc(p.around, func(x part) bool { return x.number == near }) {
		return nil
	}
	entity, err := a.r.EntityOf(near)
	if err != nil {
		return err
	}
	numbers, err := a.r.EntityMembers(entity)
	if err != nil {
		return err
	}
	parts, err := a.parts(numbers)
	if err != nil {
		return err
	}
	for i := range parts {
		addRecord(&p.c, &parts[i])
		if i > 0 {
			p.c.Links = append(p.c.Links, consent.Link{A: parts[0].id, B: parts[i].id, Strength: aloi.LinkStrong})
		}
	}
	p.around = append(p.around, parts...)
	return sayings.add(parts)
}
