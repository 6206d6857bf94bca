package engine

import (
	"errors"

	"aloi"
	"aloi/internal/audit"
	"aloi/store"
	"aloi/store/kv"
)

// assign rules on whom an inherited stop concerns.
func (b *batch) assign(a *Assignment, res *result) error {
	number, err := b.number(b.e.st.RefHash(a.Record))
	if err != nil {
		return err
	}
	res.outcome = aloi.OutcomeNotFound
	if number == 0 {
		return nil
	}
	said, content, err := b.saidTo(number, a.EventID)
	if err != nil || said == nil {
		return err
	}
	res.number, res.eventID, res.outcome = number, a.EventID, aloi.OutcomeUnchanged
	for _, n := range said {
		if err := b.ruleCopy(n, content, n == number, a, res); err != nil {
			return err
		}
	}
	if res.outcome == aloi.OutcomeRecorded {
		b.logInline(audit.KindAssignment, a.Steward, res, map[string]string{
			"event_id": a.EventID, "record": b.e.pseudonym(a.Record.Source + "\x00" + a.Record.ID), "steward": b.e.pseudonym(a.Steward),
		})
	}
	return nil
}

// saidTo finds an event by its id among those of a record that were said to an entity.
func (b *batch) saidTo(number uint64, id string) ([]uint64, store.ContentHash, error) {
	s, err := b.record(number)
	if err != nil {
		return nil, store.ContentHash{}, err
	}
	list, err := b.actsOn(number, s)
	if err != nil {
		return nil, store.ContentHash{}, err
	}
	for _, e := range list {
		content, err := store.ConsentContent(e.ConsentEvent)
		if err != nil {
			return nil, content, err
		}
		if len(e.Said) > 0 && e.Kind.IsStop() && b.e.entryID(s.after.Record.Ref, content, e) == id {
			return e.Said, content, nil
		}
	}
	return nil, store.ContentHash{}, nil
}

// ruleCopy marks the copy of an event on one record.
func (b *batch) ruleCopy(number uint64, content store.ContentHash, mine bool, a *Assignment, res *result) error {
	if _, ok := b.records[number]; !ok {
		if _, err := b.r.Record(number); errors.Is(err, kv.ErrNotFound) {
			return nil
		}
	}
	s, err := b.record(number)
	if err != nil || s.after == nil {
		return err
	}
	entry := s.consents[content]
	if entry == nil {
		if entry, err = b.r.Entry(number, content); err != nil {
			if errors.Is(err, kv.ErrNotFound) {
				return nil
			}
			return err
		}
	}
	if len(entry.Said) == 0 { // the record said the same by itself, before
		return nil
	}
	ruled := *entry
	if ruled.Assigned = -1; mine {
		ruled.Assigned = 1
	}
	if ruled.Assigned == entry.Assigned && entry.AssignedBy == a.Steward && entry.AssignedWhy == a.Reason {
		return nil
	}
	ruled.AssignedBy, ruled.AssignedWhy = a.Steward, a.Reason
	b.relog(entry, &ruled)
	put(&s.consents, content, &ruled)
	res.outcome = aloi.OutcomeRecorded
	res.events++
	return nil
}

// relog makes an entry of the log that the batch will write be of another copy of its event.
func (b *batch) relog(was, is *store.Entry) {
	for _, l := range b.ledger.log {
		if l.entry == was {
			l.entry = is
		}
	}
}
