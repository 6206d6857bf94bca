package main

import (
	"fmt"

	aloiv1 "aloi/proto/aloi/v1"
)

// preview prints which decisions on contact a ruling would change.
func (t target) preview(e *env, l language, req *aloiv1.ConsentPreviewRequest) error {
	return t.call(e.ctx, func(cl *client) error {
		resp, err := cl.consent.Preview(e.ctx, req)
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(e.stdout, resp)
		}
		var p page
		p.changedDecisions(l.consentWords(), resp)
		return p.writeTo(e.stdout)
	})
}

// changedDecisions adds the questions whose answer would be another: before and after.
func (p *page) changedDecisions(t *consentWords, resp *aloiv1.ConsentPreviewResponse) {
	if len(resp.Changes) == 0 {
		p.line(fmt.Sprintf(t.noChange, resp.Asked))
		return
	}
	p.line(fmt.Sprintf(t.changed, len(resp.Changes), resp.Asked))
	for _, c := range resp.Changes {
		p.line()
		p.line(refText(c.Record), "  ", asked(c.Question))
		p.rows(2, [][]string{
			append([]string{t.before}, answerCells(t, c.Before)...),
			append([]string{t.after}, answerCells(t, c.After)...),
		})
	}
}

// asked says in a line what a question asks.
func asked(q *aloiv1.Question) string {
	return joinedBy(", ", q.GetPurpose(), q.GetChannel(), q.GetController(), q.GetContactPoint())
}

// answerCells are an answer in short.
func answerCells(t *consentWords, v *aloiv1.ConsentVerdict) []string {
	scope := ""
	if v.GetScoped() {
		scope = t.scoped + refTexts(v.Core)
	}
	return []string{decisionName(v.GetPermit()), v.GetReason(), joinedBy(" ", t.reason(v.GetReason()), scope)}
}
