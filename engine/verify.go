package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"aloi"
	"aloi/matcher"
	"aloi/store"
	"aloi/store/kv"
)

// The checks of Verify, beside those of VerifyLog.
var (
	checkEntityOf     = check{"entity of record", "I2"}
	checkEntity       = check{"entity", "I2"}
	checkCount        = check{"count", "I2"}
	checkEmpty        = check{"empty entity", "I3"}
	checkRedirect     = check{"redirect", "I3"}
	checkContent      = check{"record content", "I4"}
	checkFeatures     = check{"features", "I4"}
	checkBlock        = check{"block", "I4"}
	checkLink         = check{"links", "I5"}
	checkPartition    = check{"partition", "I6"}
	checkRuled        = check{"judgement index", "I6"}
	checkRuledCount   = check{"count", "I6"}
	checkSurvived     = check{"golden record", "I7"}
	checkDossier      = check{"dossier", "I8"}
	checkEvents       = check{"events", "I8"}
	checkPoint        = check{"contact point", "I8"}
	checkToken        = check{"token", "I8"}
	checkWaiting      = check{"waiting", "I8"}
	checkWaitingCount = check{"count", "I8"}
	checkJournalCount = check{"count", "I9"}
	checkJournal      = check{"journal", "I9"}
	checkIndex        = check{"record index", "I14"}
	checkOrphan       = check{"orphan", "I14"}
	checkKey          = check{"key", "I14"}
)

var (
	errAdopting  = &aloi.Error{Code: aloi.CodeUnavailable, Message: "a model is being adopted: verify when that is done"}
	errVerifying = &aloi.Error{Code: aloi.CodeUnavailable, Message: "a verification is under way: ask again when it is done"}
)

// Verify recomputes everything from the stored facts and compares: features, dossiers,
// blocks, links, the partition, golden records, counts, the journal, that every key is one
// and that what refers to something finds it; and it does what VerifyLog does. It looks at
// one state of the store: operations may go on meanwhile. It holds all prepared records in
// memory. progress, if not nil, is told of the steps that take long, from several
// goroutines. The error is of CodeUnavailable while a model is being adopted, and during
// another verification.
func (e *Engine) Verify(ctx context.Context, progress func(step string, done, total int)) (*Report, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	if !e.verifying.TryLock() {
		return nil, errVerifying
	}
	defer e.verifying.Unlock()
	report := newReport("I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I11", "I14")
	return report, e.view(ctx, func(r *store.Reader) error {
		if sound, err := e.verifyRecords(ctx, r, report, progress); err != nil || !sound {
			return err
		}
		return e.verifyLog(ctx, r, report, AuditOptions{Now: e.now()}, false, func(step string, done, total uint64) { progress(step, int(done), int(total)) })
	})
}

// verifyRecords is Verify without the audit log. sound is false where keys are so wrong
// that nothing behind them was looked at.
func (e *Engine) verifyRecords(ctx context.Context, r *store.Reader, report *Report, progress func(string, int, int)) (sound bool, err error) {
	m, err := e.matcherOf(r)
	if err != nil {
		return false, err
	}
	v := &verification{e: e, matcher: m, r: r, report: report, progress: progress, byNumber: map[uint64]*verified{}, numberOf: map[store.RefHash]uint64{}}
	if sound, err = v.checkKeys(ctx); err != nil {
		return false, err
	}
	if !sound {
		report.unlook(checkKey.invariant)
		return false, nil
	}
	for _, step := range []func(context.Context) error{
		v.readRecords, v.checkBlocks, v.checkPartition, v.checkEntities, v.checkRedirects, v.checkPoints, v.checkWaiting,
		v.checkCounts, v.checkOwners, v.checkJournal,
	} {
		if err := cmp.Or(ctx.Err(), step(ctx)); err != nil {
			return false, err
		}
	}
	return true, nil
}

// matcherOf returns the model that a state of the store is resolved under: an adoption may
// have put another in force since.
func (e *Engine) matcherOf(r *store.Reader) (*matcher.Matcher, error) {
	if _, err := r.Meta(metaAdopting); !errors.Is(err, kv.ErrNotFound) {
		return nil, cmp.Or(err, error(errAdopting))
	}
	now := e.inForce.Load()
	text, err := r.Meta(metaText)
	if errors.Is(err, kv.ErrNotFound) || err == nil && string(text) == now.text { // not there: see named
		return now.matcher, nil
	}
	if err != nil {
		return nil, err
	}
	file, err := parseModel(string(text))
	if err != nil {
		return nil, fmt.Errorf("engine: the model in the store: %w", err)
	}
	return file.matcher, nil
}

// verified is what is kept in memory of a stored record. The record itself is not: it is
// read again where it is needed.
type verified struct {
	number uint64
	f      *features // computed
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

// readChunk is how many records are read before what they prepare to is computed, on all
// workers.
const readChunk = 256

// readRecords reads every record, and compares what is derived from it with what is
// computed.
func (v *verification) readRecords(ctx context.Context) error {
	var err error
	if v.counters, err = v.r.Counters(); err != nil {
		return err
	}
	var chunk []*store.Record
	flush := func() error {
		defer func() { chunk = chunk[:0] }()
		return cmp.Or(ctx.Err(), v.checkRecords(chunk))
	}
	err = v.r.EachRecord(func(rec *store.Record) error {
		if chunk = append(chunk, rec); len(chunk) < readChunk {
			return nil
		}
		return flush()
	})
	return cmp.Or(err, flush())
}

func (v *verification) checkRecords(chunk []*store.Record) error {
	computed := make([]*verified, len(chunk))
	v.e.parallel(len(chunk), func(i int) {
		rec := chunk[i]
		computed[i] = &verified{number: rec.Number, f: v.e.featuresBy(v.matcher, &rec.Record, v.e.st.RefHash(rec.Record.Ref))}
	})
	for i, x := range computed {
		if err := v.checkRecord(chunk[i], x); err != nil {
			return err
		}
		x.f.Prepared = nil // compared; what it encodes is there
		v.progress("records", len(v.records), max(len(v.records), int(v.counters.Records)))
	}
	return nil
}

// checkRecord compares what is kept beside a record with what is computed from it.
func (v *verification) checkRecord(rec *store.Record, x *verified) error {
	n, hash := x.number, x.f.Ref
	v.records, v.byNumber[n], v.numberOf[hash] = append(v.records, x), x, n
	if found, err := v.r.Number(hash); err != nil {
		return err
	} else if found != n {
		v.report.find(checkIndex, record(n), "its reference leads to record %d", found)
	}
	if store.ContentOf(&rec.Record) != rec.Content {
		v.report.find(checkContent, record(n), "the content hash is another")
	}
	switch stored, err := v.r.Features(n); {
	case errors.Is(err, kv.ErrNotFound):
		v.report.find(checkFeatures, record(n), "missing")
	case err != nil:
		return err
	case differ(&features{Features: *stored}, x.f) || stored.Ref != hash:
		v.report.find(checkFeatures, record(n), "not what the record prepares to")
	}
	var err error
	if x.home, err = v.r.EntityOf(n); err != nil {
		return err
	}
	if x.home == 0 {
		v.report.find(checkEntityOf, record(n), "the record is in no entity")
	}
	if err := v.checkEvents(rec); err != nil {
		return err
	}
	return v.e.checkDossier(v.r, rec, x.f.record, checkDossier, v.report)
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
		v.report.find(checkEvents, record(rec.Number), "%d consent events and %d interactions, its count says %d and %d",
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
