package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"aloi/internal/tabular"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
)

// previewCommand is `aloi preview`: it says what a record would match.
type previewCommand struct {
	query
	In string `placeholder:"FILE" help:"Take the first record of a file, as ingest would; - is the standard input."`
	target
}

// previewRef names a record that is shown and not stored.
var previewRef = &aloiv1.RecordRef{Source: "preview", RecordId: "preview"}

// Help is the longer help of the command.
func (previewCommand) Help() string {
	return `Says what would become of a record, and stores nothing: the person it would join, whom
it is close to and why, and which of its values would take no part in matching.

  aloi preview --given Anne --family Lefevre --email anne.lefevre@example.fr
  echo '{"record_id":"7","full_name":"Anne Lefèvre","city":"Nantes"}' | aloi preview --in -`
}

// Run asks and prints; a record that would be rejected is exit code 1.
func (c *previewCommand) Run(e *env) error {
	r, err := c.read(e)
	if err != nil {
		return err
	}
	return c.call(e.ctx, func(cl *client) error {
		resp, err := cl.Preview(e.ctx, &aloiv1.PreviewRequest{Record: r})
		if err != nil {
			return err
		}
		if e.json {
			err = printJSON(e.stdout, resp)
		} else {
			var p page
			p.preview(resp)
			err = p.writeTo(e.stdout)
		}
		if err == nil && resp.Outcome == aloiv1.Outcome_OUTCOME_REJECTED {
			return &exitError{code: exitFinding}
		}
		return err
	})
}

// read returns the record from the flags or the file.
func (c *previewCommand) read(e *env) (*aloiv1.Record, error) {
	r, err := c.record()
	switch {
	case err != nil:
		return nil, err
	case (r == nil) == (c.In == ""):
		return nil, usage(errors.New("give the record either by attributes or with --in FILE"))
	case r != nil:
		r.Ref = previewRef
		return r, nil
	}
	in, err := tabular.Open(c.In, tabular.Options{Stdin: e.stdin})
	if err != nil {
		return nil, inputError(err)
	}
	defer in.Close()
	record, _, err := in.Next()
	if err == io.EOF {
		err = errors.New("there is no record in it")
	}
	if err != nil {
		return nil, inputError(fmt.Errorf("%s: %w", c.In, err))
	}
	return server.RecordMessage(record), nil
}

// preview adds what would become of a record.
func (p *page) preview(v *aloiv1.PreviewResponse) {
	switch {
	case v.Outcome == aloiv1.Outcome_OUTCOME_REJECTED:
		p.line("It would be rejected:")
	case len(v.Merges) > 1:
		p.paragraph(0, fmt.Sprintf("It would bring %s together as %s.", strings.Join(v.Merges, ", "), v.EntityId))
	case v.EntityId != "":
		p.line("It would be a record of ", v.EntityId, ".")
	default:
		p.line("It would be a new person.")
	}
	for _, x := range v.Violations {
		p.line("  ", x.Field, " ", x.Reason)
	}
	if len(v.Flags) > 0 {
		p.line("Values that take no part in matching:")
		rows := make([][]string, len(v.Flags))
		for i, f := range v.Flags {
			rows[i] = []string{f.Field, f.Reason}
		}
		p.rows(2, rows)
	}
	if len(v.Hits) > 0 {
		p.line()
		p.hits(v.Hits)
	}
}
