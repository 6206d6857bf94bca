package synth

import (
	"strings"

	"aloi"
)

// streetShort are the abbreviations of street types.
var streetShort = map[string][]string{
	"rue": {"r.", "r"}, "avenue": {"av.", "av", "ave"}, "boulevard": {"bd", "boul.", "bld"}, "chemin": {"ch.", "chem."},
	"allée": {"all."}, "place": {"pl.", "pl"}, "impasse": {"imp."}, "route": {"rte"}, "square": {"sq."}, "quai": {"quai"}, "cours": {"crs"},
}

// address writes where the person lives, or lived: one system in twelve has not heard
// of the move.
func (w *writer) address() {
	p, r := w.p, w.r
	home := p.home
	if p.formerHome.city != "" && (w.day < p.movedOn || w.mistake(80)) {
		home = p.formerHome
	}
	a := aloi.Address{}
	if r.chance(w.c.address) {
		a.Line = w.caps.put(w.line(home))
		a.PostalCode = w.postalCode(home.code)
	}
	if a.Line != "" || r.chance(400) {
		a.City = w.caps.put(w.city(home.city))
	}
	if a.City != "" && r.chance(w.c.country) {
		a.Country = "FR"
	}
	if a != (aloi.Address{}) {
		w.rec.Addresses = []aloi.Address{a}
	}
}

func (w *writer) line(a address) string {
	r := w.r
	kind, name := a.kind, a.street
	switch {
	case kind != "" && r.chance(200):
		kind = pick(r, streetShort[kind])
	case w.mistake(50):
		name = typo(r, name)
	}
	line := strings.TrimSpace(kind + " " + name)
	if a.number != "" && !w.mistake(25) {
		line = a.number + pick(r, []string{" ", " ", " ", ", "}) + line
	}
	if a.complement != "" && r.chance(w.c.complement) {
		line += pick(r, []string{", ", " "}) + a.complement
	}
	return line
}

func (w *writer) postalCode(code string) string {
	switch {
	case w.mistake(30):
		return ""
	case w.mistake(20):
		return digitTypo(w.r, code)
	case code[0] == '0' && w.mistake(60):
		return code[1:] // a spreadsheet took it for a number
	}
	return code
}

func (w *writer) city(city string) string {
	switch {
	case w.mistake(30):
		return typo(w.r, city)
	case strings.HasPrefix(city, "Saint-") && w.r.chance(200):
		return "St " + city[len("Saint-"):]
	case w.mistake(6):
		return city + " CEDEX"
	}
	return city
}

// shopPhone is the shop's own number, typed where the customer gave none.
const shopPhone = "0199000000"

func (w *writer) phones() {
	p, r := w.p, w.r
	if r.chance(w.c.mobile) {
		phone := p.mobile
		switch {
		case p.formerMobile != "" && w.day < p.changedOn:
			phone = p.formerMobile
		case w.c.name == "store" && w.mistake(15):
			phone = shopPhone
		case w.mistake(12):
			phone = pick(r, []string{"0600000000", "0606060606", "0612345678", "0000000000"})
		case len(w.h.people) > 1 && w.mistake(40):
			phone = w.h.people[0].mobile
		case w.mistake(25):
			phone = digitTypo(r, phone)
		}
		w.rec.Phones = append(w.rec.Phones, w.phone(phone))
	}
	if w.h.landline != "" && r.chance(w.c.landline) {
		w.rec.Phones = append(w.rec.Phones, w.phone(w.h.landline))
	}
}

// phone writes a number in one of the forms that a channel has.
func (w *writer) phone(n string) string {
	pairs := func(sep string) string {
		return n[:2] + sep + n[2:4] + sep + n[4:6] + sep + n[6:8] + sep + n[8:]
	}
	forms := map[int][]string{
		1: {n, n, pairs(" "), pairs("."), pairs("-")},
		2: {"+33" + n[1:], "+33" + n[1:], n, "+33 " + n[1:2] + " " + pairs(" ")[3:], "0033" + n[1:]},
		3: {pairs("."), pairs(" "), pairs(" "), n},
	}
	return pick(w.r, forms[w.c.phoneStyle])
}
