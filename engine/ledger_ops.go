package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aloi"
	"aloi/consent"
	"aloi/internal/audit"
	"aloi/store"
	"aloi/store/kv"
)

// MaxNoticeBytes is the most that the text of a notice may have.
const MaxNoticeBytes = 64 << 10

// The reasons for which a confirmation is refused.
const (
	refusedExpired = "TOKEN_EXPIRED" // more than the policy's TokenLife after the request
	refusedDead    = "TOKEN_DEAD"    // a stop came after the request
)

// refusals says in a sentence why a confirmation is refused.
var refusals = map[string]string{
	refusedExpired: "the token of the confirmation has expired: ask again",
	refusedDead:    "a stop came after the request: its token is dead",
}

// validateLedger returns what is wrong with an operation on the ledger.
func validateLedger(op Operation) []aloi.Violation {
	switch {
	case op.Consent != nil:
		return append(op.Consent.Subject.validate("subject"), validateAct(op.Consent)...)
	case op.Confirm != nil:
		v := aloi.ValidateText("token", op.Confirm.Token)
		if op.Confirm.Token == "" {
			v = append(v, aloi.Violation{Field: "token", Reason: "is empty"})
		}
		return append(v, aloi.ValidateEvidence("evidence", op.Confirm.Evidence)...)
	case op.Assign != nil:
		v := aloi.ValidateRef("record", op.Assign.Record)
		if id, err := hex.DecodeString(op.Assign.EventID); err != nil || len(id) != len(store.EventID{}) {
			v = append(v, aloi.Violation{Field: "event_id", Reason: "is not an event id"})
		}
		v = append(v, aloi.ValidateText("steward", op.Assign.Steward)...)
		return append(v, aloi.ValidateText("reason", op.Assign.Reason)...)
	case op.Suppress != nil:
		return validateSuppression(op.Suppress)
	case op.Notice != nil:
		return validateNotice(op.Notice)
	case op.Disclose != nil:
		return nil
	}
	return []aloi.Violation{{Field: "operation", Reason: "is empty"}}
}

// validate returns what is wrong with a subject; name is its path.
func (s *Subject) validate(name string) []aloi.Violation {
	set := 0
	for _, is := range []bool{s.Entity != "", s.Record != nil, s.Point != ""} {
		if is {
			set++
		}
	}
	switch {
	case set != 1:
		return []aloi.Violation{{Field: name, Reason: "must be one of entity_id, record, contact_point"}}
	case s.Record != nil:
		return aloi.ValidateRef(name+".record", *s.Record)
	case s.Entity != "":
		if _, err := entityNumber(s.Entity); err != nil {
			return []aloi.Violation{{Field: name + ".entity_id", Reason: "is not an entity id"}}
		}
		return nil
	}
	return aloi.ValidateText(name+".contact_point", s.Point)
}

func validateAct(op *ConsentOperation) []aloi.Violation {
	e := &op.Event
	v := aloi.ValidateEvent("event", e)
	if op.Subject.Point == "" {
		return v
	}
	if !isPointed(e) {
		v = append(v, aloi.Violation{Field: "subject", Reason: "only a stop or a bounce can be kept on a contact point alone: name the record or the entity"})
	}
	if e.ContactPoint != "" {
		named, _ := canonicalPoint(e.ContactPoint)
		if asked, _ := canonicalPoint(op.Subject.Point); named != asked {
			v = append(v, aloi.Violation{Field: "event.contact_point", Reason: "is another than the subject"})
		}
	}
	return v
}

func validateSuppression(s *aloi.Suppression) []aloi.Violation {
	var v []aloi.Violation
	canonical, ok := canonicalPoint(s.Point)
	if kind, _, _ := strings.Cut(canonical, ":"); !ok || kind != pointEmail && kind != pointPhone {
		v = append(v, aloi.Violation{Field: "contact_points", Reason: "must be email:… or phone:…"})
	}
	if s.Reason != string(consent.SuppressionErased) && s.Reason != string(consent.SuppressionObjected) {
		v = append(v, aloi.Violation{Field: "reason", Reason: "must be ERASED or OBJECTED"})
	}
	for i, c := range s.Controllers {
		v = append(v, aloi.ValidateText(fmt.Sprintf("controllers[%d]", i), c)...)
	}
	if !s.Until.IsZero() && !s.Until.After(s.Time) {
		v = append(v, aloi.Violation{Field: "until", Reason: "is not after time"})
	}
	return v
}

func validateNotice(n *aloi.Notice) []aloi.Violation {
	v := append(aloi.ValidateText("name", n.Name), aloi.ValidateText("language", n.Language)...)
	switch {
	case n.Text == "":
		v = append(v, aloi.Violation{Field: "text", Reason: "is empty"})
	case len(n.Text) > MaxNoticeBytes:
		v = append(v, aloi.Violation{Field: "text", Reason: fmt.Sprintf("longer than %d bytes", MaxNoticeBytes)})
	}
	return v
}

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

// confirm completes a double opt-in: the click proves the contact point that the request
// names, within the policy's TokenLife, and unless a stop came between.
func (b *batch) confirm(c *Confirmation, res *result) error {
	request, number, err := b.requestOf(c.Token)
	if err != nil || request == nil {
		res.outcome = aloi.OutcomeNotFound
		return err
	}
	s, err := b.record(number)
	if err != nil {
		return err
	}
	res.number = number
	asked := request.Time
	if asked.IsZero() || asked.After(request.RecordedTime) {
		asked = request.RecordedTime
	}
	before, err := b.actsOn(number, s)
	if err != nil {
		return err
	}
	for _, e := range before {
		if e.Kind == aloi.ConsentConfirmed && e.Token == c.Token {
			res.outcome = aloi.OutcomeUnchanged
			return nil
		}
	}
	dead, err := b.died(request, number, before)
	switch {
	case err != nil:
		return err
	case dead:
		res.outcome, res.refusal = aloi.OutcomeRejected, refusedDead
		return nil
	case b.now.After(asked.Add(b.e.policy.TokenLife)):
		res.outcome, res.refusal = aloi.OutcomeRejected, refusedExpired
		return nil
	}
	e := aloi.ConsentEvent{
		Kind: aloi.ConsentConfirmed, Time: b.now, Purposes: request.Purposes, Channels: request.Channels, Controllers: request.Controllers,
		ContactPoint: request.ContactPoint, Method: "double_opt_in", Evidence: c.Evidence, Jurisdiction: request.Jurisdiction, Token: c.Token,
	}
	content, err := store.ConsentContent(e)
	if err != nil {
		return err
	}
	return b.addAct(number, s.after.Record.Ref, e, content, nil, res)
}

// requestOf returns the request that a token confirms and the record it is of, nil for none.
func (b *batch) requestOf(token string) (*store.Entry, uint64, error) {
	for _, n := range sortedKeys(b.records) {
		s := b.records[n]
		for _, content := range inOrder(s.consents) {
			if e := s.consents[content]; s.after != nil && isRequest(&e.ConsentEvent) && e.Token == token {
				return e, n, nil
			}
		}
	}
	ref, err := b.r.Token(token)
	if errors.Is(err, kv.ErrNotFound) {
		return nil, 0, nil
	}
	if err != nil || !b.live(ref.Record) {
		return nil, 0, err
	}
	e, err := b.r.EntryAt(ref.Record, ref.Content)
	return e, ref.Record, err
}

// actsOn returns the events of a record, those of the batch included.
func (b *batch) actsOn(number uint64, s *recordState) ([]*store.Entry, error) {
	var list []*store.Entry
	if s.before != nil {
		stored, err := b.r.Entries(number)
		if err != nil {
			return nil, err
		}
		for i := range stored {
			list = append(list, &stored[i])
		}
	}
	for _, content := range inOrder(s.consents) {
		list = append(list, s.consents[content])
	}
	return list, nil
}

// died reports whether a stop on the record, or on the contact point, came after a request.
// One of somebody else who knows that the point is shared is for himself.
func (b *batch) died(request *store.Entry, number uint64, acts []*store.Entry) (bool, error) {
	if request.ContactPoint != "" {
		canonical, _ := canonicalPoint(request.ContactPoint)
		hash := b.e.st.PointHash(canonical)
		onPoint, err := b.r.Point(hash)
		if err != nil {
			return false, err
		}
		for _, p := range onPoint {
			entry := p.Entry
			if p.Record != 0 {
				if entry, err = b.r.EntryAt(p.Record, p.Content); err != nil {
					return false, err
				}
				if entry.SharedOK && p.Record != number {
					continue
				}
			}
			acts = append(acts, entry)
		}
		for _, p := range b.ledger.points {
			if p.point == hash {
				acts = append(acts, p.entry)
			}
		}
	}
	asked := consent.EventOf("", "", &request.ConsentEvent)
	for _, e := range acts {
		stop := consent.EventOf("", "", &e.ConsentEvent)
		stop.ContactPoint = "" // it is on the record, or on the point asked about
		if e.ContactPoint != "" {
			x, _ := canonicalPoint(e.ContactPoint)
			if y, _ := canonicalPoint(request.ContactPoint); x != y {
				continue
			}
		}
		if b.e.policy.Kills(&stop, &asked) {
			return true, nil
		}
	}
	return false, nil
}

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

// suppress puts a contact point on the list.
func (b *batch) suppress(s *aloi.Suppression, res *result) error {
	canonical, _ := canonicalPoint(s.Point)
	hash := b.e.st.PointHash(canonical)
	list, ok := b.ledger.lists[hash]
	if !ok {
		var err error
		if list, err = b.r.Suppressions(hash); err != nil {
			return err
		}
	}
	add := *s
	add.Point, add.Controllers = "", slices.Clone(s.Controllers)
	slices.Sort(add.Controllers)
	if add.Time.IsZero() {
		add.Time = b.now
	}
	for _, x := range list {
		if slices.Equal(x.Controllers, add.Controllers) && x.Reason == add.Reason && x.Until.Equal(add.Until) && (s.Time.IsZero() || x.Time.Equal(add.Time)) {
			res.outcome = aloi.OutcomeUnchanged
			return nil
		}
	}
	b.logInline(audit.KindSuppression, "", res, map[string]any{
		"key": hex.EncodeToString(hash[:]), "controllers": add.Controllers, "reason": add.Reason,
		"time": add.Time.UTC().Format(time.RFC3339Nano), "until": add.Until.UTC().Format(time.RFC3339Nano),
	})
	list = append(slices.Clone(list), store.Suppression{Suppression: add})
	put(&b.ledger.lists, hash, list)
	b.last().learn = func(place uint64) {
		res.place = place
		b.ledger.lists[hash][len(list)-1].Log = place
	}
	res.outcome = aloi.OutcomeRecorded
	return nil
}

// notice keeps the text of a notice.
func (b *batch) notice(n *aloi.Notice, res *result) error {
	hash := store.NoticeHash(sha256.Sum256([]byte(n.Text)))
	known, err := b.noticeAt(hash)
	if err != nil || known != nil {
		res.outcome = aloi.OutcomeUnchanged
		return err
	}
	b.ledger.notices[hash] = n
	b.ledger.written = append(b.ledger.written, hash)
	res.outcome, b.ledger.moved = aloi.OutcomeRecorded, true
	return nil
}

// noticeAt returns the notice with a hash, nil for none.
func (b *batch) noticeAt(hash store.NoticeHash) (*aloi.Notice, error) {
	if n, ok := b.ledger.notices[hash]; ok {
		return n, nil
	}
	n, err := b.r.Notice(hash)
	if errors.Is(err, kv.ErrNotFound) {
		n, err = nil, nil
	}
	put(&b.ledger.notices, hash, n)
	return n, err
}

// disclose notes that the PERMITs of a campaign were given out.
func (b *batch) disclose(d *DecisionBatch, res *result) error {
	q := d.Question
	b.logInline(audit.KindDecisions, "", res, decisionPayload{
		Controller: q.Controller, Purpose: string(q.Purpose), Channel: string(q.Channel), Goods: q.Goods, At: q.At.UTC(), KnownAt: q.KnownAt.UTC(),
		Root: hex.EncodeToString(d.Root[:]), Salt: hex.EncodeToString(d.Salt), Permits: d.Permits, Denies: d.Denies,
	})
	res.outcome = aloi.OutcomeRecorded
	return nil
}

// decisionPayload is what the log holds of a campaign.
type decisionPayload struct {
	Controller string    `json:"controller"`
	Purpose    string    `json:"purpose"`
	Channel    string    `json:"channel"`
	Goods      string    `json:"goods,omitempty"`
	At         time.Time `json:"at"`
	KnownAt    time.Time `json:"known_at"`
	Root       string    `json:"root"`
	Salt       string    `json:"salt"`
	Permits    uint64    `json:"permits"`
	Denies     uint64    `json:"denies"`
}

// logInline adds an entry to the log whose payload holds no personal value.
func (b *batch) logInline(kind audit.Kind, actor string, res *result, payload any) {
	text, err := json.Marshal(payload)
	if err != nil {
		panic("engine: a payload of the log: " + err.Error()) // texts, numbers and times within bounds
	}
	l := &logged{kind: kind, actor: actor, payload: text}
	if res != nil {
		l.learn = func(place uint64) { res.place = place }
	}
	b.ledger.log = append(b.ledger.log, l)
	b.ledger.moved = true
}

// last is the entry that was added to the log last.
func (b *batch) last() *logged { return b.ledger.log[len(b.ledger.log)-1] }

// pseudonym stands for who acted, or for a record, in the log.
func (e *Engine) pseudonym(who string) string {
	if who == "" {
		return ""
	}
	h := e.st.Keyed("actor", who)
	return hex.EncodeToString(h[:])
}

// check returns the flags of an event.
func (b *batch) check(e *aloi.ConsentEvent, field string) ([]aloi.Flag, error) {
	var failed error
	flags := b.e.policy.Check(e, b.now, field, func(text string) bool {
		hash, err := hex.DecodeString(text)
		if err != nil || len(hash) != len(store.NoticeHash{}) {
			return false
		}
		n, err := b.noticeAt(store.NoticeHash(hash))
		failed = errors.Join(failed, err)
		return n != nil
	})
	if e.ContactPoint != "" {
		if _, ok := canonicalPoint(e.ContactPoint); !ok {
			flags = append(flags, aloi.Flag{Code: aloi.FlagContactPoint, Field: field + ".contact_point"})
		}
	}
	return flags, failed
}

// flagConflict flags an event whose source gave its id to another content before.
func (b *batch) flagConflict(number uint64, s *recordState, e *aloi.ConsentEvent, content store.ContentHash, field string, res *result) error {
	if e.SourceEventID == "" || s.before == nil && len(s.consents) == 0 {
		return nil
	}
	acts, err := b.actsOn(number, s)
	if err != nil {
		return err
	}
	for _, x := range acts {
		if x.SourceEventID != e.SourceEventID || x.Source != e.Source {
			continue
		}
		if h, err := store.ConsentContent(x.ConsentEvent); err != nil || h != content {
			res.flags = append(res.flags, aloi.Flag{Code: aloi.FlagConflict, Field: field + ".source_event_id"})
			return err
		}
	}
	return nil
}
