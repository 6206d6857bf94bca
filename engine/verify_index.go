package engine

import (
	"context"
	"errors"
	"slices"

	"aloi"
	"aloi/store"
	"aloi/store/kv"
)

// readJudgements reads the judgements, and checks their index.
func (v *verification) readJudgements() error {
	index := map[uint64]int{}
	for i, x := range v.records {
		index[x.number] = i
	}
	indexed := map[[2]store.RefHash]bool{} // by the judgements
	err := v.r.Judgements(nil, func(_ []byte, j *aloi.Judgement) bool {
		v.report.Judgements++
		a, b := v.e.st.RefHash(j.A), v.e.st.RefHash(j.B)
		same := j.Verdict == aloi.VerdictSame
		for _, side := range [][2]store.RefHash{{a, b}, {b, a}} {
			indexed[side] = true
			list, err := v.r.Judged(side[0])
			if err != nil || !slices.Contains(list, store.Judged{Other: side[1], Same: same}) {
				v.report.find(checkRuled, "judgement", "a judgement is not indexed under one of its records")
			}
		}
		na, okA := v.numberOf[a]
		nb, okB := v.numberOf[b]
		if okA && okB {
			v.judged = append(v.judged, JudgedPair{A: int32(index[na]), B: int32(index[nb]), Same: same})
		}
		return true
	})
	if err != nil {
		return err
	}
	return v.r.EachJudged(func(ref store.RefHash, list []store.Judged) error {
		for _, j := range list {
			if !indexed[[2]store.RefHash{ref, j.Other}] {
				v.report.find(checkRuled, "judgement", "one is indexed that is not there")
			}
		}
		return nil
	})
}

// checkRedirects holds that every id which was given and is no entity any more leads
// to one that was given before it, or to none: so every chain of them ends.
func (v *verification) checkRedirects(context.Context) error {
	return v.r.EachRedirect(func(from, to uint64) error {
		v.redirects++
		v.lastEntity = max(v.lastEntity, from)
		where := "entity " + string(entityID(from))
		if to >= from { // ids that lost are younger than the one that stayed
			v.report.find(checkRedirect, where, "leads to %s, which is no older", entityID(to))
			return nil
		}
		if to == 0 {
			return nil
		}
		_, err := v.r.Redirect(to)
		if errors.Is(err, kv.ErrNotFound) {
			_, err = v.r.Entity(to)
		}
		if errors.Is(err, kv.ErrNotFound) {
			v.report.find(checkRedirect, where, "leads to %s, which is not there", entityID(to))
			return nil
		}
		return err
	})
}

// checkCounts compares the counts, and holds that no number can be given twice.
func (v *verification) checkCounts(context.Context) error {
	v.report.Records = uint64(len(v.records))
	for _, c := range []struct {
		check        check
		what         string
		stored, seen uint64
	}{
		{checkCount, "records", v.counters.Records, v.report.Records}, {checkCount, "entities", v.counters.Entities, v.report.Entities},
		{checkRuledCount, "judgements", v.counters.Judgements, v.report.Judgements}, {checkWaitingCount, "waiting", v.counters.Waiting, v.waiting},
	} {
		if c.stored != c.seen {
			v.report.find(c.check, c.what, "%d stored, %d counted", c.stored, c.seen)
		}
	}
	var lastRecord uint64
	if n := len(v.records); n > 0 {
		lastRecord = v.records[n-1].number
	}
	if v.counters.NextRecord <= lastRecord {
		v.report.find(checkCount, "records", "the next number is %d, and %d is given", v.counters.NextRecord, lastRecord)
	}
	if v.counters.NextEntity <= v.lastEntity {
		v.report.find(checkCount, "entities", "the next number is %d, and %d is given", v.counters.NextEntity, v.lastEntity)
	} else if given, known := v.counters.NextEntity-1, v.report.Entities+v.redirects; given != known {
		v.report.find(checkRedirect, "entities", "%d ids were given, %d lead somewhere or to nothing", given, known)
	}
	return nil
}

// checkOwners looks for what no record owns, and counts the tokens.
func (v *verification) checkOwners(ctx context.Context) error {
	tokens := uint64(0)
	err := v.r.EachOwned(func(family byte, number uint64) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if v.byNumber[number] == nil {
			v.report.find(checkOrphan, record(number), "a value of family %c has no record", family)
		} else if family == familyToken {
			tokens++
		}
		return nil
	})
	if err == nil && tokens != v.tokens {
		v.report.find(checkToken, "tokens", "%d lead to a record, %d of them to a request that has them", tokens, v.tokens)
	}
	return err
}

// familyToken is the family of tokens, as EachOwned calls it (docs/format.md).
const familyToken = 't'

// checkPointOf holds that the contact point of an event leads to it.
func (v *verification) checkPointOf(number uint64, e *store.Entry) error {
	if want := v.e.pointOf(&e.ConsentEvent); e.Point != want {
		v.report.find(checkPoint, record(number), "an event is under another contact point than it names")
		return nil
	} else if want == (store.PointHash{}) {
		return nil
	}
	list, err := v.r.Point(e.Point)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.Record != number {
			continue
		}
		there, err := v.sameEvent(number, p.Content, e)
		if err != nil || there {
			return err
		}
	}
	v.report.find(checkPoint, record(number), "an event is not found by its contact point")
	return nil
}

// sameEvent reports whether what is stored at a place of a ledger is an event.
func (v *verification) sameEvent(number uint64, at [16]byte, e *store.Entry) (bool, error) {
	found, err := v.r.EntryAt(number, at)
	if errors.Is(err, kv.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	x, err := store.ConsentContent(found.ConsentEvent)
	if err != nil {
		return false, err
	}
	y, err := store.ConsentContent(e.ConsentEvent)
	return x == y, err
}

// checkPoints follows every contact point to its events.
func (v *verification) checkPoints(context.Context) error {
	return v.r.EachPoint(func(p store.PointHash, e *store.PointEntry) error {
		if v.byNumber[e.Record] == nil { // the entry itself; or an orphan, which is found as such
			return nil
		}
		entry, err := v.r.EntryAt(e.Record, e.Content)
		switch {
		case errors.Is(err, kv.ErrNotFound):
			v.report.find(checkPoint, record(e.Record), "a contact point leads to an event that is not there")
			return nil
		case err != nil:
			return err
		case entry.Point != p:
			v.report.find(checkPoint, record(e.Record), "a contact point leads to an event of another")
		}
		return nil
	})
}

// checkToken holds that the token of a request leads to one that has it. Where two have
// the same, it leads to the one that came last, and is gone with its record.
func (v *verification) checkToken(number uint64, e *store.Entry) error {
	if !isRequest(&e.ConsentEvent) {
		return nil
	}
	t, err := v.r.Token(e.Token)
	if errors.Is(err, kv.ErrNotFound) {
		if v.counters.NextRecord == v.counters.Records+1 { // no record has gone
			v.report.find(checkToken, record(number), "the token of a request leads nowhere")
		}
		return nil
	}
	if err != nil {
		return err
	}
	if t.Record == number {
		there, err := v.sameEvent(number, t.Content, e)
		if err != nil || there {
			v.tokens++
			return err
		}
	}
	found, err := v.r.EntryAt(t.Record, t.Content)
	if err != nil && !errors.Is(err, kv.ErrNotFound) {
		return err
	}
	if err != nil || !isRequest(&found.ConsentEvent) || found.Token != e.Token {
		v.report.find(checkToken, record(number), "the token of a request leads to no request that has it")
	}
	return nil
}

// checkWaiting counts the events of records that are not stored, and holds that they
// are not.
func (v *verification) checkWaiting(context.Context) error {
	return v.r.EachWaiting(func(ref store.RefHash, _ *store.Entry) error {
		v.waiting++
		if n := v.numberOf[ref]; n != 0 {
			v.report.find(checkWaiting, record(n), "an event waits for it, and it is there")
		}
		return nil
	})
}
