package server

import (
	"aloi"
	aloiv1 "aloi/proto/aloi/v1"
)

func toRecord(r *aloi.Record) *aloiv1.Record {
	return &aloiv1.Record{
		Ref:          toRef(r.Ref),
		Version:      r.Version,
		UpdatedAt:    toTime(r.UpdatedAt),
		Names:        list(r.Names, toName),
		BirthDate:    r.BirthDate,
		Gender:       r.Gender,
		Addresses:    list(r.Addresses, toAddress),
		Emails:       r.Emails,
		Phones:       r.Phones,
		Identifiers:  list(r.Identifiers, toIdentifier),
		Attributes:   list(r.Attributes, toFree),
		Note:         r.Note,
		Consents:     list(r.Consents, toConsent),
		Interactions: list(r.Interactions, toInteraction),
	}
}

func toName(n aloi.Name) *aloiv1.Name {
	return &aloiv1.Name{
		Civility: n.Civility, Given: n.Given, Middle: n.Middle,
		Family: n.Family, Birth: n.Birth, Full: n.Full,
	}
}

func toAddress(a aloi.Address) *aloiv1.Address {
	return &aloiv1.Address{
		Line: a.Line, PostalCode: a.PostalCode, City: a.City, Region: a.Region, Country: a.Country,
	}
}

func toIdentifier(i aloi.Identifier) *aloiv1.Identifier {
	return &aloiv1.Identifier{Type: i.Type, Scope: i.Scope, Value: i.Value}
}

func toFree(a aloi.FreeAttribute) *aloiv1.FreeAttribute {
	return &aloiv1.FreeAttribute{Name: a.Name, Value: a.Value}
}

func toConsent(e aloi.ConsentEvent) *aloiv1.ConsentEvent {
	return &aloiv1.ConsentEvent{
		SourceEventId:      e.SourceEventID,
		Kind:               string(e.Kind),
		Time:               toTime(e.Time),
		UncertaintySeconds: e.UncertaintySeconds,
		RecordedTime:       toTime(e.RecordedTime),
		Purposes:           e.Purposes,
		Channels:           e.Channels,
		Controllers:        e.Controllers,
		ContactPoint:       e.ContactPoint,
		Method:             e.Method,
		Notice:             e.Notice,
		Evidence:           list(e.Evidence, toFree),
		ValidUntil:         toTime(e.ValidUntil),
		Jurisdiction:       e.Jurisdiction,
		Token:              e.Token,
		Refers:             e.Refers,
		Submission:         e.Submission,
		Sequence:           e.Sequence,
		ExpressedBy:        e.ExpressedBy,
		Source:             e.Source, SharedOk: e.SharedOK,
		Goods: e.Goods, Similar: e.Similar, OptOutOffered: e.OptOutOffered, OptOutUsed: e.OptOutUsed, FreeAccount: e.FreeAccount,
		Related: e.Related, Until: toTime(e.Until),
	}
}

func toInteraction(x aloi.Interaction) *aloiv1.Interaction {
	return &aloiv1.Interaction{Id: x.ID, Kind: x.Kind, Time: toTime(x.Time), Detail: x.Detail}
}
