package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	aloiv1 "aloi/proto/aloi/v1"
)

// changesCommand is `aloi changes`: it reads the journal.
type changesCommand struct {
	Cursor string `placeholder:"CURSOR" help:"Go on from here; the beginning otherwise."`
	Follow bool   `short:"f" help:"Wait for new changes, until interrupted."`
	target
}

// Help is the longer help of the command.
func (changesCommand) Help() string {
	return `Prints what happened to the entities, in order: created, joined, merged, split, updated,
deleted, with the ids before and after and the records that came (+), left (-) or changed
(~). The cursor at the end goes on from there; with --json each line has its own.

  aloi changes
  aloi changes --follow --json
  aloi changes --cursor AWMAAAA…`
}

// Run reads to the end of the journal, or until interrupted.
func (c *changesCommand) Run(e *env) error {
	return c.call(e.ctx, func(cl *client) error {
		stream, err := cl.changes.Watch(e.ctx, &aloiv1.WatchRequest{Cursor: c.Cursor, Follow: c.Follow})
		if err != nil {
			return err
		}
		cursor := c.Cursor
		for {
			resp, err := stream.Recv()
			if errors.Is(err, io.EOF) || c.Follow && e.ctx.Err() != nil {
				if !e.json && cursor != "" {
					fmt.Fprintln(e.stderr, "go on with: aloi changes --cursor", cursor)
				}
				return nil
			}
			if err != nil {
				return err
			}
			cursor = resp.Cursor
			if err := c.print(e, resp); err != nil {
				return err
			}
		}
	})
}

func (c *changesCommand) print(e *env, resp *aloiv1.WatchResponse) error {
	if e.json {
		return printJSON(e.stdout, resp)
	}
	var p page
	for _, ch := range resp.Changes {
		kind := strings.TrimPrefix(ch.Kind.String(), "CHANGE_KIND_")
		before := ""
		if len(ch.Before) > 1 || len(ch.Before) == 1 && ch.Before[0] != ch.EntityId {
			before = " before: " + strings.Join(ch.Before, ", ")
		}
		p.line(fmt.Sprintf("%6d  %s  %-8s %s%s%s%s%s", ch.Sequence, moment(ch.Time), kind, ch.EntityId, before,
			changed(" +", ch.Added), changed(" -", ch.Removed), changed(" ~", ch.Touched)))
	}
	return p.writeTo(e.stdout)
}

// changed writes records, each after a mark. Of a deleted one only the number is left.
func changed(mark string, records []*aloiv1.ChangedRecord) string {
	var b strings.Builder
	for _, r := range records {
		b.WriteString(mark)
		if r.Ref != nil {
			b.WriteString(refText(r.Ref))
		} else {
			fmt.Fprintf(&b, "record-%d", r.RecordNumber)
		}
	}
	return b.String()
}
