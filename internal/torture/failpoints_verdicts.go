package main

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	aloiv1 "aloi/proto/aloi/v1"
)

// ruled is two records of the first channel, by number.
type ruled struct{ a, b int }

// verdicts are those that a pair may have: the acknowledged one first, none for an unjudged
// pair, and those that were sent after it.
type verdicts []aloiv1.Verdict

// judgedPairs is how many pairs a script rules on: each is one person, and then two.
const judgedPairs = 4

// judgeSome rules on pairs of stored records, until the server is gone. An answer other
// than that it is not reached any more, or has failed, is an error.
func (v *visit) judgeSome(ctx context.Context, p *process) error {
	l := v.ledgers[0]
	var stored []int
	for r := range l.of {
		if possible := l.possible(r); len(possible) == 1 && possible[0].version > 0 {
			stored = append(stored, r)
		}
	}
	slices.Sort(stored)
	client := aloiv1.NewJudgementsClient(p.conn)
	for range min(judgedPairs, len(stored)/2) {
		x := ruled{stored[v.draw.IntN(len(stored))], stored[v.draw.IntN(len(stored))]}
		if x.a == x.b {
			continue
		}
		if x.a > x.b {
			x.a, x.b = x.b, x.a
		}
		for _, verdict := range []aloiv1.Verdict{aloiv1.Verdict_VERDICT_SAME, aloiv1.Verdict_VERDICT_DIFFERENT} {
			if gone, err := v.judge(ctx, client, x, verdict); gone || err != nil {
				return err
			}
		}
	}
	return nil
}

// judge rules on a pair, and notes what is known of it then.
func (v *visit) judge(ctx context.Context, client aloiv1.JudgementsClient, x ruled, verdict aloiv1.Verdict) (gone bool, err error) {
	if len(v.verdicts[x]) == 0 {
		v.verdicts[x] = verdicts{aloiv1.Verdict_VERDICT_UNSPECIFIED}
	}
	v.verdicts[x] = append(v.verdicts[x], verdict)
	_, err = client.Judge(ctx, &aloiv1.JudgeRequest{A: v.message(x.a), B: v.message(x.b), Verdict: verdict, Steward: "torture"})
	switch status.Code(err) {
	case codes.OK:
		v.verdicts[x] = verdicts{verdict}
		return false, nil
	case codes.Unavailable, codes.Internal: // it has ended; a mark failed
		return true, nil
	}
	return true, err
}

func (v *visit) message(record int) *aloiv1.RecordRef {
	ref := v.ledgers[0].ref(record)
	return &aloiv1.RecordRef{Source: ref.Source, RecordId: ref.ID}
}

// checkVerdicts compares the judgements that are stored with those that may be.
func (v *visit) checkVerdicts(ctx context.Context, p *process) error {
	client := aloiv1.NewJudgementsClient(p.conn)
	for x, possible := range v.verdicts {
		list, err := client.List(ctx, &aloiv1.ListRequest{Record: v.message(x.a), PageSize: 1000})
		if err != nil {
			return err
		}
		found := aloiv1.Verdict_VERDICT_UNSPECIFIED
		for _, j := range list.GetJudgements() {
			if other := v.message(x.b).GetRecordId(); j.GetA().GetRecordId() == other || j.GetB().GetRecordId() == other {
				found = j.GetVerdict()
			}
		}
		if !slices.Contains(possible, found) {
			return fmt.Errorf("the verdict on %d and %d is %v, and should be one of %v", x.a, x.b, found, possible)
		}
		v.verdicts[x] = verdicts{found}
	}
	return nil
}
