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
	r := w.r
	switch w.c.name {
	case "web":
		if r.chance(500) {
			e := w.consent(number, "EMAIL", aloi.ConsentNotGiven)
			if r.chance(w.p.agrees) {
				e.Kind = aloi.ConsentGiven
				e.Evidence = []aloi.FreeAttribute{{Name: "form_sha256", Value: fmt.Sprintf("%016x", r.next())}}
			}
			e.Method = "web_form"
			w.add(e)
		}
		w.interaction(number, 600, aloi.InteractionPurchase, "commande")
		w.interaction(number, 500, aloi.InteractionPageView, "page")
	case "store":
		if r.chance(300) {
			e := w.consent(number, pick(r, []string{"SMS", "EMAIL"}), aloi.ConsentRefused)
			if r.chance(w.p.agrees) {
				e.Kind = aloi.ConsentGiven
			}
			e.Method = "store_tablet"
			w.add(e)
		}
		w.interaction(number, 800, aloi.InteractionPurchase, "ticket")
	case "sav":
		if r.chance(60) {
			e := w.consent(number, "EMAIL", aloi.ConsentWithdrawn)
			e.Method = "recorded_call"
			w.add(e)
		}
		w.interaction(number, 950, aloi.InteractionSAVTicket, "dossier")
	}
}

// consent returns an act of the person about the newsletter, at the time of the record.
func (w *writer) consent(number int, channel string, kind aloi.ConsentKind) aloi.ConsentEvent {
	return aloi.ConsentEvent{
		SourceEventID: fmt.Sprintf("%s-C%08d", w.c.prefix, number), Kind: kind, Time: w.at,
		Purposes: []string{"newsletter"}, Channels: []string{channel}, Controllers: []string{controller},
		Notice: fmt.Sprintf("v%d", 1+w.day/(3*365)), Jurisdiction: "FR",
	}
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
