package aloi

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a record. Past any of them the record is rejected, with the field named.
const (
	MaxSourceBytes       = 64     // length of a source name
	MaxRecordIDBytes     = 512    // length of a source record id
	MaxValueBytes        = 4096   // length of one value
	MaxNoteBytes         = 65536  // length of the note
	MaxRepeated          = 64     // values of one attribute
	MaxConsentsPerRecord = 256    // consent events sent with one record
	MaxInteractions      = 256    // interactions sent with one record
	MaxRecordBytes       = 196608 // all values of a record together
)

// minTime and maxTime bound the instants that a record may carry.
var (
	minTime = time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)
	maxTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
)

// checker collects violations and adds up sizes.
type checker struct {
	violations []Violation
	bytes      int
}

// path names a field: `record.names[2].given`. It is put together only for a violation.
type path struct {
	list  string // `record.names`, or the whole path of a single field
	index int    // -1 for a single field
	name  string // of the part of an element, empty for the element itself
}

func field(name string) path { return path{list: name, index: -1} }

func (p path) String() string {
	s := p.list
	if p.index >= 0 {
		s += fmt.Sprintf("[%d]", p.index)
	}
	if p.name != "" {
		s += "." + p.name
	}
	return s
}

func (c *checker) fail(p path, reason string) {
	c.violations = append(c.violations, Violation{Field: p.String(), Reason: reason})
}

func (c *checker) text(p path, value string, limit int) {
	c.bytes += len(value)
	switch {
	case value == "": // as most are
	case len(value) > limit:
		c.fail(p, fmt.Sprintf("longer than %d bytes", limit))
	case !utf8.ValidString(value):
		c.fail(p, "not valid UTF-8")
	case strings.IndexByte(value, 0) >= 0:
		c.fail(p, "holds a NUL byte")
	}
}

func (c *checker) typeName(p path, value string) {
	if !isTypeName(value) {
		c.fail(p, "must be lower-case letters, digits and _, at most 64, and start with a letter")
	}
}

func (c *checker) count(list string, n, limit int) bool {
	if n > limit {
		c.fail(field(list), fmt.Sprintf("more than %d values", limit))
		return false
	}
	return true
}

func (c *checker) instant(p path, t time.Time) {
	if !t.IsZero() && (t.Before(minTime) || t.After(maxTime)) {
		c.fail(p, "not between the years 1 and 9999")
	}
}

func (c *checker) ref(name string, r RecordRef) {
	source, id := path{name, -1, "source"}, path{name, -1, "record_id"}
	switch {
	case r.Source == "":
		c.fail(source, "is empty")
	case len(r.Source) > MaxSourceBytes:
		c.fail(source, fmt.Sprintf("longer than %d bytes", MaxSourceBytes))
	case !isSourceName(r.Source):
		c.fail(source, "must be letters, digits and . _ : / -")
	}
	if r.ID == "" {
		c.fail(id, "is empty")
	}
	c.text(id, r.ID, MaxRecordIDBytes)
}

// ValidateRef returns what is wrong with a reference; name is its path.
func ValidateRef(name string, r RecordRef) []Violation {
	var c checker
	c.ref(name, r)
	return c.violations
}

// ValidateText returns what is wrong with one free text, such as a steward's reason.
func ValidateText(name, value string) []Violation {
	var c checker
	c.text(field(name), value, MaxValueBytes)
	return c.violations
}

// Validate returns what is wrong with the record, nil when nothing is. It checks
// limits, encoding and closed sets only: a value that cannot be understood, such
// as an impossible date, is no violation; it is kept and carries no evidence.
func (r *Record) Validate() []Violation {
	var c checker
	c.ref("record.ref", r.Ref)
	if r.Version < 0 {
		c.fail(field("record.version"), "is negative")
	}
	c.instant(field("record.updated_at"), r.UpdatedAt)
	c.names(r.Names)
	c.text(field("record.birth_date"), r.BirthDate, MaxValueBytes)
	c.text(field("record.gender"), r.Gender, MaxValueBytes)
	c.addresses(r.Addresses)
	c.texts("record.emails", r.Emails)
	c.texts("record.phones", r.Phones)
	c.identifiers(r.Identifiers)
	c.free("record.attributes", r.Attributes)
	c.text(field("record.note"), r.Note, MaxNoteBytes)
	c.consents(r.Consents)
	c.interactions(r.Interactions)
	if c.bytes > MaxRecordBytes {
		c.fail(field("record"), fmt.Sprintf("larger than %d bytes", MaxRecordBytes))
	}
	return c.violations
}

func (c *checker) texts(list string, values []string) {
	if !c.count(list, len(values), MaxRepeated) {
		return
	}
	for i, v := range values {
		c.text(path{list, i, ""}, v, MaxValueBytes)
	}
}

func (c *checker) names(names []Name) {
	const list = "record.names"
	if !c.count(list, len(names), MaxRepeated) {
		return
	}
	for i, n := range names {
		c.text(path{list, i, "civility"}, n.Civility, MaxValueBytes)
		c.text(path{list, i, "given"}, n.Given, MaxValueBytes)
		c.text(path{list, i, "middle"}, n.Middle, MaxValueBytes)
		c.text(path{list, i, "family"}, n.Family, MaxValueBytes)
		c.text(path{list, i, "birth"}, n.Birth, MaxValueBytes)
		c.text(path{list, i, "full"}, n.Full, MaxValueBytes)
	}
}

func (c *checker) addresses(addresses []Address) {
	const list = "record.addresses"
	if !c.count(list, len(addresses), MaxRepeated) {
		return
	}
	for i, a := range addresses {
		c.text(path{list, i, "line"}, a.Line, MaxValueBytes)
		c.text(path{list, i, "postal_code"}, a.PostalCode, MaxValueBytes)
		c.text(path{list, i, "city"}, a.City, MaxValueBytes)
		c.text(path{list, i, "region"}, a.Region, MaxValueBytes)
		c.text(path{list, i, "country"}, a.Country, MaxValueBytes)
	}
}

func (c *checker) identifiers(ids []Identifier) {
	const list = "record.identifiers"
	if !c.count(list, len(ids), MaxRepeated) {
		return
	}
	for i, id := range ids {
		c.typeName(path{list, i, "type"}, id.Type)
		c.text(path{list, i, "scope"}, id.Scope, MaxValueBytes)
		c.text(path{list, i, "value"}, id.Value, MaxValueBytes)
	}
}

func (c *checker) free(list string, attrs []FreeAttribute) {
	if !c.count(list, len(attrs), MaxRepeated) {
		return
	}
	for i, a := range attrs {
		c.typeName(path{list, i, "name"}, a.Name)
		c.text(path{list, i, "value"}, a.Value, MaxValueBytes)
	}
}

func (c *checker) consents(events []ConsentEvent) {
	const list = "record.consents"
	if !c.count(list, len(events), MaxConsentsPerRecord) {
		return
	}
	for i := range events {
		c.consent(path{list, i, ""}, &events[i])
	}
}

// consent checks one event; where is its path.
func (c *checker) consent(where path, e *ConsentEvent) {
	at := func(name string) path { return path{where.list, where.index, name} }
	prefix := where.String()
	if !slices.Contains(ConsentKinds, e.Kind) {
		c.fail(at("kind"), "unknown kind")
	}
	c.instant(at("time"), e.Time)
	c.instant(at("valid_until"), e.ValidUntil)
	c.instant(at("until"), e.Until)
	if e.UncertaintySeconds < 0 {
		c.fail(at("uncertainty_seconds"), "is negative")
	}
	for _, v := range []struct {
		name   string
		values []string
	}{
		{"purposes", e.Purposes}, {"channels", e.Channels}, {"controllers", e.Controllers},
		{"expressed_by", e.ExpressedBy}, {"similar", e.Similar}, {"related", e.Related},
	} {
		c.texts(prefix+"."+v.name, v.values)
	}
	c.free(prefix+".evidence", e.Evidence)
	for _, v := range []struct{ name, value string }{
		{"source_event_id", e.SourceEventID}, {"contact_point", e.ContactPoint}, {"method", e.Method},
		{"notice", e.Notice}, {"jurisdiction", e.Jurisdiction}, {"token", e.Token}, {"refers", e.Refers},
		{"submission", e.Submission}, {"source", e.Source}, {"goods", e.Goods},
	} {
		c.text(at(v.name), v.value, MaxValueBytes)
	}
}

// ValidateEvent returns what is wrong with an event that comes by itself; name is its path.
func ValidateEvent(name string, e *ConsentEvent) []Violation {
	var c checker
	c.consent(field(name), e)
	if c.bytes > MaxRecordBytes {
		c.fail(field(name), fmt.Sprintf("larger than %d bytes", MaxRecordBytes))
	}
	return c.violations
}

// ValidateEvidence returns what is wrong with evidence; name is its path.
func ValidateEvidence(name string, evidence []FreeAttribute) []Violation {
	var c checker
	c.free(name, evidence)
	return c.violations
}

func (c *checker) interactions(events []Interaction) {
	const list = "record.interactions"
	if !c.count(list, len(events), MaxInteractions) {
		return
	}
	for i, x := range events {
		c.typeName(path{list, i, "kind"}, x.Kind)
		c.instant(path{list, i, "time"}, x.Time)
		c.text(path{list, i, "id"}, x.ID, MaxValueBytes)
		c.text(path{list, i, "detail"}, x.Detail, MaxValueBytes)
	}
}
