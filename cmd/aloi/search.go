package main

import (
	"errors"
	"fmt"

	aloiv1 "aloi/proto/aloi/v1"
)

// searchCommand is `aloi search`: it finds people by any attributes.
type searchCommand struct {
	query
	Limit uint32 `default:"10" help:"Most people to show, at most 100."`
	target
}

// Help is the longer help of the command.
func (searchCommand) Help() string {
	return `Finds people by what is known of them, best first, with the match weight in bits. A
value may be misspelt; it takes a name with a birth date, a city or the like, or an
e-mail address, a telephone number or an identifier, to find anybody.

  aloi search --given Anne --family Lefebvre --postal-code 44000
  aloi search --phone '06 39 98 00 12'
  aloi search --full 'lefevre anne' --birth-date 12/03/1985 --json`
}

// Run asks and prints.
func (c *searchCommand) Run(e *env) error {
	r, err := c.record()
	if err != nil {
		return err
	}
	if r == nil {
		return usage(errors.New("say at least one attribute, such as --email"))
	}
	return c.call(e.ctx, func(cl *client) error {
		resp, err := cl.Search(e.ctx, &aloiv1.SearchRequest{Query: r, Limit: c.Limit})
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(e.stdout, resp)
		}
		var p page
		if len(resp.Hits) == 0 {
			p.line("Nobody shares a name, date, address, e-mail, telephone or identifier with that.")
		}
		p.hits(resp.Hits)
		return p.writeTo(e.stdout)
	})
}

// hits adds the people that were found, best first.
func (p *page) hits(hits []*aloiv1.Hit) {
	for i, h := range hits {
		if i > 0 {
			p.line()
		}
		p.line(fmt.Sprintf("%s  %s, %s bits, by %s", h.Entity.EntityId, verdictName(h.Verdict), bits(h.Weight), refText(h.BestRecord)))
		p.paragraph(2, portrait(h.Entity))
		p.evidence(2, h.Prior, h.Evidence)
		if h.Veto != "" {
			p.paragraph(2, "Contradiction: "+h.Veto)
		}
	}
}
