package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"aloi"
	"aloi/consent"
	"aloi/engine"
	"aloi/internal/synth"
)

const (
	house         = "Maison Bellerive"
	eventsARecord = 4
	recordsABatch = 1000
	progressEvery = 20_000 // records
	purchase      = "café"
	oldest        = 2 * 365 * 24 * time.Hour // of an act
	youngestSale  = 24 * time.Hour
	openFor       = 48 * time.Hour // how long ago who has not clicked yet was asked
)

// fill stores invented customers with what they said, unless the store has somebody.
func (s *stack) fill(ctx context.Context) error {
	c, err := s.Counts(ctx)
	if err != nil {
		return err
	}
	if c.Records > 0 {
		fmt.Printf("%d records of %d people were there, %d entries in the log\n\n", c.Records, c.Entities, c.Log)
		return nil
	}
	source, w := synth.New(*seed, *events/eventsARecord), newTeller(time.Now())
	began, last, told := time.Now(), time.Now(), 0
	for done := 0; ; {
		var ops []engine.Operation
		for len(ops) < recordsABatch {
			r, _, ok := source.Next()
			if !ok {
				break
			}
			r.Consents = w.acts(r, source.Records()-done-len(ops))
			told += len(r.Consents)
			ops = append(ops, engine.Operation{Put: r})
		}
		if len(ops) == 0 {
			break
		}
		acks, err := s.Apply(ctx, ops)
		if err != nil {
			return err
		}
		for _, a := range acks {
			if a.Outcome == aloi.OutcomeRejected {
				return fmt.Errorf("a record was rejected: %v", a.Violations)
			}
		}
		if done += len(ops); done%progressEvery == 0 {
			fmt.Printf("%9d records, %9d events, %6.0f records/s\n", done, told, progressEvery/time.Since(last).Seconds())
			last = time.Now()
		}
	}
	fmt.Printf("filled with %d records and %d events in %s\n\n", source.Records(), told, time.Since(began).Round(time.Second))
	return nil
}

// teller invents what people said. It draws by the order of the records alone.
type teller struct {
	rng *rand.Rand
	now time.Time
	n   int // acts so far
}

func newTeller(now time.Time) *teller { return &teller{rng: rand.New(rand.NewPCG(*seed, 3)), now: now} }

func (w *teller) chance(percent int) bool { return w.rng.IntN(100) < percent }

func (w *teller) act(kind aloi.ConsentKind, method string) aloi.ConsentEvent {
	w.n++
	return aloi.ConsentEvent{
		SourceEventID: fmt.Sprintf("a%09d", w.n), Kind: kind, Time: w.now.Add(-youngestSale - time.Duration(w.rng.Int64N(int64(oldest)))).UTC(),
		Controllers: []string{house}, Method: method, Jurisdiction: "FR",
	}
}

// click is the token of the request in the nth record from the end.
func click(n int) string { return fmt.Sprintf("click-%d", n) }

// acts invents some four acts of the person of a record: consents, most of them confirmed,
// sales, withdrawals, bounces, objections. The last records of all, of which left counts
// down to 1, wait for a click.
func (w *teller) acts(r *aloi.Record, left int) []aloi.ConsentEvent {
	asked := left <= *clicks
	var list []aloi.ConsentEvent
	add := func(e aloi.ConsentEvent) { list = append(list, e) }
	mail, phone := "", ""
	if len(r.Emails) > 0 {
		mail = "email:" + r.Emails[0]
	}
	if len(r.Phones) > 0 {
		phone = "phone:" + r.Phones[0]
	}
	add(w.act(aloi.ConsentInformed, "web_form"))
	sale := w.act(aloi.ConsentSale, "web_form")
	sale.ContactPoint, sale.Goods, sale.OptOutOffered, sale.OptOutUsed = mail, purchase, true, w.chance(8)
	add(sale)
	switch {
	case mail != "" && asked:
		add(w.request(mail, click(left), openFor))
	case mail != "" && w.chance(60):
		add(w.grant("EMAIL", mail, "doi"))
	case mail != "" && w.chance(30):
		add(w.request(mail, fmt.Sprintf("t%09d", w.n), oldest))
	}
	if phone != "" && w.chance(45) {
		add(w.grant("SMS", phone, "in_store_id"))
	}
	if mail != "" && w.chance(14) && !asked {
		add(w.stop(aloi.ConsentWithdrawn, mail))
	}
	if w.chance(4) && !asked {
		add(w.stop(aloi.ConsentObjected, ""))
	}
	if mail != "" && w.chance(4) {
		bounce := w.act(aloi.ConsentBounced, "")
		bounce.ContactPoint = mail
		add(bounce)
	}
	for len(list) < eventsARecord {
		again := w.act(aloi.ConsentSale, "web_form")
		again.ContactPoint, again.Goods, again.OptOutOffered = mail, purchase, true
		add(again)
	}
	return list
}

func (w *teller) grant(channel, point, auth string) aloi.ConsentEvent {
	e := w.act(aloi.ConsentGiven, "web_form")
	e.Purposes, e.Channels, e.ContactPoint = []string{string(consent.Newsletter)}, []string{channel}, point
	e.Notice, e.Evidence = "v3", []aloi.FreeAttribute{{Name: "auth", Value: auth}, {Name: "form_sha256", Value: fmt.Sprintf("%016x", w.rng.Uint64())}}
	return e
}

// request is a consent that waits for a click.
func (w *teller) request(point, token string, ago time.Duration) aloi.ConsentEvent {
	e := w.grant("EMAIL", point, "none")
	e.Time, e.Token = w.now.Add(-ago).UTC(), token
	return e
}

func (w *teller) stop(kind aloi.ConsentKind, point string) aloi.ConsentEvent {
	e := w.act(kind, "unsubscribe_link")
	e.Purposes, e.ContactPoint = []string{string(consent.Marketing)}, point
	return e
}
