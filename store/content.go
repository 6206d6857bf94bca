package store

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"aloi"
)

// ContentOf identifies the content of a record version: everything but its
// reference, version, time, consents and interactions. It is the hash of the CBOR of a record
// that has the rest only, as encMode writes it.
func ContentOf(r *aloi.Record) ContentHash {
	var room [contentBytes]byte
	sum := sha256.Sum256(appendContent(room[:0], r))
	return ContentHash(sum[:len(ContentHash{})])
}

// ConsentContent identifies a consent event: everything but when it was recorded.
func ConsentContent(e aloi.ConsentEvent) (ContentHash, error) {
	e.RecordedTime = time.Time{}
	return contentHash(toStored(Entry{ConsentEvent: e}))
}

// InteractionContent identifies an interaction.
func InteractionContent(i aloi.Interaction) (ContentHash, error) { return contentHash(i) }

func contentHash(v any) (ContentHash, error) {
	b, err := encMode.Marshal(v)
	if err != nil {
		return ContentHash{}, err
	}
	sum := sha256.Sum256(b)
	return ContentHash(sum[:len(ContentHash{})]), nil
}

// contentBytes is more than the content of most records takes as CBOR.
const contentBytes = 1024

// The major types of CBOR that the content of a record is made of, in the upper bits of a
// head (RFC 8949, 3.1).
const (
	cborNumber = 0 << 5
	cborText   = 3 << 5
	cborList   = 4 << 5
	cborMap    = 5 << 5
)

// appendContent appends the CBOR of the content of a record. It is what the library makes of
// it by the tags of the fields, without the way round by reflection: every record that comes
// in is hashed.
func appendContent(b []byte, r *aloi.Record) []byte {
	b = appendHead(b, cborMap, contentFields(r))
	b = append(b, cborNumber|1, cborMap|2, cborNumber|1, cborText, cborNumber|2, cborText) // an empty reference
	b = appendList(b, 4, len(r.Names))
	for i := range r.Names {
		x := &r.Names[i]
		b = appendFilled(b, x.Civility, x.Given, x.Middle, x.Family, x.Birth, x.Full)
	}
	b = appendField(b, 5, r.BirthDate)
	b = appendField(b, 6, r.Gender)
	b = appendList(b, 7, len(r.Addresses))
	for i := range r.Addresses {
		x := &r.Addresses[i]
		b = appendFilled(b, x.Line, x.PostalCode, x.City, x.Region, x.Country)
	}
	b = appendTexts(b, 8, r.Emails)
	b = appendTexts(b, 9, r.Phones)
	b = appendList(b, 10, len(r.Identifiers))
	for i := range r.Identifiers {
		x := &r.Identifiers[i]
		b = appendHead(b, cborMap, 2+filled(x.Scope))
		b = appendText(append(b, cborNumber|1), x.Type)
		b = appendField(b, 2, x.Scope)
		b = appendText(append(b, cborNumber|3), x.Value)
	}
	b = appendList(b, 11, len(r.Attributes))
	for i := range r.Attributes {
		x := &r.Attributes[i]
		b = appendText(append(b, cborMap|2, cborNumber|1), x.Name)
		b = appendText(append(b, cborNumber|2), x.Value)
	}
	return appendField(b, 12, r.Note)
}

// contentFields counts the fields that the content of a record has; its reference is one, though
// it is empty.
func contentFields(r *aloi.Record) int {
	n := 1 + filled(r.BirthDate, r.Gender, r.Note)
	for _, values := range [...]int{len(r.Names), len(r.Addresses), len(r.Emails), len(r.Phones), len(r.Identifiers), len(r.Attributes)} {
		if values > 0 {
			n++
		}
	}
	return n
}

// filled counts the texts that are not empty.
func filled(texts ...string) int {
	n := 0
	for _, s := range texts {
		if s != "" {
			n++
		}
	}
	return n
}

// appendFilled appends a map of texts that are numbered from 1, of those that are not empty.
func appendFilled(b []byte, texts ...string) []byte {
	b = appendHead(b, cborMap, filled(texts...))
	for i, s := range texts {
		b = appendField(b, byte(i+1), s)
	}
	return b
}

// appendField appends a field and its text, nothing for an empty one.
func appendField(b []byte, number byte, s string) []byte {
	if s == "" {
		return b
	}
	return appendText(append(b, cborNumber|number), s)
}

// appendList appends a field and the head of its list of n elements, nothing for none.
func appendList(b []byte, number byte, n int) []byte {
	if n == 0 {
		return b
	}
	return appendHead(append(b, cborNumber|number), cborList, n)
}

// appendTexts appends a field and its list of texts, nothing for an empty one.
func appendTexts(b []byte, number byte, texts []string) []byte {
	b = appendList(b, number, len(texts))
	for _, s := range texts {
		b = appendText(b, s)
	}
	return b
}

func appendText(b []byte, s string) []byte { return append(appendHead(b, cborText, len(s)), s...) }

// appendHead appends the head of an item: its type and a number, in as few bytes as it takes.
func appendHead(b []byte, major byte, n int) []byte {
	const direct = 24 // numbers less than this are in the head itself
	switch {
	case n < direct:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|direct, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major|(direct+1)), uint16(n))
	case uint64(n) < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|(direct+2)), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|(direct+3)), uint64(n))
}
