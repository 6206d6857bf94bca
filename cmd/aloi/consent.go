package main

import (
	"errors"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	aloiv1 "aloi/proto/aloi/v1"
)

// consentCommand is `aloi consent`.
type consentCommand struct {
	Decide       decideCommand       `cmd:"" help:"Say whether a person may be contacted, and why."`
	History      historyCommand      `cmd:"" help:"List what a person said, with its proof."`
	Record       recordCommand       `cmd:"" help:"Record one act: a consent, an objection, a sale."`
	Confirm      confirmCommand      `cmd:"" help:"Complete a double opt-in by its token."`
	Assign       assignCommand       `cmd:"" help:"Rule whom a stop concerns, after a person was taken apart."`
	Suppress     suppressCommand     `cmd:"" help:"Put contact points on the list of those not to be used for marketing."`
	Suppressions suppressionsCommand `cmd:"" help:"Print that list: keyed hashes."`
	Notice       noticeCommand       `cmd:"" help:"Keep, or print, the text that people were shown."`
	Vectors      vectorsCommand      `cmd:"" help:"Answer the cases of a file, and compare with what it expects."`
}

// subjectFlags say whom a question, or an act, is about: exactly one.
type subjectFlags struct {
	Record       string `required:"" xor:"subject" placeholder:"SOURCE/RECORD" help:"The person of this record."`
	Entity       string `required:"" xor:"subject" placeholder:"ID" help:"The person with this entity id."`
	ContactPoint string `required:"" xor:"subject" placeholder:"CP" help:"Whoever owns this contact point: email:anne@example.fr, phone:+33612345678."`
}

// subject reads the flags.
func (c *subjectFlags) subject() (*aloiv1.Subject, error) {
	switch {
	case c.Entity != "":
		return &aloiv1.Subject{Of: &aloiv1.Subject_EntityId{EntityId: c.Entity}}, nil
	case c.ContactPoint != "":
		return &aloiv1.Subject{Of: &aloiv1.Subject_ContactPoint{ContactPoint: c.ContactPoint}}, nil
	}
	ref, err := parseRef(c.Record)
	if err != nil {
		return nil, err
	}
	return &aloiv1.Subject{Of: &aloiv1.Subject_Record{Record: ref}}, nil
}

// campaignFlags are what is asked, of one person or of many.
type campaignFlags struct {
	Controller   string  `required:"" placeholder:"NAME" help:"Who would make contact."`
	Purpose      string  `required:"" placeholder:"PURPOSE" help:"What for: Newsletter, PromotionalOffers, DeliveryOfGoods…"`
	Channel      string  `required:"" placeholder:"CHANNEL" help:"By which means: EMAIL, SMS, PHONE, POSTAL…"`
	Goods        string  `placeholder:"NAME" help:"What the message is about, for soft opt-in and contracts."`
	TradeRelated bool    `help:"It concerns the trade of a professional."`
	Sector       string  `placeholder:"NAME" help:"A sector that a rule names."`
	Relationship string  `placeholder:"NAME" help:"prospect, customer, professional or organisation; found from what was bought otherwise."`
	Jurisdiction string  `placeholder:"FR" help:"FR or EU; the one of the policy otherwise."`
	At           instant `placeholder:"TIME" help:"When contact would be made: 2026-11-22, or with an hour 2026-11-22T12:00:00Z; now otherwise."`
}

// question reads the flags.
func (c *campaignFlags) question() *aloiv1.Question {
	return &aloiv1.Question{
		Controller: c.Controller, Purpose: c.Purpose, Channel: c.Channel, Goods: c.Goods, TradeRelated: c.TradeRelated,
		Sector: c.Sector, Relationship: c.Relationship, Jurisdiction: c.Jurisdiction, At: c.At.message(),
	}
}

// instant is a moment on the command line: a day, which begins at midnight UTC, or a time
// with its zone.
type instant struct{ time.Time }

// UnmarshalText reads a moment.
func (i *instant) UnmarshalText(text []byte) (err error) {
	if i.Time, err = time.Parse(time.DateOnly, string(text)); err != nil {
		i.Time, err = time.Parse(time.RFC3339Nano, string(text))
	}
	if err != nil {
		return errors.New("is no moment such as 2026-11-22 or 2026-11-22T12:00:00Z")
	}
	return nil
}

// message is the moment on the wire, nil for none.
func (i instant) message() *timestamppb.Timestamp {
	if i.IsZero() {
		return nil
	}
	return timestamppb.New(i.Time)
}
