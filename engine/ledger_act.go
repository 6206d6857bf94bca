package engine

import (
	"slices"

	"aloi"
	"aloi/store"
)

// ledgerFact carries out an operation on the ledger.
func (b *batch) ledgerFact(op *prepared, res *result) error {
	switch {
	case op.Consent != nil:
		return b.act(op, res)
	case op.Confirm != nil:
		return b.confirm(op.Confirm, res)
	case op.Assign != nil:
		return b.assign(op.Assign, res)
	case op.Suppress != nil:
		return b.suppress(op.Suppress, res)
	case op.Notice != nil:
		return b.notice(op.Notice, res)
	case op.redone != nil:
		return b.redo(op.redone, res)
	}
	return b.disclose(op.Disclose, res)
}

// act records one act by itself.
func (b *batch) act(op *prepared, res *result) error {
	s, e := op.Consent.Subject, op.Consent.Event
	var err error
	if res.flags, err = b.check(&e, "event"); err != nil {
		return err
	}
	switch {
	case s.Point != "":
		return b.actOnPoint(s.Point, e, res)
	case s.Record != nil:
		return b.actOfRecord(*s.Record, op.ref, e, op.content, res)
	}
	return b.actOfEntity(s.Entity, e, op.content, res)
}

// actOfRecord records an act of a record. A stop of one that is not stored is kept: on
// its contact point, else until the record comes.
func (b *batch) actOfRecord(ref aloi.RecordRef, hash store.RefHash, e aloi.ConsentEvent, content store.ContentHash, res *result) error {
	number, err := b.number(hash)
	if err != nil {
		return err
	}
	switch {
	case number != 0:
		res.number = number
		return b.addAct(number, ref, e, content, nil, res)
	case !e.Kind.IsStop():
		res.outcome = aloi.OutcomeNotFound
		return nil
	case e.ContactPoint != "":
		return b.actOnPoint(e.ContactPoint, e, res)
	}
	return b.actAwaiting(hash, e, content, res)
}

// actAwaiting keeps a stop for a record that is not stored.
func (b *batch) actAwaiting(hash store.RefHash, e aloi.ConsentEvent, content store.ContentHash, res *result) error {
	res.eventID = b.e.eventAt(hash, content)
	held, err := b.waitingFor(hash)
	if err != nil {
		return err
	}
	if _, ok := held[content]; ok {
		res.outcome = aloi.OutcomeUnchanged
		return nil
	}
	entry := b.enter(res.eventID, aloi.RecordRef{}, e)
	entry.Waited = true
	b.ledger.waiting = append(b.ledger.waiting, waitingAct{hash, content, entry})
	b.counters.Waiting++
	res.outcome, b.ledger.moved = aloi.OutcomeRecorded, true
	return nil
}

// waitingFor returns what waits for a record, in the store and in the batch.
func (b *batch) waitingFor(ref store.RefHash) (map[store.ContentHash]*store.Entry, error) {
	if b.counters.Waiting == 0 {
		return nil, nil
	}
	held := map[store.ContentHash]*store.Entry{}
	if !slices.Contains(b.ledger.awaited, ref) {
		list, err := b.r.Waiting(ref)
		if err != nil {
			return nil, err
		}
		for i := range list {
			content, err := store.ConsentContent(list[i].ConsentEvent)
			if err != nil {
				return nil, err
			}
			held[content] = &list[i]
		}
	}
	for _, w := range b.ledger.waiting {
		if w.ref == ref {
			held[w.content] = w.entry
		}
	}
	return held, nil
}

// takeWaiting gives a new record the events that waited for it.
func (b *batch) takeWaiting(ref store.RefHash, s *recordState) error {
	held, err := b.waitingFor(ref)
	if err != nil || len(held) == 0 {
		return err
	}
	after := *s.after
	for content, entry := range held {
		put(&s.consents, content, entry)
		after.Consents++
	}
	s.after = &after
	b.counters.Waiting -= uint64(len(held))
	b.ledger.awaited = append(b.ledger.awaited, ref)
	b.ledger.waiting = slices.DeleteFunc(b.ledger.waiting, func(w waitingAct) bool { return w.ref == ref })
	return nil
}

// addAct adds an act to the ledger of a stored record.
func (b *batch) addAct(number uint64, ref aloi.RecordRef, e aloi.ConsentEvent, content store.ContentHash, said []uint64, res *result) error {
	s, err := b.record(number)
	if err != nil {
		return err
	}
	if res.eventID == "" {
		res.eventID = b.e.eventOf(ref, content)
	}
	res.outcome = aloi.OutcomeUnchanged
	held, err := holds(s, number, s.consents, content, b.r.HasConsent)
	if err != nil || held {
		return err
	}
	if err := b.flagConflict(number, s, &e, content, "event", res); err != nil {
		return err
	}
	entry := b.enter(b.e.eventOf(ref, content), ref, e)
	entry.Said, entry.Point = said, b.e.pointOf(&e)
	put(&s.consents, content, entry)
	after := *s.after
	after.Consents++
	s.after, res.outcome = &after, aloi.OutcomeRecorded
	res.events++
	return nil
}

// actOfEntity records an act of a person: of the record that owns the contact point, or
// of each where none is named, so that a stop goes with every part that she may be taken
// into.
func (b *batch) actOfEntity(id aloi.EntityID, e aloi.ConsentEvent, content store.ContentHash, res *result) error {
	members, err := b.membersNow(id)
	if err != nil {
		return err
	}
	if len(members) == 0 {
		return b.actOfNobody(id, e, content, res)
	}
	targets, err := b.concerned(members, &e)
	if err != nil {
		return err
	}
	if len(targets) == 0 {
		res.outcome = aloi.OutcomeRejected
		res.violations = []aloi.Violation{{Field: "event.contact_point", Reason: "is of no record of the entity: send the record first"}}
		return nil
	}
	var said []uint64
	if len(targets) > 1 {
		said = targets
	}
	recorded := false
	for _, n := range targets {
		s, err := b.record(n)
		if err != nil {
			return err
		}
		if err := b.addAct(n, s.after.Record.Ref, e, content, said, res); err != nil {
			return err
		}
		recorded = recorded || res.outcome == aloi.OutcomeRecorded
	}
	if res.number = targets[0]; recorded {
		res.outcome = aloi.OutcomeRecorded
	}
	return nil
}

// actOfNobody keeps a stop of a person none of whose records is stored.
func (b *batch) actOfNobody(id aloi.EntityID, e aloi.ConsentEvent, content store.ContentHash, res *result) error {
	number, err := entityNumber(id)
	switch {
	case err != nil:
		return err
	case !e.Kind.IsStop() || number >= b.counters.NextEntity: // never was
		res.outcome = aloi.OutcomeNotFound
		return nil
	case e.ContactPoint != "":
		return b.actOnPoint(e.ContactPoint, e, res)
	}
	ref := aloi.RecordRef{Source: "aloi.entity", ID: string(id)} // that no record has: it waits for ever
	return b.actAwaiting(b.e.st.RefHash(ref), e, content, res)
}

// membersNow returns the stored members of an entity, as the store has them, less those
// that the batch removes.
func (b *batch) membersNow(id aloi.EntityID) ([]uint64, error) {
	asked, err := entityNumber(id)
	if err != nil {
		return nil, err
	}
	number, err := followRedirects(b.r, asked)
	if aloi.CodeOf(err) == aloi.CodeNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	members, err := b.r.EntityMembers(number)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(members), func(n uint64) bool { return !b.live(n) }), nil
}

// concerned returns the members that an act concerns, ascending: those that own its
// contact point; all of them when none is named, or when it is a stop on a point that
// none of them has.
func (b *batch) concerned(members []uint64, e *aloi.ConsentEvent) ([]uint64, error) {
	if e.ContactPoint == "" {
		return members, nil
	}
	point, _ := canonicalPoint(e.ContactPoint)
	var owners []uint64
	for _, n := range members {
		s, err := b.record(n)
		if err != nil {
			return nil, err
		}
		if slices.Contains(pointsOf(&s.after.Record, s.featuresAfter.record), point) {
			owners = append(owners, n)
		}
	}
	if len(owners) == 0 && e.Kind.IsStop() {
		return members, nil
	}
	return owners, nil
}

// actOnPoint keeps a stop on a contact point whose owner is not known. The point is not
// kept, but as the keyed hash that the stop is found by.
func (b *batch) actOnPoint(point string, e aloi.ConsentEvent, res *result) error {
	canonical, ok := canonicalPoint(point)
	if !ok {
		res.flags = append(res.flags, aloi.Flag{Code: aloi.FlagContactPoint, Field: "contact_point"})
	}
	hash := b.e.st.PointHash(canonical)
	e.ContactPoint = ""
	content, err := store.ConsentContent(e)
	if err != nil {
		return err
	}
	res.eventID = b.e.eventAt(hash, content)
	res.outcome = aloi.OutcomeUnchanged
	held, err := b.onPoint(hash, content)
	if err != nil || held {
		return err
	}
	b.keepOnPoint(hash, content, e)
	res.outcome = aloi.OutcomeRecorded
	return nil
}

func (b *batch) keepOnPoint(hash store.PointHash, content store.ContentHash, e aloi.ConsentEvent) {
	entry := b.enter(b.e.eventAt(hash, content), aloi.RecordRef{}, e)
	b.ledger.points = append(b.ledger.points, pointAct{hash, content, entry})
	b.ledger.moved = true
}

// onPoint reports whether a contact point holds an event by itself.
func (b *batch) onPoint(hash store.PointHash, content store.ContentHash) (bool, error) {
	for _, p := range b.ledger.points {
		if p.point == hash && p.content == content {
			return true, nil
		}
	}
	list, err := b.r.Point(hash)
	if err != nil {
		return false, err
	}
	for _, p := range list {
		if p.Record != 0 {
			continue
		}
		if h, err := store.ConsentContent(p.Entry.ConsentEvent); err != nil || h == content {
			return err == nil, err
		}
	}
	return false, nil
}
