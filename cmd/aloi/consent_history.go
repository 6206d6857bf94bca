package main

import (
	"encoding/hex"
	"fmt"

	aloiv1 "aloi/proto/aloi/v1"
)

// historyCommand is `aloi consent history`.
type historyCommand struct {
	subjectFlags
	target
}

// Help is the longer help of the command.
func (historyCommand) Help() string {
	return `Lists what a person said, or what was said on a contact point, by the time of the act; then
the place of each event in the audit log, counted from 0, with the event's id and the
beginning of the commitment that the log holds. --json has it all.

  aloi consent history --record web/1042
  aloi consent history --contact-point email:anne@example.fr --json

` + refHelp
}

// Run asks and prints.
func (c *historyCommand) Run(e *env) error {
	subject, err := c.subject()
	if err != nil {
		return err
	}
	return c.call(e.ctx, func(cl *client) error {
		resp, err := cl.consent.History(e.ctx, &aloiv1.HistoryRequest{Subject: subject})
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(e.stdout, resp)
		}
		var p page
		p.history(resp.Events)
		return p.writeTo(e.stdout)
	})
}

// shownCommitment is how many bytes of a commitment are printed.
const shownCommitment = 8

// history adds the events, and then what proves them.
func (p *page) history(list []*aloiv1.HistoryEvent) {
	if len(list) == 0 {
		p.line("Nothing was said.")
		return
	}
	events, proofs := make([][]string, len(list)), make([][]string, len(list))
	for i, x := range list {
		ev, mark := x.Event, ""
		if x.Conflicting {
			mark = "CONFLICTING"
		}
		if x.Inherited {
			mark = joinedBy(" ", mark, "INHERITED")
		}
		record := ""
		if x.Record != nil {
			record = refText(x.Record)
		}
		n, log := fmt.Sprint(i+1), ""
		if len(x.Commitment) > 0 { // else it is of before the log
			log = fmt.Sprint(x.LogIndex)
		}
		commitment := hex.EncodeToString(x.Commitment[:min(len(x.Commitment), shownCommitment)])
		events[i] = []string{n, moment(ev.GetTime()), ev.GetKind(), record, mark, joinedBy(", ", covered(ev), ev.GetContactPoint(), ev.GetMethod())}
		proofs[i] = []string{n, x.EventId, log, commitment, moment(ev.GetRecordedTime())}
	}
	p.table(0, []string{"", "TIME", "KIND", "RECORD", "REMARK", "WHAT"}, events)
	p.line()
	p.table(0, []string{"", "EVENT", "LOG", "COMMITMENT", "RECORDED"}, proofs)
}
