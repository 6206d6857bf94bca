package engine

import (
	"errors"
	"slices"

	"aloi"
	"aloi/internal/failpoint"
	"aloi/store"
)

// flush writes what the batch became. What did not change is not written.
func (b *batch) flush(w *store.Writer) error {
	for _, step := range []func(*store.Writer) error{
		b.flushRecords, b.flushLinks, b.flushEntities, b.flushRulings, b.flushLedger, b.flushJournal,
	} {
		if err := step(w); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) flushRecords(w *store.Writer) error {
	for _, number := range sortedKeys(b.records) {
		s := b.records[number]
		var err error
		switch {
		case s.after == nil && s.before != nil:
			err = errors.Join(failpoint.Hit("erase/before"), w.DeleteRecord(s.before, s.featuresBefore.stored()), failpoint.Hit("erase/after"))
		case s.after != nil && s.touched():
			err = s.flush(w, number)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *recordState) flush(w *store.Writer, number uint64) error {
	if s.before == nil {
		if err := w.SetNumber(s.featuresAfter.Ref, number); err != nil {
			return err
		}
	}
	if err := w.SetRecord(s.after); err != nil {
		return err
	}
	if s.resolutionDirty {
		if err := w.SetFeatures(number, s.featuresBefore.stored(), &s.featuresAfter.Features); err != nil {
			return err
		}
	}
	if err := w.SetDossier(number, s.dossier); err != nil {
		return err
	}
	for _, h := range inOrder(s.consents) {
		if err := flushEntry(w, number, h, s.consents[h]); err != nil {
			return err
		}
	}
	for _, h := range inOrder(s.interactions) {
		if err := w.AddInteraction(number, h, s.interactions[h]); err != nil {
			return err
		}
	}
	return nil
}

// flushEntry writes an entry of a record's ledger, and what leads to it.
func flushEntry(w *store.Writer, number uint64, h store.ContentHash, e *store.Entry) error {
	if err := w.SetEntry(number, h, e); err != nil {
		return err
	}
	if e.Point != (store.PointHash{}) {
		if err := w.AddPoint(e.Point, number, h, nil); err != nil {
			return err
		}
	}
	if isRequest(&e.ConsentEvent) {
		return w.SetToken(e.Token, number, h)
	}
	return nil
}

func (b *batch) flushLinks(w *store.Writer) error {
	for _, number := range sortedKeys(b.links) {
		s := b.links[number]
		if !b.live(number) || slices.Equal(s.before, s.after) {
			continue
		}
		if err := w.SetLinks(number, s.after); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) flushEntities(w *store.Writer) error {
	for _, g := range b.groups {
		for _, m := range g.members {
			if b.homes[m] == g.entity {
				continue
			}
			if err := w.SetEntityOf(m, g.entity); err != nil {
				return err
			}
		}
		if g.kind == "" {
			continue
		}
		if err := w.SetEntity(&store.Entity{Number: g.entity, Members: g.members, Golden: g.golden}); err != nil {
			return err
		}
		if err := entityMark(g.kind); err != nil {
			return err
		}
	}
	for _, id := range sortedKeys(b.retired) {
		if err := errors.Join(w.RedirectEntity(id, b.retired[id]), failpoint.Hit("merge/retired")); err != nil {
			return err
		}
	}
	return nil
}

// entityMark is where entities came together or apart.
func entityMark(kind aloi.ChangeKind) error {
	switch kind {
	case aloi.ChangeMerged:
		return failpoint.Hit("merge/written")
	case aloi.ChangeSplit:
		return failpoint.Hit("unmerge/written")
	}
	return nil
}

func (b *batch) flushRulings(w *store.Writer) error {
	for _, r := range b.rulings {
		write := w.SetJudgement
		if r.withdrawn {
			write = w.DeleteJudgement
		}
		if err := errors.Join(write(r.judgement), failpoint.Hit("ruling/written")); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) flushJournal(w *store.Writer) error {
	if b.entry.Sequence == 0 { // no change
		return nil
	}
	if err := errors.Join(w.AppendJournal(b.entry), failpoint.Hit("journal/written")); err != nil {
		return err
	}
	return w.SetCounters(b.counters)
}
