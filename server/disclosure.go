package server

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"aloi/consent"
	"aloi/engine"
	"aloi/internal/audit"
	aloiv1 "aloi/proto/aloi/v1"
)

// disclosure is what a campaign has given out.
type disclosure struct {
	stream          aloiv1.Consent_DecideManyServer
	subjects, total uint64
	permits, denies uint64 // verdicts
	reasons         map[consent.Reason]*aloiv1.ReasonCount
	root            audit.Root // over the PERMITs, in order
	policy          string
	at              time.Time // of the first verdict
}

func newDisclosure(stream aloiv1.Consent_DecideManyServer) *disclosure {
	d := &disclosure{stream: stream, reasons: map[consent.Reason]*aloiv1.ReasonCount{}}
	d.root.Salt = audit.NewSalt()
	return d
}

// sendAll sends what is decided, until all is or a message cannot be sent.
func (d *disclosure) sendAll(c *campaign) error {
	for batch := range c.decided {
		err := d.send(batch, c.explain)
		c.answers.giveBack(batch.taken)
		if err != nil {
			return err
		}
	}
	return nil
}

// send sends a batch of verdicts, in as many messages as they need.
func (d *disclosure) send(batch decision, explain bool) error {
	d.total = batch.total
	resp := &aloiv1.DecideManyResponse{Total: d.total}
	bytes := 0
	for _, verdicts := range batch.verdicts {
		for i := range verdicts {
			if len(resp.Verdicts) == maxStreamSubjects || bytes > sendBytes {
				resp.Done = d.subjects
				if err := d.stream.Send(resp); err != nil {
					return err
				}
				resp, bytes = &aloiv1.DecideManyResponse{Total: d.total}, 0
			}
			v := &verdicts[i]
			d.count(v)
			m := campaignVerdict(v, explain)
			resp.Verdicts = append(resp.Verdicts, m)
			bytes += proto.Size(m)
		}
		d.subjects++
	}
	resp.Done = d.subjects
	return d.stream.Send(resp)
}

func campaignVerdict(v *engine.Verdict, explain bool) *aloiv1.ConsentVerdict {
	if explain {
		return toConsentVerdict(*v)
	}
	m := &aloiv1.ConsentVerdict{}
	setVerdict(m, v)
	return m
}

// count takes a verdict into the summary. It counts as given from here on, also when the
// message that holds it is not known to have arrived.
func (d *disclosure) count(v *engine.Verdict) {
	a := v.Answer
	if d.at.IsZero() {
		d.at, d.policy = v.Question.At, a.Policy
	}
	permit := a.Decision == consent.Permit
	if permit {
		d.permits++
		d.root.Add(audit.Row(string(v.Entity), v.Question.ContactPoint, string(a.Reason), string(a.Basis)))
	} else {
		d.denies++
	}
	r := d.reasons[a.Reason]
	if r == nil {
		r = &aloiv1.ReasonCount{Permit: permit, Reason: string(a.Reason)}
		d.reasons[a.Reason] = r
	}
	r.Count++
}

// record puts what was given out into the log, and returns its place there, counted
// from 0. A client that has gone does not prevent it.
func (d *disclosure) record(ctx context.Context, c *campaign) (uint64, error) {
	q := c.question
	if q.At.IsZero() {
		q.At = d.at
	}
	acks, err := c.engine.Apply(context.WithoutCancel(ctx), []engine.Operation{{Disclose: &engine.DecisionBatch{
		Question: q, Root: d.root.Sum(), Salt: d.root.Salt, Permits: d.permits, Denies: d.denies,
	}}})
	if err != nil {
		return 0, err
	}
	return acks[0].LogIndex - 1, nil
}

// breakOff ends a campaign that failed with err: what it gave out until then is in the
// log all the same.
func (d *disclosure) breakOff(ctx context.Context, c *campaign, err error) error {
	if d.permits == 0 {
		return err
	}
	if _, failed := d.record(ctx, c); failed != nil {
		return errors.Join(err, failed)
	}
	return err
}

// finish sends the summary.
func (d *disclosure) finish(ctx context.Context, c *campaign) error {
	index, err := d.record(ctx, c)
	if err != nil {
		return err
	}
	checkpoint, err := c.engine.Checkpoint(ctx)
	if err != nil {
		return err
	}
	root := d.root.Sum()
	s := &aloiv1.CampaignSummary{
		Subjects: d.subjects, Permitted: d.permits, Denied: d.denies,
		LogIndex: index, Root: root[:], Salt: d.root.Salt, Checkpoint: checkpoint,
		PolicyVersion: d.policy, At: toTime(cmp.Or(c.question.At, d.at)),
	}
	for _, r := range d.reasons {
		s.Reasons = append(s.Reasons, r)
	}
	slices.SortFunc(s.Reasons, func(a, b *aloiv1.ReasonCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Reason, b.Reason))
	})
	return d.stream.Send(&aloiv1.DecideManyResponse{Done: d.subjects, Total: d.total, Summary: s})
}
