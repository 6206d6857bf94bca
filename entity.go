package aloi

import (
	"log/slog"
	"time"
)

// EntityID names an entity for ever: after a merge the ids that lost redirect to
// the one that stayed. It is opaque, holds no personal data, and never changes
// person silently.
type EntityID string

// Entity is one person as the engine sees them, with the golden record.
type Entity struct {
	ID EntityID
	// Members are the records of the person, sorted by reference.
	Members []RecordRef
	// Golden holds the surviving values: sorted by path, then rank.
	Golden []Attribute
	// Consents are the consent events of all members, sorted by time, each with its record.
	Consents []MemberConsent
	// Interactions are those of all members, sorted by time, each with its record.
	Interactions []MemberInteraction
	// Redirected is the id that was asked for when it is not ID.
	Redirected EntityID
}

// Attribute is a surviving value with its provenance. Path is an attribute path
// such as `name.given`, `address.city`, `identifier.loyalty_card`,
// `attribute.occupation`.
//
// Rank 0 is the value that survived; an attribute that a person can have several
// of (e-mails, phones, addresses, identifiers) goes on with rank 1, 2, … in order
// of preference. The parts of one address share a rank.
type Attribute struct {
	Path  string `cbor:"1,keyasint"`
	Rank  int    `cbor:"2,keyasint,omitempty"`
	Value string `cbor:"3,keyasint"`
	// Record, UpdatedAt and Rule are the provenance: where the value comes from, how
	// old it is, and the survivorship rule that chose it.
	Record    RecordRef `cbor:"4,keyasint"`
	UpdatedAt time.Time `cbor:"5,keyasint,omitzero"`
	Rule      string    `cbor:"6,keyasint"`
	// Agreeing and Contributed count the members that say the same and the members
	// that say anything, this one included.
	Agreeing    int `cbor:"7,keyasint"`
	Contributed int `cbor:"8,keyasint"`
	// Scope is the scope of an identifier.
	Scope string `cbor:"9,keyasint,omitempty"`
}

// LogValue hides the value.
func (a Attribute) LogValue() slog.Value { return slog.StringValue(a.Path + ":[hidden]") }

// MemberConsent is a consent event and the record that it belongs to.
type MemberConsent struct {
	Record RecordRef
	Event  ConsentEvent
	// Conflicting is set when another event has the same source event id and other content.
	Conflicting bool
}

// MemberInteraction is an interaction and the record that it belongs to.
type MemberInteraction struct {
	Record      RecordRef
	Interaction Interaction
}
