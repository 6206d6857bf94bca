package engine

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"aloi"
	"aloi/consent"
	"aloi/internal/audit"
	"aloi/matcher"
	"aloi/store"
)

// dossierRevision counts the forms of what is derived for decisions: a store of another
// is brought up to date before it opens.
const dossierRevision = 1

// acts is what a batch adds beside records: to the ledger, to the lists and to the
// audit log.
type acts struct {
	log      []*logged
	points   []pointAct   // on contact points whose owner is not known, or gone
	waiting  []waitingAct // of records that are not stored
	awaited  []store.RefHash
	lists    map[store.PointHash][]store.Suppression // after the batch
	notices  map[store.NoticeHash]*aloi.Notice       // known; nil: looked up, and not there
	written  []store.NoticeHash                      // of those, the new ones
	erasures []*erasure
	dropped  map[*store.Entry]bool // new in the batch, and gone with their record
	moved    bool                  // something was written that is of no entity
}

// pointAct is an event on a contact point alone.
type pointAct struct {
	point   store.PointHash
	content store.ContentHash
	entry   *store.Entry
}

// waitingAct is an event of a record that is not stored.
type waitingAct struct {
	ref     store.RefHash
	content store.ContentHash
	entry   *store.Entry
}

// logged is an entry of the log that the batch will write.
type logged struct {
	kind    audit.Kind
	actor   string       // who acted; the log has a pseudonym
	event   *audit.Event // whose payload stays in the ledger; nil: payload goes with the log
	entry   *store.Entry // of the event, which learns its place and its salt
	payload []byte
	salt    []byte
	learn   func(place uint64) // is told its place, counted from 1; nil for nobody
	leaf    audit.Leaf
	encoded []byte
}

// erasure is the payloads that went with a record.
type erasure struct {
	places []uint64 // counted from 1
	log    uint64   // place of the entry that says so
}

// eventID renders the id of an event.
func eventID(id store.EventID) string { return hex.EncodeToString(id[:]) }

// enter makes the ledger's entry for an event, which the log will have. Owner is zero for
// one that is of no stored record.
func (b *batch) enter(id string, owner aloi.RecordRef, e aloi.ConsentEvent) *store.Entry {
	e.RecordedTime = b.now
	entry := &store.Entry{ConsentEvent: e}
	b.ledger.log = append(b.ledger.log, &logged{
		kind: audit.KindConsent, actor: sourceOf(owner, &e), entry: entry, event: &audit.Event{ID: id, Record: owner, ConsentEvent: e},
	})
	return entry
}

// eventOf returns the id of an event of a record.
func (e *Engine) eventOf(ref aloi.RecordRef, content store.ContentHash) string {
	return eventID(e.st.EventID(ref, "", content))
}

// eventAt returns the id of an event that is of no stored record, by the hash that it is
// found by: of a contact point, or of the record that it waits for.
func (e *Engine) eventAt(hash [16]byte, content store.ContentHash) string {
	return eventID(e.st.EventID(aloi.RecordRef{}, hex.EncodeToString(hash[:]), content))
}

// entryID returns the id of an entry in the ledger of a record.
func (e *Engine) entryID(ref aloi.RecordRef, content store.ContentHash, entry *store.Entry) string {
	if entry.Waited {
		return e.eventAt(e.st.RefHash(ref), content)
	}
	return e.eventOf(ref, content)
}

// isPointed reports whether an event binds the contact point that it names, whoever owns
// it: a stop, a bounce, or an invalidation of whatever was consented to there.
func isPointed(k aloi.ConsentKind, refers string) bool {
	return k.IsStop() || k == aloi.ConsentBounced || k == aloi.ConsentInvalidated && refers == ""
}

// pointOf returns the contact point that an event binds, whoever owns it, as the store
// names it; zero for none.
func (e *Engine) pointOf(ev *aloi.ConsentEvent) store.PointHash {
	if ev.ContactPoint == "" || !isPointed(ev.Kind, ev.Refers) {
		return store.PointHash{}
	}
	canonical, _ := canonicalPoint(ev.ContactPoint)
	return e.st.PointHash(canonical)
}

// isRequest reports whether an event waits for its token to be confirmed.
func isRequest(e *aloi.ConsentEvent) bool {
	if e.Token == "" {
		return false
	}
	switch e.Kind {
	case aloi.ConsentRequested, aloi.ConsentGiven, aloi.ConsentRenewed:
		return true
	}
	return false
}

// birthOf is the latest day that a date allows: of what is known in part, a minor must
// not be made an adult.
func birthOf(d matcher.Date) time.Time {
	switch {
	case d.IsZero():
		return time.Time{}
	case d.Month == 0:
		return time.Date(int(d.Year), time.December, 31, 0, 0, 0, 0, time.UTC)
	case d.Day == 0:
		return time.Date(int(d.Year), time.Month(d.Month)+1, 0, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(int(d.Year), time.Month(d.Month), int(d.Day), 0, 0, 0, 0, time.UTC)
}

// dossierEvent is an entry of a record's ledger as its dossier has it.
func (e *Engine) dossierEvent(ref aloi.RecordRef, content store.ContentHash, entry *store.Entry) consent.DossierEvent {
	ev := consent.EventOf(e.entryID(ref, content, entry), ref.Source, &entry.ConsentEvent)
	if ev.ContactPoint != "" {
		ev.ContactPoint, _ = canonicalPoint(ev.ContactPoint)
	}
	return consent.DossierEvent{Event: ev, Said: entry.Said, Assigned: entry.Assigned}
}

// ledgerEvents returns the events of a record's ledger as its dossier has them.
func (e *Engine) ledgerEvents(r *store.Reader, number uint64, ref aloi.RecordRef) ([]consent.DossierEvent, error) {
	entries, err := r.Entries(number)
	if err != nil {
		return nil, err
	}
	events := make([]consent.DossierEvent, len(entries))
	for i := range entries {
		content, err := store.ConsentContent(entries[i].ConsentEvent)
		if err != nil {
			return nil, err
		}
		events[i] = e.dossierEvent(ref, content, &entries[i])
	}
	return events, nil
}

// aboutRecord fills in what a dossier has from the record itself.
func aboutRecord(d *consent.Dossier, r *aloi.Record, p *matcher.Prepared) {
	d.Ref, d.ContactPoints, d.Birth = r.Ref, pointsOf(r, p), birthOf(p.Birth)
}

// addInteraction counts an interaction into a dossier.
func (e *Engine) addInteraction(d *consent.Dossier, x *aloi.Interaction) {
	if e.policy.Acts(x.Kind) && !x.Time.IsZero() {
		d.AddAction(x.Time)
	}
	d.Bought = d.Bought || x.Kind == aloi.InteractionPurchase
}

// sealDossier puts the events in order, and leaves them out where there are too many.
func sealDossier(d *consent.Dossier) {
	slices.SortFunc(d.Events, func(x, y consent.DossierEvent) int { return strings.Compare(x.ID, y.ID) })
	if len(d.Events) > consent.MaxDossierEvents {
		d.Events, d.Partial = nil, true
	}
}

// storedDossier makes the dossier of a stored record from its facts alone.
func (e *Engine) storedDossier(r *store.Reader, rec *store.Record, p *matcher.Prepared) (*consent.Dossier, error) {
	d := &consent.Dossier{}
	aboutRecord(d, &rec.Record, p)
	if rec.Interactions > 0 {
		list, err := r.Interactions(rec.Number)
		if err != nil {
			return nil, err
		}
		for i := range list {
			e.addInteraction(d, &list[i])
		}
	}
	if rec.Consents > 0 {
		var err error
		if d.Events, err = e.ledgerEvents(r, rec.Number, rec.Record.Ref); err != nil {
			return nil, err
		}
	}
	sealDossier(d)
	return d, nil
}

// renewLedger brings records of a store of other code up to date: their dossiers, and
// the log, which gets the events that are in none.
func (e *Engine) renewLedger(w *store.Writer, numbers []uint64) error {
	b, err := e.newBatch(&w.Reader, nil, false)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		rec, err := w.Record(n)
		if err != nil {
			return err
		}
		f, err := readFeatures(&w.Reader, n)
		if err != nil {
			return err
		}
		s := &recordState{before: rec, after: rec, featuresAfter: f}
		b.records[n] = s
		if rec.Consents > 0 {
			if err := b.enterOld(n, s); err != nil {
				return err
			}
		}
	}
	if err := b.seal(); err != nil {
		return err
	}
	for _, n := range numbers {
		s := b.records[n]
		for _, h := range inOrder(s.consents) {
			e := s.consents[h]
			if err := errors.Join(w.SetEntry(n, h, e), leadTo(w, n, h, e)); err != nil {
				return err
			}
		}
		d, err := e.storedDossier(&w.Reader, s.after, s.featuresAfter.record)
		if err != nil {
			return err
		}
		if err := w.SetDossier(n, consent.AppendDossier(nil, d)); err != nil {
			return err
		}
	}
	return errors.Join(b.flushLog(w), w.SetCounters(b.counters))
}

// enterOld puts the events of a record that are in no log into it, as they are.
func (b *batch) enterOld(number uint64, s *recordState) error {
	entries, err := b.r.Entries(number)
	if err != nil {
		return err
	}
	ref := s.after.Record.Ref
	for i := range entries {
		if entries[i].Log != 0 {
			continue
		}
		content, err := store.ConsentContent(entries[i].ConsentEvent)
		if err != nil {
			return err
		}
		entry := b.enter(b.e.eventOf(ref, content), ref, entries[i].ConsentEvent)
		entry.RecordedTime = entries[i].RecordedTime
		b.last().event.RecordedTime = entry.RecordedTime
		entry.Point = b.e.pointOf(&entry.ConsentEvent)
		put(&s.consents, content, entry)
	}
	return nil
}

// dossiers makes the dossiers of the records that changed.
func (b *batch) dossiers() error {
	var numbers []uint64
	for _, n := range sortedKeys(b.records) {
		if s := b.records[n]; s.after != nil && s.touched() {
			numbers = append(numbers, n)
		}
	}
	errs := make([]error, len(numbers))
	b.e.parallel(len(numbers), func(i int) { errs[i] = b.dossier(numbers[i]) })
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// dossier makes the dossier of one record from the one it had and what is new.
func (b *batch) dossier(number uint64) error {
	s := b.records[number]
	d := &consent.Dossier{}
	if s.before != nil {
		var err error
		if d, err = readDossier(b.r, number); err != nil {
			return err
		}
	}
	aboutRecord(d, &s.after.Record, s.featuresAfter.record)
	for _, x := range s.interactions {
		b.e.addInteraction(d, &x)
	}
	for content, entry := range s.consents {
		event := b.e.dossierEvent(s.after.Record.Ref, content, entry)
		i := slices.IndexFunc(d.Events, func(x consent.DossierEvent) bool { return x.ID == event.ID })
		switch {
		case d.Partial:
		case i >= 0: // ruled on
			d.Events[i] = event
		default:
			d.Events = append(d.Events, event)
		}
	}
	sealDossier(d)
	s.dossier = consent.AppendDossier(nil, d)
	return nil
}
