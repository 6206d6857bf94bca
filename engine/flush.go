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
	numbers := sortedKeys(b.records)
	encoded := make([]encodedRecord, len(numbers))
	b.e.parallel(len(numbers), func(i int) { encoded[i] = b.encodeRecord(numbers[i]) })
	for i, number := range numbers {
		s := b.records[number]
		var err error
		switch {
		case s.after == nil && s.before != nil:
			err = errors.Join(failpoint.Hit("erase/before"), w.DeleteRecord(s.before, s.featuresBefore.stored()), failpoint.Hit("erase/after"))
		case s.after != nil && s.touched():
			err = s.flush(w, number, &encoded[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *recordState) flush(w *store.Writer, number uint64, encoded *encodedRecord) error {
	if s.before == nil {
		if err := w.SetNumber(s.featuresAfter.Ref, number); err != nil {
			return err
		}
	}
	if err := w.Set(encoded.record); err != nil {
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
	for i, h := range encoded.consents {
		if err := w.Set(encoded.entries[i]); err != nil {
			return err
		}
		if err := leadTo(w, number, h, s.consents[h]); err != nil {
			return err
		}
	}
	for _, v := range encoded.interactions {
		if err := w.Set(v); err != nil {
			return err
		}
	}
	return nil
}

// leadTo writes what leads to an entry of a record's ledger.
func leadTo(w *store.Writer, number uint64, h store.ContentHash, e *store.Entry) error {
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
	encoded := make([]store.Encoded, len(b.groups))
	b.e.parallel(len(b.groups), func(i int) { encoded[i] = b.groups[i].encode() })
	for i, g := range b.groups {
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
		if err := w.Set(encoded[i]); err != nil {
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
