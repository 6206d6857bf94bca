package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"aloi"
	"aloi/matcher"
	"aloi/store"
	"aloi/store/kv"
)

// MaxFindings is how many differences a report names; the rest are counted.
const MaxFindings = 1000

// Report is the result of Verify, or of VerifyLog.
type Report struct {
	Records, Entities, Judgements, Links, Blocks uint64
	// Entries are those of the audit log, Erased those whose event was destroyed for a
	// reason that the log holds. VerifyLog fills them in, and nothing above.
	Entries, Erased uint64
	// Findings are the differences between what is stored and what it should be,
	// the first MaxFindings of Differences.
	Findings    []Finding
	Differences int
}

// Finding is one difference. It holds numbers and ids, no personal value.
type Finding struct {
	Check  string // which invariant: `entity partition`
	Where  string // `record 17`
	Detail string
}

func (r *Report) find(check, where, format string, args ...any) {
	if r.Differences++; len(r.Findings) < MaxFindings {
		r.Findings = append(r.Findings, Finding{check, where, fmt.Sprintf(format, args...)})
	}
}

// Verify recomputes everything from the stored facts and compares: features, dossiers,
// blocks, links, the partition, golden records, counts, and that what refers to
// something finds it. The audit log is for VerifyLog. It holds all prepared records in memory. progress, if not nil,
// is told of the records read and then of the blocks compared. While a model is being
// adopted, what is of the one model and not of the other is found.
func (e *Engine) Verify(ctx context.Context, progress func(step string, done, total int)) (*Report, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	v := &verification{e: e, matcher: e.matcher(), report: &Report{}, progress: progress,
		byNumber: map[uint64]*verified{}, numberOf: map[store.RefHash]uint64{}}
	return v.report, e.view(ctx, func(r *store.Reader) error {
		v.r = r
		for _, step := range []func(context.Context) error{v.readRecords, v.checkBlocks, v.checkPartition, v.checkEntities, v.checkRedirects, v.checkPoints, v.checkWaiting, v.checkCounts, v.checkOwners} {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// verified is a stored record and what is computed from it.
type verified struct {
	record *store.Record
	f      *features
	home   uint64
}

type verification struct {
	e        *Engine
	matcher  *matcher.Matcher
	r        *store.Reader
	report   *Report
	progress func(string, int, int)

	counters store.Counters
	records  []*verified // ascending by number
	byNumber map[uint64]*verified
	numberOf map[store.RefHash]uint64
	judged   []JudgedPair

	lastEntity uint64 // the largest number of an entity, or of one that is no more
	redirects  uint64
	waiting    uint64 // events of records that are not stored
	tokens     uint64 // requests that their token leads to
}

func record(n uint64) string { return fmt.Sprintf("record %d", n) }

// readRecords reads every record, and compares its features with those computed.
func (v *verification) readRecords(context.Context) error {
	var err error
	if v.counters, err = v.r.Counters(); err != nil {
		return err
	}
	return v.r.EachRecord(func(rec *store.Record) error {
		n := rec.Number
		hash := v.e.st.RefHash(rec.Record.Ref)
		x := &verified{record: rec, f: v.e.featuresBy(v.matcher, &rec.Record, hash)}
		v.records, v.byNumber[n], v.numberOf[hash] = append(v.records, x), x, n
		if found, err := v.r.Number(hash); err != nil {
			return err
		} else if found != n {
			v.report.find("record index", record(n), "its reference leads to record %d", found)
		}
		if content, err := store.ContentOf(&rec.Record); err != nil {
			return err
		} else if content != rec.Content {
			v.report.find("record content", record(n), "the content hash is another")
		}
		switch stored, err := v.r.Features(n); {
		case errors.Is(err, kv.ErrNotFound):
			v.report.find("features", record(n), "missing")
		case err != nil:
			return err
		case differ(&features{Features: *stored}, x.f) || stored.Ref != hash:
			v.report.find("features", record(n), "not what the record prepares to")
		}
		if x.home, err = v.r.EntityOf(n); err != nil {
			return err
		}
		if x.home == 0 {
			v.report.find("entity of record", record(n), "the record is in no entity")
		}
		v.progress("records", len(v.records), int(v.counters.Records))
		if err := v.checkEvents(rec); err != nil {
			return err
		}
		return v.e.checkDossier(v.r, rec, x.f.record, "dossier", v.report)
	})
}

// checkEvents compares the events of a record with their count, and follows what leads
// to them.
func (v *verification) checkEvents(rec *store.Record) error {
	entries, err := v.r.Entries(rec.Number)
	if err != nil {
		return err
	}
	interactions, err := v.r.Interactions(rec.Number)
	if err != nil {
		return err
	}
	if len(entries) != rec.Consents || len(interactions) != rec.Interactions {
		v.report.find("events", record(rec.Number), "%d consent events and %d interactions, its count says %d and %d",
			len(entries), len(interactions), rec.Consents, rec.Interactions)
	}
	for i := range entries {
		if err := v.checkPointOf(rec.Number, &entries[i]); err != nil {
			return err
		}
		if err := v.checkToken(rec.Number, &entries[i]); err != nil {
			return err
		}
	}
	return nil
}

// checkBlocks compares the blocks with those that the records make.
func (v *verification) checkBlocks(context.Context) error {
	want := map[store.BlockID][]uint64{}
	for _, x := range v.records {
		for _, id := range x.f.Blocks {
			want[id] = append(want[id], x.record.Number)
		}
	}
	v.report.Blocks = uint64(len(want))
	where := func(id store.BlockID) string { return fmt.Sprintf("block %016x", uint64(id)) }
	err := v.r.EachBlock(func(id store.BlockID, stored *store.Block) error {
		members, ok := want[id]
		delete(want, id)
		if !ok {
			v.report.find("block", where(id), "no record has it")
			return nil
		}
		if stored.Size != len(members) || stored.TooCommon != (len(members) > capOf(id)) {
			v.report.find("block", where(id), "size %d, want %d", stored.Size, len(members))
			return nil
		}
		have := stored.Members
		spill, err := v.r.SpillMembers(id)
		if err != nil {
			return err
		}
		if stored.TooCommon {
			have = spill
		} else if len(spill) > 0 {
			v.report.find("block", where(id), "%d members are kept as if it were too common", len(spill))
		}
		if !slices.Equal(have, members) {
			v.report.find("block", where(id), "its members are not the records that have it")
		}
		return nil
	})
	for _, id := range slices.SortedFunc(maps.Keys(want), cmp.Compare) {
		v.report.find("block", where(id), "missing, %d records have it", len(want[id]))
	}
	return err
}

// checkPartition resolves all records anew and compares links and groups.
func (v *verification) checkPartition(ctx context.Context) error {
	if err := v.readJudgements(); err != nil {
		return err
	}
	prepared := make([]*matcher.Prepared, len(v.records))
	for i, x := range v.records {
		prepared[i] = x.f.record
	}
	p, err := Partition(ctx, v.matcher, prepared, v.judged, v.e.workers, func(done, total int) { v.progress("blocks", done, total) })
	if err != nil {
		return err
	}
	if err := v.checkLinks(p.Links); err != nil {
		return err
	}
	entityOf := map[int32]uint64{} // group → entity of its first record
	groupOf := map[uint64]int32{}
	for i, x := range v.records {
		label := p.Labels[i]
		if _, ok := entityOf[label]; !ok {
			entityOf[label] = x.home
			if other, taken := groupOf[x.home]; taken && other != label {
				v.report.find("partition", record(x.record.Number), "is with record %d in entity %s and should not be", v.records[other].record.Number, entityID(x.home))
			}
			groupOf[x.home] = label
		} else if entityOf[label] != x.home {
			v.report.find("partition", record(x.record.Number), "is in entity %s and should be with record %d in %s", entityID(x.home), v.records[label].record.Number, entityID(entityOf[label]))
		}
	}
	return nil
}

// checkLinks compares the links with those of the partition.
func (v *verification) checkLinks(links []Link) error {
	want := map[uint64][]store.Link{}
	for _, l := range links {
		a, b := v.records[l.A].record.Number, v.records[l.B].record.Number
		s := store.Link{Weight: int32(l.Weight), Veto: l.Veto, Deterministic: l.Deterministic}
		s.Other = b
		want[a] = append(want[a], s)
		s.Other = a
		want[b] = append(want[b], s)
	}
	v.report.Links = uint64(len(links))
	for _, x := range v.records {
		n := x.record.Number
		stored, err := v.r.Links(n)
		if err != nil {
			return err
		}
		slices.SortFunc(want[n], func(a, b store.Link) int { return cmp.Compare(a.Other, b.Other) })
		if !slices.Equal(stored, want[n]) {
			v.report.find("links", record(n), "%d stored, %d computed, or other weights", len(stored), len(want[n]))
		}
	}
	return nil
}

// checkEntities compares members and golden records with those computed.
func (v *verification) checkEntities(context.Context) error {
	want := map[uint64][]uint64{}
	for _, x := range v.records {
		want[x.home] = append(want[x.home], x.record.Number)
	}
	err := v.r.EachEntity(func(stored *store.Entity) error {
		v.report.Entities++
		v.lastEntity = max(v.lastEntity, stored.Number)
		where := "entity " + string(entityID(stored.Number))
		members := want[stored.Number]
		delete(want, stored.Number)
		if len(stored.Members) == 0 {
			v.report.find("entity", where, "it has no records")
		}
		if !slices.Equal(stored.Members, members) {
			v.report.find("entity", where, "its records are not those that are in it")
			return nil
		}
		list := make([]Contribution, len(members))
		for i, n := range members {
			x := v.byNumber[n]
			list[i] = Contribution{Ref: x.record.Record.Ref, Record: &x.record.Record, Prepared: x.f.record}
		}
		if golden := v.e.rules.Survive(list); !sameGolden(golden, stored.Golden) {
			v.report.find("golden record", where, "not what its records let survive")
		}
		if _, err := v.r.Redirect(stored.Number); !errors.Is(err, kv.ErrNotFound) {
			v.report.find("entity", where, "it is live and redirects all the same")
		}
		return nil
	})
	delete(want, 0) // said of each record already
	for _, number := range sortedKeys(want) {
		v.report.find("entity", "entity "+string(entityID(number)), "missing, %d records are in it", len(want[number]))
	}
	return err
}

func sameGolden(x, y []aloi.Attribute) bool {
	return slices.EqualFunc(x, y, func(a, b aloi.Attribute) bool {
		if !a.UpdatedAt.Equal(b.UpdatedAt) {
			return false
		}
		a.UpdatedAt = b.UpdatedAt
		return reflect.DeepEqual(a, b)
	})
}
