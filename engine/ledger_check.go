package engine

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"aloi"
	"aloi/consent"
	"aloi/store"
)

// MaxNoticeBytes is the most that the text of a notice may have.
const MaxNoticeBytes = 64 << 10

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
	if !isPointed(e.Kind, e.Refers) {
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
