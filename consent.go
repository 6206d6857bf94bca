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
	// ExpressedBy is who acted where it is not the person: a parent, an authority.
	ExpressedBy string `cbor:"19,keyasint,omitempty"`
}

// LogValue shows the kind only.
func (e ConsentEvent) LogValue() slog.Value { return slog.StringValue(string(e.Kind)) }
