package aloi

import (
	"cmp"
	"log/slog"
	"strings"
	"time"
)

// RecordRef names a record: the source that sent it and the id that it has there.
// Both are case-sensitive and compared byte by byte. An id may be personal data
// (some shops use the e-mail address), so a RecordRef never reaches a log.
type RecordRef struct {
	Source string `cbor:"1,keyasint"`
	ID     string `cbor:"2,keyasint"`
}

// Compare orders references by source, then id.
func (r RecordRef) Compare(o RecordRef) int {
	return cmp.Or(strings.Compare(r.Source, o.Source), strings.Compare(r.ID, o.ID))
}

// LogValue hides the record id.
func (r RecordRef) LogValue() slog.Value {
	return slog.GroupValue(slog.String("source", r.Source), slog.String("id", "[hidden]"))
}

// Record is what one source says about one person, in one version. Every value is
// kept as it came; the empty string means that the source said nothing.
//
// Of several versions of one record the latest is the one in force: by Version,
// then UpdatedAt, then content, never by time of arrival. Consents and
// Interactions are not part of a version: those of all versions add up.
type Record struct {
	Ref RecordRef `cbor:"1,keyasint"`
	// Version is the source's own version number, 0 where it has none.
	Version int64 `cbor:"2,keyasint,omitempty"`
	// UpdatedAt is when the source last changed the record, in UTC; zero if unknown.
	UpdatedAt time.Time `cbor:"3,keyasint,omitzero"`

	Names       []Name       `cbor:"4,keyasint,omitempty"`
	BirthDate   string       `cbor:"5,keyasint,omitempty"`
	Gender      string       `cbor:"6,keyasint,omitempty"`
	Addresses   []Address    `cbor:"7,keyasint,omitempty"`
	Emails      []string     `cbor:"8,keyasint,omitempty"`
	Phones      []string     `cbor:"9,keyasint,omitempty"`
	Identifiers []Identifier `cbor:"10,keyasint,omitempty"`
	// Attributes are free values, `attribute.<name>`; they take part in matching
	// when the model names them.
	Attributes []FreeAttribute `cbor:"11,keyasint,omitempty"`
	Note       string          `cbor:"12,keyasint,omitempty"`

	Consents     []ConsentEvent `cbor:"13,keyasint,omitempty"`
	Interactions []Interaction  `cbor:"14,keyasint,omitempty"`
}

// LogValue hides everything personal.
func (r *Record) LogValue() slog.Value { return r.Ref.LogValue() }

// Name is one name of a person, in the parts that the source gave.
type Name struct {
	Civility string `cbor:"1,keyasint,omitempty"` // M., Mme, Dr…
	Given    string `cbor:"2,keyasint,omitempty"`
	Middle   string `cbor:"3,keyasint,omitempty"`
	Family   string `cbor:"4,keyasint,omitempty"` // name in use, often the married name
	Birth    string `cbor:"5,keyasint,omitempty"` // name at birth (nom de naissance)
	Full     string `cbor:"6,keyasint,omitempty"` // the whole name on one line, in any order
}

// LogValue hides the name.
func (Name) LogValue() slog.Value { return slog.StringValue("[hidden]") }

// Address is one postal address. Line holds all lines above the postal code.
type Address struct {
	Line       string `cbor:"1,keyasint,omitempty"`
	PostalCode string `cbor:"2,keyasint,omitempty"`
	City       string `cbor:"3,keyasint,omitempty"`
	Region     string `cbor:"4,keyasint,omitempty"`
	Country    string `cbor:"5,keyasint,omitempty"`
}

// LogValue hides the address.
func (Address) LogValue() slog.Value { return slog.StringValue("[hidden]") }

// Well-known identifier types. Any other lower-case type is accepted.
const (
	IdentifierLoyaltyCard    = "loyalty_card"
	IdentifierCustomerNumber = "customer_number"
	IdentifierSocialHandle   = "social_handle" // Scope: the network
	IdentifierDevice         = "device"
	IdentifierIP             = "ip"
)

// Identifier is a value that names a person within a type and, where one is
// needed, a scope: the network of a social handle, the issuer of a number.
type Identifier struct {
	Type  string `cbor:"1,keyasint"`
	Scope string `cbor:"2,keyasint,omitempty"`
	Value string `cbor:"3,keyasint"`
}

// LogValue hides the value.
func (i Identifier) LogValue() slog.Value { return slog.StringValue(i.Type + ":[hidden]") }

// FreeAttribute is a named value outside the fixed set.
type FreeAttribute struct {
	Name  string `cbor:"1,keyasint"`
	Value string `cbor:"2,keyasint"`
}

// LogValue hides the value.
func (a FreeAttribute) LogValue() slog.Value { return slog.StringValue(a.Name + ":[hidden]") }

// Well-known interaction kinds. Any other lower-case kind is accepted.
const (
	InteractionPurchase  = "purchase"
	InteractionPageView  = "page_view"
	InteractionSAVTicket = "sav_ticket"
)

// Interaction is one dated contact between the person and the house.
type Interaction struct {
	// ID is the source's id of the interaction; two with one ID and the same
	// content count once.
	ID   string    `cbor:"1,keyasint,omitempty"`
	Kind string    `cbor:"2,keyasint"`
	Time time.Time `cbor:"3,keyasint,omitzero"`
	// Detail is what the source says of it: an order number, a page, a ticket subject.
	Detail string `cbor:"4,keyasint,omitempty"`
}
