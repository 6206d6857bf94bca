package aloi

import (
	"fmt"
	"regexp"
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

var (
	sourcePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/-]*$`)
	typePattern   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

	// minTime and maxTime bound the instants that a record may carry.
	minTime = time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)
	maxTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
)

// checker collects violations and adds up sizes.
type checker struct {
	violations []Violation
	bytes      int
}

func (c *checker) fail(field, reason string) {
	c.violations = append(c.violations, Violation{Field: field, Reason: reason})
}

func (c *checker) text(field, value string, limit int) {
	c.bytes += len(value)
	switch {
	case len(value) > limit:
		c.fail(field, fmt.Sprintf("longer than %d bytes", limit))
	case !utf8.ValidString(value):
		c.fail(field, "not valid UTF-8")
	case strings.IndexByte(value, 0) >= 0:
		c.fail(field, "holds a NUL byte")
	}
}

func (c *checker) typeName(field, value string) {
	if !typePattern.MatchString(value) {
		c.fail(field, "must be lower-case letters, digits and _, at most 64, and start with a letter")
	}
}

func (c *checker) count(field string, n, limit int) bool {
	if n > limit {
		c.fail(field, fmt.Sprintf("more than %d values", limit))
		return false
	}
	return true
}

func (c *checker) instant(field string, t time.Time) {
	if !t.IsZero() && (t.Before(minTime) || t.After(maxTime)) {
		c.fail(field, "not between the years 1 and 9999")
	}
}

func (c *checker) ref(field string, r RecordRef) {
	switch {
	case r.Source == "":
		c.fail(field+".source", "is empty")
	case len(r.Source) > MaxSourceBytes:
		c.fail(field+".source", fmt.Sprintf("longer than %d bytes", MaxSourceBytes))
	case !sourcePattern.MatchString(r.Source):
		c.fail(field+".source", "must be letters, digits and . _ : / -")
	}
	if r.ID == "" {
		c.fail(field+".record_id", "is empty")
	}
	c.text(field+".record_id", r.ID, MaxRecordIDBytes)
}

// ValidateRef returns what is wrong with a reference; field is its path.
func ValidateRef(field string, r RecordRef) []Violation {
	var c checker
	c.ref(field, r)
	return c.violations
}

// Validate returns what is wrong with the record, nil when nothing is. It checks
// limits, encoding and closed sets only: a value that cannot be understood, such
// as an impossible date, is no violation; it is kept and carries no evidence.
func (r *Record) Validate() []Violation {
	var c checker
	c.ref("record", r.Ref)
	if r.Version < 0 {
		c.fail("record.version", "is negative")
	}
	c.instant("record.updated_at", r.UpdatedAt)
	c.names(r.Names)
	c.text("record.birth_date", r.BirthDate, MaxValueBytes)
	c.text("record.gender", r.Gender, MaxValueBytes)
	c.addresses(r.Addresses)
	c.texts("record.emails", r.Emails)
	c.texts("record.phones", r.Phones)
	c.identifiers(r.Identifiers)
	c.free("record.attributes", r.Attributes)
	c.text("record.note", r.Note, MaxNoteBytes)
	c.consents(r.Consents)
	c.interactions(r.Interactions)
	if c.bytes > MaxRecordBytes {
		c.fail("record", fmt.Sprintf("larger than %d bytes", MaxRecordBytes))
	}
	return c.violations
}

func (c *checker) texts(field string, values []string) {
	if !c.count(field, len(values), MaxRepeated) {
		return
	}
	for i, v := range values {
		c.text(fmt.Sprintf("%s[%d]", field, i), v, MaxValueBytes)
	}
}

func (c *checker) names(names []Name) {
	if !c.count("record.names", len(names), MaxRepeated) {
		return
	}
	for i, n := range names {
		f := fmt.Sprintf("record.names[%d].", i)
		c.text(f+"civility", n.Civility, MaxValueBytes)
		c.text(f+"given", n.Given, MaxValueBytes)
		c.text(f+"middle", n.Middle, MaxValueBytes)
		c.text(f+"family", n.Family, MaxValueBytes)
		c.text(f+"birth", n.Birth, MaxValueBytes)
		c.text(f+"full", n.Full, MaxValueBytes)
	}
}

func (c *checker) addresses(addresses []Address) {
	if !c.count("record.addresses", len(addresses), MaxRepeated) {
		return
	}
	for i, a := range addresses {
		f := fmt.Sprintf("record.addresses[%d].", i)
		c.text(f+"line", a.Line, MaxValueBytes)
		c.text(f+"postal_code", a.PostalCode, MaxValueBytes)
		c.text(f+"city", a.City, MaxValueBytes)
		c.text(f+"region", a.Region, MaxValueBytes)
		c.text(f+"country", a.Country, MaxValueBytes)
	}
}

func (c *checker) identifiers(ids []Identifier) {
	if !c.count("record.identifiers", len(ids), MaxRepeated) {
		return
	}
	for i, id := range ids {
		f := fmt.Sprintf("record.identifiers[%d].", i)
		c.typeName(f+"type", id.Type)
		c.text(f+"scope", id.Scope, MaxValueBytes)
		c.text(f+"value", id.Value, MaxValueBytes)
	}
}

func (c *checker) free(field string, attrs []FreeAttribute) {
	if !c.count(field, len(attrs), MaxRepeated) {
		return
	}
	for i, a := range attrs {
		f := fmt.Sprintf("%s[%d].", field, i)
		c.typeName(f+"name", a.Name)
		c.text(f+"value", a.Value, MaxValueBytes)
	}
}

func (c *checker) consents(events []ConsentEvent) {
	if !c.count("record.consents", len(events), MaxConsentsPerRecord) {
		return
	}
	for i, e := range events {
		f := fmt.Sprintf("record.consents[%d].", i)
		if !slices.Contains(ConsentKinds, e.Kind) {
			c.fail(f+"kind", "unknown kind")
		}
		c.instant(f+"time", e.Time)
		c.instant(f+"valid_until", e.ValidUntil)
		if e.UncertaintySeconds < 0 {
			c.fail(f+"uncertainty_seconds", "is negative")
		}
		c.texts(f+"purposes", e.Purposes)
		c.texts(f+"channels", e.Channels)
		c.texts(f+"controllers", e.Controllers)
		c.free(f+"evidence", e.Evidence)
		for _, v := range []struct{ name, value string }{
			{"source_event_id", e.SourceEventID}, {"contact_point", e.ContactPoint}, {"method", e.Method},
			{"notice", e.Notice}, {"jurisdiction", e.Jurisdiction}, {"token", e.Token}, {"refers", e.Refers},
			{"submission", e.Submission}, {"expressed_by", e.ExpressedBy},
		} {
			c.text(f+v.name, v.value, MaxValueBytes)
		}
	}
}

func (c *checker) interactions(list []Interaction) {
	if !c.count("record.interactions", len(list), MaxInteractions) {
		return
	}
	for i, x := range list {
		f := fmt.Sprintf("record.interactions[%d].", i)
		c.typeName(f+"kind", x.Kind)
		c.instant(f+"time", x.Time)
		c.text(f+"id", x.ID, MaxValueBytes)
		c.text(f+"detail", x.Detail, MaxValueBytes)
	}
}

// ValidateText returns what is wrong with one free text, such as a steward's reason.
func ValidateText(field, value string) []Violation {
	var c checker
	c.text(field, value, MaxValueBytes)
	return c.violations
}
