package aloi_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"aloi"
)

// FuzzValidate puts any text into every field of a record: what is wrong is told by a
// path and never by the value, and what is not told is within every limit.
func FuzzValidate(f *testing.F) {
	f.Add("web", "u-19", "Anne", "loyalty_card", "GIVEN", int64(1_700_000_000))
	f.Add("we b", "", "a\x00", "É", "", int64(-1)<<50)
	f.Add("\xff", strings.Repeat("x", aloi.MaxRecordIDBytes+1), "\xff", strings.Repeat("a", 65), "x", int64(1)<<40)
	f.Fuzz(func(t *testing.T, source, id, value, name, kind string, seconds int64) {
		const canary = "Lefèvre-1984"
		at := time.Unix(seconds, 0).UTC()
		told := value + canary
		r := aloi.Record{
			Ref: aloi.RecordRef{Source: source, ID: id}, UpdatedAt: at, Names: []aloi.Name{{Given: told}}, Emails: []string{told}, Note: told,
			Addresses: []aloi.Address{{Line: told}}, Identifiers: []aloi.Identifier{{Type: name, Value: told}},
			Attributes: []aloi.FreeAttribute{{Name: name, Value: told}}, Interactions: []aloi.Interaction{{Kind: name, Time: at, Detail: told}},
			Consents: []aloi.ConsentEvent{{Kind: aloi.ConsentKind(kind), Time: at, ContactPoint: told, Purposes: []string{told}}},
		}
		wrong := r.Validate()
		for _, v := range wrong {
			if strings.Contains(v.Field+v.Reason, canary) || !strings.HasPrefix(v.Field, "record") {
				t.Fatalf("violation %+v", v)
			}
		}
		bad := func(prefix string) bool {
			return slices.ContainsFunc(wrong, func(v aloi.Violation) bool { return strings.HasPrefix(v.Field, prefix) })
		}
		if textIsBad := len(aloi.ValidateText("x", told)) > 0; textIsBad != bad("record.names[0].given") || textIsBad != bad("record.emails[0]") {
			t.Fatalf("a text is refused: %t; in a record: %v", textIsBad, wrong)
		}
		if refIsBad := len(aloi.ValidateRef("record.ref", r.Ref)) > 0; refIsBad != bad("record.ref") {
			t.Fatalf("a reference is refused: %t; in a record: %v", refIsBad, wrong)
		}
		if eventIsBad := len(aloi.ValidateEvent("record.consents[0]", &r.Consents[0])) > 0; eventIsBad != bad("record.consents[0]") {
			t.Fatalf("an event is refused: %t; in a record: %v", eventIsBad, wrong)
		}
	})
}

// FuzzLanguage writes any numbers and lists in both languages: the digits are the same, and
// a list of several holds each of them.
func FuzzLanguage(f *testing.F) {
	f.Add(5.25, "a\nb\nc")
	f.Add(-0.04, "")
	f.Add(1e15, "one")
	f.Fuzz(func(t *testing.T, x float64, text string) {
		digits := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return r
				}
				return -1
			}, s)
		}
		if e, fr := aloi.English.Decimal(x), aloi.French.Decimal(x); digits(e) != digits(fr) || e == "-0.0" {
			t.Fatalf("%g is %q and %q", x, e, fr)
		}
		if x >= 0 && x < 1e300 {
			if e, fr := aloi.English.Whole(x), aloi.French.Whole(x); digits(e) != digits(fr) || strings.HasPrefix(e, ",") {
				t.Fatalf("%g is %q and %q", x, e, fr)
			}
		}
		items := strings.Split(text, "\n")
		for _, l := range []aloi.Language{aloi.English, aloi.French} {
			list := l.List(items)
			for _, item := range items {
				if !strings.Contains(list, item) || !strings.Contains(l.Quote(item), item) {
					t.Fatalf("%q is not in %q", item, list)
				}
			}
		}
	})
}
