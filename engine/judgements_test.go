package engine_test

import (
	"fmt"
	"testing"

	"aloi"
	"aloi/engine"
)

// TestJudgementPages judges every pair of a few records, and reads the judgements in
// pages of each size: each comes once, whatever the page.
func TestJudgementPages(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		const records = 7
		var list []engine.Operation
		var outcomes []aloi.Outcome
		for i := range records {
			for j := range i {
				list, outcomes = append(list, different(ref("web", fmt.Sprint("s", i)), ref("web", fmt.Sprint("s", j)))), append(outcomes, aloi.OutcomeJudged)
			}
		}
		f.do(t, list, outcomes...) // on records that nobody has sent yet
		one := ref("web", "s3")
		for _, size := range []int{-1, 1, 2, 6, 20, 21, 22, 5000} {
			if got := f.judgements(t, nil, size); len(got) != len(list) {
				t.Errorf("pages of %d: %d judgements, want %d", size, len(got), len(list))
			}
			got := f.judgements(t, &one, size)
			if len(got) != records-1 {
				t.Errorf("pages of %d: %d judgements on one record, want %d", size, len(got), records-1)
			}
			for pair := range got {
				if pair[0] != one && pair[1] != one {
					t.Errorf("a judgement on %v among those on %v", pair, one)
				}
			}
		}
		none := ref("web", "nobody")
		if got := f.judgements(t, &none, 10); len(got) > 0 {
			t.Errorf("judgements on nobody: %v", got)
		}
	})
}

// judgements reads all pages, and fails when a pair comes twice or a page is too long.
func (f *fixture) judgements(t *testing.T, record *aloi.RecordRef, size int) map[[2]aloi.RecordRef]aloi.Judgement {
	t.Helper()
	got := map[[2]aloi.RecordRef]aloi.Judgement{}
	for next := ""; ; {
		page, err := f.Judgements(t.Context(), record, size, next)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Judgements) > max(size, 1) {
			t.Errorf("a page of %d, asked for %d", len(page.Judgements), size)
		}
		for _, j := range page.Judgements {
			pair := [2]aloi.RecordRef{j.A, j.B}
			if _, twice := got[pair]; twice || j.B.Compare(j.A) <= 0 {
				t.Errorf("%v comes twice or out of order", pair)
			}
			got[pair] = j
		}
		if next = page.Next; next == "" {
			return got
		}
		if len(page.Judgements) == 0 {
			t.Fatal("an empty page that is not the last")
		}
	}
}

// TestJudgementInForce holds that a pair has one judgement, the last; that it outlives
// its records; and that the words of a judgement are part of it.
func TestJudgementInForce(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, anneWeb(), anneSAV())
		f.do(t, ops(different(inWeb, inSAV)), aloi.OutcomeSplit)
		f.do(t, ops(remove(inWeb), remove(inSAV)), aloi.OutcomeDeleted, aloi.OutcomeDeleted)
		f.do(t, ops(put(anneSAV()), put(anneWeb())), aloi.OutcomeCreated, aloi.OutcomeCreated)

		f.do(t, ops(same(inSAV, inWeb)), aloi.OutcomeMerged)
		reworded := same(inWeb, inSAV)
		reworded.Judge.Steward, reworded.Judge.Reason = "hugo", "pièce d'identité vue"
		f.do(t, ops(reworded), aloi.OutcomeJudged)
		f.do(t, ops(reworded), aloi.OutcomeUnchanged)
		got := f.judgements(t, nil, 10)
		j, ok := got[[2]aloi.RecordRef{inSAV, inWeb}]
		if len(got) != 1 || !ok || j.Verdict != aloi.VerdictSame || j.Steward != "hugo" || j.Reason != reworded.Judge.Reason || !j.Time.Equal(testNow) {
			t.Errorf("judgements %+v", got)
		}

		f.do(t, ops(withdraw(inWeb, inSAV)), aloi.OutcomeJudged) // the model holds them together too
		if got := f.judgements(t, nil, 10); len(got) > 0 {
			t.Errorf("withdrawn and still there: %v", got)
		}
	})
}
