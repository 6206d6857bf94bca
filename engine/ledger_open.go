package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"aloi"
	"aloi/internal/audit"
	"aloi/store"
	"aloi/store/kv"
)

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
