package synth

import (
	"fmt"
	"time"

	"aloi"
)

// controller is the invented house that the four systems belong to.
const controller = "Maison Bellerive"

// events adds the consents and interactions that come with a record.
func (w *writer) events(number int) {
	switch w.c.name {
	case "web":
		w.webForm(number)
		w.interaction(number, 600, aloi.InteractionPurchase, "commande")
		w.interaction(number, 500, aloi.InteractionPageView, "page")
	case "store":
		w.tablet(number)
		w.interaction(number, 800, aloi.InteractionPurchase, "ticket")
	case "sav":
		if w.r.chance(60) {
			e := w.consent(number, "EMAIL", aloi.ConsentWithdrawn)
			e.Method = "recorded_call"
			w.add(e)
		}
		w.interaction(number, 950, aloi.InteractionSAVTicket, "dossier")
	}
}

// webForm adds what somebody said in the form of the web shop: who gives an address and
// ticks the box is asked to confirm by a link, and one in six never clicks it. Some of
// those who come back want no more letters.
func (w *writer) webForm(number int) {
	r := w.r
	if !r.chance(550) || len(w.rec.Emails) == 0 {
		return
	}
	e := w.consent(number, "EMAIL", aloi.ConsentNotGiven)
	e.Method = "web_form"
	form := aloi.FreeAttribute{Name: "form_sha256", Value: fmt.Sprintf("%016x", r.next())}
	switch {
	case r.chance(w.p.agrees) && r.chance(160):
		e.Kind, e.Token = aloi.ConsentRequested, fmt.Sprintf("%012x", r.next()>>16)
		e.Evidence = []aloi.FreeAttribute{form}
	case r.chance(w.p.agrees):
		e.Kind = aloi.ConsentGiven
		e.Evidence = []aloi.FreeAttribute{{Name: "auth", Value: "doi"}, form}
	case r.chance(120):
		e.Kind, e.Method = aloi.ConsentWithdrawn, "unsubscribe_link"
	}
	w.add(e)
}

// tablet adds what somebody answered at the till.
func (w *writer) tablet(number int) {
	r := w.r
	channel := pick(r, []string{"SMS", "EMAIL", "EMAIL"})
	if !r.chance(400) || channel == "EMAIL" && len(w.rec.Emails) == 0 || channel == "SMS" && len(w.rec.Phones) == 0 {
		return
	}
	e := w.consent(number, channel, aloi.ConsentRefused)
	if e.Method = "store_tablet"; r.chance(w.p.agrees) {
		e.Kind = aloi.ConsentGiven
		e.Evidence = []aloi.FreeAttribute{{Name: "shop", Value: fmt.Sprint("magasin-", r.between(1, 60))}}
	}
	w.add(e)
}

// consent returns an act of the person about the newsletter, at the time of the record,
// for the address that the record has.
func (w *writer) consent(number int, channel string, kind aloi.ConsentKind) aloi.ConsentEvent {
	e := aloi.ConsentEvent{
		SourceEventID: fmt.Sprintf("%s-C%08d", w.c.prefix, number), Kind: kind, Time: w.at,
		Purposes: []string{"newsletter"}, Channels: []string{channel}, Controllers: []string{controller},
		Notice: fmt.Sprintf("v%d", 1+w.day/(3*365)), Jurisdiction: "FR",
	}
	switch {
	case channel == "EMAIL" && len(w.rec.Emails) > 0:
		e.ContactPoint = "email:" + w.rec.Emails[0]
	case channel == "SMS" && len(w.rec.Phones) > 0:
		e.ContactPoint = "phone:" + w.rec.Phones[0]
	}
	return e
}

func (w *writer) add(e aloi.ConsentEvent) { w.rec.Consents = append(w.rec.Consents, e) }

// interaction adds a contact of the day of the record, in n of a thousand cases.
func (w *writer) interaction(number, n int, kind, what string) {
	if w.r.chance(n) {
		w.rec.Interactions = append(w.rec.Interactions, aloi.Interaction{
			ID: fmt.Sprintf("%s-%s-%08d", w.c.prefix, kind[:1], number), Kind: kind,
			Time: w.at.Add(time.Duration(w.r.below(3600)) * time.Second), Detail: fmt.Sprintf("%s %d", what, w.r.below(100_000)),
		})
	}
}
