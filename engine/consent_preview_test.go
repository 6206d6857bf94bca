package engine_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"aloi"
	"aloi/consent"
	"aloi/engine"
)

// previewTests are judgements, and the people that they are made on.
var previewTests = []struct {
	name   string
	stored []engine.Operation
	judge  engine.Operation
	change bool // something would change
}{
	{"a grant comes to travel", ops(put(saying(anneWeb(), grant("1", annesMail))), put(marc())), same(inWeb, ofMarc), true},
	{"a stop comes to bind", ops(put(saying(anneWeb(), grant("1", annesMail))), put(saying(marc(), objected("2")))), same(inWeb, ofMarc), true},
	{"a candidate is let go", ops(put(saying(anneWeb(), grant("1", annesMail))), put(saying(anneStore(), objected("2")))), different(inWeb, inStore), true},
	{"one record between two is parted", ops(put(saying(anneWeb(), grant("1", annesMail))), put(anneSAV()), put(saying(anneStore(), objected("2")))), different(inSAV, inStore), true},
	{"a neighbour comes nearer", ops(put(saying(odile("1", "odile.l1971@example.org"), grant("1", odilesMail))), put(saying(odile("2"), objected("2"))), put(marc())), same(ref("crm", "2"), ofMarc), true},
	{"a record goes to those whom the one that it leaves kept away", ops(put(saying(anneWeb(), grant("1", annesMail))), put(anneSAV()), put(saying(anneStore(), objected("2"))), different(inStore, inWeb)), different(inSAV, inWeb), true},
	{"a neighbour gains a stop", ops(put(saying(anneWeb(), grant("1", annesMail))), put(anneStore()), put(saying(marc(), objected("2")))), same(inStore, ofMarc), true},
	{"a grant is hers in full", ops(put(saying(odile("1", "odile.l1971@example.org"), grant("1", odilesMail))), put(odile("2"))), same(ref("crm", "1"), ref("crm", "2")), true},
	{"a neighbour of those whom it joins", ops(put(anneWeb()), put(saying(anneSAV(), objected("2"))), put(anneStore()), different(inStore, inWeb),
		put(saying(person("crm", "1", "Anne", "Lefèvre", "", "odile.l1971@example.org", ""), grant("1", odilesMail))),
		different(ref("crm", "1"), inSAV), different(ref("crm", "1"), inWeb)), different(inSAV, inWeb), true},
	{"as it is", ops(put(saying(anneWeb(), grant("1", annesMail))), put(marc())), different(inWeb, ofMarc), false},
	{"nothing to withdraw", ops(put(saying(anneWeb(), grant("1", annesMail))), put(marc())), withdraw(inWeb, ofMarc), false},
	{"records that are not stored", ops(put(saying(anneWeb(), grant("1", annesMail)))), same(inStore, ofMarc), false},
}

// TestPreview holds that a preview tells what the judgement then does, and does nothing
// itself.
func TestPreview(t *testing.T) {
	for _, c := range previewTests {
		t.Run(c.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, f *fixture) {
				for _, op := range c.stored {
					if _, err := f.Apply(context.Background(), ops(op)); err != nil {
						t.Fatal(err)
					}
				}
				f.previews(t, c.judge, c.change)
				if c.judge.Judge != nil {
					f.previews(t, withdraw(c.judge.Judge.A, c.judge.Judge.B), c.change)
				}
			})
		})
	}
}

// previews previews a judgement, carries it out, and compares.
func (f *fixture) previews(t *testing.T, judge engine.Operation, change bool) {
	t.Helper()
	stored, sequence := f.digest(t), f.Sequence()
	preview, err := f.PreviewJudgement(t.Context(), judge)
	if err != nil {
		t.Fatal(err)
	}
	if f.digest(t) != stored || f.Sequence() != sequence {
		t.Error("the preview changed the store")
	}
	if (len(preview.Changes) > 0) != change {
		t.Errorf("%d changes of %d questions", len(preview.Changes), preview.Asked)
	}
	questions := f.allQuestions()
	before := f.answersTo(t, questions)
	if _, err := f.Apply(context.Background(), ops(judge)); err != nil {
		t.Fatal(err)
	}
	after := f.answersTo(t, questions)
	var want []string
	for i := range questions {
		if before[i] != after[i] {
			want = append(want, fmt.Sprintf("%s: %s, %s", questions[i], before[i], after[i]))
		}
	}
	var got []string
	for _, ch := range preview.Changes {
		q := question{ch.Record, ch.Before.Question}
		got = append(got, fmt.Sprintf("%s: %s, %s", q, brief(ch.Before), brief(ch.After)))
	}
	if !slices.IsSortedFunc(preview.Changes, func(x, y engine.ChangedDecision) int { return x.Record.Compare(y.Record) }) {
		t.Error("the changes are in no order")
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("foretold\n%q\nwhat came\n%q", got, want)
	}
}

// question is one that is asked of the person of a record.
type question struct {
	record aloi.RecordRef
	q      consent.Question
}

func (q question) String() string {
	return fmt.Sprint(q.record, " ", q.q.Purpose, q.q.Channel, q.q.ContactPoint)
}

func brief(v engine.Verdict) string {
	return fmt.Sprint(v.Answer.Decision, " ", v.Answer.Reason, " ", v.Answer.Scope)
}

// allQuestions are those that may have another answer after a judgement.
func (f *fixture) allQuestions() (list []question) {
	for _, r := range []aloi.RecordRef{inWeb, inStore, inSAV, ofMarc, ref("crm", "1"), ref("crm", "2")} {
		for _, point := range []string{annesMail, annesPhone, odilesMail, "email:marc.dubreuil@example.org", "phone:+33639985678"} {
			for _, p := range []consent.Purpose{consent.Newsletter, consent.DirectMarketing} {
				if consent.Email.Reaches(point) {
					list = append(list, question{r, consent.Question{Controller: "C1", Purpose: p, Channel: consent.Email, ContactPoint: point}})
				}
			}
		}
	}
	return list
}

func (f *fixture) answersTo(t *testing.T, questions []question) []string {
	t.Helper()
	answers := make([]string, len(questions))
	for i, q := range questions {
		list, err := f.Decide(t.Context(), engine.Subject{Record: &q.record}, q.q)
		switch {
		case aloi.CodeOf(err) == aloi.CodeNotFound:
			answers[i] = "not stored"
		case err != nil:
			t.Fatal(err)
		default:
			answers[i] = brief(list[0])
		}
	}
	return answers
}

func TestPreviewRefuses(t *testing.T) {
	f := open(t)
	for _, op := range []engine.Operation{{}, put(marc()), same(inWeb, inWeb)} {
		if _, err := f.PreviewJudgement(t.Context(), op); aloi.CodeOf(err) != aloi.CodeInvalid {
			t.Errorf("%+v: %v", op, err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.PreviewJudgement(t.Context(), same(inWeb, ofMarc)); aloi.CodeOf(err) != aloi.CodeUnavailable {
		t.Errorf("an engine that is closed: %v", err)
	}
}
