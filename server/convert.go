package server

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"aloi"
	"aloi/matcher"
	aloiv1 "aloi/proto/aloi/v1"
)

// list converts each element; an empty list is nil.
func list[A, B any](in []A, convert func(A) B) []B {
	if len(in) == 0 {
		return nil
	}
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = convert(a)
	}
	return out
}

func toRef(r aloi.RecordRef) *aloiv1.RecordRef {
	return &aloiv1.RecordRef{Source: r.Source, RecordId: r.ID}
}

func toTime(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

func toBits(w matcher.Weight) float64 { return float64(w) / float64(matcher.Bit) }

func toVerdict(v aloi.Verdict) aloiv1.Verdict {
	return aloiv1.Verdict(aloiv1.Verdict_value["VERDICT_"+string(v)])
}

func toOutcome(o aloi.Outcome) aloiv1.Outcome {
	return aloiv1.Outcome(aloiv1.Outcome_value["OUTCOME_"+string(o)])
}

func toViolation(v aloi.Violation) *aloiv1.Violation {
	return &aloiv1.Violation{Field: v.Field, Reason: v.Reason}
}

func toConsentFlag(f aloi.Flag) *aloiv1.ConsentFlag {
	return &aloiv1.ConsentFlag{Code: string(f.Code), Field: f.Field}
}

func toAcknowledgement(sequence uint64, a aloi.Acknowledgement) *aloiv1.Acknowledgement {
	return &aloiv1.Acknowledgement{
		Sequence:        sequence,
		Outcome:         toOutcome(a.Outcome),
		EntityId:        string(a.Entity),
		Reason:          a.Reason,
		RecordNumber:    a.RecordNumber,
		JournalSequence: a.Sequence,
		Violations:      list(capViolations(a.Violations), toViolation),
		Flags:           list(a.Flags, toConsentFlag),
		EventId:         a.EventID,
	}
}

func toJudgement(j aloi.Judgement) *aloiv1.Judgement {
	return &aloiv1.Judgement{
		A: toRef(j.A), B: toRef(j.B), Verdict: toVerdict(j.Verdict),
		Steward: j.Steward, Reason: j.Reason, Time: toTime(j.Time),
	}
}
