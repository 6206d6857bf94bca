package synth

import (
	"fmt"
	"strings"
	"time"

	"aloi"
)

// writer makes one record: a person at a time, through a channel.
type writer struct {
	t    *tables
	r    *rng
	c    *channel
	h    *household
	p    *person
	day  int // since the beginning of firstYear
	at   time.Time
	caps style // how this record is typed
	rec  *aloi.Record
}

// style is how a record is typed.
type style struct{ capitals, small, unaccented bool }

// put writes a value in the style of the record.
func (s style) put(v string) string {
	if s.unaccented {
		v = plain(v)
	}
	switch {
	case s.capitals:
		return strings.ToUpper(v)
	case s.small:
		return strings.ToLower(v)
	}
	return v
}

// mistake is true in n of a thousand cases, more in a careless channel.
func (w *writer) mistake(n int) bool { return w.r.chance(n * w.c.mistakes / 1000) }

// write makes the record with this number.
func (w *writer) write(number int) *aloi.Record {
	c, r := w.c, w.r
	w.rec = &aloi.Record{Ref: aloi.RecordRef{Source: c.name, ID: fmt.Sprintf("%s-%08d", c.prefix, number)}, UpdatedAt: w.at}
	w.caps = style{capitals: r.chance(c.capitals), small: r.chance(c.small), unaccented: r.chance(c.unaccented)}
	w.name()
	w.birthDate()
	w.gender()
	w.address()
	w.emails()
	w.phones()
	w.identifiers()
	w.events(number)
	return w.rec
}

func (w *writer) birthDate() {
	p := w.p
	if !w.r.chance(w.c.birthDate) {
		return
	}
	year, month, day := p.year, p.month, p.day
	switch {
	case w.mistake(12):
		year, month, day = 1900, 1, 1 // nobody asked
	case w.mistake(10):
		month, day = 1, 1 // the year alone was known
	case w.mistake(15) && p.day <= 12:
		month, day = p.day, p.month
	case w.mistake(12):
		day = 1 + (day+w.r.between(1, 9))%28
	case w.mistake(12):
		year += pick(w.r, []int{-10, -1, 1, 10})
	}
	w.rec.BirthDate = time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Format(pick(w.r, w.c.birthLayouts))
}

func (w *writer) gender() {
	if w.r.chance(w.c.gender) {
		w.rec.Gender = map[byte]string{'M': "M", 'F': "F"}[w.p.gender]
	}
}

func (w *writer) emails() {
	if !w.r.chance(w.c.email) {
		return
	}
	p := w.p
	email := p.email
	if p.formerEmail != "" && w.day < p.changedOn {
		email = p.formerEmail
	}
	switch {
	case w.h.email != "" && w.r.chance(250):
		email = w.h.email
	case len(w.h.people) > 1 && w.mistake(40):
		email = w.h.people[0].email // written down for the other
	case w.mistake(10):
		email = pick(w.r, []string{"noreply@boutique.example", "x@x.example", "aucun@aucun.example", "client@boutique.example"})
	case w.mistake(15):
		email = typo(w.r, email)
	case w.mistake(10):
		email = strings.Replace(email, "@gmail.", "@gmial.", 1)
	case w.mistake(10):
		email = strings.Replace(email, "@", "+promo@", 1)
	}
	if w.r.chance(60) {
		email = strings.ToUpper(email)
	}
	w.rec.Emails = []string{email}
}

func (w *writer) identifiers() {
	if w.r.chance(w.c.card) {
		card := w.p.card
		if w.p.formerCard != "" && w.day < w.p.changedOn {
			card = w.p.formerCard
		}
		if w.mistake(10) {
			card = digitTypo(w.r, card)
		}
		if w.r.chance(100) {
			card = card[:1] + " " + card[1:7] + " " + card[7:]
		}
		w.rec.Identifiers = append(w.rec.Identifiers, aloi.Identifier{Type: aloi.IdentifierLoyaltyCard, Value: card})
	}
	if w.r.chance(w.c.handle) {
		handle := w.p.handle
		if w.r.chance(200) {
			handle = "@" + handle
		}
		w.rec.Identifiers = append(w.rec.Identifiers, aloi.Identifier{Type: aloi.IdentifierSocialHandle, Scope: w.p.network, Value: handle})
	}
}
