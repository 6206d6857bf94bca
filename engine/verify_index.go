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
		index[x.record.Number] = i
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
				v.report.find("judgement index", "judgement", "a judgement is not indexed under one of its records")
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
				v.report.find("judgement index", "judgement", "one is indexed that is not there")
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
			v.report.find("redirect", where, "leads to %s, which is no older", entityID(to))
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
			v.report.find("redirect", where, "leads to %s, which is not there", entityID(to))
			return nil
		}
		return err
	})
}

// checkCounts compares the counts, and holds that no number can be given twice.
func (v *verification) checkCounts(context.Context) error {
	v.report.Records = uint64(len(v.records))
	for _, c := range []struct {
		what         string
		stored, seen uint64
	}{
		{"records", v.counters.Records, v.report.Records}, {"entities", v.counters.Entities, v.report.Entities},
		{"judgements", v.counters.Judgements, v.report.Judgements},
	} {
		if c.stored != c.seen {
			v.report.find("count", c.what, "%d stored, %d counted", c.stored, c.seen)
		}
	}
	var lastRecord uint64
	if n := len(v.records); n > 0 {
		lastRecord = v.records[n-1].record.Number
	}
	if v.counters.NextRecord <= lastRecord {
		v.report.find("count", "records", "the next number is %d, and %d is given", v.counters.NextRecord, lastRecord)
	}
	if v.counters.NextEntity <= v.lastEntity {
		v.report.find("count", "entities", "the next number is %d, and %d is given", v.counters.NextEntity, v.lastEntity)
	} else if given, known := v.counters.NextEntity-1, v.report.Entities+v.redirects; given != known {
		v.report.find("redirect", "entities", "%d ids were given, %d lead somewhere or to nothing", given, known)
	}
	return v.checkJournal()
}

// journalPage is how many entries of the journal are read at once.
const journalPage = 256

// checkJournal reads every entry, and holds that none is past the last batch.
func (v *verification) checkJournal() error {
	for after := uint64(0); ; {
		entries, err := v.r.Journal(after, journalPage)
		if err != nil || len(entries) == 0 {
			return err
		}
		if after = entries[len(entries)-1].Sequence; after > v.counters.Sequence {
			v.report.find("count", "journal", "the last batch is %d, and there is one of %d", v.counters.Sequence, after)
		}
	}
}

// checkOwners looks for what no record owns.
func (v *verification) checkOwners(context.Context) error {
	return v.r.EachOwned(func(family byte, number uint64) error {
		if v.byNumber[number] == nil {
			v.report.find("orphan", record(number), "a value of family %c has no record", family)
		}
		return nil
	})
}
