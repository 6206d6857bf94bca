package main

import (
	"context"

	aloiv1 "aloi/proto/aloi/v1"
)

// deleteCommand is `aloi delete`: it removes one record.
type deleteCommand struct {
	Record string `arg:"" name:"source/record" help:"The record to remove."`
	target
}

// Help is the longer help of the command.
func (deleteCommand) Help() string {
	return `Removes a record with its consents and interactions, and resolves again without it: what
only this record held together comes apart. Sending it again brings all back.

  aloi delete web/1042

` + refHelp
}

// Run removes the record; exit code 4 when it is not stored.
func (c *deleteCommand) Run(e *env) error {
	ref, err := parseRef(c.Record)
	if err != nil {
		return err
	}
	return c.acknowledge(e, func(ctx context.Context, cl *client) (*aloiv1.Acknowledgement, error) {
		resp, err := cl.Delete(ctx, &aloiv1.DeleteRequest{Ref: ref})
		return resp.GetAcknowledgement(), err
	})
}
