package main

import (
	"context"
	"fmt"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
)

// caller carries calls out on a server.
type caller struct {
	ingest     aloiv1.IngestClient
	entities   aloiv1.EntitiesClient
	judgements aloiv1.JudgementsClient
	consent    aloiv1.ConsentClient
}

func newCaller(conn *grpc.ClientConn) *caller {
	return &caller{aloiv1.NewIngestClient(conn), aloiv1.NewEntitiesClient(conn), aloiv1.NewJudgementsClient(conn), aloiv1.NewConsentClient(conn)}
}

// do carries a call out.
func (c *caller) do(ctx context.Context, what call) (answer, error) {
	if !what.verb.reads() {
		outcome, err := c.write(ctx, what)
		return answer{outcome: outcome}, err
	}
	out, err := c.read(ctx, what)
	if status.Code(err) == codes.NotFound {
		return answer{missing: true}, nil
	}
	return out, err
}

// acknowledged is an answer to a write.
type acknowledged interface {
	GetAcknowledgement() *aloiv1.Acknowledgement
}

func (c *caller) write(ctx context.Context, what call) (aloiv1.Outcome, error) {
	answer, err := c.send(ctx, what)
	switch {
	case status.Code(err) == codes.NotFound:
		return aloiv1.Outcome_OUTCOME_NOT_FOUND, nil
	case err != nil:
		return 0, err
	}
	return answer.GetAcknowledgement().GetOutcome(), nil
}

func (c *caller) send(ctx context.Context, what call) (acknowledged, error) {
	in, a, b := what.island, what.island.refMessage(what.a), what.island.refMessage(what.b)
	switch what.verb {
	case putRecord:
		r := server.RecordMessage(in.record(what.a, what.version))
		if what.act != noAct {
			r.Consents = append(r.Consents, in.act(what.a, what.act))
		}
		return c.ingest.Put(ctx, &aloiv1.PutRequest{Record: r})
	case deleteRecord:
		return c.ingest.Delete(ctx, &aloiv1.DeleteRequest{Ref: a})
	case judgeSame:
		return c.judgements.Judge(ctx, &aloiv1.JudgeRequest{A: a, B: b, Verdict: aloiv1.Verdict_VERDICT_SAME, Steward: "s", Reason: "r"})
	case judgeDifferent:
		return c.judgements.Judge(ctx, &aloiv1.JudgeRequest{A: a, B: b, Verdict: aloiv1.Verdict_VERDICT_DIFFERENT, Steward: "s", Reason: "r"})
	case withdrawJudgement:
		return c.judgements.Withdraw(ctx, &aloiv1.WithdrawRequest{A: a, B: b})
	default:
		return c.consent.Record(ctx, &aloiv1.RecordEventRequest{Subject: subject(a), Event: in.act(what.a, what.act)})
	}
}

func (c *caller) read(ctx context.Context, what call) (answer, error) {
	in, ref := what.island, what.island.refMessage(what.a)
	switch what.verb {
	case getRecord:
		got, err := c.entities.GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: ref})
		if err != nil {
			return answer{}, err
		}
		return in.recordAnswer(what.a, got.GetRecord())
	case getEntity:
		got, err := c.entities.Get(ctx, &aloiv1.GetRequest{By: &aloiv1.GetRequest_Record{Record: ref}})
		if err != nil {
			return answer{}, err
		}
		return in.entityAnswer(got.GetEntity())
	case listJudgements:
		got, err := c.judgements.List(ctx, &aloiv1.ListRequest{Record: ref})
		if err != nil {
			return answer{}, err
		}
		return in.rulingsAnswer(got.GetJudgements())
	default:
		got, err := c.consent.Decide(ctx, &aloiv1.DecideRequest{Subject: subject(ref), Question: in.question(what.a)})
		if err != nil {
			return answer{}, err
		}
		if n := len(got.GetVerdicts()); n != 1 {
			return answer{}, fmt.Errorf("%v: %d verdicts", what, n)
		}
		return answer{permit: got.GetVerdicts()[0].GetPermit()}, nil
	}
}

func subject(ref *aloiv1.RecordRef) *aloiv1.Subject {
	return &aloiv1.Subject{Of: &aloiv1.Subject_Record{Record: ref}}
}

// recordAnswer reads a record, which must be that version of it that it says.
func (in *island) recordAnswer(r int8, got *aloiv1.Record) (answer, error) {
	v := got.GetVersion()
	if v < 1 || v > versions {
		return answer{}, fmt.Errorf("record %d is answered in version %d", r, v)
	}
	want := in.record(r, int8(v))
	if n := got.GetIdentifiers(); len(n) != 1 || n[0].GetValue() != want.Identifiers[0].Value {
		return answer{}, fmt.Errorf("record %d is answered in version %d with the values of another", r, v)
	}
	out := answer{version: int8(v)}
	for _, e := range got.GetConsents() {
		if err := out.addAct(e); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (in *island) entityAnswer(got *aloiv1.Entity) (out answer, err error) {
	for _, ref := range got.GetMembers() {
		r, err := in.number(ref)
		if err != nil {
			return out, err
		}
		out.group |= 1 << r
	}
	for _, c := range got.GetConsents() {
		if err := out.addAct(c.GetEvent()); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (in *island) rulingsAnswer(list []*aloiv1.Judgement) (out answer, err error) {
	for _, j := range list {
		a, errA := in.number(j.GetA())
		b, errB := in.number(j.GetB())
		if errA != nil || errB != nil || a == b {
			return out, fmt.Errorf("a judgement on another island: %v, %v", j.GetA(), j.GetB())
		}
		out.rulings[pair(a, b)] = 1
		if j.GetVerdict() == aloiv1.Verdict_VERDICT_DIFFERENT {
			out.rulings[pair(a, b)] = -1
		}
	}
	return out, nil
}

// number is the number of a record of the island.
func (in *island) number(ref *aloiv1.RecordRef) (int8, error) {
	n, err := strconv.Atoi(ref.GetRecordId())
	if err != nil || n < 0 || n >= members || ref.GetSource() != in.source {
		return 0, fmt.Errorf("%s/%s is not of the island %s", ref.GetSource(), ref.GetRecordId(), in.source)
	}
	return int8(n), nil
}

// addAct adds an act that came back, once.
func (a *answer) addAct(e *aloiv1.ConsentEvent) error {
	n, err := strconv.Atoi(e.GetSourceEventId())
	if err != nil || n < 0 || n >= maxActs {
		return fmt.Errorf("an act that nobody sent: %q", e.GetSourceEventId())
	}
	if a.acts&(1<<n) != 0 {
		return fmt.Errorf("act %d is answered twice", n)
	}
	a.acts |= 1 << n
	return nil
}
