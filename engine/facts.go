package engine

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strconv"

	"aloi"
	"aloi/store"
	"aloi/store/kv"
)

// facts applies the operations to the facts, in order.
func (b *batch) facts() error {
	if err := b.fetchNumbers(); err != nil {
		return err
	}
	for i, op := range b.ops {
		var err error
		res := &b.results[i]
		switch {
		case len(op.violations) > 0:
			res.outcome = aloi.OutcomeRejected
		case op.Put != nil:
			err = b.put(op, res)
		case op.Delete != nil:
			err = b.delete(op, res)
		case op.Judge != nil:
			j := *op.Judge
			j.Time = b.now
			err = b.rule(ruling{judgement: j.Ordered()}, res)
		case op.Withdraw == nil:
			err = b.ledgerFact(op, res)
		default:
			err = b.rule(ruling{judgement: aloi.Judgement{A: op.Withdraw[0], B: op.Withdraw[1]}.Ordered(), withdrawn: true}, res)
		}
		if err != nil {
			return err
		}
	}
	for _, s := range b.records {
		s.resolutionDirty = differ(s.featuresBefore, s.featuresAfter)
	}
	return nil
}

// differ reports whether two features would resolve differently.
func differ(x, y *features) bool {
	if x == nil || y == nil {
		return x != y
	}
	return !bytes.Equal(x.Prepared, y.Prepared) || !slices.Equal(x.Blocks, y.Blocks)
}

// put stores a record, or the events of a version that is not in force.
func (b *batch) put(op *prepared, res *result) error {
	number, err := b.number(op.ref)
	if err != nil {
		return err
	}
	if number == 0 {
		number = b.counters.NextRecord
		b.counters.NextRecord++
		b.counters.Records++
		b.numbers[op.ref] = number
		b.homes[number] = 0
		b.records[number] = &recordState{}
		res.created = true
	}
	s, err := b.record(number)
	if err != nil {
		return err
	}
	res.number = number
	order := 1
	if s.after != nil {
		if s.after.Record.Ref != op.Put.Ref {
			return &aloi.Error{Code: aloi.CodeInternal, Message: "two record references have one hash"}
		}
		order = compareVersions(op, s.after)
	}
	if order > 0 {
		b.replace(s, number, op)
	}
	if err := b.addEvents(s, number, op, res); err != nil {
		return err
	}
	switch {
	case order < 0:
		res.outcome = aloi.OutcomeStale
	case order == 0 && res.events == 0:
		res.outcome = aloi.OutcomeUnchanged
	}
	return nil
}

// compareVersions orders a record that was sent and the one that is stored: by
// version, then time, then content; never by arrival. 0 is the same version.
func compareVersions(op *prepared, stored *store.Record) int {
	return cmp.Or(
		cmp.Compare(op.Put.Version, stored.Record.Version),
		op.Put.UpdatedAt.Compare(stored.Record.UpdatedAt),
		bytes.Compare(op.content[:], stored.Content[:]),
	)
}

// replace makes the version that was sent the one in force. Slices of the record
// are shared with the caller's until the commit.
func (b *batch) replace(s *recordState, number uint64, op *prepared) {
	rec := &store.Record{Number: number, Record: *op.Put, Content: op.content}
	rec.Record.Consents, rec.Record.Interactions = nil, nil
	rec.Record.UpdatedAt = rec.Record.UpdatedAt.UTC()
	if s.after != nil {
		rec.Consents, rec.Interactions = s.after.Consents, s.after.Interactions
	}
	s.after, s.featuresAfter = rec, op.features
	b.features[number] = op.features
}

// addEvents adds the consent events and interactions that the record does not hold yet.
func (b *batch) addEvents(s *recordState, number uint64, op *prepared, res *result) error {
	if s.before == nil && res.created {
		if err := b.takeWaiting(op.ref, s); err != nil {
			return err
		}
	}
	after := *s.after // the state before may share it
	for i := range op.consents {
		added, err := b.addConsent(s, number, op, i, res)
		if err != nil {
			return err
		}
		if added {
			after.Consents++
			res.events++
		}
	}
	for _, ev := range op.interactions {
		held, err := holds(s, number, s.interactions, ev.content, b.r.HasInteraction)
		if err != nil {
			return err
		}
		if !held {
			put(&s.interactions, ev.content, ev.value)
			after.Interactions++
			res.events++
		}
	}
	if res.events > 0 {
		s.after = &after
	}
	return nil
}

// addConsent adds a consent event that the record does not hold yet, and remarks on it.
func (b *batch) addConsent(s *recordState, number uint64, op *prepared, i int, res *result) (added bool, err error) {
	ev := &op.consents[i]
	held, err := holds(s, number, s.consents, ev.content, b.r.HasConsent)
	if err != nil || held {
		return false, err
	}
	path := "record.consents[" + strconv.Itoa(i) + "]"
	flags, err := b.check(&ev.value, path)
	if err != nil {
		return false, err
	}
	res.flags = append(res.flags, flags...)
	if err := b.flagConflict(number, s, &ev.value, ev.content, path, res); err != nil {
		return false, err
	}
	entry := b.enter(b.e.eventOf(op.Put.Ref, ev.content), op.Put.Ref, ev.value)
	entry.Point = b.e.pointOf(&ev.value)
	put(&s.consents, ev.content, entry)
	return true, nil
}

// holds reports whether a record has an event already, in the batch or in the store.
func holds[T any](s *recordState, number uint64, fresh map[store.ContentHash]T, h store.ContentHash, stored func(uint64, store.ContentHash) (bool, error)) (bool, error) {
	if _, ok := fresh[h]; ok || s.before == nil {
		return ok, nil
	}
	return stored(number, h)
}

func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[k] = v
}

// record returns the state of a stored record, or of one that is new in the batch.
func (b *batch) record(number uint64) (*recordState, error) {
	if s, ok := b.records[number]; ok {
		return s, nil
	}
	rec, err := b.r.Record(number)
	if err != nil {
		return nil, err
	}
	f, err := readFeatures(b.r, number)
	if err != nil {
		return nil, err
	}
	s := &recordState{before: rec, after: rec, featuresBefore: f, featuresAfter: f}
	b.records[number], b.features[number] = s, f
	return s, nil
}

// delete removes a record with its events.
func (b *batch) delete(op *prepared, res *result) error {
	number, err := b.number(op.ref)
	if err != nil {
		return err
	}
	if number == 0 {
		res.outcome = aloi.OutcomeNotFound
		return nil
	}
	s, err := b.record(number)
	if err != nil {
		return err
	}
	if err := b.erase(number, s); err != nil {
		return err
	}
	s.after, s.featuresAfter, s.consents, s.interactions = nil, nil, nil, nil
	delete(b.features, number)
	b.numbers[op.ref] = 0
	b.counters.Records--
	res.outcome, res.number = aloi.OutcomeDeleted, number
	return nil
}

// rule stores a judgement, or withdraws it.
func (b *batch) rule(r ruling, res *result) error {
	b.e.ruled.Store(true) // before the commit: no reader may miss it
	a, c := b.e.st.RefHash(r.judgement.A), b.e.st.RefHash(r.judgement.B)
	known, same, err := b.ruled(a, c)
	if err != nil {
		return err
	}
	want := r.judgement.Verdict == aloi.VerdictSame
	switch {
	case r.withdrawn && !known:
		res.outcome = aloi.OutcomeNotFound
		return nil
	case !r.withdrawn && known && same == want:
		res.outcome = aloi.OutcomeUnchanged
		if err := b.samePaper(r.judgement, res); err != nil || res.outcome == aloi.OutcomeUnchanged {
			return err
		}
	case r.withdrawn:
		b.counters.Judgements--
	case !known:
		b.counters.Judgements++
	}
	b.setRuled(a, c, r.withdrawn, want)
	b.setRuled(c, a, r.withdrawn, want)
	b.rulings = append(b.rulings, r)
	res.outcome = aloi.OutcomeJudged
	for i, ref := range []store.RefHash{a, c} {
		if res.pair[i], err = b.number(ref); err != nil {
			return err
		}
		if res.pair[i] != 0 {
			b.seeds[res.pair[i]] = true
		}
	}
	return nil
}

// samePaper leaves the outcome UNCHANGED only when steward and reason are the same too.
func (b *batch) samePaper(j aloi.Judgement, res *result) error {
	for _, r := range slices.Backward(b.rulings) {
		if r.judgement.A == j.A && r.judgement.B == j.B {
			if r.judgement.Steward != j.Steward || r.judgement.Reason != j.Reason {
				res.outcome = aloi.OutcomeJudged
			}
			return nil
		}
	}
	stored, err := b.r.Judgement(j.A, j.B)
	if errors.Is(err, kv.ErrNotFound) {
		return &aloi.Error{Code: aloi.CodeCorrupt, Message: "a judgement is indexed and not stored"}
	}
	if err == nil && (stored.Steward != j.Steward || stored.Reason != j.Reason) {
		res.outcome = aloi.OutcomeJudged
	}
	return err
}

// judgedOf returns the judgements on a record, as they are after the batch.
func (b *batch) judgedOf(ref store.RefHash) ([]store.Judged, error) {
	if list, ok := b.judged[ref]; ok || b.unjudged() {
		return list, nil
	}
	list, err := b.r.Judged(ref)
	b.judged[ref] = list
	return list, err
}

// ruled reports whether a judgement stands on a pair, and which.
func (b *batch) ruled(a, c store.RefHash) (known, same bool, err error) {
	list, err := b.judgedOf(a)
	if err != nil {
		return false, false, err
	}
	if _, err := b.judgedOf(c); err != nil { // setRuled edits both
		return false, false, err
	}
	i := slices.IndexFunc(list, func(j store.Judged) bool { return j.Other == c })
	if i < 0 {
		return false, false, nil
	}
	return true, list[i].Same, nil
}

// setRuled edits the judgements on one record.
func (b *batch) setRuled(ref, other store.RefHash, withdrawn, same bool) {
	list := slices.DeleteFunc(slices.Clone(b.judged[ref]), func(j store.Judged) bool { return j.Other == other })
	if !withdrawn {
		list = append(list, store.Judged{Other: other, Same: same})
	}
	b.judged[ref] = list
}
