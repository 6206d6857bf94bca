package server

import (
	"aloi"
	aloiv1 "aloi/proto/aloi/v1"
)

// readRecord converts a record and returns what of it can't be said in nouns. The
// values are the engine's to judge.
func readRecord(m *aloiv1.Record) (*aloi.Record, []aloi.Violation) {
	var r reader
	return r.record(m), r.violations
}

// record converts a record; nil if it is missing.
func (r *reader) record(m *aloiv1.Record) *aloi.Record {
	if m == nil {
		r.fail("record", "is missing")
		return nil
	}
	r.known(m, "record")
	record := &aloi.Record{
		Version:      m.Version,
		UpdatedAt:    r.instant(m.UpdatedAt, "record.updated_at"),
		Names:        r.names(m.Names),
		BirthDate:    m.BirthDate,
		Gender:       m.Gender,
		Addresses:    r.addresses(m.Addresses),
		Emails:       m.Emails,
		Phones:       m.Phones,
		Identifiers:  r.identifiers(m.Identifiers),
		Attributes:   r.free(m.Attributes, "record.attributes"),
		Note:         m.Note,
		Consents:     r.consents(m.Consents),
		Interactions: r.interactions(m.Interactions),
	}
	if ref := m.Ref; ref != nil {
		r.known(ref, "record.ref")
		record.Ref = aloi.RecordRef{Source: ref.Source, ID: ref.RecordId}
	}
	return record
}

func (r *reader) names(in []*aloiv1.Name) []aloi.Name {
	var out []aloi.Name
	for i, n := range in {
		r.knownAt(n, "record.names", i)
		out = append(out, aloi.Name{
			Civility: n.Civility, Given: n.Given, Middle: n.Middle,
			Family: n.Family, Birth: n.Birth, Full: n.Full,
		})
	}
	return out
}

func (r *reader) addresses(in []*aloiv1.Address) []aloi.Address {
	var out []aloi.Address
	for i, a := range in {
		r.knownAt(a, "record.addresses", i)
		out = append(out, aloi.Address{
			Line: a.Line, PostalCode: a.PostalCode, City: a.City, Region: a.Region, Country: a.Country,
		})
	}
	return out
}

func (r *reader) identifiers(in []*aloiv1.Identifier) []aloi.Identifier {
	var out []aloi.Identifier
	for i, id := range in {
		r.knownAt(id, "record.identifiers", i)
		out = append(out, aloi.Identifier{Type: id.Type, Scope: id.Scope, Value: id.Value})
	}
	return out
}

func (r *reader) free(in []*aloiv1.FreeAttribute, field string) []aloi.FreeAttribute {
	var out []aloi.FreeAttribute
	for i, a := range in {
		r.knownAt(a, field, i)
		out = append(out, aloi.FreeAttribute{Name: a.Name, Value: a.Value})
	}
	return out
}

func (r *reader) interactions(in []*aloiv1.Interaction) []aloi.Interaction {
	const field = "record.interactions"
	var out []aloi.Interaction
	for i, x := range in {
		r.knownAt(x, field, i)
		out = append(out, aloi.Interaction{
			ID: x.Id, Kind: x.Kind, Time: r.instantAt(x.Time, field, i, "time"), Detail: x.Detail,
		})
	}
	return out
}
