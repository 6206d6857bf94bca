package matcher

import (
	"cmp"
	"slices"
	"strings"

	"aloi"
)

// preparer collects a Prepared from a record.
type preparer struct {
	record *aloi.Record
	out    *Prepared
	titled byte     // gender by a title inside a name
	strays []string // e-mail addresses inside names
}

// prepare normalises a record; attributes are the names of the free attributes
// that the model compares. It depends on nothing else.
func prepare(r *aloi.Record, attributes []string) *Prepared {
	p := preparer{record: r, out: &Prepared{Tie: TieOf(r.Ref)}}
	p.names()
	p.person()
	region := p.addresses()
	p.emails()
	p.phones(region)
	p.identifiers()
	p.attributes(attributes)
	slices.SortFunc(p.out.Flags, func(a, b Flag) int {
		return cmp.Or(strings.Compare(a.Field, b.Field), strings.Compare(a.Reason, b.Reason))
	})
	p.out.Flags = slices.Compact(p.out.Flags)
	p.out.outline = outlineOf(p.out)
	return p.out
}

// flag notes why a value of a field was left out; no reason is no flag.
func (p *preparer) flag(field, reason string) {
	if reason != "" {
		p.out.Flags = append(p.out.Flags, Flag{field, reason})
	}
}

// maxValues is how many e-mail addresses, telephone numbers, addresses, identifiers of one
// type and values of one attribute of a record take part, the first ones: a pair of records
// compares each with each.
const maxValues = 16

// keep appends a value that is new to its list, and flags one that there is no room for.
func keep[T comparable](p *preparer, field string, list []T, x T) []T {
	if len(list) < maxValues {
		return appendNew(list, x)
	}
	if !slices.Contains(list, x) {
		p.flag(field, FlagTooMany)
	}
	return list
}

// appendNew appends x where the list does not hold it.
func appendNew[T comparable](list []T, x T) []T {
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

// person reads what a record says once.
func (p *preparer) person() {
	r, out := p.record, p.out
	if g := Fold(r.Gender); g != "" {
		out.Gender = genderOfText(g)
		if out.Gender == 0 {
			p.flag("gender", reasonFor(g))
		}
	}
	for i := range r.Names {
		if out.Gender == 0 {
			out.Gender = genderOfText(Fold(r.Names[i].Civility))
		}
	}
	if out.Gender == 0 {
		out.Gender = p.titled
	}
	if strings.TrimSpace(r.BirthDate) != "" {
		d := readDate(r.BirthDate)
		out.Birth, out.BirthTyped = d.date, d.typed
		p.flag("birth_date", d.reason)
	}
}

// reasonFor says why a folded text that was not understood is left out.
func reasonFor(folded string) string {
	if isPlaceholder(folded) {
		return FlagPlaceholder
	}
	return FlagInvalid
}

func (p *preparer) emails() {
	for _, s := range p.record.Emails {
		p.email(s)
	}
	for _, s := range p.strays {
		p.email(s)
	}
}

func (p *preparer) email(field string) {
	if strings.TrimSpace(field) == "" {
		return
	}
	emails, reason := readEmails(field)
	p.flag("email", reason)
	for _, e := range emails {
		p.out.Emails = keep(p, "email", p.out.Emails, e)
	}
}

// phones reads the telephone numbers; region is the country of the person's first address.
func (p *preparer) phones(region string) {
	for _, s := range p.record.Phones {
		if strings.TrimSpace(s) == "" {
			continue
		}
		numbers, reason := readPhones(s, region)
		p.flag("phone", reason)
		for _, n := range numbers {
			p.out.Phones = keep(p, "phone", p.out.Phones, n)
		}
	}
}

func (p *preparer) identifiers() {
	if len(p.record.Identifiers) == 0 {
		return
	}
	byType := make(map[string][]PreparedIdentifier) // those that have found room
	for _, x := range p.record.Identifiers {
		if strings.TrimSpace(x.Value) == "" {
			continue
		}
		list, reason := readIdentifiers(x)
		p.flag("identifier."+x.Type, reason)
		for _, id := range list {
			if kept := keep(p, "identifier."+x.Type, byType[x.Type], id); len(kept) > len(byType[x.Type]) {
				byType[x.Type] = kept
				p.out.Identifiers = append(p.out.Identifiers, id)
			}
		}
	}
}

// maxAttributeBytes is the longest free attribute that is compared.
const maxAttributeBytes = 256

func (p *preparer) attributes(names []string) {
	for _, name := range names {
		var list []PreparedAttribute
		for _, a := range p.record.Attributes {
			if a.Name != name {
				continue
			}
			v := Fold(a.Value)
			switch {
			case v == "":
			case isPlaceholder(v):
				p.flag("attribute."+name, FlagPlaceholder)
			default:
				x := PreparedAttribute{Name: name, Value: strings.TrimSpace(v[:min(len(v), maxAttributeBytes)])}
				list = keep(p, "attribute."+name, list, x)
			}
		}
		p.out.Attributes = append(p.out.Attributes, list...)
	}
}
