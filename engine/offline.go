package engine

import "aloi"

// Compose returns the entity that these records are, as a store would show it, but
// without an id: the golden record and the events of all members. It serves batch
// work that has no store, after Partition.
func (r *Rules) Compose(members []Contribution) *aloi.Entity {
	e := &aloi.Entity{Golden: r.Survive(members), Consents: mergeConsents(members), Interactions: mergeInteractions(members)}
	for _, m := range members {
		e.Members = append(e.Members, m.Ref)
	}
	sortRefs(e.Members)
	return e
}
