package engine

import (
	"bytes"
	"errors"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"aloi"
	"aloi/internal/audit"
	"aloi/internal/failpoint"
	"aloi/store"
)

// The names of the log's meta values.
const (
	metaCheckpoint = "checkpoint" // the head of the log, signed
	metaPolicy     = "policy."    // the text of a policy, behind it its version
	metaInForce    = "policy"     // version of the policy in force
)

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
	if err := errors.Join(w.AppendLog(b.counters.Log-uint64(len(entries)), entries), failpoint.Hit("log/appended")); err != nil {
		return err
	}
	for _, x := range b.ledger.erasures {
		for _, place := range x.places {
			if err := w.SetErased(place-1, x.log); err != nil {
				return err
			}
		}
	}
	return errors.Join(b.e.signHead(w, b.counters.Log), failpoint.Hit("log/signed"))
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
