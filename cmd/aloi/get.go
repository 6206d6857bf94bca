package main

import aloiv1 "aloi/proto/aloi/v1"

// getCommand is `aloi get`: it shows one person.
type getCommand struct {
	Who string `arg:"" name:"id|source/record" help:"An entity id, or one of its records."`
	target
}

// Help is the longer help of the command.
func (getCommand) Help() string {
	return `Shows the golden record of a person: each value with the record it comes from, how
old it is, the rule that chose it, and how many records agree; then the consents and
interactions of all records, in order of time. An id that was merged away leads to the
entity that it is now.

  aloi get E00000421
  aloi get web/1042
  aloi get web/1042 --json | jq '.golden[] | {path, value}'

` + refHelp
}

// Run asks and prints.
func (c *getCommand) Run(e *env) error {
	id, ref, err := parseWho(c.Who)
	if err != nil {
		return err
	}
	req := &aloiv1.GetRequest{By: &aloiv1.GetRequest_EntityId{EntityId: id}}
	if ref != nil {
		req.By = &aloiv1.GetRequest_Record{Record: ref}
	}
	return c.call(e.ctx, func(cl *client) error {
		resp, err := cl.Get(e.ctx, req)
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(e.stdout, resp.Entity)
		}
		var p page
		p.entity(resp.Entity)
		return p.writeTo(e.stdout)
	})
}
