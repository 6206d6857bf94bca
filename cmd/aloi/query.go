package main

import (
	"fmt"
	"strings"

	aloiv1 "aloi/proto/aloi/v1"
)

// query holds the attributes that a search or a preview is for.
type query struct {
	Given      string   `placeholder:"TEXT" help:"Given name." group:"Attributes"`
	Family     string   `placeholder:"TEXT" help:"Family name." group:"Attributes"`
	BirthName  string   `placeholder:"TEXT" help:"Family name at birth." group:"Attributes"`
	Full       string   `placeholder:"TEXT" help:"Whole name on one line, in any order." group:"Attributes"`
	BirthDate  string   `placeholder:"TEXT" help:"Birth date, in any usual form." group:"Attributes"`
	Gender     string   `placeholder:"TEXT" help:"Gender." group:"Attributes"`
	Email      []string `placeholder:"TEXT" help:"E-mail address; may be repeated." sep:"none" group:"Attributes"`
	Phone      []string `placeholder:"TEXT" help:"Telephone number; may be repeated." sep:"none" group:"Attributes"`
	Line       string   `placeholder:"TEXT" help:"Address above the postal code." group:"Attributes"`
	PostalCode string   `placeholder:"TEXT" help:"Postal code." group:"Attributes"`
	City       string   `placeholder:"TEXT" help:"City." group:"Attributes"`
	Country    string   `placeholder:"TEXT" help:"Country." group:"Attributes"`
	Identifier []string `help:"Identifier, as in loyalty_card=2980000000121, or social_handle:instagram=anne; may be repeated." placeholder:"TYPE=VALUE" sep:"none" group:"Attributes"`
	Attribute  []string `help:"Free attribute; may be repeated." placeholder:"NAME=VALUE" sep:"none" group:"Attributes"`
}

// record is the query as a record; nil when it asks for nothing.
func (q *query) record() (*aloiv1.Record, error) {
	r := &aloiv1.Record{BirthDate: q.BirthDate, Gender: q.Gender, Emails: q.Email, Phones: q.Phone}
	if q.Given+q.Family+q.BirthName+q.Full != "" {
		r.Names = []*aloiv1.Name{{Given: q.Given, Family: q.Family, Birth: q.BirthName, Full: q.Full}}
	}
	if q.Line+q.PostalCode+q.City+q.Country != "" {
		r.Addresses = []*aloiv1.Address{{Line: q.Line, PostalCode: q.PostalCode, City: q.City, Country: q.Country}}
	}
	for _, text := range q.Identifier {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return nil, usage(fmt.Errorf("--identifier is TYPE=VALUE, such as loyalty_card=2980000000121"))
		}
		kind, scope, _ := strings.Cut(name, ":")
		r.Identifiers = append(r.Identifiers, &aloiv1.Identifier{Type: kind, Scope: scope, Value: value})
	}
	for _, text := range q.Attribute {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return nil, usage(fmt.Errorf("--attribute is NAME=VALUE, such as occupation=infirmière"))
		}
		r.Attributes = append(r.Attributes, &aloiv1.FreeAttribute{Name: name, Value: value})
	}
	if r.BirthDate+r.Gender == "" && len(r.Names)+len(r.Addresses)+len(r.Emails)+len(r.Phones)+len(r.Identifiers)+len(r.Attributes) == 0 {
		return nil, nil
	}
	return r, nil
}
