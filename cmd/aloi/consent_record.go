package main

import (
	"context"
	"maps"
	"slices"

	aloiv1 "aloi/proto/aloi/v1"
)

// recordCommand is `aloi consent record`.
type recordCommand struct {
	subjectFlags
	Kind         string            `required:"" placeholder:"KIND" help:"GIVEN, REFUSED, WITHDRAWN, OBJECTED, BOUNCED, SALE…: docs/consent.md lists them."`
	Purpose      []string          `sep:"none" placeholder:"PURPOSE" help:"What it is for; may be repeated. On a stop, none is all."`
	Channel      []string          `sep:"none" placeholder:"CHANNEL" help:"By which means; may be repeated. On a stop, none is all."`
	Controller   []string          `sep:"none" placeholder:"NAME" help:"To whom it was said; may be repeated. On a stop, none is all."`
	Point        string            `placeholder:"CP" help:"Contact point that it is about; none is the person."`
	Time         instant           `placeholder:"TIME" help:"When the person acted."`
	Uncertainty  int64             `placeholder:"SECONDS" help:"How far that may be off, each side."`
	Method       string            `placeholder:"NAME" help:"How it was collected: web_form, store_tablet, recorded_call…"`
	Notice       string            `placeholder:"VERSION" help:"Which text was shown."`
	Evidence     map[string]string `mapsep:"none" placeholder:"NAME=VALUE" help:"Proof: auth=doi, notice_hash=…; may be repeated."`
	EventID      string            `placeholder:"ID" help:"The source's own id of the act: the same one twice counts once."`
	Source       string            `placeholder:"NAME" help:"The system that tells of it, where it is not the record's own."`
	By           []string          `sep:"none" placeholder:"WHO" help:"Who acted: subject, parent, controller, authority; may be repeated."`
	ValidUntil   instant           `placeholder:"TIME" help:"When the consent ends."`
	Jurisdiction string            `placeholder:"FR" help:"The law that applies."`
	Token        string            `placeholder:"TOKEN" help:"Token of a double opt-in: of the request and of its confirmation."`
	Refers       string            `placeholder:"ID" help:"Id of the act that this one invalidates, lifts or confirms."`
	Submission   string            `placeholder:"ID" help:"Form that several acts came in."`
	Sequence     int64             `placeholder:"N" help:"Place within that form."`
	SharedOK     bool              `help:"The person knows that others use the contact point too."`

	Goods         string   `group:"Of a sale or a contract" placeholder:"NAME" help:"What was bought."`
	Similar       []string `group:"Of a sale or a contract" sep:"none" placeholder:"NAME" help:"Goods like it; may be repeated."`
	OptOutOffered bool     `group:"Of a sale or a contract" help:"A way out was offered when the address was given."`
	OptOutUsed    bool     `group:"Of a sale or a contract" help:"It was taken."`
	FreeAccount   bool     `group:"Of a sale or a contract" help:"It is an account, and nothing was bought."`
	Related       []string `group:"Of a sale or a contract" sep:"none" placeholder:"NAME" help:"What the contract is related to; may be repeated."`
	Until         instant  `group:"Of a sale or a contract" placeholder:"TIME" help:"When the contract ends."`

	language
	target
}

// Help is the longer help of the command.
func (recordCommand) Help() string {
	return `Records one act by itself. A stop is always kept, also of a record that is not stored, and
on a contact point that nobody owns. What is incomplete is kept too, and flagged. Exit code
4 when whom it is about is not there.

  aloi consent record --record web/1042 --kind GIVEN --purpose Newsletter --channel EMAIL --controller shop \
    --point email:anne@example.fr --time 2026-11-22T10:00:00Z --method web_form --evidence auth=doi --event-id f-77
  aloi consent record --contact-point phone:+33612345678 --kind OBJECTED --purpose Marketing --source sav --event-id call-9

` + refHelp
}

// Run records the act.
func (c *recordCommand) Run(e *env) error {
	subject, err := c.subject()
	if err != nil {
		return err
	}
	return c.acknowledged(e, c.consentWords(), func(ctx context.Context, cl *client) (*aloiv1.Acknowledgement, error) {
		resp, err := cl.consent.Record(ctx, &aloiv1.RecordEventRequest{Subject: subject, Event: c.event()})
		return resp.GetAcknowledgement(), err
	})
}

// event reads the flags.
func (c *recordCommand) event() *aloiv1.ConsentEvent {
	return &aloiv1.ConsentEvent{
		SourceEventId: c.EventID, Kind: c.Kind, Time: c.Time.message(), UncertaintySeconds: c.Uncertainty,
		Purposes: c.Purpose, Channels: c.Channel, Controllers: c.Controller, ContactPoint: c.Point, Method: c.Method, Notice: c.Notice,
		Evidence: evidenceOf(c.Evidence), ValidUntil: c.ValidUntil.message(), Jurisdiction: c.Jurisdiction, Token: c.Token,
		Refers: c.Refers, Submission: c.Submission, Sequence: c.Sequence, ExpressedBy: c.By, Source: c.Source, SharedOk: c.SharedOK,
		Goods: c.Goods, Similar: c.Similar, OptOutOffered: c.OptOutOffered, OptOutUsed: c.OptOutUsed, FreeAccount: c.FreeAccount,
		Related: c.Related, Until: c.Until.message(),
	}
}

// evidenceOf returns named values in order.
func evidenceOf(values map[string]string) []*aloiv1.FreeAttribute {
	var list []*aloiv1.FreeAttribute
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list = append(list, &aloiv1.FreeAttribute{Name: name, Value: values[name]})
	}
	return list
}

// acknowledged carries out one operation, prints what became of it, and what is
// remarkable about the event.
func (t target) acknowledged(e *env, words *consentWords, do func(context.Context, *client) (*aloiv1.Acknowledgement, error)) error {
	return t.call(e.ctx, func(cl *client) error {
		a, err := do(e.ctx, cl)
		if err != nil {
			return err
		}
		if err := printAcknowledged(e, words, a); err != nil {
			return err
		}
		if a.GetOutcome() == aloiv1.Outcome_OUTCOME_NOT_FOUND {
			return &exitError{code: exitNotFound}
		}
		return nil
	})
}

func printAcknowledged(e *env, words *consentWords, a *aloiv1.Acknowledgement) error {
	if e.json {
		return printJSON(e.stdout, a)
	}
	var p page
	p.line(joinedBy("  ", outcomeName(a.GetOutcome()), a.GetEventId(), a.GetEntityId(), a.GetReason()))
	rows := make([][]string, len(a.GetFlags()))
	for i, f := range a.GetFlags() {
		rows[i] = []string{f.Code, f.Field, words.flag(f.Code)}
	}
	p.rows(2, rows)
	return p.writeTo(e.stdout)
}

// confirmCommand is `aloi consent confirm`.
type confirmCommand struct {
	Token    string            `arg:"" help:"Token that was sent to the person."`
	Evidence map[string]string `mapsep:"none" placeholder:"NAME=VALUE" help:"Proof of the click; may be repeated."`
	language
	target
}

// Help is the longer help of the command.
func (confirmCommand) Help() string {
	return `Completes a double opt-in, as the person does who follows the link that was sent. Exit code
1 when the token is too old, or a stop came after the request; 4 when no request has it.

  aloi consent confirm k7f3… --evidence ip_sha256=…`
}

// Run confirms.
func (c *confirmCommand) Run(e *env) error {
	return c.acknowledged(e, c.consentWords(), func(ctx context.Context, cl *client) (*aloiv1.Acknowledgement, error) {
		resp, err := cl.consent.ConfirmToken(ctx, &aloiv1.ConfirmTokenRequest{Token: c.Token, Evidence: evidenceOf(c.Evidence)})
		return resp.GetAcknowledgement(), err
	})
}

// assignCommand is `aloi consent assign`.
type assignCommand struct {
	Event   string `arg:"" help:"Id of the event, as the history tells it."`
	Record  string `arg:"" placeholder:"SOURCE/RECORD" help:"Whom it concerns."`
	Steward string `required:"" placeholder:"NAME" help:"Who rules."`
	Reason  string `required:"" placeholder:"TEXT" help:"Why."`
	language
	target
}

// Help is the longer help of the command.
func (assignCommand) Help() string {
	return `A stop that was said to a person who was taken apart since binds all that came of her,
pending review. This rules which record it concerns: it then binds that one and no other.

  aloi consent assign 3f0c… web/1042 --steward claire --reason 'rappelée le 12 mars'

` + refHelp
}

// Run rules.
func (c *assignCommand) Run(e *env) error {
	ref, err := parseRef(c.Record)
	if err != nil {
		return err
	}
	return c.acknowledged(e, c.consentWords(), func(ctx context.Context, cl *client) (*aloiv1.Acknowledgement, error) {
		resp, err := cl.consent.Assign(ctx, &aloiv1.AssignRequest{EventId: c.Event, Record: ref, Steward: c.Steward, Reason: c.Reason})
		return resp.GetAcknowledgement(), err
	})
}
