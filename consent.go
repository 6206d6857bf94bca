package aloi

import (
	"log/slog"
	"time"
)

// ConsentKind is the kind of one consent act. The set is closed; it is the one of
// docs/consent.md, after ISO/IEC TS 27560:2023 and DPV 2.3.
type ConsentKind string

// The kinds of consent event: grants, stops, and facts that bear on consent.
const (
	ConsentRequested         ConsentKind = "REQUESTED"
	ConsentGiven             ConsentKind = "GIVEN"
	ConsentRenewed           ConsentKind = "RENEWED"
	ConsentConfirmed         ConsentKind = "CONFIRMED"
	ConsentNotGiven          ConsentKind = "NOT_GIVEN" // a box left alone: silence, not refusal
	ConsentRefused           ConsentKind = "REFUSED"
	ConsentWithdrawn         ConsentKind = "WITHDRAWN"
	ConsentObjected          ConsentKind = "OBJECTED"
	ConsentRevoked           ConsentKind = "REVOKED"
	ConsentInvalidated       ConsentKind = "INVALIDATED"
	ConsentRestricted        ConsentKind = "RESTRICTED"
	ConsentRestrictionLifted ConsentKind = "RESTRICTION_LIFTED"
	ConsentErased            ConsentKind = "ERASED"
	ConsentBounced           ConsentKind = "BOUNCED"
	ConsentSale              ConsentKind = "SALE"
	ConsentContract          ConsentKind = "CONTRACT"
	ConsentInformed          ConsentKind = "INFORMED"
)

// ConsentKinds lists every kind, in the order above.
var ConsentKinds = []ConsentKind{
	ConsentRequested, ConsentGiven, ConsentRenewed, ConsentConfirmed, ConsentNotGiven,
	ConsentRefused, ConsentWithdrawn, ConsentObjected, ConsentRevoked, ConsentInvalidated,
	ConsentRestricted, ConsentRestrictionLifted, ConsentErased, ConsentBounced,
	ConsentSale, ConsentContract, ConsentInformed,
}

// ConsentEvent is one act: asked, given, confirmed, withdrawn, objected… It is
// never edited and never re-pointed: it belongs to the record that brought it,
// and an entity only shows the events of its members.
type ConsentEvent struct {
	// SourceEventID is the source's id of the act. The same id and content twice
	// counts once; the same id with other content is kept twice.
	SourceEventID string      `cbor:"1,keyasint,omitempty"`
	Kind          ConsentKind `cbor:"2,keyasint"`
	// Time is when the person acted, UTC; zero if the source did not say.
	Time time.Time `cbor:"3,keyasint,omitzero"`
	// UncertaintySeconds is how far Time may be off, each side, in seconds.
	UncertaintySeconds int64 `cbor:"4,keyasint,omitempty"`
	// RecordedTime is when Aloi learned of it, UTC; set by the engine, from its clock.
	RecordedTime time.Time `cbor:"5,keyasint,omitzero"`
	// Purposes, Channels and Controllers are what the act covers. On a stop, empty
	// means all; on a grant nothing absent is assumed.
	Purposes    []string `cbor:"6,keyasint,omitempty"`
	Channels    []string `cbor:"7,keyasint,omitempty"`
	Controllers []string `cbor:"8,keyasint,omitempty"`
	// ContactPoint is the address the act is about, `email:…`, `phone:…`, `postal:…`;
	// empty is person-wide.
	ContactPoint string `cbor:"9,keyasint,omitempty"`
	// Method is how it was collected: web_form, store_tablet, recorded_call, …
	Method string `cbor:"10,keyasint,omitempty"`
	// Notice is the version of the text that was shown.
	Notice string `cbor:"11,keyasint,omitempty"`
	// Evidence is the proof, as named values (auth, form_sha256, …), sorted by name.
	Evidence []FreeAttribute `cbor:"12,keyasint,omitempty"`
	// ValidUntil ends the grant, UTC; zero is no end.
	ValidUntil time.Time `cbor:"13,keyasint,omitzero"`
	// Jurisdiction is the law that applies: FR, EU, …
	Jurisdiction string `cbor:"14,keyasint,omitempty"`
	// Token ties a request to its confirmation (double opt-in).
	Token string `cbor:"15,keyasint,omitempty"`
	// Refers is the source event id that this act invalidates, lifts or confirms.
	Refers string `cbor:"16,keyasint,omitempty"`
	// Submission and Sequence order the acts of one form, where clocks cannot.
	Submission string `cbor:"17,keyasint,omitempty"`
	Sequence   int64  `cbor:"18,keyasint,omitempty"`
	// ExpressedBy is who acted: subject, parent, controller, authority; empty is the
	// subject. A child and a parent are two.
	ExpressedBy []string `cbor:"20,keyasint,omitempty"`
	// Source is the system that told of the act where it is not the record's own: a call
	// centre, a preference page. With SourceEventID it names the act.
	Source string `cbor:"21,keyasint,omitempty"`
	// SharedOK says that the giver knows that others use the contact point too.
	SharedOK bool `cbor:"22,keyasint,omitempty"`

	// Of a sale: what was bought, which goods are like it, whether a way out was offered
	// and taken when the address was given, and whether it is an account without a purchase.
	Goods         string   `cbor:"23,keyasint,omitempty"`
	Similar       []string `cbor:"24,keyasint,omitempty"`
	OptOutOffered bool     `cbor:"25,keyasint,omitempty"`
	OptOutUsed    bool     `cbor:"26,keyasint,omitempty"`
	FreeAccount   bool     `cbor:"27,keyasint,omitempty"`
	// Of a contract: what is related to its object, and its end, UTC.
	Related []string  `cbor:"28,keyasint,omitempty"`
	Until   time.Time `cbor:"29,keyasint,omitzero"`
}

// IsStop reports whether a kind of event takes permission away.
func (k ConsentKind) IsStop() bool {
	switch k {
	case ConsentRefused, ConsentWithdrawn, ConsentObjected, ConsentRevoked:
		return true
	}
	return false
}

// LogValue shows the kind only.
func (e ConsentEvent) LogValue() slog.Value { return slog.StringValue(string(e.Kind)) }

// Flag is a remark on an event that was kept all the same: nothing that a source says of
// consent is dropped because it is incomplete. Field is a path such as
// `record.consents[2].time`; a flag never repeats a value.
type Flag struct {
	Code  FlagCode
	Field string
}

// FlagCode is what is remarkable about an event.
type FlagCode string

// The flags of an event.
const (
	FlagUndated           FlagCode = "EVENT_UNDATED"       // no time: a grant permits nothing, a stop counts until it was recorded
	FlagFuture            FlagCode = "EVENT_IN_FUTURE"     // dated after its recording, by more than clocks differ
	FlagClocksApart       FlagCode = "CLOCKS_FAR_APART"    // recorded long after it is dated
	FlagPurposeUnknown    FlagCode = "PURPOSE_UNKNOWN"     // on a stop it is read as all
	FlagChannelUnknown    FlagCode = "CHANNEL_UNKNOWN"     // on a stop it is read as all
	FlagControllerUnknown FlagCode = "CONTROLLER_UNKNOWN"  // none named by a grant, or none of the policy's
	FlagNoProof           FlagCode = "GRANT_WITHOUT_PROOF" // permits nothing
	FlagNoticeMissing     FlagCode = "NOTICE_TEXT_MISSING" // the hash of a notice whose text is not stored
	FlagConflict          FlagCode = "SOURCE_ID_CONFLICT"  // the same source event id with other content: both are kept, the stop counts
	FlagContactPoint      FlagCode = "CONTACT_POINT_FORM"  // not of the form type:value, or of no value that is understood
)

// Suppression is a rule that a contact point must not be used for marketing. The store
// keeps the keyed hash of the contact point only (CNIL MED-2023-040).
type Suppression struct {
	// Point is the contact point, `email:…` or `phone:…`; empty when it is read back.
	Point string `cbor:"-"`
	// Controllers are those that it binds; empty is all.
	Controllers []string `cbor:"1,keyasint,omitempty"`
	// Time is when it began, Until when it ends, UTC; zero Until is never.
	Time  time.Time `cbor:"2,keyasint,omitzero"`
	Until time.Time `cbor:"3,keyasint,omitzero"`
	// Reason is ERASED or OBJECTED.
	Reason string `cbor:"4,keyasint"`
}

// LogValue shows the reason only.
func (s Suppression) LogValue() slog.Value { return slog.StringValue(s.Reason) }

// Notice is a text that people were shown when they were asked. It is kept by its
// SHA-256, which an event names as evidence notice_hash.
type Notice struct {
	Name     string `cbor:"1,keyasint,omitempty"` // as events call it
	Language string `cbor:"2,keyasint,omitempty"` // ISO 639-1
	Text     string `cbor:"3,keyasint"`
}
