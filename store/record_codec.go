package store

import (
	"encoding/binary"

	"aloi"
)

// A record is stored in a compact form (see compactWriter), each field in its place:
//
//	recordForm (1 byte)
//	number, hash of its content (16 bytes), counts of consent events and of interactions
//	source, record id, version as a signed varint, time
//	count of names, each as civility, given, middle, family, birth, full
//	birth date, gender
//	count of addresses, each as line, postal code, town, region, country
//	count of e-mail addresses, each a text; count of phones, each a text
//	count of identifiers, each as the code of its type, for code 0 the type, scope, value
//	count of free attributes, each as name and value
//	note
//
// A record that has events in it, which the engine stores apart, is CBOR.
const recordForm = 1

// recordTypes are the types of identifiers that have a code: 1 for the first. The codes are
// stored, so that the list only ever grows at its end.
var recordTypes = []string{"loyalty_card", "social_handle", "customer_number", "device", "ip"}

var typeCodes = codesOf(recordTypes)

// The least that the parts of a record take, in bytes: a byte for each empty text.
const (
	leastName       = 6
	leastAddress    = 5
	leastText       = 1
	leastIdentifier = 3
	leastFree       = 2
)

// encodeRecord returns a record as it is stored, until the writer is used again.
func (w *compactWriter) encodeRecord(rec *Record) ([]byte, error) {
	if len(rec.Record.Consents)+len(rec.Record.Interactions) > 0 {
		return encMode.Marshal(rec)
	}
	w.b = append(w.b[:0], recordForm)
	w.number(rec.Number)
	w.b = append(w.b, rec.Content[:]...)
	w.number(uint64(rec.Consents))
	w.number(uint64(rec.Interactions))
	w.record(&rec.Record)
	return w.b, nil
}

func (w *compactWriter) record(r *aloi.Record) {
	w.texts(r.Ref.Source, r.Ref.ID)
	w.b = binary.AppendVarint(w.b, r.Version)
	w.time(r.UpdatedAt)
	w.number(uint64(len(r.Names)))
	for i := range r.Names {
		n := &r.Names[i]
		w.texts(n.Civility, n.Given, n.Middle, n.Family, n.Birth, n.Full)
	}
	w.texts(r.BirthDate, r.Gender)
	w.number(uint64(len(r.Addresses)))
	for i := range r.Addresses {
		a := &r.Addresses[i]
		w.texts(a.Line, a.PostalCode, a.City, a.Region, a.Country)
	}
	for _, list := range [2][]string{r.Emails, r.Phones} {
		w.number(uint64(len(list)))
		w.texts(list...)
	}
	w.number(uint64(len(r.Identifiers)))
	for i := range r.Identifiers {
		w.identifier(&r.Identifiers[i])
	}
	w.number(uint64(len(r.Attributes)))
	for i := range r.Attributes {
		w.texts(r.Attributes[i].Name, r.Attributes[i].Value)
	}
	w.text(r.Note)
}

func (w *compactWriter) texts(list ...string) {
	for _, s := range list {
		w.text(s)
	}
}

func (w *compactWriter) identifier(i *aloi.Identifier) {
	code := typeCodes[i.Type]
	w.number(code)
	if code == otherText {
		w.text(i.Type)
	}
	w.texts(i.Scope, i.Value)
}

// decodeRecord reads a stored record in either form.
func decodeRecord(key, payload []byte) (*Record, error) {
	rec := &Record{}
	if len(payload) == 0 || payload[0] != recordForm {
		return rec, decode(key, payload, rec)
	}
	r := compactReader{b: payload, at: 1}
	r.share()
	rec.Number = r.number()
	if r.at += copy(rec.Content[:], r.b[r.at:]); r.at == len(r.b) {
		r.fail()
	}
	rec.Consents, rec.Interactions = int(r.number()), int(r.number())
	r.record(&rec.Record)
	if !r.isWhole() {
		return rec, corrupt(key, unreadable)
	}
	return rec, nil
}

func (r *compactReader) record(rec *aloi.Record) {
	rec.Ref.Source, rec.Ref.ID = r.string(), r.string()
	rec.Version = r.signed()
	rec.UpdatedAt = r.time()
	rec.Names = listOf(r, leastName, func(n *aloi.Name) {
		n.Civility, n.Given, n.Middle, n.Family, n.Birth, n.Full = r.string(), r.string(), r.string(), r.string(), r.string(), r.string()
	})
	rec.BirthDate, rec.Gender = r.string(), r.string()
	rec.Addresses = listOf(r, leastAddress, func(a *aloi.Address) {
		a.Line, a.PostalCode, a.City, a.Region, a.Country = r.string(), r.string(), r.string(), r.string(), r.string()
	})
	rec.Emails = listOf(r, leastText, func(s *string) { *s = r.string() })
	rec.Phones = listOf(r, leastText, func(s *string) { *s = r.string() })
	rec.Identifiers = listOf(r, leastIdentifier, func(i *aloi.Identifier) {
		i.Type = r.coded(r.number(), recordTypes)
		i.Scope, i.Value = r.string(), r.string()
	})
	rec.Attributes = listOf(r, leastFree, func(a *aloi.FreeAttribute) { a.Name, a.Value = r.string(), r.string() })
	rec.Note = r.string()
}

// listOf reads a list, of elements that take some bytes at least; nil where it is empty.
func listOf[T any](r *compactReader, least int, read func(*T)) []T {
	n := r.count(least)
	if n == 0 {
		return nil
	}
	list := make([]T, n)
	for i := range list {
		read(&list[i])
	}
	return list
}
