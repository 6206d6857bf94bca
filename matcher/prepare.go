package matcher

import (
	"strings"

	"aloi"
)

// prepare normalises a record; attributes are the names of the free attributes
// that the model compares.
func prepare(r *aloi.Record, attributes []string) *Prepared {
	p := &Prepared{Tie: TieOf(r.Ref)}
	for _, n := range r.Names {
		x := PreparedName{Family: strings.Fields(Fold(n.Family)), Birth: strings.Fields(Fold(n.Birth)), Loose: strings.Fields(Fold(n.Full))}
		x.FamilyWhole, x.BirthWhole = strings.Join(x.Family, ""), strings.Join(x.Birth, "")
		if g := Fold(n.Given); g != "" {
			x.Given = []string{g}
		}
		x.Middle = strings.Fields(Fold(n.Middle))
		p.Names = append(p.Names, x)
	}
	for _, e := range r.Emails {
		if local, domain, ok := strings.Cut(strings.ToLower(e), "@"); ok {
			p.Emails = append(p.Emails, PreparedEmail{Local: local, Domain: domain})
		}
	}
	for _, v := range r.Phones {
		if d := strings.ReplaceAll(Fold(v), " ", ""); d != "" {
			p.Phones = append(p.Phones, d)
		}
	}
	for _, a := range r.Addresses {
		p.Addresses = append(p.Addresses, PreparedAddress{
			Street: Fold(a.Line), PostalCode: strings.ReplaceAll(Fold(a.PostalCode), " ", ""),
			City: Fold(a.City), Region: Fold(a.Region), Country: Fold(a.Country),
		})
	}
	for _, x := range r.Identifiers {
		p.Identifiers = append(p.Identifiers, PreparedIdentifier{Type: x.Type, Scope: x.Scope, Value: strings.ReplaceAll(Fold(x.Value), " ", "")})
	}
	for _, name := range attributes {
		for _, a := range r.Attributes {
			if v := Fold(a.Value); a.Name == name && v != "" {
				p.Attributes = append(p.Attributes, PreparedAttribute{Name: name, Value: v})
			}
		}
	}
	return p
}

// foldCity folds the name of a commune.
func foldCity(s string) string { return Fold(s) }
