package main

import (
	"strings"

	"aloi/consent"
	aloiv1 "aloi/proto/aloi/v1"
)

// decideCommand is `aloi consent decide`.
type decideCommand struct {
	subjectFlags
	campaignFlags
	Point   string  `placeholder:"CP" help:"Contact point to use; each that the person has and the channel can use otherwise."`
	KnownAt instant `placeholder:"TIME" help:"Answer by what was known then."`
	language
	target
}

// Help is the longer help of the command.
func (decideCommand) Help() string {
	return `Says for each contact point whether this controller may contact the person, for this
purpose and on this channel: the reason, the events that decided, what binds whoever makes
contact, and until when it holds.

  aloi consent decide --record web/1042 --controller shop --purpose Newsletter --channel EMAIL
  aloi consent decide --contact-point phone:+33612345678 --controller shop --purpose WinBack --channel PHONE --lang fr
  aloi consent decide --entity E00000421 --controller shop --purpose Newsletter --channel EMAIL --at 2026-09-01 --known-at 2026-09-01

Exit codes: 0 one contact point at least may be used, 1 none may. ` + refHelp
}

// Run asks and prints.
func (c *decideCommand) Run(e *env) error {
	subject, err := c.subject()
	if err != nil {
		return err
	}
	q := c.question()
	q.ContactPoint, q.KnownAt = c.Point, c.KnownAt.message()
	return c.call(e.ctx, func(cl *client) error {
		resp, err := cl.consent.Decide(e.ctx, &aloiv1.DecideRequest{Subject: subject, Question: q})
		if err != nil {
			return err
		}
		if e.json {
			err = printJSON(e.stdout, resp)
		} else {
			var p page
			for i, v := range resp.Verdicts {
				if i > 0 {
					p.line()
				}
				p.verdict(c.consentWords(), v)
			}
			err = p.writeTo(e.stdout)
		}
		if err == nil && !anyPermit(resp.Verdicts) {
			return &exitError{code: exitFinding}
		}
		return err
	})
}

func anyPermit(list []*aloiv1.ConsentVerdict) bool {
	for _, v := range list {
		if v.Permit {
			return true
		}
	}
	return false
}

// verdict adds one answer, with what it rests on.
func (p *page) verdict(t *consentWords, v *aloiv1.ConsentVerdict) {
	p.line(joinedBy("  ", decisionName(v.Permit), v.ContactPoint, v.EntityId))
	p.paragraph(2, t.reason(v.Reason))
	scope := ""
	if v.Scoped {
		scope = t.scoped + refTexts(v.Core)
	}
	obligations := make([]string, len(v.Obligations))
	for i, o := range v.Obligations {
		obligations[i] = t.obligation(o)
	}
	links := make([]string, len(v.Links))
	for i, l := range v.Links {
		links[i] = refText(l.A) + " – " + refText(l.B) + " " + l.Strength
	}
	var rows [][]string
	for i, value := range []string{
		v.Reason, v.Basis, scope, strings.Join(v.DecidingEvents, ", "), strings.Join(v.Blockers, ", "), strings.Join(obligations, "; "),
		moment(v.ValidUntil), strings.Join(links, ", "), ruleText(v), joinedBy(", ", v.PolicyVersion, v.ModelVersion),
	} {
		if value != "" {
			rows = append(rows, []string{t.labels[i], value})
		}
	}
	p.rows(2, rows)
}

// ruleText is the row of the policy that was applied, with its source where the policy is
// the one that ships with Aloi.
func ruleText(v *aloiv1.ConsentVerdict) string {
	policy := consent.DefaultPolicy()
	if v.PolicyVersion == policy.Version {
		for _, r := range policy.Rules {
			if r.ID == v.Rule {
				return v.Rule + ": " + r.Source
			}
		}
	}
	return v.Rule
}

func decisionName(permit bool) string {
	if permit {
		return string(consent.Permit)
	}
	return string(consent.Deny)
}
