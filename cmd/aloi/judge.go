package main

import (
	"context"
	"errors"
	"fmt"

	aloiv1 "aloi/proto/aloi/v1"
)

// judgeCommand is `aloi judge`: a steward's rulings.
type judgeCommand struct {
	Same      judgeSameCommand      `cmd:"" help:"Rule that two records are one person."`
	Different judgeDifferentCommand `cmd:"" help:"Rule that two records are two people."`
	Withdraw  judgeWithdrawCommand  `cmd:"" help:"Take a ruling back, as if it had never been given."`
	List      judgeListCommand      `cmd:"" help:"List the rulings in force."`
}

// Help is the longer help of the command.
func (judgeCommand) Help() string {
	return `A judgement outranks the model, and stands until it is withdrawn: entities are joined or
taken apart at once, and withdrawing one puts everything back.

  aloi judge same store/MAG-0003 web/W-1003 --steward claire --reason 'livret de famille'
  aloi judge different web/W-1004 web/W-1005 --steward claire --reason 'un couple'
  aloi judge withdraw web/W-1004 web/W-1005
  aloi judge list --record web/W-1004

--preview says which decisions on contact would change, and changes nothing:

  aloi judge same store/MAG-0003 web/W-1003 --preview --lang fr

` + refHelp
}

// pair is what a judgement is about.
type pair struct {
	A string `arg:"" name:"a" help:"One record."`
	B string `arg:"" name:"b" help:"Another."`
}

// ruling is who rules, and why.
type ruling struct {
	pair
	Steward string `placeholder:"NAME" help:"Who rules; needed but for --preview."`
	Reason  string `placeholder:"TEXT" help:"Why; needed but for --preview."`
	previewFlag
	target
}

// previewFlag asks what a ruling would change, instead of ruling.
type previewFlag struct {
	Preview bool `help:"Say which decisions on contact would change, and change nothing."`
	language
}

// errUnsigned asks who rules, and why.
var errUnsigned = errors.New("--steward and --reason are needed: who rules, and why")

func (c *ruling) judge(e *env, v aloiv1.Verdict) error {
	a, b, err := parseRefs(c.A, c.B)
	if err != nil {
		return err
	}
	req := &aloiv1.JudgeRequest{A: a, B: b, Verdict: v, Steward: c.Steward, Reason: c.Reason}
	if c.Preview {
		return c.preview(e, c.language, &aloiv1.ConsentPreviewRequest{Act: &aloiv1.ConsentPreviewRequest_Judge{Judge: req}})
	}
	if c.Steward == "" || c.Reason == "" {
		return usage(errUnsigned)
	}
	return c.acknowledge(e, func(ctx context.Context, cl *client) (*aloiv1.Acknowledgement, error) {
		resp, err := cl.Judge(ctx, req)
		return resp.GetAcknowledgement(), err
	})
}

type judgeSameCommand struct{ ruling }

// Run rules.
func (c *judgeSameCommand) Run(e *env) error { return c.judge(e, aloiv1.Verdict_VERDICT_SAME) }

type judgeDifferentCommand struct{ ruling }

// Run rules.
func (c *judgeDifferentCommand) Run(e *env) error {
	return c.judge(e, aloiv1.Verdict_VERDICT_DIFFERENT)
}

type judgeWithdrawCommand struct {
	pair
	previewFlag
	target
}

// Run takes the ruling back; exit code 4 when there is none.
func (c *judgeWithdrawCommand) Run(e *env) error {
	a, b, err := parseRefs(c.A, c.B)
	if err != nil {
		return err
	}
	req := &aloiv1.WithdrawRequest{A: a, B: b}
	if c.Preview {
		return c.preview(e, c.language, &aloiv1.ConsentPreviewRequest{Act: &aloiv1.ConsentPreviewRequest_Withdraw{Withdraw: req}})
	}
	return c.acknowledge(e, func(ctx context.Context, cl *client) (*aloiv1.Acknowledgement, error) {
		resp, err := cl.Withdraw(ctx, req)
		return resp.GetAcknowledgement(), err
	})
}

// acknowledge carries out one operation and prints what became of it.
func (t target) acknowledge(e *env, do func(context.Context, *client) (*aloiv1.Acknowledgement, error)) error {
	return t.call(e.ctx, func(cl *client) error {
		a, err := do(e.ctx, cl)
		if err != nil {
			return err
		}
		if e.json {
			err = printJSON(e.stdout, a)
		} else {
			_, err = fmt.Fprintln(e.stdout, shown(joinedBy("  ", outcomeName(a.Outcome), a.EntityId, a.Reason)))
		}
		if err == nil && a.Outcome == aloiv1.Outcome_OUTCOME_NOT_FOUND {
			return &exitError{code: exitNotFound}
		}
		return err
	})
}

type judgeListCommand struct {
	Record string `placeholder:"SOURCE/RECORD" help:"Only those on this record."`
	target
}

// Run prints every page.
func (c *judgeListCommand) Run(e *env) error {
	req := &aloiv1.ListRequest{}
	if c.Record != "" {
		var err error
		if req.Record, err = parseRef(c.Record); err != nil {
			return err
		}
	}
	return c.call(e.ctx, func(cl *client) error {
		var rows [][]string
		for {
			resp, err := cl.List(e.ctx, req)
			if err != nil {
				return err
			}
			for _, j := range resp.Judgements {
				if e.json {
					if err := printJSON(e.stdout, j); err != nil {
						return err
					}
					continue
				}
				rows = append(rows, []string{day(j.Time), verdictName(j.Verdict), refText(j.A), refText(j.B), j.Steward, j.Reason})
			}
			if req.PageToken = resp.NextPageToken; req.PageToken == "" {
				break
			}
		}
		var p page
		p.table(0, []string{"DAY", "VERDICT", "A", "B", "STEWARD", "REASON"}, rows)
		return p.writeTo(e.stdout)
	})
}
