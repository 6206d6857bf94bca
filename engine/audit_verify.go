package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"

	"aloi/consent"
	"aloi/internal/audit"
	"aloi/matcher"
	"aloi/store"
	"aloi/store/kv"
)

// The checks of VerifyLog, numbered as in the list of what it must detect. What is not
// there belongs to parts of the list that this engine does not have.
var (
	checkPayload   = check{"payload changed", "I9"}            // 1: what an entry holds is not what its leaf commits to
	checkAltered   = check{"payload changed", "I8"}            // 1: an event is not
	checkLeaf      = check{"leaf changed", "I9"}               // 2
	checkDeleted   = check{"entry deleted", "I9"}              // 3: in the middle
	checkTruncated = check{"log truncated", "I9"}              // 4: the end is gone
	checkSwapped   = check{"entries swapped", "I9"}            // 5
	checkInserted  = check{"entry inserted", "I9"}             // 6
	checkDuplicate = check{"duplicate sequence", "I9"}         // 7
	checkGap       = check{"gap in the sequence", "I9"}        // 8
	checkTime      = check{"recorded time", "I9"}              // 9: it goes backwards, or lies in the future
	checkSignature = check{"checkpoint signature", "I9"}       // 10: wrong, or of another key
	checkFork      = check{"checkpoints inconsistent", "I9"}   // 11: a checkpoint is of another log than the one that is stored
	checkHashes    = check{"tree hash", "I9"}                  // 12: a stored hash is not the one of the entries
	checkMissing   = check{"payload missing", "I8"}            // 13: an event is gone, and nobody erased it
	checkCase      = check{"erasure without case", "I11"}      // 14: it says no reason, or erased something else
	checkErased    = check{"erased and still there", "I11"}    // 15
	checkState     = check{"state without event", "I8"}        // 16: a dossier or a suppression that nothing in the log explains
	checkUnlogged  = check{"event without log entry", "I8"}    // 17
	checkEventless = check{"log entry without event", "I8"}    // 17: a judgement or an assignment; of an event it is 13
	checkNotice    = check{"notice missing", "I8"}             // 18: an event names a text that is not there
	checkDecisions = check{"decisions not as committed", "I9"} // 19
	checkPolicy    = check{"policy not logged", "I9"}          // 20: or its text is another, or gone
	checkListLost  = check{"stop lost", "I11"}                 // 22: a suppression
	checkLost      = check{"stop lost", "I8"}                  // 22: a stop that no record's ledger has
)

// maxClockSkew is how far a time in the log may be past the clock of who verifies.
const maxClockSkew = 5 * time.Minute

// logTick is after how many entries progress is told, and whether to go on is asked.
const logTick = 256

// VerifyLog checks the audit log, and that the ledger, the suppression list, notices,
// policies, judgements and dossiers are what it proves. It computes the tree anew from the
// leaves, and blames what the signed checkpoint does not bear out; that the end of the log
// was cut off, or all of it written anew, only AuditOptions.Checkpoints show. An entry is
// named by its index, counted from 0 as in its leaf. Of what follows from one fault, only
// the fault is told. It holds about 40 bytes for each entry in memory. progress, if not
// nil, is told of the entries, events and records read. What can't be read is an error, not
// a finding.
func (e *Engine) VerifyLog(ctx context.Context, o AuditOptions, progress func(step string, done, total uint64)) (*Report, error) {
	if progress == nil {
		progress = func(string, uint64, uint64) {}
	}
	report := newReport("I8", "I9", "I11")
	return report, e.view(ctx, func(r *store.Reader) error { return e.verifyLog(ctx, r, report, o, true, progress) })
}

// verifyLog is VerifyLog on one state of the store, with the dossiers or without.
func (e *Engine) verifyLog(ctx context.Context, r *store.Reader, report *Report, o AuditOptions, dossiers bool, progress func(string, uint64, uint64)) error {
	verifier, err := note.NewVerifier(e.public)
	if err != nil {
		return err
	}
	v := &logVerification{e: e, o: o, verifier: verifier, r: r, report: report, progress: progress,
		unnoticed: map[string]*unnoticed{}, troubled: map[uint64]bool{}}
	steps := []func(context.Context) error{
		v.readHeads, v.checkTree, v.readEntries, v.checkLists, v.checkErasures, v.checkPolicies, v.checkLedger, v.checkApart,
		v.checkSuppressions, v.checkPlaces, v.checkAssignments, v.checkJudgements, v.checkNotices,
	}
	if dossiers {
		steps = append(steps, v.checkDossiers)
	}
	for _, step := range steps {
		if err := cmp.Or(ctx.Err(), step(ctx)); err != nil {
			return err
		}
	}
	report.Events = v.events
	return nil
}

// logVerification is the state of one VerifyLog.
type logVerification struct {
	e        *Engine
	o        AuditOptions
	verifier note.Verifier
	r        *store.Reader
	report   *Report
	progress func(string, uint64, uint64)

	counters store.Counters
	head     *audit.Checkpoint // that is stored; nil where it holds not
	kept     []keptCheckpoint
	size     uint64 // entries that there should be
	tree     *logTree
	places   []place // of the entries, by index

	entries   entriesRead
	events    uint64 // seen in the ledger
	said      []saidEntry
	unnoticed map[string]*unnoticed // by the hash that an event names
	troubled  map[uint64]bool       // records of whose ledger something is told
}

// keptCheckpoint is a checkpoint that was kept elsewhere.
type keptCheckpoint struct {
	audit.Checkpoint
	number int // in AuditOptions, from 1
}

// place is what is known of an entry.
type place struct {
	commit [32]byte
	kind   placeKind
	flags  placeFlags
}

type placeKind uint8

const (
	placeUnsound placeKind = iota // no sound leaf is known
	placeEvent
	placeSuppression
	placeOther
)

type placeFlags uint8

const (
	placeClaimed placeFlags = 1 << iota // what it records was found
	placeErased
	placeTold  // something is wrong with it, and is told
	placeApart // the event is of no record's ledger
)

func (p *place) is(f placeFlags) bool { return p.flags&f != 0 }

func entryAt(index uint64) string { return fmt.Sprintf("entry %d", index) }

// tick tells of progress, and whether to go on.
func (v *logVerification) tick(ctx context.Context, step string, done, total uint64) error {
	if done%logTick != 0 && done != total {
		return nil
	}
	v.progress(step, done, max(done, total))
	return ctx.Err()
}

// readHeads reads the stored checkpoint and those that were kept.
func (v *logVerification) readHeads(context.Context) error {
	var err error
	if v.counters, err = v.r.Counters(); err != nil {
		return err
	}
	v.size = v.counters.Log
	const stored = "stored checkpoint"
	text, err := v.r.Meta(metaCheckpoint)
	if errors.Is(err, kv.ErrNotFound) {
		v.report.find(checkSignature, stored, "missing")
	} else if err != nil {
		return err
	} else if head, err := audit.Open(string(text), v.verifier); err != nil {
		v.report.find(checkSignature, stored, "%v", err)
	} else {
		v.head, v.size = &head, max(v.size, head.Size)
		if head.Size < v.counters.Log {
			v.report.find(checkFork, stored, "it is of %d entries, and the log has %d", head.Size, v.counters.Log)
		}
	}
	for i, text := range v.o.Checkpoints {
		c, err := audit.Open(text, v.verifier)
		if err != nil {
			v.report.find(checkSignature, fmt.Sprintf("kept checkpoint %d", i+1), "%v", err)
			continue
		}
		v.kept = append(v.kept, keptCheckpoint{c, i + 1})
	}
	slices.SortFunc(v.kept, func(a, b keptCheckpoint) int {
		return cmp.Or(cmp.Compare(a.Size, b.Size), cmp.Compare(a.number, b.number))
	})
	v.report.Entries = v.size
	v.places = make([]place, v.size)
	return nil
}

// anchor is the checkpoint that tells true from false: the stored one, else the largest
// of those kept that the log reaches; nil for none.
func (v *logVerification) anchor() *audit.Checkpoint {
	if v.head != nil {
		return v.head
	}
	for _, c := range slices.Backward(v.kept) {
		if c.Size <= v.size {
			return &c.Checkpoint
		}
	}
	return nil
}

// checkTree computes the tree anew, and compares it with what is stored and signed.
func (v *logVerification) checkTree(ctx context.Context) error {
	var sizes []uint64
	if v.head != nil {
		sizes = append(sizes, v.head.Size)
	}
	for _, c := range v.kept {
		sizes = append(sizes, c.Size)
	}
	slices.Sort(sizes)
	v.tree = newLogTree(v.r, v.size, slices.Compact(sizes))
	if err := v.tree.read(func(done uint64) error { return v.tick(ctx, "tree", done, v.size) }); err != nil {
		return err
	}
	right := v.judgeTree()
	v.checkKept(right)
	return nil
}

// checkKept compares the checkpoints that were kept with the log, and those past its end
// with one another.
func (v *logVerification) checkKept(right *treeSum) {
	for i, c := range v.kept {
		where := fmt.Sprintf("kept checkpoint %d", c.number)
		if root, known := right.roots[c.Size]; known && root != c.Root {
			v.report.find(checkFork, where, "the first %d entries of the log are not those that it was signed for", c.Size)
		}
		if c.Size <= v.size {
			continue
		}
		if i > 0 && v.kept[i-1].Size == c.Size && v.kept[i-1].Root != c.Root {
			v.report.find(checkFork, where, "another that was kept, of %d entries too, has another root: the log was written twice", c.Size)
		}
		if i == len(v.kept)-1 {
			v.report.find(checkTruncated, entryAt(v.size), "the log had %d entries when kept checkpoint %d was signed, and has %d", c.Size, c.number, v.size)
		}
	}
}

// judgeTree says which of the entries, the stored hashes and the checkpoint is wrong where
// they do not agree, and returns the sum that is right.
func (v *logVerification) judgeTree() *treeSum {
	t, anchor := v.tree, v.anchor()
	bears := func(s *treeSum) bool {
		root, known := s.roots[anchor.Size]
		return known && root == anchor.Root
	}
	right := &t.hashes
	switch {
	case anchor != nil && bears(&t.leaves):
		t.leavesRight, right = true, &t.leaves
	case anchor == nil || bears(&t.hashes):
	case v.head != nil && len(t.odd) == 0:
		v.report.find(checkFork, "stored checkpoint", "the %d entries that it was signed for are not those of the log", anchor.Size)
	}
	truncated := t.blame(v.report)
	for _, h := range right.wrong {
		v.report.find(checkHashes, entryAt(h.n<<h.level), "the stored hash of the %d entries that begin there is missing, or not theirs", uint64(1)<<h.level)
	}
	if v.counters.Log < v.size && !truncated {
		v.report.find(checkTruncated, entryAt(v.counters.Log), "the store counts %d entries, and its checkpoint is of %d", v.counters.Log, v.size)
	}
	return right
}

// checkDossiers compares the dossiers with the ledger.
func (v *logVerification) checkDossiers(ctx context.Context) error {
	var done uint64
	return v.r.EachRecord(func(rec *store.Record) error {
		done++
		if err := v.tick(ctx, "records", done, v.counters.Records); err != nil || v.troubled[rec.Number] {
			return err
		}
		f, err := readFeatures(v.r, rec.Number)
		if err != nil {
			return err
		}
		return v.e.checkDossier(v.r, rec, f.record, checkState, v.report)
	})
}

// checkDossier finds a stored dossier that is not the one of its record. Where the ledger
// has more or fewer events than the record counts, it is not the dossier that is wrong.
func (e *Engine) checkDossier(r *store.Reader, rec *store.Record, p *matcher.Prepared, is check, report *Report) error {
	stored, err := r.Dossier(rec.Number)
	if errors.Is(err, kv.ErrNotFound) {
		report.find(is, record(rec.Number), "its dossier is missing")
		return nil
	}
	if err != nil {
		return err
	}
	d, err := e.storedDossier(r, rec, p)
	if err != nil || !d.Partial && len(d.Events) != rec.Consents {
		return err
	}
	if !bytes.Equal(stored, consent.AppendDossier(nil, d)) {
		report.find(is, record(rec.Number), "its dossier is not the one of its ledger")
	}
	return nil
}
