package aloi_test

import (
	"strings"
	"testing"
	"time"

	"aloi"
)

func TestValidate(t *testing.T) {
	long := strings.Repeat("a", aloi.MaxValueBytes+1)
	many := make([]string, aloi.MaxRepeated+1)
	for _, tc := range []struct {
		name  string
		edit  func(*aloi.Record)
		field string // empty: nothing is wrong
	}{
		{"nothing but a reference", func(*aloi.Record) {}, ""},
		{"an impossible date is kept", func(r *aloi.Record) { r.BirthDate = "31/02/1984" }, ""},
		{"a value at its limit", func(r *aloi.Record) { r.Gender = long[1:] }, ""},
		{"no source", func(r *aloi.Record) { r.Ref.Source = "" }, "record.ref.source"},
		{"a source with a space", func(r *aloi.Record) { r.Ref.Source = "le web" }, "record.ref.source"},
		{"a long source", func(r *aloi.Record) { r.Ref.Source = strings.Repeat("a", aloi.MaxSourceBytes+1) }, "record.ref.source"},
		{"no record id", func(r *aloi.Record) { r.Ref.ID = "" }, "record.ref.record_id"},
		{"a negative version", func(r *aloi.Record) { r.Version = -1 }, "record.version"},
		{"a time past the calendar", func(r *aloi.Record) { r.UpdatedAt = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, "record.updated_at"},
		{"a name too long", func(r *aloi.Record) { r.Names = []aloi.Name{{}, {Given: long}} }, "record.names[1].given"},
		{"a NUL", func(r *aloi.Record) { r.Addresses = []aloi.Address{{City: "Ly\x00on"}} }, "record.addresses[0].city"},
		{"invalid UTF-8", func(r *aloi.Record) { r.Emails = []string{"a@example.fr", "\xff"} }, "record.emails[1]"},
		{"too many values", func(r *aloi.Record) { r.Phones = many }, "record.phones"},
		{"an identifier of no type", func(r *aloi.Record) { r.Identifiers = []aloi.Identifier{{Value: "1"}} }, "record.identifiers[0].type"},
		{"an attribute in capitals", func(r *aloi.Record) { r.Attributes = []aloi.FreeAttribute{{Name: "Job"}} }, "record.attributes[0].name"},
		{"a long note", func(r *aloi.Record) { r.Note = strings.Repeat("a", aloi.MaxNoteBytes+1) }, "record.note"},
		{"a record too large", func(r *aloi.Record) {
			for range 50 {
				r.Addresses = append(r.Addresses, aloi.Address{Line: long[1:]})
			}
		}, "record"},
		{"an unknown kind of consent", func(r *aloi.Record) { r.Consents = []aloi.ConsentEvent{{Kind: "MAYBE"}} }, "record.consents[0].kind"},
		{"a bad purpose", func(r *aloi.Record) {
			r.Consents = []aloi.ConsentEvent{{Kind: aloi.ConsentGiven, Purposes: []string{long}}}
		}, "record.consents[0].purposes[0]"},
		{"a negative uncertainty", func(r *aloi.Record) {
			r.Consents = []aloi.ConsentEvent{{Kind: aloi.ConsentGiven, UncertaintySeconds: -1}}
		}, "record.consents[0].uncertainty_seconds"},
		{"an interaction of no kind", func(r *aloi.Record) { r.Interactions = []aloi.Interaction{{ID: "1"}} }, "record.interactions[0].kind"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := &aloi.Record{Ref: aloi.RecordRef{Source: "web", ID: "1042"}}
			tc.edit(r)
			v := r.Validate()
			switch {
			case tc.field == "" && len(v) > 0:
				t.Errorf("got %v, want nothing", v)
			case tc.field != "" && (len(v) != 1 || v[0].Field != tc.field):
				t.Errorf("got %v, want one violation of %s", v, tc.field)
			}
			for _, x := range v {
				if strings.Contains(x.Reason, "aaa") || strings.Contains(x.Reason, "Ly") {
					t.Errorf("the reason repeats the value: %s", x.Reason)
				}
			}
		})
	}
}

func TestErrors(t *testing.T) {
	err := aloi.Invalid(aloi.Violation{Field: "b", Reason: "is empty"})
	if aloi.CodeOf(err) != aloi.CodeInvalid || err.Error() != "b: is empty" {
		t.Errorf("%s: %v", aloi.CodeOf(err), err)
	}
	if aloi.CodeOf(aloi.NotFound("entity")) != aloi.CodeNotFound || aloi.CodeOf(nil) != "" {
		t.Error("codes are lost")
	}
}
