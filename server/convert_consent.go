package server

import (
	"encoding/hex"

	"aloi"
	"aloi/consent"
	"aloi/engine"
	aloiv1 "aloi/proto/aloi/v1"
)

// toConsentVerdict converts an answer with everything that proves it.
func toConsentVerdict(v engine.Verdict) *aloiv1.ConsentVerdict {
	out := &aloiv1.ConsentVerdict{}
	setVerdict(out, &v)
	a := v.Answer
	out.DecidingEvents = a.Deciding
	out.Blockers = a.Blockers
	out.Obligations = list(a.Obligations, func(o consent.Obligation) string { return string(o) })
	out.Links = list(v.Links, toUsedLink)
	out.Core = list(v.Core, toRef)
	return out
}

// setVerdict converts an answer without what explains it.
func setVerdict(out *aloiv1.ConsentVerdict, v *engine.Verdict) {
	a := v.Answer
	out.EntityId = string(v.Entity)
	out.ContactPoint = v.Question.ContactPoint
	out.Permit = a.Decision == consent.Permit
	out.Reason = string(a.Reason)
	out.Basis = string(a.Basis)
	out.Scoped = a.Scope == consent.Scoped
	out.ValidUntil = toTime(a.ValidUntil)
	out.Rule = a.Rule
	out.PolicyVersion = a.Policy
	out.ModelVersion = v.Model
}

func toUsedLink(l engine.UsedLink) *aloiv1.UsedLink {
	return &aloiv1.UsedLink{A: toRef(l.A), B: toRef(l.B), Strength: string(l.Strength)}
}

func toQuestion(q consent.Question) *aloiv1.Question {
	return &aloiv1.Question{
		Controller:   q.Controller,
		Purpose:      string(q.Purpose),
		Channel:      string(q.Channel),
		ContactPoint: q.ContactPoint,
		At:           toTime(q.At),
		KnownAt:      toTime(q.KnownAt),
		Relationship: string(q.Relationship),
		Jurisdiction: q.Jurisdiction,
		Goods:        q.Goods,
		TradeRelated: q.Related,
		Sector:       q.Sector,
	}
}

// toHistoryEvent converts an event. The place in the log is counted from 0 on the wire,
// as proofs count; an event of before the log has no commitment.
func toHistoryEvent(e engine.HistoryEvent) *aloiv1.HistoryEvent {
	out := &aloiv1.HistoryEvent{
		EventId: e.ID, Event: toConsent(e.Event), Conflicting: e.Conflicting, Inherited: e.Inherited, NoticeText: e.NoticeText,
	}
	if e.Record != (aloi.RecordRef{}) {
		out.Record = toRef(e.Record)
	}
	if e.LogIndex > 0 {
		out.LogIndex, out.Commitment = e.LogIndex-1, e.Commit[:]
	}
	return out
}

func toChangedDecision(c engine.ChangedDecision) *aloiv1.ChangedDecision {
	return &aloiv1.ChangedDecision{
		Record: toRef(c.Record), Question: toQuestion(c.Before.Question),
		Before: toConsentVerdict(c.Before), After: toConsentVerdict(c.After),
	}
}

func toSuppression(s engine.KeyedSuppression) *aloiv1.Suppression {
	return &aloiv1.Suppression{
		Key: s.Key, Controllers: s.Controllers, Reason: s.Reason, Time: toTime(s.Time), Until: toTime(s.Until),
	}
}

func toHex(sum [32]byte) string { return hex.EncodeToString(sum[:]) }
