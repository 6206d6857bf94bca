package engine

import (
	"slices"
	"strings"

	"aloi"
	"aloi/matcher"
)

// The types of contact point.
const (
	pointEmail  = "email"
	pointPhone  = "phone"
	pointPostal = "postal"
	pointSocial = "social"
	pointPush   = "push"
	pointDevice = "device"
)

// pointTypes are the types of contact point, by what sources call them.
var pointTypes = map[string]string{
	pointEmail: pointEmail, "mail": pointEmail,
	pointPhone: pointPhone, "tel": pointPhone, "sms": pointPhone,
	pointPostal: pointPostal, "post": pointPostal, "address": pointPostal,
	pointSocial: pointSocial, pointPush: pointPush, pointDevice: pointDevice,
}

// canonicalPoint returns the form of a contact point, `type:value`, in which two are
// compared. It depends on the text alone. One that is not understood is its own text in
// lower case, and ok is false: a stop must be kept whatever it is on.
func canonicalPoint(text string) (canonical string, ok bool) {
	text = strings.TrimSpace(text)
	kind, value, found := strings.Cut(text, ":")
	kind = pointTypes[strings.ToLower(strings.TrimSpace(kind))]
	value = strings.TrimSpace(value)
	if !found || kind == "" || value == "" {
		return strings.ToLower(text), false
	}
	switch kind {
	case pointEmail:
		texts := emailTexts([]string{value}, true)
		if len(texts) == 1 && strings.Contains(texts[0], "@") {
			return kind + ":" + texts[0], true
		}
	case pointPhone:
		if numbers := matcher.PhoneNumbers(value); len(numbers) == 1 {
			return kind + ":" + phoneText(numbers[0]), true
		}
	case pointPostal:
		return kind + ":" + keyOf(value), true
	default:
		return kind + ":" + strings.ToLower(value), true
	}
	return kind + ":" + strings.ToLower(value), false
}

// phoneText renders a prepared number: E.164, or as it is dialled inside its country.
func phoneText(number string) string {
	if strings.HasPrefix(number, "0") { // no country has such a number
		return number
	}
	return "+" + number
}

// pointsOf returns the canonical contact points of a record, sorted. A number is there as
// it reads by itself, which is how an event names it, and as it reads in the record's country.
func pointsOf(r *aloi.Record, p *matcher.Prepared) []string {
	var points []string
	add := func(kind, value string) {
		if value != "" {
			points = append(points, kind+":"+value)
		}
	}
	for _, text := range emailTexts(r.Emails, true) {
		add(pointEmail, text)
	}
	for _, raw := range r.Phones {
		for _, n := range matcher.PhoneNumbers(raw) {
			add(pointPhone, phoneText(n))
		}
	}
	for _, n := range p.Phones {
		add(pointPhone, phoneText(n))
	}
	for i := range r.Addresses {
		a := &r.Addresses[i]
		add(pointPostal, keyOf(strings.Join([]string{a.Line, a.PostalCode, a.City}, " ")))
	}
	for _, id := range r.Identifiers {
		value := strings.ToLower(strings.TrimSpace(id.Value))
		switch id.Type {
		case aloi.IdentifierSocialHandle:
			add(pointSocial, strings.ToLower(strings.TrimSpace(id.Scope))+":"+value)
		case aloi.IdentifierDevice:
			add(pointDevice, value)
		case pointPush, "push_token":
			add(pointPush, value)
		}
	}
	slices.Sort(points)
	return slices.Compact(points)
}
