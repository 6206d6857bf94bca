package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"aloi"
	"aloi/consent"
	"aloi/internal/audit"
	"aloi/store"
	"aloi/store/kv"
)

// saidEntry is an event that was said to an entity, or that a steward ruled on.
type saidEntry struct {
	record   uint64
	content  store.ContentHash
	id       string
	said     []uint64
	assigned int8
	where    string
}

// unnoticed is a notice that events name and that is not stored.
type unnoticed struct {
	where  string // of the first
	events uint64
}

// checkLedger compares the events of records with the log.
func (v *logVerification) checkLedger(ctx context.Context) error {
	var number uint64
	var ref aloi.RecordRef
	return v.r.EachEntry(func(n uint64, e *store.Entry) error {
		if n != number {
			number, ref = n, aloi.RecordRef{}
			rec, err := v.r.Record(n)
			if err == nil {
				ref = rec.Record.Ref
			} else if !errors.Is(err, kv.ErrNotFound) {
				return err
			}
		}
		content, err := store.ConsentContent(e.ConsentEvent)
		if err != nil {
			return err
		}
		id := v.e.entryID(ref, content, e)
		if len(e.Said) > 0 || e.Assigned != 0 {
			v.said = append(v.said, saidEntry{n, content, id, e.Said, e.Assigned, record(n)})
		}
		owner := ref
		if e.Waited {
			owner = aloi.RecordRef{}
		}
		if told, err := v.checkEvent(record(n), id, owner, e); err != nil {
			return err
		} else if told {
			v.troubled[n] = true
		}
		return v.tickEvent(ctx)
	})
}

// tickEvent counts an event.
func (v *logVerification) tickEvent(ctx context.Context) error {
	v.events++
	return v.tick(ctx, "events", v.events, v.size)
}

// checkApart compares the events that are in no record's ledger with the log: those on
// contact points, and those that wait for their record.
func (v *logVerification) checkApart(ctx context.Context) error {
	check := func(where string, hash [16]byte, e *store.Entry) error {
		content, err := store.ConsentContent(e.ConsentEvent)
		if err != nil {
			return err
		}
		if _, err := v.checkEvent(where, v.e.eventAt(hash, content), aloi.RecordRef{}, e); err != nil {
			return err
		}
		return v.tickEvent(ctx)
	}
	err := v.r.EachPoint(func(p store.PointHash, e *store.PointEntry) error {
		if e.Record != 0 {
			return nil
		}
		return check("contact point", p, e.Entry)
	})
	if err != nil {
		return err
	}
	return v.r.EachWaiting(func(ref store.RefHash, e *store.Entry) error { return check("event that waits for its record", ref, e) })
}

// checkEvent compares an event with its entry in the log. told says that something is
// wrong with it.
func (v *logVerification) checkEvent(where, id string, owner aloi.RecordRef, e *store.Entry) (told bool, err error) {
	if err := v.checkNotice(where, &e.ConsentEvent); err != nil {
		return false, err
	}
	if e.Log == 0 || e.Log > v.size {
		v.report.find(checkUnlogged, where, "an event is in no entry of the log")
		return true, nil
	}
	at := e.Log - 1
	p := &v.places[at]
	switch {
	case p.kind == placeUnsound: // which is told
		return true, nil
	case p.kind != placeEvent:
		v.report.find(checkUnlogged, where, "an event is said to be in entry %d, which is of another kind", at)
		return true, nil
	case p.is(placeClaimed):
		v.report.find(checkUnlogged, where, "an event is said to be in entry %d, which has another", at)
		return true, nil
	}
	p.flags |= placeClaimed
	payload, err := audit.Payload(&audit.Event{ID: id, Record: owner, ConsentEvent: e.ConsentEvent})
	if err != nil || audit.Commit(e.Salt, payload) != p.commit {
		v.report.find(checkAltered, entryAt(at), "its event (%s) is not the one that its leaf commits to", where)
		return true, nil
	}
	if p.is(placeErased) {
		v.report.find(checkErased, entryAt(at), "its event (%s) was erased, and is still stored", where)
		return true, nil
	}
	return false, nil
}

// checkNotice notes the notice that an event names, where it is not stored.
func (v *logVerification) checkNotice(where string, e *aloi.ConsentEvent) error {
	named := strings.ToLower(consent.EventOf("", "", e).Evidence.NoticeHash)
	if named == "" {
		return nil
	}
	missing, known := v.unnoticed[named]
	if !known {
		hash, ok := noticeHash(named)
		if ok {
			_, err := v.r.Notice(hash)
			if err != nil && !errors.Is(err, kv.ErrNotFound) {
				return err
			}
			ok = err == nil
		}
		if !ok {
			missing = &unnoticed{where: where}
		}
		v.unnoticed[named] = missing
	}
	if missing != nil {
		missing.events++
	}
	return nil
}

// checkNotices tells of notices that are not there, and of those whose text is another.
func (v *logVerification) checkNotices(context.Context) error {
	var hashes []string
	for hash, missing := range v.unnoticed {
		if missing != nil {
			hashes = append(hashes, hash)
		}
	}
	slices.Sort(hashes)
	for _, hash := range hashes {
		missing := v.unnoticed[hash]
		v.report.find(checkNotice, missing.where, "the text of the notice that an event names is not stored, nor that of %d more that name the same", missing.events-1)
	}
	return v.r.EachNotice(func(h store.NoticeHash, n *aloi.Notice) error {
		if store.NoticeHash(sha256.Sum256([]byte(n.Text))) != h {
			v.report.find(checkNotice, "notice "+hex.EncodeToString(h[:]), "its text is another")
		}
		return nil
	})
}

// checkSuppressions compares the suppression list with the log.
func (v *logVerification) checkSuppressions(context.Context) error {
	var failed error
	number := 0
	err := v.r.EachSuppression(nil, func(p store.PointHash, list []store.Suppression) bool {
		for i := range list {
			number++
			if failed = v.checkSuppression(number, p, &list[i]); failed != nil {
				return false
			}
		}
		return true
	})
	return errors.Join(err, failed)
}

func (v *logVerification) checkSuppression(number int, hash store.PointHash, s *store.Suppression) error {
	unlogged := func() {
		v.report.find(checkState, fmt.Sprintf("suppression %d", number), "it is in no entry of the log")
	}
	if s.Log == 0 || s.Log > v.size {
		unlogged()
		return nil
	}
	p := &v.places[s.Log-1]
	switch {
	case p.kind == placeUnsound: // which is told
		return nil
	case p.kind != placeSuppression || p.is(placeClaimed):
		unlogged()
		return nil
	}
	p.flags |= placeClaimed
	if p.is(placeTold) || v.tree.entriesWrong() { // the entry may be elsewhere
		return nil
	}
	e, err := v.r.LogEntry(s.Log - 1)
	if err != nil {
		return err
	}
	var logged suppressionPayload
	if json.Unmarshal(e.Payload, &logged) != nil || !logged.is(hash, &s.Suppression) {
		v.report.find(checkState, fmt.Sprintf("suppression %d", number), "it is not the one of entry %d", s.Log-1)
	}
	return nil
}

// suppressionPayload is what the log holds of a suppression.
type suppressionPayload struct {
	Key         string    `json:"key"`
	Controllers []string  `json:"controllers"`
	Reason      string    `json:"reason"`
	Time        time.Time `json:"time"`
	Until       time.Time `json:"until"`
}

func (p *suppressionPayload) is(hash store.PointHash, s *aloi.Suppression) bool {
	return p.Key == hex.EncodeToString(hash[:]) && slices.Equal(p.Controllers, s.Controllers) && p.Reason == s.Reason &&
		p.Time.Equal(s.Time) && p.Until.Equal(s.Until)
}

// checkPlaces looks for entries of which the store has lost what they record.
func (v *logVerification) checkPlaces(context.Context) error {
	for at := range v.places {
		p := &v.places[at]
		switch {
		case p.is(placeClaimed) || p.is(placeTold):
		case p.is(placeErased) && p.kind == placeEvent:
			v.report.Erased++
		case p.kind == placeSuppression:
			v.report.find(checkListLost, entryAt(uint64(at)), "the suppression list has lost it")
		case p.kind == placeEvent && p.is(placeApart):
			v.report.find(checkLost, entryAt(uint64(at)), "the stop or the bounce, which was kept for no stored record, is gone")
		case p.kind == placeEvent:
			v.report.find(checkMissing, entryAt(uint64(at)), "its event is gone, and no entry of the log erased it")
		}
	}
	return nil
}

// checkAssignments holds that what stewards ruled on events is what the log says, copy by
// copy: the last ruling on a copy or on another of the same event counts.
func (v *logVerification) checkAssignments(context.Context) error {
	if !v.complete(audit.KindAssignment) {
		return nil
	}
	type copyOf struct {
		record  uint64
		content store.ContentHash
	}
	stored := map[copyOf]bool{}
	for _, s := range v.said {
		stored[copyOf{s.record, s.content}] = true
	}
	other := map[copyOf]uint64{} // the last ruling that was for another copy
	open := map[copyOf]bool{}    // another copy, for which there may be one, is gone
	for _, s := range v.said {
		gone := slices.ContainsFunc(s.said, func(n uint64) bool { return !stored[copyOf{n, s.content}] })
		for _, n := range s.said {
			c := copyOf{n, s.content}
			open[c] = open[c] || gone
			if n != s.record {
				other[c] = max(other[c], v.entries.assigned[s.id])
			}
		}
	}
	for _, s := range v.said {
		c := copyOf{s.record, s.content}
		mine, others := v.entries.assigned[s.id], other[c]
		want := int8(0)
		switch {
		case mine > others:
			want = 1
		case others > mine:
			want = -1
		}
		switch {
		case s.assigned == want, s.assigned < 0 && open[c]:
		case s.assigned != 0:
			v.report.find(checkUnlogged, s.where, "an event is marked as assigned, and the log has no such assignment")
			v.troubled[s.record] = true
		default:
			v.report.find(checkEventless, entryAt(max(mine, others)-1), "its assignment is not on the event of %s", s.where)
			v.troubled[s.record] = true
		}
	}
	return nil
}

// judgementWithdrawn is the verdict of a withdrawal in the log.
const judgementWithdrawn = "WITHDRAWN"

// checkJudgements holds that the judgements are those that the log has last.
func (v *logVerification) checkJudgements(context.Context) error {
	if !v.complete(audit.KindJudgement) {
		return nil
	}
	ref := func(r aloi.RecordRef) string { return v.e.pseudonym(r.Source + "\x00" + r.ID) }
	err := v.r.Judgements(nil, func(_ []byte, j *aloi.Judgement) bool {
		logged := v.entries.ruled[[2]string{ref(j.A), ref(j.B)}]
		switch {
		case logged == nil && j.Time.After(v.entries.began): // else it may be older than the log
			v.report.find(checkUnlogged, "judgement", "a judgement is in no entry of the log")
		case logged == nil:
		case logged.verdict == judgementWithdrawn:
			v.report.find(checkUnlogged, "judgement", "a judgement stands that entry %d withdrew", logged.place)
		default:
			logged.stored = logged.verdict == string(j.Verdict)
		}
		return true
	})
	if err != nil {
		return err
	}
	var lost []uint64
	for logged := range maps.Values(v.entries.ruled) {
		if !logged.stored && logged.verdict != judgementWithdrawn {
			lost = append(lost, logged.place)
		}
	}
	slices.Sort(lost)
	for _, at := range lost {
		v.report.find(checkEventless, entryAt(at), "its judgement is not stored, or is another")
	}
	return nil
}
