package synth

import (
	"time"

	"aloi"
)

// jsonRecord is a record with the names of the wire.
type jsonRecord struct {
	RecordID     string            `json:"record_id"`
	Source       string            `json:"source"`
	UpdatedAt    time.Time         `json:"updated_at,omitzero"`
	Names        []jsonName        `json:"names,omitempty"`
	BirthDate    string            `json:"birth_date,omitempty"`
	Gender       string            `json:"gender,omitempty"`
	Addresses    []jsonAddress     `json:"addresses,omitempty"`
	Emails       []string          `json:"emails,omitempty"`
	Phones       []string          `json:"phones,omitempty"`
	Identifiers  []jsonIdentifier  `json:"identifiers,omitempty"`
	Consents     []jsonConsent     `json:"consents,omitempty"`
	Interactions []jsonInteraction `json:"interactions,omitempty"`
}

type jsonName struct {
	Civility string `json:"civility,omitempty"`
	Given    string `json:"given,omitempty"`
	Middle   string `json:"middle,omitempty"`
	Family   string `json:"family,omitempty"`
	Birth    string `json:"birth,omitempty"`
	Full     string `json:"full,omitempty"`
}

type jsonAddress struct {
	Line       string `json:"line,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	City       string `json:"city,omitempty"`
	Region     string `json:"region,omitempty"`
	Country    string `json:"country,omitempty"`
}

type jsonIdentifier struct {
	Type  string `json:"type"`
	Scope string `json:"scope,omitempty"`
	Value string `json:"value"`
}

type jsonConsent struct {
	SourceEventID string         `json:"source_event_id"`
	Kind          string         `json:"kind"`
	Time          time.Time      `json:"time"`
	Purposes      []string       `json:"purposes"`
	Channels      []string       `json:"channels"`
	Controllers   []string       `json:"controllers"`
	ContactPoint  string         `json:"contact_point,omitempty"`
	Method        string         `json:"method"`
	Notice        string         `json:"notice"`
	Evidence      []jsonEvidence `json:"evidence,omitempty"`
	Jurisdiction  string         `json:"jurisdiction"`
	Token         string         `json:"token,omitempty"`
}

type jsonEvidence struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type jsonInteraction struct {
	ID     string    `json:"id"`
	Kind   string    `json:"kind"`
	Time   time.Time `json:"time"`
	Detail string    `json:"detail"`
}

func jsonOf(r *aloi.Record) jsonRecord {
	j := jsonRecord{RecordID: r.Ref.ID, Source: r.Ref.Source, UpdatedAt: r.UpdatedAt, BirthDate: r.BirthDate, Gender: r.Gender, Emails: r.Emails, Phones: r.Phones}
	for _, n := range r.Names {
		j.Names = append(j.Names, jsonName(n))
	}
	for _, a := range r.Addresses {
		j.Addresses = append(j.Addresses, jsonAddress(a))
	}
	for _, i := range r.Identifiers {
		j.Identifiers = append(j.Identifiers, jsonIdentifier(i))
	}
	for _, e := range r.Consents {
		c := jsonConsent{SourceEventID: e.SourceEventID, Kind: string(e.Kind), Time: e.Time, Purposes: e.Purposes, Channels: e.Channels,
			Controllers: e.Controllers, Method: e.Method, Notice: e.Notice, Jurisdiction: e.Jurisdiction,
			ContactPoint: e.ContactPoint, Token: e.Token}
		for _, v := range e.Evidence {
			c.Evidence = append(c.Evidence, jsonEvidence(v))
		}
		j.Consents = append(j.Consents, c)
	}
	for _, x := range r.Interactions {
		j.Interactions = append(j.Interactions, jsonInteraction{x.ID, x.Kind, x.Time, x.Detail})
	}
	return j
}
