package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"aloi"
)

// Event is a consent event with what names it, for a payload.
type Event struct {
	ID     string
	Record aloi.RecordRef // zero for an event on a contact point alone
	aloi.ConsentEvent
}

// schemaVersion is the version of the form below.
const schemaVersion = "ISO/IEC TS 27560:2023, Aloi 1"

// payloadForm is a consent event in the terms of ISO/IEC TS 27560:2023, as JSON in this
// order without white space. What it makes of an event must never change: a field that is
// added is left out where it is empty.
type payloadForm struct {
	SchemaVersion string        `json:"schema_version"`
	RecordID      string        `json:"record_id,omitempty"` // the source's id of the act
	EventID       string        `json:"event_id"`
	SourceSystem  string        `json:"source_system,omitempty"` // where it is not the principal's own
	Principal     principalForm `json:"pii_principal_id,omitzero"`
	Controllers   []string      `json:"pii_controllers,omitempty"`
	Purposes      []string      `json:"purposes,omitempty"`
	Channels      []string      `json:"channels,omitempty"`
	ContactPoint  string        `json:"contact_point,omitempty"`
	SharedOK      bool          `json:"contact_point_shared,omitempty"`
	LawfulBasis   string        `json:"lawful_basis,omitempty"`
	EventType     string        `json:"event_type,omitempty"`
	EventState    string        `json:"event_state,omitempty"`
	EventKind     string        `json:"event_kind"`
	EventTime     string        `json:"event_time,omitempty"`
	Uncertainty   int64         `json:"event_time_uncertainty,omitempty"` // seconds, each side
	RecordedTime  string        `json:"recorded_time,omitempty"`
	ValidUntil    string        `json:"valid_until,omitempty"`
	ExpressedBy   []string      `json:"expressed_by,omitempty"`
	Method        string        `json:"collection_method,omitempty"`
	PrivacyNotice noticeForm    `json:"privacy_notice,omitzero"`
	Evidence      []namedForm   `json:"evidence,omitempty"`
	Jurisdiction  string        `json:"jurisdiction,omitempty"`
	Token         string        `json:"token,omitempty"`
	Refers        string        `json:"refers,omitempty"`
	Submission    string        `json:"submission_id,omitempty"`
	Sequence      int64         `json:"sequence,omitempty"`
	Goods         string        `json:"goods,omitempty"`
	Similar       []string      `json:"similar_goods,omitempty"`
	OptOutOffered bool          `json:"opt_out_offered,omitempty"`
	OptOutUsed    bool          `json:"opt_out_used,omitempty"`
	FreeAccount   bool          `json:"free_account,omitempty"`
	Related       []string      `json:"contract_related,omitempty"`
	Until         string        `json:"contract_until,omitempty"`
}

type principalForm struct {
	Source   string `json:"source"`
	RecordID string `json:"record_id"`
}

type noticeForm struct {
	Version string `json:"version,omitempty"`
	SHA256  string `json:"sha256,omitempty"` // as the evidence names it
}

type namedForm struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// term is what a kind is in the words of others.
type term struct{ state, basis string }

// Bases of GDPR article 6(1).
const (
	byConsent  = "eu-gdpr:A6-1-a"
	byContract = "eu-gdpr:A6-1-b"
	byInterest = "eu-gdpr:A6-1-f"
)

// terms are the kinds in the words of DPV 2.3 and of its extension for the GDPR. What is
// no state of consent, such as a bounce or a sale, has none.
var terms = map[aloi.ConsentKind]term{
	aloi.ConsentRequested:         {"dpv:ConsentRequested", byConsent},
	aloi.ConsentGiven:             {"dpv:ConsentGiven", byConsent},
	aloi.ConsentRenewed:           {"dpv:RenewedConsentGiven", byConsent},
	aloi.ConsentConfirmed:         {"dpv:ConsentGiven", byConsent},
	aloi.ConsentNotGiven:          {"dpv:ConsentRequestDeferred", byConsent},
	aloi.ConsentRefused:           {"dpv:ConsentRefused", byConsent},
	aloi.ConsentWithdrawn:         {"dpv:ConsentWithdrawn", byConsent},
	aloi.ConsentObjected:          {"eu-gdpr:A21", ""},
	aloi.ConsentRevoked:           {"dpv:ConsentRevoked", byConsent},
	aloi.ConsentInvalidated:       {"dpv:ConsentInvalidated", byConsent},
	aloi.ConsentRestricted:        {"eu-gdpr:A18", ""},
	aloi.ConsentRestrictionLifted: {"eu-gdpr:A18", ""},
	aloi.ConsentErased:            {"eu-gdpr:A17", ""},
	aloi.ConsentBounced:           {"", ""},
	aloi.ConsentSale:              {"", byInterest},
	aloi.ConsentContract:          {"", byContract},
	aloi.ConsentInformed:          {"", ""},
}

// Payload returns the canonical JSON of a consent event in the terms of ISO/IEC TS
// 27560:2023. Equal events have equal payloads, for ever: a new field is left out where
// it is empty. A text that is not UTF-8, or a time past the year 9999, is an error that
// names the field.
func Payload(e *Event) ([]byte, error) {
	if err := e.writable(); err != nil {
		return nil, err
	}
	return encode(e.form())
}

// writable returns an error for what the form would not keep as it is.
func (e *Event) writable() error {
	for _, t := range []struct {
		field string
		value string
	}{
		{"event_id", e.ID}, {"record", e.Record.Source}, {"record", e.Record.ID}, {"source_event_id", e.SourceEventID},
		{"source", e.Source}, {"kind", string(e.Kind)}, {"contact_point", e.ContactPoint}, {"method", e.Method},
		{"notice", e.Notice}, {"jurisdiction", e.Jurisdiction}, {"token", e.Token}, {"refers", e.Refers},
		{"submission", e.Submission}, {"goods", e.Goods},
	} {
		if !utf8.ValidString(t.value) {
			return fmt.Errorf("%s: not valid UTF-8", t.field)
		}
	}
	for _, t := range []struct {
		field  string
		values []string
	}{
		{"purposes", e.Purposes}, {"channels", e.Channels}, {"controllers", e.Controllers},
		{"expressed_by", e.ExpressedBy}, {"similar", e.Similar}, {"related", e.Related},
	} {
		for _, v := range t.values {
			if !utf8.ValidString(v) {
				return fmt.Errorf("%s: not valid UTF-8", t.field)
			}
		}
	}
	for _, a := range e.Evidence {
		if !utf8.ValidString(a.Name) || !utf8.ValidString(a.Value) {
			return errors.New("evidence: not valid UTF-8")
		}
	}
	for _, t := range []struct {
		field string
		value time.Time
	}{{"time", e.Time}, {"recorded_time", e.RecordedTime}, {"valid_until", e.ValidUntil}, {"until", e.Until}} {
		if year := t.value.UTC().Year(); year < 1 || year > 9999 {
			return fmt.Errorf("%s: not between the years 1 and 9999", t.field)
		}
	}
	return nil
}

func (e *Event) form() *payloadForm {
	f := &payloadForm{
		SchemaVersion: schemaVersion, RecordID: e.SourceEventID, EventID: e.ID, SourceSystem: e.Source,
		Principal: principalForm{e.Record.Source, e.Record.ID}, Controllers: e.Controllers,
		Purposes: e.Purposes, Channels: e.Channels, ContactPoint: e.ContactPoint, SharedOK: e.SharedOK,
		LawfulBasis: terms[e.Kind].basis, EventType: e.consentType(), EventState: terms[e.Kind].state, EventKind: string(e.Kind),
		EventTime: instant(e.Time), Uncertainty: e.UncertaintySeconds, RecordedTime: instant(e.RecordedTime), ValidUntil: instant(e.ValidUntil),
		ExpressedBy: e.ExpressedBy, Method: e.Method, PrivacyNotice: noticeForm{e.Notice, e.notice()},
		Jurisdiction: e.Jurisdiction, Token: e.Token, Refers: e.Refers, Submission: e.Submission, Sequence: e.Sequence,
		Goods: e.Goods, Similar: e.Similar, OptOutOffered: e.OptOutOffered, OptOutUsed: e.OptOutUsed, FreeAccount: e.FreeAccount,
		Related: e.Related, Until: instant(e.Until),
	}
	for _, a := range e.Evidence {
		f.Evidence = append(f.Evidence, namedForm(a))
	}
	return f
}

// consentType is the kind of expression of a grant: a box that the person did not tick
// expresses nothing.
func (e *Event) consentType() string {
	switch e.Kind {
	case aloi.ConsentGiven, aloi.ConsentRenewed, aloi.ConsentConfirmed:
		for _, a := range e.Evidence {
			if a.Name == "affirmative" && slices.Contains(denials, strings.ToLower(a.Value)) {
				return "dpv:ImpliedConsent"
			}
		}
		return "dpv:ExpressedConsent"
	}
	return ""
}

// denials are the values that say that a box was not ticked. They are those of package
// consent, and stay when those change: what was committed to does.
var denials = []string{"false", "no", "non", "0"}

// notices returns the hashes of notices that the evidence names.
func (e *Event) notices() []string {
	var hashes []string
	for _, a := range e.Evidence {
		if (a.Name == "notice_hash" || a.Name == "notice_sha256") && a.Value != "" {
			hashes = append(hashes, a.Value)
		}
	}
	return hashes
}

// notice returns the last of them, empty for none.
func (e *Event) notice() string {
	hashes := e.notices()
	if len(hashes) == 0 {
		return ""
	}
	return hashes[len(hashes)-1]
}

var errPayload = errors.New("the record is not of the form of a consent event, or of a newer version")

// ParsePayload reads what Payload wrote; anything else is an error.
func ParsePayload(b []byte) (*Event, error) {
	var f payloadForm
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, errPayload
	}
	e, err := f.event()
	if err != nil {
		return nil, errPayload
	}
	// What is of another version, or in another order, is not written as it was read.
	if again, err := Payload(e); err != nil || !bytes.Equal(again, b) {
		return nil, errPayload
	}
	return e, nil
}

func (f *payloadForm) event() (*Event, error) {
	e := &Event{ID: f.EventID, Record: aloi.RecordRef{Source: f.Principal.Source, ID: f.Principal.RecordID},
		ConsentEvent: aloi.ConsentEvent{
			SourceEventID: f.RecordID, Kind: aloi.ConsentKind(f.EventKind), UncertaintySeconds: f.Uncertainty,
			Purposes: f.Purposes, Channels: f.Channels, Controllers: f.Controllers, ContactPoint: f.ContactPoint,
			Method: f.Method, Notice: f.PrivacyNotice.Version, Jurisdiction: f.Jurisdiction, Token: f.Token,
			Refers: f.Refers, Submission: f.Submission, Sequence: f.Sequence, ExpressedBy: f.ExpressedBy,
			Source: f.SourceSystem, SharedOK: f.SharedOK, Goods: f.Goods, Similar: f.Similar,
			OptOutOffered: f.OptOutOffered, OptOutUsed: f.OptOutUsed, FreeAccount: f.FreeAccount, Related: f.Related,
		}}
	for _, a := range f.Evidence {
		e.Evidence = append(e.Evidence, aloi.FreeAttribute(a))
	}
	for _, t := range []struct {
		into *time.Time
		text string
	}{{&e.Time, f.EventTime}, {&e.RecordedTime, f.RecordedTime}, {&e.ValidUntil, f.ValidUntil}, {&e.Until, f.Until}} {
		if t.text == "" {
			continue
		}
		var err error
		if *t.into, err = time.Parse(time.RFC3339Nano, t.text); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// instant returns a time as text, empty for none.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return formatTime(t)
}
