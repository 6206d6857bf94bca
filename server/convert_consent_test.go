package server

import (
	"reflect"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"aloi/consent"
	"aloi/engine"
)

// Every field of what the engine says of consent reaches the wire.
func TestEveryFieldOfConsentIsConverted(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	permit := func(v *engine.Verdict) { v.Answer.Decision, v.Answer.Scope = consent.Permit, consent.Scoped }
	var (
		verdict     engine.Verdict
		event       engine.HistoryEvent
		changed     engine.ChangedDecision
		suppression engine.KeyedSuppression
	)
	for _, v := range []any{&verdict, &event, &changed, &suppression} {
		fill(reflect.ValueOf(v).Elem(), now)
	}
	event.LogIndex = 2
	permit(&verdict)
	permit(&changed.Before)
	permit(&changed.After)
	for name, m := range map[string]proto.Message{
		"verdict": toConsentVerdict(verdict), "history": toHistoryEvent(event), "changed": toChangedDecision(changed),
		"suppression": toSuppression(suppression),
	} {
		for _, path := range unset(m.ProtoReflect(), name) {
			t.Errorf("%s is not set", path)
		}
	}
}

// The place in the log is counted from 0 on the wire, and what is of before the log has
// no commitment.
func TestHistoryPlace(t *testing.T) {
	first := toHistoryEvent(engine.HistoryEvent{ID: "e", LogIndex: 1})
	if first.LogIndex != 0 || len(first.Commitment) != 32 || first.Record != nil {
		t.Errorf("the first of the log: %v", first)
	}
	if old := toHistoryEvent(engine.HistoryEvent{ID: "e"}); old.LogIndex != 0 || old.Commitment != nil {
		t.Errorf("of before the log: %v", old)
	}
}

// A verdict of a campaign says what to do and leaves out why, unless it is asked.
func TestCampaignVerdict(t *testing.T) {
	var v engine.Verdict
	fill(reflect.ValueOf(&v).Elem(), time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	short, long := campaignVerdict(&v, false), campaignVerdict(&v, true)
	if n := len(short.Links) + len(short.Core) + len(short.Obligations) + len(short.DecidingEvents) + len(short.Blockers); n > 0 {
		t.Errorf("it explains: %v", short)
	}
	if short.Reason == "" || short.ValidUntil == nil || short.ContactPoint == "" || short.EntityId == "" {
		t.Errorf("it lacks what matters: %v", short)
	}
	if len(long.Links) == 0 || len(long.Core) == 0 || len(long.Obligations) == 0 || len(long.DecidingEvents) == 0 || len(long.Blockers) == 0 {
		t.Errorf("it does not explain: %v", long)
	}
}
