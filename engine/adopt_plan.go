package engine

import (
	"context"
	"errors"
	"fmt"

	"aloi"
	"aloi/internal/failpoint"
	"aloi/matcher"
	"aloi/store"
)

// adoption is the work of putting a model in force: everything is resolved anew in
// memory, and what differs is then written. It begins from the facts alone, so that
// one that broke off is finished by doing it again.
//
// Records go by index, in order of their numbers.
type adoption struct {
	e        *Engine
	file     *modelFile
	replaced string // version of the model before
	refresh  bool   // every golden record is computed again, not only where something changed
	progress func(step string, done, total uint64)

	numbers []uint64
	records []*matcher.Prepared
	homes   []uint64 // entity before, 0 for none
	dirty   []bool   // the features that are stored differ
	links   [][]store.Link
	labels  []int32 // record → first record of its entity
	// windows are the closures by where their first record is, commitRecords to one: the
	// same ones make a commit when an adoption is done again.
	windows [][]closure

	begun  bool // something may have been written
	result Adoption
}

// closure is a set of records, ascending, that is whole entities before and after: it
// can be committed by itself.
type closure []int32

// run does it all. ctx ends it before anything is written, ending at any time.
func (a *adoption) run(ctx, ending context.Context) error {
	var judged []JudgedPair
	err := a.e.view(ctx, func(r *store.Reader) (err error) {
		if err = a.read(r); err == nil {
			judged, err = judgedPairs(r, a.numbers, a.e.st)
		}
		return err
	})
	if err != nil {
		return err
	}
	p, err := Partition(ctx, a.file.matcher, a.records, judged, a.e.workers, func(done, total int) {
		a.progress("comparing", uint64(len(a.records))*uint64(done)/uint64(total), uint64(len(a.records)))
	})
	if err = errors.Join(err, failpoint.Hit("adopt/compared")); err != nil {
		return err
	}
	a.lay(p)
	if err := errors.Join(a.rehearse(ctx), failpoint.Hit("adopt/rehearsed")); err != nil {
		return err
	}
	return a.writeAll(ending)
}

// preparedAtOnce is how many records are read before they are prepared side by side.
const preparedAtOnce = 1024

// read reads and prepares every record.
func (a *adoption) read(r *store.Reader) error {
	c, err := r.Counters()
	if err != nil {
		return err
	}
	chunk := make([]*store.Record, 0, preparedAtOnce)
	err = r.EachRecord(func(rec *store.Record) error {
		if chunk = append(chunk, rec); len(chunk) < preparedAtOnce {
			return nil
		}
		err := a.prepare(r, chunk)
		chunk = chunk[:0]
		a.progress("preparing", uint64(len(a.records)), c.Records)
		return err
	})
	if err != nil {
		return err
	}
	return a.prepare(r, chunk)
}

// prepare adds records, and notes which have other features than are stored.
func (a *adoption) prepare(r *store.Reader, chunk []*store.Record) error {
	type ready struct {
		p     *matcher.Prepared
		home  uint64
		dirty bool
		err   error
	}
	list := make([]ready, len(chunk))
	a.e.parallel(len(chunk), func(i int) {
		x, n := &list[i], chunk[i].Number
		stored, err := r.Features(n)
		if err != nil {
			x.err = fmt.Errorf("features of record %d: %w", n, err)
			return
		}
		f := a.e.featuresBy(a.file.matcher, &chunk[i].Record, stored.Ref)
		x.p, x.dirty = f.record, differ(&features{Features: *stored}, f)
		x.home, x.err = r.EntityOf(n)
	})
	for i := range list {
		if list[i].err != nil {
			return list[i].err
		}
		a.numbers, a.records = append(a.numbers, chunk[i].Number), append(a.records, list[i].p)
		a.homes, a.dirty = append(a.homes, list[i].home), append(a.dirty, list[i].dirty)
	}
	return nil
}

// judgedPairs returns the judgements on pairs of stored records, by the index of
// their numbers, which ascend.
func judgedPairs(r *store.Reader, numbers []uint64, st *store.Store) ([]JudgedPair, error) {
	var pairs []JudgedPair
	var failed error
	index := make(map[uint64]int32, len(numbers))
	for i, n := range numbers {
		index[n] = int32(i)
	}
	find := func(ref aloi.RecordRef) (int32, bool) {
		n, err := r.Number(st.RefHash(ref))
		if err != nil {
			failed = err
		}
		i, ok := index[n]
		return i, ok
	}
	err := r.Judgements(nil, func(_ []byte, j *aloi.Judgement) bool {
		x, okX := find(j.A)
		y, okY := find(j.B)
		if okX && okY {
			pairs = append(pairs, JudgedPair{A: x, B: y, Same: j.Verdict == aloi.VerdictSame})
		}
		return failed == nil
	})
	if failed != nil {
		return nil, failed
	}
	return pairs, err
}

// lay works out what is to be stored, and what can be committed by itself.
func (a *adoption) lay(p *Partitioned) {
	a.labels, a.links = p.Labels, make([][]store.Link, len(a.records))
	for _, l := range p.Links { // in order of A, then B: those of a record come in order of the other
		s := store.Link{Weight: int32(l.Weight), Veto: l.Veto, Deterministic: l.Deterministic}
		for _, side := range [2][2]int32{{l.A, l.B}, {l.B, l.A}} {
			s.Other = a.numbers[side[1]]
			a.links[side[0]] = append(a.links[side[0]], s)
		}
	}
	first := a.closures()
	a.windows = make([][]closure, (len(a.records)+commitRecords-1)/commitRecords)
	at := make(map[int32]int, len(a.records)) // first record → place in its window
	for i, f := range first {
		w := &a.windows[int(f)/commitRecords]
		k, ok := at[f]
		if !ok {
			k = len(*w)
			at[f] = k
			*w = append(*w, nil)
		}
		(*w)[k] = append((*w)[k], int32(i))
	}
}

// closures returns, for each record, the first of its closure: records that were in
// one entity, or will be, are in one closure.
func (a *adoption) closures() []int32 {
	first := make([]int32, len(a.records)) // a forest: its roots are the least of their trees
	root := func(i int32) int32 {
		for first[i] != i {
			first[i] = first[first[i]]
			i = first[i]
		}
		return i
	}
	ofHome := map[uint64]int32{}
	for i := range first {
		x := int32(i)
		first[i] = x
		join := func(y int32) {
			rx, ry := root(x), root(y)
			first[max(rx, ry)] = min(rx, ry)
		}
		join(a.labels[i]) // an earlier record, or this one
		if h, seen := ofHome[a.homes[i]]; seen && a.homes[i] != 0 {
			join(h)
		}
		ofHome[a.homes[i]] = x
	}
	for i := range first {
		first[i] = root(int32(i))
	}
	return first
}

// moves reports whether any record of a closure changes its entity.
func (a *adoption) moves(c closure) bool {
	for _, i := range c {
		if a.labels[i] != a.labels[c[0]] || a.homes[i] != a.homes[c[0]] {
			return true
		}
	}
	return a.homes[c[0]] == 0
}

// renews reports whether the golden record of a closure that does not move may change.
func (a *adoption) renews(c closure) bool {
	if a.refresh {
		return true
	}
	for _, i := range c {
		if a.dirty[i] {
			return true
		}
	}
	return false
}
