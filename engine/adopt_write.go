package engine

import (
	"context"
	"errors"
	"slices"

	"aloi"
	"aloi/internal/failpoint"
	"aloi/store"
	"aloi/store/kv"
)

// commitRecords is how many records, at least, one commit of an adoption looks at: fewer
// in tests. What does not fit into a transaction is halved.
var commitRecords = 1024

var (
	errRehearsed = errors.New("engine: rehearsed")
	errTooLarge  = &aloi.Error{Code: aloi.CodeTooLarge,
		Message: "under this model an entity, or entities that change together, would be larger than the store takes in one piece; nothing was changed"}
)

// halving does the work on a list, on halves of it where it does not fit into a
// transaction.
func halving[T any](list []T, do func([]T) error) error {
	err := do(list)
	if !errors.Is(err, kv.ErrTooBig) || len(list) < 2 {
		return err
	}
	half := len(list) / 2
	if err := halving(list[:half], do); err != nil {
		return err
	}
	return halving(list[half:], do)
}

// rehearse writes everything that could be too large for a store, and commits none of
// it: an adoption that has begun can always be finished. An entity of one record was
// stored once, and fits.
func (a *adoption) rehearse(ctx context.Context) error {
	for i, window := range a.windows {
		if err := ctx.Err(); err != nil {
			return err
		}
		window = slices.DeleteFunc(slices.Clone(window), func(c closure) bool {
			return len(c) == 1 || !a.moves(c) && !a.renews(c)
		})
		err := halving(window, func(part []closure) error {
			err := a.e.st.Update(ctx, func(w *store.Writer) error {
				if _, err := a.write(w, part); err != nil {
					return err
				}
				return errRehearsed
			})
			if errors.Is(err, errRehearsed) {
				return nil
			}
			return err
		})
		if errors.Is(err, kv.ErrTooBig) || errors.Is(err, kv.ErrValueTooBig) {
			return errTooLarge
		}
		if err != nil {
			return err
		}
		a.tell("checking", i)
	}
	return nil
}

// tell says how many records of the windows are done.
func (a *adoption) tell(step string, window int) {
	total := len(a.records)
	a.progress(step, uint64(min((window+1)*commitRecords, total)), uint64(total))
}

// writeAll commits what differs, in order: the model, so that a store on which this
// breaks off is known by it; features and blocks; links and entities; the marks.
func (a *adoption) writeAll(ending context.Context) error {
	err := a.e.st.Update(ending, func(w *store.Writer) error { return w.SetMeta(metaAdopting, []byte(a.file.text)) })
	if errors.Is(err, kv.ErrFull) {
		return err
	}
	a.begun = true
	ending = kv.Essential(ending) // what is half done is of no use to anybody
	if err = errors.Join(err, failpoint.Hit("adopt/begun")); err != nil {
		return err
	}
	for i := range a.windows {
		if err := errors.Join(a.commitFeatures(ending, i), failpoint.Hit("adopt/features")); err != nil {
			return err
		}
	}
	if a.refresh {
		for part := range slices.Chunk(a.numbers, commitRecords) {
			err := halving(part, func(part []uint64) error {
				return a.e.st.Update(ending, func(w *store.Writer) error { return a.e.renewLedger(w, part) })
			})
			if err = errors.Join(err, failpoint.Hit("renew/ledger")); err != nil {
				return err
			}
		}
	}
	for i, window := range a.windows {
		err := halving(window, func(part []closure) error { return a.commit(ending, part) })
		if err = errors.Join(err, failpoint.Hit("adopt/window")); err != nil {
			return err
		}
		a.tell("writing", i)
	}
	err = a.e.st.Update(ending, func(w *store.Writer) error {
		c, err := w.Counters()
		a.result.Version, a.result.Replaced = a.file.matcher.Model().Version, a.replaced
		a.result.Records, a.result.Entities = c.Records, c.Entities
		return errors.Join(err, a.e.setMarks(w, a.file), failpoint.Hit("adopt/marks"))
	})
	return errors.Join(err, failpoint.Hit("adopt/marked"))
}

// commitFeatures stores the features of the records of a window that differ, and moves
// them between blocks.
func (a *adoption) commitFeatures(ending context.Context, window int) error {
	var dirty []int
	for i := window * commitRecords; i < min((window+1)*commitRecords, len(a.records)); i++ {
		if a.dirty[i] {
			dirty = append(dirty, i)
		}
	}
	if len(dirty) == 0 {
		return nil
	}
	return halving(dirty, func(part []int) error {
		return a.e.st.Update(ending, func(w *store.Writer) error { return a.writeFeatures(w, part) })
	})
}

func (a *adoption) writeFeatures(w *store.Writer, dirty []int) error {
	for _, i := range dirty {
		stored, err := w.Features(a.numbers[i])
		if err != nil {
			return err
		}
		f := a.e.featuresFrom(a.file.matcher, a.records[i], stored.Ref)
		if err := w.SetFeatures(a.numbers[i], stored, &f.Features); err != nil {
			return err
		}
	}
	return nil
}

// commit stores links and entities of closures.
func (a *adoption) commit(ending context.Context, part []closure) error {
	var b *batch
	err := a.e.st.Update(ending, func(w *store.Writer) (err error) {
		b, err = a.write(w, part)
		return err
	})
	if err != nil || b.entry.Sequence == 0 {
		return err
	}
	for _, c := range b.entry.Changes {
		if c.Kind != aloi.ChangeUpdated {
			a.result.Changed++
		}
	}
	if a.result.LastSequence = b.entry.Sequence; a.result.FirstSequence == 0 {
		a.result.FirstSequence = b.entry.Sequence
	}
	a.e.advance(b.entry.Sequence)
	return nil
}

// write computes and writes the entities of closures, as a batch does after its
// resolution, and the links of their records.
func (a *adoption) write(w *store.Writer, part []closure) (*batch, error) {
	b, err := a.e.newBatch(&w.Reader, nil, false)
	if err != nil {
		return nil, err
	}
	b.matcher = a.file.matcher
	for _, c := range part {
		if a.moves(c) || a.renews(c) {
			a.regroup(b, c)
		}
	}
	if err := a.settle(b); err != nil {
		return nil, err
	}
	for _, c := range part {
		for _, i := range c {
			stored, err := w.Links(a.numbers[i])
			if err != nil {
				return nil, err
			}
			if slices.Equal(stored, a.links[i]) {
				continue
			}
			if err := w.SetLinks(a.numbers[i], a.links[i]); err != nil {
				return nil, err
			}
		}
	}
	return b, errors.Join(b.flushEntities(w), b.flushJournal(w))
}

// regroup gives a batch the groups of a closure, and what it would read of them.
func (a *adoption) regroup(b *batch, c closure) {
	byLabel := map[int32]*group{}
	for _, i := range c {
		g := byLabel[a.labels[i]]
		if g == nil {
			g = &group{}
			byLabel[a.labels[i]] = g
			b.groups = append(b.groups, g)
		}
		n := a.numbers[i]
		g.members = append(g.members, n)
		b.groupOf[n], b.homes[n], b.features[n] = g, a.homes[i], &features{record: a.records[i]}
	}
}

// settle works out the entities of the groups. One that keeps its records is updated
// where its golden record is another.
func (a *adoption) settle(b *batch) error {
	if err := b.settleEntities(); err != nil {
		return err
	}
	kept := map[*group]bool{}
	for _, g := range b.groups {
		if g.kind == "" {
			g.kind, kept[g] = aloi.ChangeUpdated, true
		}
	}
	if err := b.survive(); err != nil {
		return err
	}
	for g := range kept {
		if sameGolden(g.golden, b.entities[g.entity].Golden) {
			g.kind = ""
		}
	}
	return b.journal()
}
