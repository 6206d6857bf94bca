package server

import (
	"aloi"
	"aloi/engine"
	"aloi/matcher"
	aloiv1 "aloi/proto/aloi/v1"
)

func toEntity(e *aloi.Entity) *aloiv1.Entity {
	if e == nil {
		return nil
	}
	return &aloiv1.Entity{
		EntityId:       string(e.ID),
		Members:        list(e.Members, toRef),
		Golden:         list(e.Golden, toAttribute),
		Consents:       list(e.Consents, toMemberConsent),
		Interactions:   list(e.Interactions, toMemberInteraction),
		RedirectedFrom: string(e.Redirected),
	}
}

func toAttribute(a aloi.Attribute) *aloiv1.Attribute {
	return &aloiv1.Attribute{
		Path:        a.Path,
		Rank:        uint32(a.Rank),
		Value:       a.Value,
		Scope:       a.Scope,
		Record:      toRef(a.Record),
		UpdatedAt:   toTime(a.UpdatedAt),
		Rule:        a.Rule,
		Agreeing:    uint32(a.Agreeing),
		Contributed: uint32(a.Contributed),
	}
}

func toMemberConsent(c aloi.MemberConsent) *aloiv1.MemberConsent {
	return &aloiv1.MemberConsent{Record: toRef(c.Record), Event: toConsent(c.Event), Conflicting: c.Conflicting}
}

func toMemberInteraction(i aloi.MemberInteraction) *aloiv1.MemberInteraction {
	return &aloiv1.MemberInteraction{Record: toRef(i.Record), Interaction: toInteraction(i.Interaction)}
}

func toHit(h engine.Hit) *aloiv1.Hit {
	return &aloiv1.Hit{
		Entity:     toEntity(h.Entity),
		BestRecord: toRef(h.Record),
		Weight:     toBits(h.Comparison.Weight),
		Verdict:    toVerdict(h.Verdict),
		Evidence:   list(h.Comparison.Evidence, toEvidence(aloi.English)),
		Prior:      toBits(h.Comparison.Prior),
		Veto:       h.Comparison.VetoReason.In(aloi.English),
	}
}

// toEvidence converts evidence, to be told in a language.
func toEvidence(lang aloi.Language) func(matcher.Evidence) *aloiv1.Evidence {
	return func(e matcher.Evidence) *aloiv1.Evidence { return evidenceIn(lang, e) }
}

func evidenceIn(lang aloi.Language, e matcher.Evidence) *aloiv1.Evidence {
	return &aloiv1.Evidence{
		Comparison: e.Comparison,
		Level:      e.Level,
		Weight:     toBits(e.Weight),
		TermWeight: toBits(e.TermWeight),
		ValueA:     e.A,
		ValueB:     e.B,
		Text:       e.Sentence(lang),
	}
}

func toPreview(p *engine.Preview) *aloiv1.PreviewResponse {
	return &aloiv1.PreviewResponse{
		Outcome:    toOutcome(p.Outcome),
		EntityId:   string(p.Entity),
		Merges:     list(p.Merges, func(id aloi.EntityID) string { return string(id) }),
		Hits:       list(p.Hits, toHit),
		Flags:      list(p.Flags, toFlag),
		Violations: list(p.Violations, toViolation),
	}
}

func toFlag(f matcher.Flag) *aloiv1.Flag {
	return &aloiv1.Flag{Field: f.Field, Reason: f.Reason}
}

func toWhy(w *engine.Why) *aloiv1.WhyResponse {
	out := &aloiv1.WhyResponse{
		Verdict:         toVerdict(w.Verdict),
		Weight:          toBits(w.Comparison.Weight),
		Prior:           toBits(w.Comparison.Prior),
		SameThreshold:   toBits(w.Same),
		ReviewThreshold: toBits(w.Review),
		Evidence:        list(w.Comparison.Evidence, toEvidence(w.Language)),
		Veto:            w.Comparison.VetoReason.In(w.Language),
		SharedKeys:      w.SharedKeys,
		SameEntity:      w.SameEntity,
		Path:            list(w.Path, toRef),
		Text:            w.Text,
		ModelVersion:    w.ModelVersion,
		Strength:        string(w.Strength),
		Obstacles:       list(w.Obstacles, toObstacle),
		Remedies:        list(w.Remedies, toRemedy),
	}
	if w.Judgement != nil {
		out.Judgement = toJudgement(*w.Judgement)
	}
	return out
}

func toObstacle(o engine.Obstacle) *aloiv1.Obstacle {
	return &aloiv1.Obstacle{Kind: string(o.Kind), Weight: toBits(o.Weight), Text: o.Text}
}

func toRemedy(r engine.Remedy) *aloiv1.Remedy {
	return &aloiv1.Remedy{Comparison: r.Comparison, Weight: toBits(r.Weight), Verdict: toVerdict(r.Verdict), Text: r.Text}
}

func toHow(h *engine.How) *aloiv1.HowResponse {
	return &aloiv1.HowResponse{
		EntityId: string(h.Entity),
		Steps:    list(h.Steps, toHowStep),
		KeptOut:  list(h.KeptOut, toNearMiss),
		Text:     h.Text,

		WeakestStep: uint32(h.WeakestStep),
	}
}

func toHowStep(s engine.HowStep) *aloiv1.HowStep {
	return &aloiv1.HowStep{
		A: toRef(s.A), B: toRef(s.B), Weight: toBits(s.Weight), Judged: s.Judged,
		GroupA: list(s.GroupA, toRef), GroupB: list(s.GroupB, toRef), Text: s.Text,
	}
}

func toNearMiss(n engine.NearMiss) *aloiv1.NearMiss {
	return &aloiv1.NearMiss{
		Record: toRef(n.Record), Member: toRef(n.Member), Weight: toBits(n.Weight), Reason: n.Reason,
	}
}

// toChange converts a change; refs are those of its records that are still stored.
func toChange(c aloi.Change, refs map[uint64]aloi.RecordRef) *aloiv1.Change {
	record := func(number uint64) *aloiv1.ChangedRecord {
		out := &aloiv1.ChangedRecord{RecordNumber: number}
		if ref, ok := refs[number]; ok {
			out.Ref = toRef(ref)
		}
		return out
	}
	return &aloiv1.Change{
		Sequence: c.Sequence,
		Time:     toTime(c.Time),
		Kind:     aloiv1.ChangeKind(aloiv1.ChangeKind_value["CHANGE_KIND_"+string(c.Kind)]),
		EntityId: string(c.Entity),
		Before:   list(c.Before, func(id aloi.EntityID) string { return string(id) }),
		Added:    list(c.Added, record),
		Removed:  list(c.Removed, record),
		Touched:  list(c.Touched, record),
	}
}
