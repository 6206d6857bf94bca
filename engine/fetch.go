package engine

import (
	"slices"

	"aloi/store"
)

// unknown returns the keys of which nothing is known, each once. It takes the place of each
// with a zero, so that after an error what is known is wrong, and the batch is of no use.
func unknown[K comparable, V any](known map[K]V, keys []K) []K {
	missing := make([]K, 0, len(keys))
	for _, k := range keys {
		if _, ok := known[k]; !ok {
			var none V
			known[k] = none
			missing = append(missing, k)
		}
	}
	return missing
}

// fetch reads on all workers what of keys a batch does not know yet. Most of a
// batch's time goes into reads that do not depend on one another.
func fetch[K comparable, V any](b *batch, known map[K]V, keys []K, read func(K) (V, error)) error {
	missing := unknown(known, keys)
	values, errs := make([]V, len(missing)), make([]error, len(missing))
	b.e.parallel(len(missing), func(i int) { values[i], errs[i] = read(missing[i]) })
	for i, k := range missing {
		if errs[i] != nil {
			return errs[i]
		}
		known[k] = values[i]
	}
	return nil
}

// fetchNumbers looks up the records that the operations name.
func (b *batch) fetchNumbers() error {
	var refs []store.RefHash
	for _, op := range b.ops {
		if len(op.violations) == 0 && (op.Put != nil || op.Delete != nil) {
			refs = append(refs, op.ref)
		}
	}
	return fetch(b, b.numbers, refs, b.r.Number)
}

// changedBlocks returns the blocks of the records that changed.
func (b *batch) changedBlocks() (ids []store.BlockID) {
	for _, s := range b.records {
		if s.resolutionDirty {
			ids = append(append(ids, blocksOf(s.featuresBefore)...), blocksOf(s.featuresAfter)...)
		}
	}
	return ids
}

// fetchEnds reads the features of the records of pairs.
func (b *batch) fetchEnds(pairs []pair) error {
	numbers := make([]uint64, 0, 2*len(pairs))
	for _, p := range pairs {
		numbers = append(numbers, p[0], p[1])
	}
	return fetch(b, b.features, numbers, b.load)
}

// fetchLinked reads the links of the records of pairs that are linked now.
func (b *batch) fetchLinked(pairs []pair, weighed []weighing) error {
	var numbers []uint64
	for i, p := range pairs {
		if weighed[i].linked {
			numbers = append(numbers, p[0], p[1])
		}
	}
	return fetch(b, b.links, numbers, b.readLinks)
}

// fetchComponents reads the links of every record that a seed is connected with by
// the model, level by level, and their features.
func (b *batch) fetchComponents() error {
	seen := map[uint64]bool{}
	var frontier, all []uint64
	for _, n := range sortedKeys(b.seeds) {
		if b.live(n) {
			seen[n] = true
			frontier = append(frontier, n)
		}
	}
	for len(frontier) > 0 {
		if err := fetch(b, b.links, frontier, b.readLinks); err != nil {
			return err
		}
		all = append(all, frontier...)
		var next []uint64
		for _, n := range frontier {
			for _, l := range b.links[n].after {
				if b.joins(l) && !seen[l.Other] {
					seen[l.Other] = true
					next = append(next, l.Other)
				}
			}
		}
		frontier = next
	}
	return fetch(b, b.features, all, b.load)
}

// fetchHomes reads the entities that the records of the groups were in.
func (b *batch) fetchHomes() error {
	var members []uint64
	for _, g := range b.groups {
		members = append(members, g.members...)
	}
	if err := fetch(b, b.homes, members, b.readHome); err != nil {
		return err
	}
	var homes []uint64
	for _, m := range members {
		if h := b.homes[m]; h != 0 {
			homes = append(homes, h)
		}
	}
	return fetch(b, b.entities, homes, b.r.Entity)
}

// fetchMembers reads the records of the groups that changed.
func (b *batch) fetchMembers() (map[uint64]*store.Record, error) {
	members := map[uint64]*store.Record{}
	var numbers []uint64
	for _, g := range b.groups {
		if g.kind != "" {
			numbers = append(numbers, g.members...)
		}
	}
	for n, s := range b.records {
		members[n] = s.after
	}
	if err := fetch(b, members, numbers, b.r.Record); err != nil {
		return nil, err
	}
	return members, fetch(b, b.features, slices.DeleteFunc(numbers, func(n uint64) bool { return members[n] == nil }), b.load)
}
