package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"aloi/internal/audit"
	"aloi/store"
	"aloi/store/kv"
)

// entriesRead is what the entries of the log say, of which the store is to hold the
// outcome.
type entriesRead struct {
	last     uint64 // place of the one read last
	time     time.Time
	began    time.Time // of the first
	late     bool      // one in the future was told
	marks    []erasedMark
	listed   map[uint64]bool   // places that an erasure lists
	used     map[string]uint64 // version of a policy → first entry under it
	policies []policyPayload   // as logged, in order
	assigned map[string]uint64 // event → place of its last assignment, counted from 1
	ruled    map[[2]string]*ruledPair
	roots    map[uint64]string   // entry → root of the decisions that it holds, hexadecimal
	unread   map[audit.Kind]bool // kinds of which an entry does not hold what it should
}

// erasedMark is an entry that is marked as erased.
type erasedMark struct {
	place     uint64
	tombstone uint64 // counted from 1
}

// ruledPair is the last judgement on two records.
type ruledPair struct {
	place   uint64
	verdict string
	stored  bool
}

// readEntries checks the entries that the tree has, each by itself.
func (v *logVerification) readEntries(ctx context.Context) error {
	v.entries = entriesRead{listed: map[uint64]bool{}, used: map[string]uint64{}, assigned: map[string]uint64{},
		ruled: map[[2]string]*ruledPair{}, roots: map[uint64]string{}, unread: map[audit.Kind]bool{}}
	var done uint64
	return v.r.EachLogEntry(0, func(index uint64, e *store.LogEntry) error {
		done++
		if at, ok := v.tree.placeOf(index); ok && v.places[at].kind == placeUnsound {
			v.readEntry(at, e)
		}
		return v.tick(ctx, "entries", done, v.size)
	})
}

func (v *logVerification) readEntry(at uint64, e *store.LogEntry) {
	p := &v.places[at]
	leaf, err := audit.ParseLeaf(e.Leaf)
	if err != nil {
		v.report.find(checkLeaf, entryAt(at), "it can't be read: %v", err)
		return
	}
	p.commit, p.kind = leaf.Commit, placeOther
	v.readTime(at, leaf.Time)
	if _, ok := v.entries.used[leaf.Policy]; !ok {
		v.entries.used[leaf.Policy] = at
	}
	if e.Erased != 0 {
		v.entries.marks = append(v.entries.marks, erasedMark{at, e.Erased})
	}
	if leaf.Kind == audit.KindConsent {
		p.kind = placeEvent
		if leaf.Actor == "" { // the source of a record acts for it
			p.flags |= placeApart
		}
		return
	}
	if leaf.Kind == audit.KindSuppression {
		p.kind = placeSuppression
	}
	var failed check
	what := ""
	switch {
	case e.Payload == nil:
		failed, what = checkMissing, "is gone"
	case audit.Commit(e.Salt, e.Payload) != leaf.Commit && leaf.Kind == audit.KindDecisions:
		failed, what = checkDecisions, "is not what its leaf commits to"
	case audit.Commit(e.Salt, e.Payload) != leaf.Commit:
		failed, what = checkPayload, "is not what its leaf commits to"
	case !v.readPayload(at, leaf.Kind, e.Payload):
		failed, what = checkPayload, "is not of the form of its kind"
	default:
		return
	}
	p.flags |= placeTold
	v.entries.unread[leaf.Kind] = true
	v.report.find(failed, entryAt(at), "what it holds, of kind %s, %s", leaf.Kind, what)
}

// readTime holds that time goes on, and has not gone past now.
func (v *logVerification) readTime(at uint64, t time.Time) {
	x := &v.entries
	if x.began.IsZero() {
		x.began = t
	} else if at < x.last { // it is not at its place, which is told
		return
	} else if t.Before(x.time) {
		v.report.find(checkTime, entryAt(at), "it was recorded before entry %d", x.last)
	}
	x.last, x.time = at, t
	if now := v.o.Now; !x.late && !now.IsZero() && t.After(now.Add(maxClockSkew)) {
		x.late = true
		v.report.find(checkTime, entryAt(at), "it was recorded in the future")
	}
}

// readPayload notes what an entry says; ok is false for what is not of its form.
func (v *logVerification) readPayload(at uint64, kind audit.Kind, payload []byte) (ok bool) {
	x := &v.entries
	switch kind {
	case audit.KindErasure:
		var p erasurePayload
		if json.Unmarshal(payload, &p) != nil {
			return false
		}
		v.readErasure(at, &p)
	case audit.KindPolicy:
		var p policyPayload
		if json.Unmarshal(payload, &p) != nil || p.Version == "" {
			return false
		}
		x.policies = append(x.policies, p)
	case audit.KindAssignment:
		var p struct {
			Event string `json:"event_id"`
		}
		if json.Unmarshal(payload, &p) != nil || p.Event == "" {
			return false
		}
		x.assigned[p.Event] = at + 1
	case audit.KindJudgement:
		var p struct{ A, B, Verdict string }
		if json.Unmarshal(payload, &p) != nil || p.A == "" || p.B == "" {
			return false
		}
		x.ruled[[2]string{p.A, p.B}] = &ruledPair{place: at, verdict: p.Verdict}
	case audit.KindDecisions:
		var p decisionPayload
		if json.Unmarshal(payload, &p) != nil {
			return false
		}
		v.entries.roots[at] = p.Root
		root, err := hex.DecodeString(p.Root)
		return err == nil && len(root) == sha256.Size
	}
	return true
}

// checkLists compares the lists that senders have with the roots that the log holds.
func (v *logVerification) checkLists(context.Context) error {
	for _, l := range v.o.Lists {
		if v.entries.roots[l.Index] != hex.EncodeToString(l.Root[:]) {
			v.report.find(checkDecisions, entryAt(l.Index), "a list says that it was given out under this entry, which holds no such root")
		}
	}
	return nil
}

// readErasure notes which events an entry says to have been destroyed.
func (v *logVerification) readErasure(at uint64, p *erasurePayload) {
	if p.Case == "" {
		v.report.find(checkCase, entryAt(at), "it says of no case why it erased %d entries", len(p.Entries))
	}
	for _, n := range p.Entries {
		if n == 0 || n > at || v.places[n-1].kind != placeEvent && v.places[n-1].kind != placeUnsound {
			v.report.find(checkCase, entryAt(at), "it says that it erased one that is no event before it")
			continue
		}
		v.places[n-1].flags |= placeErased
		v.entries.listed[n-1] = true
	}
}

// checkErasures compares the marks of entries that were erased with what erased them.
func (v *logVerification) checkErasures(context.Context) error {
	for _, m := range v.entries.marks {
		p := &v.places[m.place]
		switch {
		case v.entries.listed[m.place]:
			delete(v.entries.listed, m.place)
		case m.tombstone > 0 && m.tombstone <= v.size && (v.places[m.tombstone-1].kind == placeUnsound || v.places[m.tombstone-1].is(placeTold)):
			p.flags |= placeErased // what is wrong with the erasure is told
		case !p.is(placeTold):
			p.flags |= placeTold
			v.report.find(checkMissing, entryAt(m.place), "it is marked as erased, and no entry of the log erased it")
		}
	}
	for _, place := range sortedKeys(v.entries.listed) {
		if v.places[place].kind == placeEvent {
			v.report.find(checkCase, entryAt(place), "the log says that it was erased, and it is not marked so")
		}
	}
	return nil
}

// checkPolicies holds that every policy in use was logged, and that its text is there.
func (v *logVerification) checkPolicies(context.Context) error {
	known := map[string]string{} // version → SHA-256
	for _, p := range v.entries.policies {
		known[p.Version] = p.SHA256
	}
	if v.complete(audit.KindPolicy) {
		if err := v.checkUsed(known); err != nil {
			return err
		}
	}
	var versions []string
	for version := range known {
		versions = append(versions, version)
	}
	slices.Sort(versions)
	for _, version := range versions {
		text, err := v.r.Meta(metaPolicy + version)
		sum := sha256.Sum256(text)
		switch {
		case errors.Is(err, kv.ErrNotFound):
			v.report.find(checkPolicy, "policy "+version, "its text is gone")
		case err != nil:
			return err
		case hex.EncodeToString(sum[:]) != known[version]:
			v.report.find(checkPolicy, "policy "+version, "its text is not the one that was logged")
		}
	}
	return nil
}

// complete reports whether the entries of a kind could all be read, so that what they
// do not say is nowhere.
func (v *logVerification) complete(kind audit.Kind) bool {
	return !v.tree.entriesWrong() && !v.entries.unread[kind]
}

// checkUsed finds policies that entries are under, or that are in force, and that are
// in no entry.
func (v *logVerification) checkUsed(known map[string]string) error {
	var unlogged []uint64
	for version, first := range v.entries.used {
		if _, ok := known[version]; !ok {
			unlogged = append(unlogged, first)
		}
	}
	slices.Sort(unlogged)
	for _, at := range unlogged {
		v.report.find(checkPolicy, entryAt(at), "it is the first under a policy that was never logged")
	}
	inForce, err := v.r.Meta(metaInForce)
	if err != nil && !errors.Is(err, kv.ErrNotFound) {
		return err
	}
	if n := len(v.entries.policies); len(unlogged) == 0 && n > 0 && v.entries.policies[n-1].Version != string(inForce) {
		v.report.find(checkPolicy, "policy in force", "it is not the one that was logged last")
	}
	return nil
}
