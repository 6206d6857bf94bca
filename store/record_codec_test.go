package store

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"aloi"
	"aloi/internal/property"
)

var recordKey = numberKey(famRecord, 1)

func encodeRecord(rec *Record) []byte { return must(new(compactWriter).encodeRecord(rec)) }

// drawRecord draws a record without events, with texts and lists of any length in each field.
func drawRecord(t *rapid.T) *Record {
	word := func(name string) string { return drawText.Draw(t, name) }
	some := func(name string, add func()) {
		for range rapid.SampledFrom([]int{0, 0, 1, 2, 5}).Draw(t, name) {
			add()
		}
	}
	rec := &Record{
		Number: rapid.Uint64().Draw(t, "number"), Consents: rapid.Int().Draw(t, "consents"), Interactions: rapid.Int().Draw(t, "interactions"),
	}
	copy(rec.Content[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "content"))
	r := &rec.Record
	r.Ref, r.Version = aloi.RecordRef{Source: word("source"), ID: word("id")}, rapid.Int64().Draw(t, "version")
	r.UpdatedAt, r.BirthDate, r.Gender, r.Note = drawTime.Draw(t, "time"), word("birth date"), word("gender"), word("note")
	some("names", func() {
		r.Names = append(r.Names, aloi.Name{
			Civility: word("civility"), Given: word("given"), Middle: word("middle"), Family: word("family"), Birth: word("birth"), Full: word("full"),
		})
	})
	some("addresses", func() {
		r.Addresses = append(r.Addresses, aloi.Address{
			Line: word("line"), PostalCode: word("code"), City: word("city"), Region: word("region"), Country: word("country"),
		})
	})
	some("emails", func() { r.Emails = append(r.Emails, word("email")) })
	some("phones", func() { r.Phones = append(r.Phones, word("phone")) })
	some("identifiers", func() {
		kind := rapid.OneOf(rapid.SampledFrom(recordTypes), drawText).Draw(t, "type")
		r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: kind, Scope: word("scope"), Value: word("value")})
	})
	some("attributes", func() {
		r.Attributes = append(r.Attributes, aloi.FreeAttribute{Name: word("name"), Value: word("value")})
	})
	return rec
}

// TestRecordsAreReadAsCBOR holds the compact form to what CBOR says of any record.
func TestRecordsAreReadAsCBOR(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		rec := drawRecord(t)
		plain, err := decodeRecord(recordKey, must(encMode.Marshal(rec)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeRecord(recordKey, encodeRecord(rec))
		if err != nil || !reflect.DeepEqual(got, plain) || !got.Record.UpdatedAt.Equal(rec.Record.UpdatedAt) {
			t.Fatal(fmt.Sprintf("%+v\ncomes back as %+v\nand as CBOR as  %+v, %v", rec, got, plain, err))
		}
	})
}

// TestRecordOfAnEarlierBuild holds that a record that is stored as CBOR is read in every way,
// and takes the compact form when it is next written.
func TestRecordOfAnEarlierBuild(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		value := recordValues(s)[1]
		rec := &Record{Number: 1, Record: fullRecord(), Content: ContentHash{1, 2, 15: 16}, Consents: 1, Interactions: 1}
		check := func(r *Reader) error { value.check(t, r); return nil }
		update(t, s, func(w *Writer) error { return w.putCBOR(value.key, rec) })
		view(t, s, check)
		update(t, s, func(w *Writer) error { return w.Set(EncodeRecord(rec)) })
		view(t, s, func(r *Reader) error {
			if payload := must(r.get(value.key)); payload[0] != recordForm {
				t.Errorf("it is written as % x", payload)
			}
			return check(r)
		})
	})
}

// A record that has events in it is kept with them.
func TestRecordWithEventsIsKept(t *testing.T) {
	rec := &Record{Number: 1, Record: fullRecord()}
	rec.Record.Consents, rec.Record.Interactions = []aloi.ConsentEvent{fullConsent()}, []aloi.Interaction{fullInteraction()}
	for range 2 {
		got, err := decodeRecord(recordKey, encodeRecord(rec))
		if err != nil || !reflect.DeepEqual(got, rec) {
			t.Fatalf("%+v\ncomes back as %+v, %v", rec, got, err)
		}
		rec.Record.Consents = nil
	}
}

// TestDamagedRecordIsAnError holds that a compact record that is cut short, goes on, or says
// what can't be is an error, and no other record.
func TestDamagedRecordIsAnError(t *testing.T) {
	whole := encodeRecord(&Record{Number: 1, Record: fullRecord()})
	for n := range whole {
		refuseRecord(t, whole[:n])
	}
	refuseRecord(t, append(slices.Clone(whole), 0))
	head := append([]byte{recordForm, 1}, make([]byte, 18)...)
	of := func(rest ...byte) []byte { return slices.Concat(head, rest) }
	if rec, err := decodeRecord(recordKey, of(append([]byte{1, 'w', 1, '1'}, make([]byte, 11)...)...)); err != nil || rec.Record.Ref.ID != "1" {
		t.Fatalf("%+v, %v", rec, err)
	}
	for name, bad := range map[string][]byte{
		"a text that is not UTF-8":       of(append([]byte{1, 0xff, 1, '1'}, make([]byte, 11)...)...),
		"more names than there are":      of(append([]byte{1, 'w', 1, '1', 0, 0, 2}, make([]byte, 11)...)...),
		"a type that has no code":        of(1, 'w', 1, '1', 0, 0, 0, 0, 0, 0, 0, 0, 1, byte(len(recordTypes)+1), 0, 0, 0, 0),
		"more nanoseconds than a second": of(append([]byte{1, 'w', 1, '1', 0, 0x81, 0x94, 0xeb, 0xdc, 0x03}, make([]byte, 10)...)...),
		"a form that is not known":       append([]byte{recordForm + 1}, whole[1:]...),
		"nothing":                        {},
	} {
		t.Run(name, func(t *testing.T) { refuseRecord(t, bad) })
	}
}

func refuseRecord(t *testing.T, payload []byte) {
	t.Helper()
	if rec, err := decodeRecord(recordKey, payload); aloi.CodeOf(err) != aloi.CodeCorrupt {
		t.Errorf("% x is read as %+v, %v", payload, rec, err)
	}
}

// FuzzRecord reads a payload as a record: what is read is written, and read again as the same,
// and as CBOR, where CBOR can say it.
func FuzzRecord(f *testing.F) {
	seedPayloads(f, famRecord)
	f.Add(must(encMode.Marshal(&Record{Number: 1, Record: fullRecord()})))
	f.Fuzz(func(t *testing.T, payload []byte) {
		var rec *Record
		var err error
		frugal(t, len(payload), func() { rec, err = decodeRecord(recordKey, payload) })
		if err != nil {
			if aloi.CodeOf(err) != aloi.CodeCorrupt {
				t.Error(err)
			}
			return
		}
		plain, err := encMode.Marshal(rec)
		if err != nil {
			return // a time past year 9999, which no write lets in
		}
		want, err := decodeRecord(recordKey, plain) // in which an empty list is none
		if err != nil {
			t.Fatal(err)
		}
		if again, err := decodeRecord(recordKey, encodeRecord(rec)); err != nil || !reflect.DeepEqual(again, want) {
			t.Fatalf("%+v comes back as %+v, %v", want, again, err)
		}
	})
}

// BenchmarkRecord is what writing and reading a record costs, in the compact form and as the
// CBOR of earlier builds.
func BenchmarkRecord(b *testing.B) {
	rec := &Record{Number: 134_567, Content: ContentHash(bytes.Repeat([]byte{0xa7}, 16)), Consents: 1, Record: aloi.Record{
		Ref: aloi.RecordRef{Source: "web", ID: "WEB-00043210"}, Version: 2, UpdatedAt: instant(9).Truncate(1e9),
		Names: []aloi.Name{{Civility: "Mme", Given: "Anne-Sophie", Family: "Lefèvre"}}, BirthDate: "1984-03-02", Gender: "F",
		Addresses: []aloi.Address{{Line: "12 bis, avenue Victor-Hugo", PostalCode: "69100", City: "Villeurbanne"}},
		Emails:    []string{"anne.lefevre@exemple.fr"}, Phones: []string{"06 39 98 12 34"},
		Identifiers: []aloi.Identifier{{Type: aloi.IdentifierLoyaltyCard, Value: "2984110042123"}},
	}}
	compact, plain := encodeRecord(rec), must(encMode.Marshal(rec))
	var w compactWriter
	benchForm(b, "write", len(compact), func() { must(w.encodeRecord(rec)) })
	benchForm(b, "write CBOR", len(plain), func() { must(encMode.Marshal(rec)) })
	benchForm(b, "read", len(compact), func() { must(decodeRecord(recordKey, compact)) })
	benchForm(b, "read CBOR", len(plain), func() { must(decodeRecord(recordKey, plain)) })
}
