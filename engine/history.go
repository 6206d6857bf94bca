package engine

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"

	"aloi"
	"aloi/consent"
	"aloi/internal/audit"
	"aloi/store"
	"aloi/store/kv"
)

// statement is a consent event that is stored, with all that is known of it.
type statement struct {
	listed
	id    string
	owner aloi.RecordRef // that the log has: zero for an event that came without its record
	entry *store.Entry
	how   standing
}

// History returns the events of a subject by the time of the act: of a person those of
// her records, and what was said of her contact points without saying of whom; of a
// contact point what is kept on it, whoever it is of; of a record that is not stored what
// waits for it.
//
// An event that was said to the whole person is listed once while she is whole. Once she
// was taken apart, each copy is listed, marked as inherited, until a steward assigns it.
func (e *Engine) History(ctx context.Context, s Subject) ([]HistoryEvent, error) {
	if v := s.validate("subject"); len(v) > 0 {
		return nil, aloi.Invalid(v...)
	}
	var events []HistoryEvent
	return events, e.view(ctx, func(r *store.Reader) error {
		a := e.asking(r)
		list, err := a.statements(s)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(x *statement) bool { return x.how == replaced })
		acts := make([]*listed, len(list))
		for i, x := range list {
			acts[i] = &x.listed
		}
		markConflicts(acts)
		for _, x := range list {
			shown, err := a.shown(x)
			if err != nil {
				return err
			}
			events = append(events, shown)
		}
		return nil
	})
}

// shown is a statement as the history has it.
func (a *asking) shown(x *statement) (HistoryEvent, error) {
	h := HistoryEvent{
		ID: x.id, Record: x.Record, Event: x.Event, Conflicting: x.Conflicting, Inherited: x.how == inherited || x.how == fallen, LogIndex: x.entry.Log,
	}
	if x.entry.Log != 0 {
		leaf, _, err := a.leaf(x.entry.Log - 1)
		if err != nil {
			return h, err
		}
		h.Commit = leaf.Commit
	}
	notice, err := a.noticeOf(&x.Event)
	if notice != nil {
		h.NoticeText = notice.Text
	}
	return h, err
}

// statements returns what is stored of a subject, in order.
func (a *asking) statements(s Subject) ([]*statement, error) {
	list, err := a.unsorted(s)
	slices.SortFunc(list, func(x, y *statement) int { return compareListed(&x.listed, &y.listed) })
	return list, err
}

func (a *asking) unsorted(s Subject) ([]*statement, error) {
	if s.Point != "" {
		point, _ := canonicalPoint(s.Point)
		return a.saidOn(point)
	}
	p, _, err := a.subject(s)
	if s.Record != nil && aloi.CodeOf(err) == aloi.CodeNotFound {
		if waiting, waitErr := a.saidBefore(*s.Record); waitErr != nil || len(waiting) > 0 {
			return waiting, waitErr
		}
	}
	if err == nil {
		err = a.surround(p)
	}
	if err != nil {
		return nil, err
	}
	var list []*statement
	for i := range p.members {
		said, err := a.saidBy(&p.members[i], p.members)
		if err != nil {
			return nil, err
		}
		list = append(list, said...)
	}
	for _, cp := range p.points {
		for _, entry := range cp.entries {
			if entry.Record != 0 || find(p.members, cp.owner.number) == nil {
				continue
			}
			x, err := a.onPoint(cp.text, entry.Entry)
			if err != nil {
				return nil, err
			}
			list = append(list, x)
		}
	}
	return list, nil
}

// saidBy returns the ledger of a record.
func (a *asking) saidBy(m *part, of []part) ([]*statement, error) {
	entries, err := a.r.Entries(m.number)
	if err != nil {
		return nil, err
	}
	list := make([]*statement, len(entries))
	for i := range entries {
		if list[i], err = a.statement(m.dossier.Ref, m.number, of, &entries[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// statement reads an entry of the ledger of a record.
func (a *asking) statement(ref aloi.RecordRef, number uint64, of []part, entry *store.Entry) (*statement, error) {
	content, err := store.ConsentContent(entry.ConsentEvent)
	if err != nil {
		return nil, err
	}
	x := &statement{listed: listedOf(ref, entry.ConsentEvent), id: a.e.entryID(ref, content, entry), owner: ref, entry: entry}
	if entry.Waited {
		x.owner = aloi.RecordRef{}
	}
	event := consent.DossierEvent{Event: consent.Event{Kind: entry.Kind, OptOutUsed: entry.OptOutUsed}, Said: entry.Said, Assigned: entry.Assigned}
	x.how, err = a.standing(&event, number, of)
	return x, err
}

// saidOn returns what is kept on a contact point.
func (a *asking) saidOn(point string) ([]*statement, error) {
	entries, err := a.r.Point(a.e.st.PointHash(point))
	if err != nil {
		return nil, err
	}
	list := make([]*statement, len(entries))
	for i, at := range entries {
		if at.Record == 0 {
			list[i], err = a.onPoint(point, at.Entry)
		} else {
			list[i], err = a.pointedAt(&at)
		}
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// onPoint reads an entry on a contact point alone: it holds the point's hash only.
func (a *asking) onPoint(point string, entry *store.Entry) (*statement, error) {
	content, err := store.ConsentContent(entry.ConsentEvent)
	if err != nil {
		return nil, err
	}
	e := entry.ConsentEvent
	e.ContactPoint = point
	return &statement{listed: listedOf(aloi.RecordRef{}, e), id: a.e.eventAt(a.e.st.PointHash(point), content), entry: entry}, nil
}

// pointedAt reads the entry of a record that a contact point leads to.
func (a *asking) pointedAt(at *store.PointEntry) (*statement, error) {
	entry, err := a.r.EntryAt(at.Record, at.Content)
	if err != nil {
		return nil, err
	}
	of, err := a.home(at.Record)
	if err != nil {
		return nil, err
	}
	return a.statement(find(of, at.Record).dossier.Ref, at.Record, of, entry)
}

// saidBefore returns what waits for a record.
func (a *asking) saidBefore(ref aloi.RecordRef) ([]*statement, error) {
	hash := a.e.st.RefHash(ref)
	entries, err := a.r.Waiting(hash)
	if err != nil {
		return nil, err
	}
	list := make([]*statement, len(entries))
	for i := range entries {
		content, err := store.ConsentContent(entries[i].ConsentEvent)
		if err != nil {
			return nil, err
		}
		list[i] = &statement{listed: listedOf(ref, entries[i].ConsentEvent), id: a.e.eventAt(hash, content), entry: &entries[i]}
	}
	return list, nil
}

// leaf returns an entry of the log, at an index counted from 0, and its bytes.
func (a *asking) leaf(index uint64) (*audit.Leaf, []byte, error) {
	entry, err := a.r.LogEntry(index)
	if err != nil {
		return nil, nil, err
	}
	leaf, err := audit.ParseLeaf(entry.Leaf)
	if err != nil {
		err = &aloi.Error{Code: aloi.CodeCorrupt, Message: "an entry of the audit log", Err: err}
	}
	return leaf, entry.Leaf, err
}

// noticeOf returns the notice that the evidence of an event names, nil where it names
// none or the text is not stored.
func (a *asking) noticeOf(e *aloi.ConsentEvent) (*aloi.Notice, error) {
	hash, ok := noticeHash(consent.EventOf("", "", e).Evidence.NoticeHash)
	if !ok {
		return nil, nil
	}
	n, err := a.r.Notice(hash)
	if errors.Is(err, kv.ErrNotFound) {
		return nil, nil
	}
	return n, err
}

// noticeHash reads a SHA-256 in hexadecimal.
func noticeHash(text string) (hash store.NoticeHash, ok bool) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(hash) {
		return hash, false
	}
	return store.NoticeHash(b), true
}
