package engine

import (
	"maps"
	"slices"
	"time"

	"aloi"
	"aloi/internal/failpoint"
	"aloi/matcher"
	"aloi/store"
)

// batch is the work of one commit: what was read, what it became, and what is to be
// written. compute fills it from a reader alone, so that a preview is a batch that
// is not flushed.
type batch struct {
	e        *Engine
	matcher  *matcher.Matcher // in force when the batch began
	r        *store.Reader
	writer   bool // the batch will be committed
	now      time.Time
	counters store.Counters
	ops      []*prepared
	results  []result // one per operation

	numbers  map[store.RefHash]uint64 // record numbers looked up; 0: not stored
	records  map[uint64]*recordState  // records that the operations name
	features map[uint64]*features     // as they are after the batch
	blocks   map[store.BlockID]*blockState
	listed   map[uint64][]store.BlockID // blocks of records whose pairs may have to be compared again
	links    map[uint64]*linkState
	judged   map[store.RefHash][]store.Judged // after the batch
	rulings  []ruling
	seeds    map[uint64]bool

	homes    map[uint64]uint64 // record → entity before the batch, 0 for none
	groups   []*group
	groupOf  map[uint64]*group
	retired  map[uint64]uint64        // entity that is no more → where it went, 0 for nowhere
	entities map[uint64]*store.Entity // before the batch
	ledger   acts
	entry    store.JournalEntry
	acks     []aloi.Acknowledgement
	untold   []evidence // of answers that lack their reason
}

// result is what one operation did to the facts.
type result struct {
	outcome aloi.Outcome // final for UNCHANGED, STALE, NOT_FOUND, REJECTED
	number  uint64       // of the record that it is about
	created bool         // the operation brought a new record
	events  int          // consent events and interactions that it added
	flags   []aloi.Flag  // remarks on consent events

	// Of an operation on the ledger.
	violations []aloi.Violation
	refusal    string // why it was not done
	eventID    string
	place      uint64    // in the log, counted from 1
	pair       [2]uint64 // the records judged, 0 for those not stored; number is one of them
}

// recordState is a record before and after the batch; nil: not stored.
type recordState struct {
	before, after   *store.Record
	featuresBefore  *features
	featuresAfter   *features
	consents        map[store.ContentHash]*store.Entry     // new, or ruled on
	interactions    map[store.ContentHash]aloi.Interaction // new
	dossier         []byte                                 // after the batch
	resolutionDirty bool                                   // the features changed
}

// stored are the features as the store has them, nil for none.
func (f *features) stored() *store.Features {
	if f == nil {
		return nil
	}
	return &f.Features
}

// touched reports whether anything of a stored record changed.
func (s *recordState) touched() bool {
	return s.before == nil || s.after == nil || s.before.Content != s.after.Content ||
		s.before.Record.Version != s.after.Record.Version || !s.before.Record.UpdatedAt.Equal(s.after.Record.UpdatedAt) ||
		len(s.consents)+len(s.interactions) > 0
}

// ruling is a judgement that is stored, or taken away.
type ruling struct {
	judgement aloi.Judgement
	withdrawn bool
}

// newBatch returns a batch of operations that nothing is known of yet.
func (e *Engine) newBatch(r *store.Reader, ops []*prepared, writer bool) (*batch, error) {
	n := len(ops)
	b := &batch{
		e: e, matcher: e.matcher(), r: r, writer: writer, now: e.monotone(e.now().UTC()), ops: ops, results: make([]result, n),
		numbers: make(map[store.RefHash]uint64, n), records: make(map[uint64]*recordState, n), features: make(map[uint64]*features, 4*n),
		blocks: make(map[store.BlockID]*blockState, 16*n), listed: map[uint64][]store.BlockID{}, links: make(map[uint64]*linkState, 3*n),
		judged: map[store.RefHash][]store.Judged{}, seeds: make(map[uint64]bool, 3*n), homes: make(map[uint64]uint64, 3*n),
		groupOf: make(map[uint64]*group, 3*n), retired: map[uint64]uint64{}, entities: make(map[uint64]*store.Entity, n),
	}
	var err error
	b.counters, err = r.Counters()
	return b, err
}

// compute carries the operations out on a state of the store, in memory.
func (e *Engine) compute(r *store.Reader, ops []*prepared, writer bool) (*batch, error) {
	b, err := e.newBatch(r, ops, writer)
	if err != nil {
		return nil, err
	}
	for _, op := range ops {
		if op.features != nil && op.by != b.matcher { // a model was adopted meanwhile
			op.by, op.features = b.matcher, e.featuresBy(b.matcher, op.Put, op.ref)
		}
	}
	for _, step := range []func() error{b.facts, b.index, b.link, b.resolve, b.survive, b.dossiers, b.seal, b.journal, b.acknowledge} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return b, failpoint.Hit("batch/computed")
}

// sortedKeys returns the keys of a map in order: no result may depend on a map's.
func sortedKeys[V any](m map[uint64]V) []uint64 { return slices.Sorted(maps.Keys(m)) }

// number returns the number of a record, 0 when it is not stored.
func (b *batch) number(ref store.RefHash) (uint64, error) {
	if n, ok := b.numbers[ref]; ok {
		return n, nil
	}
	n, err := b.r.Number(ref)
	b.numbers[ref] = n
	return n, err
}

// feature returns the features of a live record, as they are after the batch.
func (b *batch) feature(number uint64) (*features, error) {
	if f, ok := b.features[number]; ok {
		return f, nil
	}
	f, err := b.load(number)
	if err == nil {
		b.features[number] = f
	}
	return f, err
}

func (b *batch) load(number uint64) (*features, error) { return loadFeatures(b.r, number) }

// home returns the entity that a record was in before the batch, 0 for none.
func (b *batch) home(number uint64) (uint64, error) {
	if h, ok := b.homes[number]; ok {
		return h, nil
	}
	h, err := b.readHome(number)
	b.homes[number] = h
	return h, err
}

func (b *batch) readHome(number uint64) (uint64, error) {
	if s, ok := b.records[number]; ok && s.before == nil {
		return 0, nil
	}
	return b.r.EntityOf(number)
}
