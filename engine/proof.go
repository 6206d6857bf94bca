package engine

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"aloi"
	"aloi/internal/audit"
	"aloi/store"
	"aloi/store/kv"
)

const (
	// MaxEntityIDs is the most entities that one call of EntityIDs returns.
	MaxEntityIDs = 10_000
	// MaxSuppressionPage is how many suppressions make a page full. A contact point has all
	// of its own on one page.
	MaxSuppressionPage = 1000
)

// refusedUnlogged is the reason for which there is no receipt: the event is of a store
// from before the audit log.
const refusedUnlogged = "EVENT_BEFORE_LOG"

// EntityIDs returns at most limit (1 to MaxEntityIDs) entities past one (empty for the
// first), in order.
func (e *Engine) EntityIDs(ctx context.Context, after aloi.EntityID, limit int) ([]aloi.EntityID, error) {
	var past uint64
	if after != "" {
		var err error
		if past, err = entityNumber(after); err != nil {
			return nil, err
		}
	}
	limit = min(max(limit, 1), MaxEntityIDs)
	var ids []aloi.EntityID
	return ids, e.view(ctx, func(r *store.Reader) error {
		numbers, err := r.EntityNumbers(past, limit)
		for _, n := range numbers {
			ids = append(ids, entityID(n))
		}
		return err
	})
}

// Suppressions returns a page of the suppression list, of about size (1 to
// MaxSuppressionPage), that comes after the place of an earlier page (empty for the
// first). The order is fixed and has no meaning.
func (e *Engine) Suppressions(ctx context.Context, size int, after string) (*SuppressionPage, error) {
	cursor, err := hex.DecodeString(after)
	if err != nil || len(cursor) != 0 && len(cursor) != len(store.PointHash{}) {
		return nil, aloi.Invalid(aloi.Violation{Field: "page_token", Reason: "is not one that was given"})
	}
	size = min(max(size, 1), MaxSuppressionPage)
	page := &SuppressionPage{}
	return page, e.view(ctx, func(r *store.Reader) error {
		var last store.PointHash
		return r.EachSuppression(cursor, func(p store.PointHash, list []store.Suppression) bool {
			if len(page.Suppressions) >= size {
				page.Next = hex.EncodeToString(last[:])
				return false
			}
			for _, s := range list {
				page.Suppressions = append(page.Suppressions, KeyedSuppression{hex.EncodeToString(p[:]), s.Suppression})
			}
			last = p
			return true
		})
	})
}

// Notice returns the notice with a SHA-256, hexadecimal.
func (e *Engine) Notice(ctx context.Context, sha256 string) (*aloi.Notice, error) {
	hash, ok := noticeHash(sha256)
	if !ok {
		return nil, aloi.Invalid(aloi.Violation{Field: "sha256", Reason: "is not a SHA-256 in hexadecimal"})
	}
	var n *aloi.Notice
	return n, e.view(ctx, func(r *store.Reader) (err error) {
		if n, err = r.Notice(hash); errors.Is(err, kv.ErrNotFound) {
			return aloi.NotFound("notice")
		}
		return err
	})
}

// VerifierKey returns the public key of the checkpoints, as note.NewVerifier reads it.
func (e *Engine) VerifierKey() string { return e.public }

// Checkpoint returns the head of the log, signed when it was committed.
func (e *Engine) Checkpoint(ctx context.Context) (string, error) {
	var head []byte
	err := e.view(ctx, func(r *store.Reader) (err error) {
		head, err = r.Meta(metaCheckpoint)
		return err
	})
	return string(head), err
}

// Consistency proves that the log grew from an old size, with the checkpoint it grew to.
// Past a log of no entries, and to one that did not grow, there is nothing to prove.
func (e *Engine) Consistency(ctx context.Context, old uint64) ([]tlog.Hash, string, error) {
	var proof tlog.TreeProof
	var head []byte
	err := e.view(ctx, func(r *store.Reader) error {
		c, err := r.Counters()
		if err != nil {
			return err
		}
		if old > c.Log {
			return aloi.Invalid(aloi.Violation{Field: "old_size", Reason: "is past the end of the log"})
		}
		if head, err = r.Meta(metaCheckpoint); err != nil || old == 0 {
			return err
		}
		proof, err = tlog.ProveTree(int64(c.Log), int64(old), r.LogHashes())
		return err
	})
	return proof, string(head), err
}

// Receipt returns the receipt of an event of a subject: what was said, and the proof that
// the log holds it. It is refused, as EVENT_BEFORE_LOG, for an event of a store from before
// the log.
func (e *Engine) Receipt(ctx context.Context, s Subject, eventID string) (*audit.Receipt, error) {
	if v := s.validate("subject"); len(v) > 0 {
		return nil, aloi.Invalid(v...)
	}
	var receipt *audit.Receipt
	return receipt, e.view(ctx, func(r *store.Reader) error {
		a := e.asking(r)
		list, err := a.statements(s)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(x *statement) bool { return x.id == eventID })
		if i < 0 {
			return aloi.NotFound("event")
		}
		receipt, err = a.receipt(list[i])
		return err
	})
}

// receipt makes the receipt of an event, against the head of the log.
func (a *asking) receipt(x *statement) (*audit.Receipt, error) {
	if x.entry.Log == 0 {
		return nil, &aloi.Error{Code: aloi.CodeRefused, Reason: refusedUnlogged, Message: "the event is older than the audit log: nothing proves it"}
	}
	r := &audit.Receipt{Salt: x.entry.Salt, Index: x.entry.Log - 1}
	var err error
	if r.Payload, err = audit.Payload(&audit.Event{ID: x.id, Record: x.owner, ConsentEvent: x.entry.ConsentEvent}); err != nil {
		return nil, err
	}
	if _, r.Leaf, err = a.leaf(r.Index); err != nil {
		return nil, err
	}
	c, err := a.r.Counters()
	if err != nil {
		return nil, err
	}
	if r.Proof, err = tlog.ProveRecord(int64(c.Log), int64(r.Index), a.r.LogHashes()); err != nil {
		return nil, err
	}
	head, err := a.r.Meta(metaCheckpoint)
	if err != nil {
		return nil, err
	}
	r.Checkpoint = string(head)
	notice, err := a.noticeOf(&x.entry.ConsentEvent)
	if notice != nil {
		r.Notice = notice.Text
	}
	return r, err
}
