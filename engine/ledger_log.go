package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"aloi"
	"aloi/internal/audit"
	"aloi/store"
	"aloi/store/kv"
)

// The names of the log's meta values.
const (
	metaCheckpoint = "checkpoint" // the head of the log, signed
	metaPolicy     = "policy."    // the text of a policy, behind it its version
	metaInForce    = "policy"     // version of the policy in force
)

// erase keeps what must outlive a record that is removed: its stops, on its contact
// points; and, in the log, that its payloads went with it.
func (b *batch) erase(number uint64, s *recordState) error {
	var stored []store.Entry
	if s.before != nil && s.before.Consents > 0 {
		var err error
		if stored, err = b.r.Entries(number); err != nil {
			return err
		}
	}
	gone := &erasure{}
	acts := make([]*store.Entry, 0, len(stored)+len(s.consents))
	for i := range stored {
		acts = append(acts, &stored[i])
		if stored[i].Log != 0 {
			gone.places = append(gone.places, stored[i].Log)
		}
	}
	for _, content := range inOrder(s.consents) {
		e := s.consents[content]
		if e.Log != 0 && !slices.Contains(gone.places, e.Log) { // one that waited for the record
			gone.places = append(gone.places, e.Log)
		}
		acts = append(acts, e)
		put(&b.ledger.dropped, e, true)
	}
	if err := b.outlive(s, acts); err != nil || len(gone.places) == 0 {
		return err
	}
	slices.Sort(gone.places)
	b.logInline(audit.KindErasure, s.after.Record.Ref.Source, nil, erasurePayload{Case: "source removed the record", Entries: gone.places})
	b.last().learn = func(place uint64) { gone.log = place }
	b.ledger.erasures = append(b.ledger.erasures, gone)
	return nil
}

// erasurePayload is what the log holds of payloads that were destroyed.
type erasurePayload struct {
	Case    string   `json:"case"`    // on which ground
	Entries []uint64 `json:"entries"` // places in the log, counted from 1
}

// outlive keeps the stops of a record that is removed on its contact points: what was
// refused stays so, whoever brings the address again.
func (b *batch) outlive(s *recordState, acts []*store.Entry) error {
	for _, e := range acts {
		if !e.Kind.IsStop() || e.Assigned < 0 {
			continue
		}
		points := []string{e.ContactPoint}
		if e.ContactPoint == "" {
			points = pointsOf(&s.after.Record, s.featuresAfter.record)
		}
		for _, p := range points {
			canonical, _ := canonicalPoint(p)
			if err := b.keepStop(canonical, &e.ConsentEvent); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepStop keeps of a stop what it stops, and nothing that says who.
func (b *batch) keepStop(canonical string, e *aloi.ConsentEvent) error {
	bare := aloi.ConsentEvent{
		Kind: e.Kind, Time: e.Time, UncertaintySeconds: e.UncertaintySeconds, Purposes: e.Purposes, Channels: e.Channels,
		Controllers: e.Controllers, Jurisdiction: e.Jurisdiction, SharedOK: e.SharedOK,
	}
	if bare.Time.IsZero() || bare.Time.After(e.RecordedTime) {
		bare.Time = e.RecordedTime // it will be recorded again, later than it was
	}
	content, err := store.ConsentContent(bare)
	if err != nil {
		return err
	}
	hash := b.e.st.PointHash(canonical)
	if held, err := b.onPoint(hash, content); err != nil || held {
		return err
	}
	b.keepOnPoint(hash, content, bare)
	return nil
}

// seal gives what the batch adds its places in the log.
func (b *batch) seal() error {
	for _, r := range b.rulings {
		b.logRuling(r)
	}
	b.ledger.log = slices.DeleteFunc(b.ledger.log, func(l *logged) bool { return l.entry != nil && b.ledger.dropped[l.entry] })
	for i, l := range b.ledger.log {
		l.leaf = audit.Leaf{Sequence: b.counters.Log + uint64(i), Time: b.now, Kind: l.kind, Policy: b.e.policy.Version}
		l.salt = audit.NewSalt()
		if l.entry != nil {
			l.entry.Log, l.entry.Salt = l.leaf.Sequence+1, l.salt
		}
		if l.learn != nil {
			l.learn(l.leaf.Sequence + 1)
		}
	}
	errs := make([]error, len(b.ledger.log))
	b.e.parallel(len(b.ledger.log), func(i int) { errs[i] = b.e.encode(b.ledger.log[i]) })
	b.counters.Log += uint64(len(b.ledger.log))
	return errors.Join(errs...)
}

// encode makes the leaf of an entry.
func (e *Engine) encode(l *logged) error {
	payload := l.payload
	if l.event != nil {
		var err error
		if payload, err = audit.Payload(l.event); err != nil {
			return err
		}
	}
	l.leaf.Actor = e.pseudonym(l.actor)
	l.leaf.Commit = audit.Commit(l.salt, payload)
	l.encoded = l.leaf.Encode()
	return nil
}

// logRuling notes a judgement, or its withdrawal.
func (b *batch) logRuling(r ruling) {
	verdict := string(r.judgement.Verdict)
	if r.withdrawn {
		verdict = "WITHDRAWN"
	}
	ref := func(r aloi.RecordRef) string { return b.e.pseudonym(r.Source + "\x00" + r.ID) }
	b.logInline(audit.KindJudgement, r.judgement.Steward, nil, map[string]string{
		"a": ref(r.judgement.A), "b": ref(r.judgement.B), "verdict": verdict,
	})
}

// flushLedger writes what is beside records, the log, and its new head.
func (b *batch) flushLedger(w *store.Writer) error {
	l := &b.ledger
	for _, p := range l.points {
		if err := w.AddPoint(p.point, 0, p.content, p.entry); err != nil {
			return err
		}
	}
	for _, ref := range l.awaited {
		if err := w.DeleteWaiting(ref); err != nil {
			return err
		}
	}
	for _, x := range l.waiting {
		if err := w.AddWaiting(x.ref, x.content, x.entry); err != nil {
			return err
		}
	}
	for _, p := range inOrder(l.lists) {
		if err := w.SetSuppressions(p, l.lists[p]); err != nil {
			return err
		}
	}
	for _, h := range l.written {
		if err := w.SetNotice(h, l.notices[h]); err != nil {
			return err
		}
	}
	return b.flushLog(w)
}

func (b *batch) flushLog(w *store.Writer) error {
	if len(b.ledger.log) == 0 {
		return nil
	}
	entries := make([]store.LogEntry, len(b.ledger.log))
	for i, l := range b.ledger.log {
		entries[i].Leaf = l.encoded
		if l.event == nil {
			entries[i].Payload, entries[i].Salt = l.payload, l.salt
		}
	}
	if err := w.AppendLog(b.counters.Log-uint64(len(entries)), entries); err != nil {
		return err
	}
	for _, x := range b.ledger.erasures {
		for _, place := range x.places {
			if err := w.SetErased(place-1, x.log); err != nil {
				return err
			}
		}
	}
	return b.e.signHead(w, b.counters.Log)
}

// signHead writes the signed head of a log of a size.
func (e *Engine) signHead(w *store.Writer, size uint64) error {
	root, err := tlog.TreeHash(int64(size), w.LogHashes())
	if err != nil {
		return err
	}
	text, err := audit.Checkpoint{Origin: e.signer.Name(), Size: size, Root: root}.Sign(e.signer)
	if err != nil {
		return err
	}
	return w.SetMeta(metaCheckpoint, []byte(text))
}

// inOrder returns the keys of a map, which are hashes, in order.
func inOrder[K ~[16]byte, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y K) int { return bytes.Compare(x[:], y[:]) })
	return keys
}

// openSigner makes the engine's key ready; without one it makes a key for itself.
func (e *Engine) openSigner(key string) error {
	if key == "" {
		private, public, err := audit.NewKey("aloi/unnamed")
		if err != nil {
			return err
		}
		key, e.public = private, public
	}
	signer, err := note.NewSigner(key)
	if err != nil {
		return errors.New("engine: the audit key is not one that audit.NewKey makes")
	}
	e.signer = signer
	if e.public == "" {
		e.public, err = audit.PublicKey(key)
	}
	return err
}

// policyPayload is what the log holds of a policy.
type policyPayload struct {
	Version string `json:"version"`
	SHA256  string `json:"sha256"` // of its text
}

// openLog checks that the log is one that this engine can go on with, and notes the
// policy in force. given says that the key is the operator's, so that a head of another
// key is none of ours.
func (e *Engine) openLog(w *store.Writer, given bool) error {
	c, err := w.Counters()
	if err != nil {
		return err
	}
	if err := e.checkHead(w, c.Log, given); err != nil {
		return err
	}
	if c.Log > 0 {
		last, err := w.LogEntry(c.Log - 1)
		if err != nil {
			return err
		}
		leaf, err := audit.ParseLeaf(last.Leaf)
		if err != nil {
			return &aloi.Error{Code: aloi.CodeCorrupt, Message: "the last entry of the audit log", Err: err}
		}
		e.latest.Store(&leaf.Time)
	}
	return e.logPolicy(w, c)
}

// checkHead holds that the stored head is the one of the log.
func (e *Engine) checkHead(w *store.Writer, size uint64, given bool) error {
	stored, err := w.Meta(metaCheckpoint)
	switch {
	case errors.Is(err, kv.ErrNotFound):
		return e.signHead(w, size)
	case err != nil:
		return err
	case !given:
		return e.signHead(w, size)
	}
	verifier, err := note.NewVerifier(e.public)
	if err != nil {
		return err
	}
	head, err := audit.Open(string(stored), verifier)
	if err != nil {
		return &aloi.Error{Code: aloi.CodeCorrupt, Message: "the head of the audit log is not signed by this key", Err: err}
	}
	root, err := tlog.TreeHash(int64(size), w.LogHashes())
	if err != nil {
		return err
	}
	if head.Size != size || head.Root != root {
		return &aloi.Error{Code: aloi.CodeCorrupt, Message: "the audit log is not the one that its head was signed for"}
	}
	return nil
}

// logPolicy notes a policy that was not in force before. A version names one text for ever.
func (e *Engine) logPolicy(w *store.Writer, c store.Counters) error {
	text := e.policy.Text()
	known, err := w.Meta(metaPolicy + e.policy.Version)
	if err != nil && !errors.Is(err, kv.ErrNotFound) {
		return err
	}
	if err == nil && string(known) != string(text) {
		return &aloi.Error{Code: aloi.CodeInvalid, Message: "the policy of consent differs from the one that was in force under its version: give it a version of its own"}
	}
	was, wasErr := w.Meta(metaInForce)
	if wasErr != nil && !errors.Is(wasErr, kv.ErrNotFound) {
		return wasErr
	}
	if wasErr == nil && string(was) == e.policy.Version {
		return nil
	}
	sum := sha256.Sum256(text)
	b := &batch{e: e, now: e.monotone(e.now().UTC()), counters: c}
	b.logInline(audit.KindPolicy, "", nil, policyPayload{Version: e.policy.Version, SHA256: hex.EncodeToString(sum[:])})
	if err := b.seal(); err != nil {
		return err
	}
	return errors.Join(b.flushLog(w), w.SetCounters(b.counters),
		w.SetMeta(metaPolicy+e.policy.Version, text), w.SetMeta(metaInForce, []byte(e.policy.Version)))
}

// monotone returns a time that is not before the last one in the log.
func (e *Engine) monotone(now time.Time) time.Time {
	if latest := e.latest.Load(); latest != nil && now.Before(*latest) {
		return *latest
	}
	return now
}
