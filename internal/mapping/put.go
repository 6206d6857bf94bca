package mapping

import (
	"strings"

	"github.com/mozillazg/go-unidecode"

	"aloi"
)

// put adds the value of a column to the record. scope is the value of the column that
// holds the scope, "" for none.
func (s *step) put(r *aloi.Record, value, scope string) {
	switch s.kind {
	case kindEmail:
		r.Emails = append(r.Emails, value)
	case kindPhone:
		r.Phones = append(r.Phones, value)
	case kindIdentifier:
		if scope == "" {
			scope = s.scope
		}
		r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: s.name, Scope: scope, Value: value})
	case kindAttribute:
		r.Attributes = append(r.Attributes, aloi.FreeAttribute{Name: s.name, Value: value})
	case kindFull:
		if n := name(r); n.Full == "" {
			n.Full = value
		} else {
			r.Names = append(r.Names, aloi.Name{Full: value})
		}
	case kindBirthDate:
		s.join(&r.BirthDate, s.birthDate(value))
	default:
		s.join(s.field(r), value)
	}
}

// field returns the field of a record that holds one value of the attribute.
func (s *step) field(r *aloi.Record) *string {
	switch s.kind {
	case kindCivility:
		return &name(r).Civility
	case kindGiven:
		return &name(r).Given
	case kindMiddle:
		return &name(r).Middle
	case kindFamily:
		return &name(r).Family
	case kindBirth:
		return &name(r).Birth
	case kindGender:
		return &r.Gender
	case kindLine:
		return &s.addressOf(r).Line
	case kindPostalCode:
		return &s.addressOf(r).PostalCode
	case kindCity:
		return &s.addressOf(r).City
	case kindRegion:
		return &s.addressOf(r).Region
	case kindCountry:
		return &s.addressOf(r).Country
	}
	return &r.Note
}

// join adds a value to what the columns before it gave.
func (s *step) join(to *string, value string) {
	if *to == "" {
		*to = value
		return
	}
	if s.kind == kindFamily && folded(*to) == folded(value) { // nom and nom_usage
		return
	}
	*to += s.kind.separator(*to) + value
}

// birthDate rewrites a date of a declared format to 2006-01-02, puts the day of another
// whose month comes first before it, and gives the parts of a date two digits.
func (s *step) birthDate(value string) string {
	if s.layout != "" {
		if t, ok := parseTime(value, s.layout); ok {
			return t.Format(isoDate)
		}
	}
	if s.monthFirst {
		return dayBefore(value)
	}
	if s.joins && len(value) == 1 {
		return "0" + value
	}
	return value
}

// name returns the first name of the record, which it makes when there is none.
func name(r *aloi.Record) *aloi.Name {
	if len(r.Names) == 0 {
		r.Names = append(r.Names, aloi.Name{})
	}
	return &r.Names[0]
}

// addressOf returns the address of the record that the step writes to, which it makes
// when there is none.
func (s *step) addressOf(r *aloi.Record) *aloi.Address {
	for len(r.Addresses) < s.address {
		r.Addresses = append(r.Addresses, aloi.Address{})
	}
	return &r.Addresses[s.address-1]
}

// maxSources is how many values of a source column are remembered with their names.
const maxSources = 1024

// SourceName makes the name of a source from free text, such as a file name: letters,
// digits and . _ : / - stay, accents are folded, anything else becomes a hyphen.
func SourceName(text string) string {
	text = strings.TrimSpace(unidecode.Unidecode(text))
	name := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune("._:/-", r):
			return r
		}
		return '-'
	}, text)
	name = strings.TrimLeft(name, "._:/-")
	if len(name) > aloi.MaxSourceBytes {
		name = name[:aloi.MaxSourceBytes]
	}
	if name == "" {
		return "file"
	}
	return name
}
