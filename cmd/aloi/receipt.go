package main

import (
	"fmt"
	"io"

	aloiv1 "aloi/proto/aloi/v1"
)

// receiptCommand is `aloi receipt`.
type receiptCommand struct {
	Get    receiptGetCommand    `cmd:"" help:"Write the receipt of an act, for the person."`
	Verify receiptVerifyCommand `cmd:"" help:"Check a receipt, without a server."`
}

// receiptGetCommand is `aloi receipt get`.
type receiptGetCommand struct {
	subjectFlags
	Event string `required:"" placeholder:"ID" help:"The event, as aloi consent history names it."`
	Out   string `placeholder:"FILE" help:"Write the receipt here; printed otherwise."`
	target
}

// Help is the longer help of the command.
func (receiptGetCommand) Help() string {
	return `Writes what was recorded of one act, in the terms of ISO/IEC TS 27560, with the proof that
the audit log holds it. It is for the person: whoever has it and the public key of the log
can check it without this server, for ever. docs/audit.md describes the form.

  aloi consent history --record web/1042
  aloi receipt get --record web/1042 --event 5f0c1b… --out receipt.json

` + refHelp
}

// Run asks and writes.
func (c *receiptGetCommand) Run(e *env) error {
	subject, err := c.subject()
	if err != nil {
		return err
	}
	return c.call(e.ctx, func(cl *client) error {
		resp, err := cl.audit.Receipt(e.ctx, &aloiv1.ReceiptRequest{Subject: subject, EventId: c.Event})
		if err != nil {
			return err
		}
		write := func(w io.Writer) error {
			_, err := io.WriteString(w, resp.Receipt)
			return err
		}
		if c.Out == "" {
			return write(e.stdout)
		}
		if err := writeFile(c.Out, write); err != nil || e.json {
			return err
		}
		_, err = fmt.Fprintln(e.stdout, "written; check it with: aloi receipt verify", shown(c.Out), "--key KEY")
		return err
	})
}
