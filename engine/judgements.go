package engine

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"

	"aloi"
	"aloi/store"
	"aloi/store/kv"
)

// MaxJudgementPage is the most judgements on a page.
const MaxJudgementPage = 1000

// Judgements returns a page of the judgements in force, of one record or of all, at
// most size (1 to MaxJudgementPage), that come after the place of an earlier page
// (empty for the first). The order is fixed and has no meaning.
func (e *Engine) Judgements(ctx context.Context, record *aloi.RecordRef, size int, after string) (*JudgementPage, error) {
	if record != nil {
		if v := aloi.ValidateRef("record", *record); len(v) > 0 {
			return nil, aloi.Invalid(v...)
		}
	}
	cursor, err := hex.DecodeString(after)
	if err != nil || len(cursor) != 0 && len(cursor) != 2*len(store.RefHash{}) {
		return nil, aloi.Invalid(aloi.Violation{Field: "page_token", Reason: "is not one that was given"})
	}
	size = min(max(size, 1), MaxJudgementPage)
	page := &JudgementPage{}
	return page, e.view(ctx, func(r *store.Reader) error {
		var last []byte
		return r.Judgements(cursor, func(at []byte, j *aloi.Judgement) bool {
			if record != nil && j.A != *record && j.B != *record {
				return true
			}
			if len(page.Judgements) == size {
				page.Next = hex.EncodeToString(last)
				return false
			}
			page.Judgements = append(page.Judgements, *j)
			last = slices.Clone(at)
			return true
		})
	})
}

// judgementOn returns the judgement on a pair, nil for none.
func judgementOn(r *store.Reader, a, b aloi.RecordRef) (*aloi.Judgement, error) {
	j, err := r.Judgement(a, b)
	if errors.Is(err, kv.ErrNotFound) {
		return nil, nil
	}
	return j, err
}

func sortRefs(refs []aloi.RecordRef) { slices.SortFunc(refs, aloi.RecordRef.Compare) }
