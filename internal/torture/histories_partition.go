package main

import (
	"context"
	"sync"

	"aloi/engine"
	"aloi/matcher"
)

// group returns the records of the entity that a record is in, none for one that is not
// stored: as engine.Partition defines it, which knows nothing of what came before.
func (s *facts) group(c call) uint8 {
	if s.version[c.a] == 0 {
		return 0
	}
	key := partitionKey{c.island, s.version, s.rulings}
	labels, known := partitions.Load(key)
	if !known {
		labels, _ = partitions.LoadOrStore(key, s.partition(c.island))
	}
	list := labels.([members]int32)
	var group uint8
	for r := range members {
		if s.version[r] != 0 && list[r] == list[c.a] {
			group |= 1 << r
		}
	}
	return group
}

// partitions remembers what a state comes to.
var partitions sync.Map

type partitionKey struct {
	island  *island
	version [members]int8
	rulings [pairs]int8
}

// shipped is the matcher of the model that a new store has.
var shipped = sync.OnceValue(func() *matcher.Matcher {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		panic(err) // the model that ships is one
	}
	return m
})

// partition resolves an island anew.
func (s *facts) partition(in *island) (labels [members]int32) {
	var records []*matcher.Prepared
	var at [members]int32
	for r := range int8(members) {
		if labels[r] = -1; s.version[r] != 0 {
			at[r] = int32(len(records))
			records = append(records, shipped().Prepare(in.record(r, s.version[r])))
		}
	}
	var judged []engine.JudgedPair
	for b := range int8(members) {
		for a := range b {
			if ruling := s.rulings[pair(a, b)]; ruling != 0 && s.version[a] != 0 && s.version[b] != 0 {
				judged = append(judged, engine.JudgedPair{A: at[a], B: at[b], Same: ruling > 0})
			}
		}
	}
	p, err := engine.Partition(context.Background(), shipped(), records, judged, 1, nil)
	if err != nil {
		panic(err) // its context does not end
	}
	for r := range members {
		if s.version[r] != 0 {
			labels[r] = p.Labels[at[r]]
		}
	}
	return labels
}
