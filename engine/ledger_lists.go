package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"aloi"
	"aloi/internal/audit"
	"aloi/store"
	"aloi/store/kv"
)

// suppress puts a contact point on the list.
func (b *batch) suppress(s *aloi.Suppression, res *result) error {
	canonical, _ := canonicalPoint(s.Point)
	return b.suppressAt(b.e.st.PointHash(canonical), s, res)
}

// suppressAt puts the contact point with a hash on the list.
func (b *batch) suppressAt(hash store.PointHash, s *aloi.Suppression, res *result) error {
	list, ok := b.ledger.lists[hash]
	if !ok {
		var err error
		if list, err = b.r.Suppressions(hash); err != nil {
			return err
		}
	}
	add := *s
	add.Point, add.Controllers = "", slices.Clone(s.Controllers)
	slices.Sort(add.Controllers)
	if add.Time.IsZero() {
		add.Time = b.now
	}
	for _, x := range list {
		if slices.Equal(x.Controllers, add.Controllers) && x.Reason == add.Reason && x.Until.Equal(add.Until) && (s.Time.IsZero() || x.Time.Equal(add.Time)) {
			res.outcome = aloi.OutcomeUnchanged
			return nil
		}
	}
	b.logInline(audit.KindSuppression, "", res, map[string]any{
		"key": hex.EncodeToString(hash[:]), "controllers": add.Controllers, "reason": add.Reason,
		"time": add.Time.UTC().Format(time.RFC3339Nano), "until": add.Until.UTC().Format(time.RFC3339Nano),
	})
	list = append(slices.Clone(list), store.Suppression{Suppression: add})
	put(&b.ledger.lists, hash, list)
	b.last().learn = func(place uint64) {
		res.place = place
		b.ledger.lists[hash][len(list)-1].Log = place
	}
	res.outcome = aloi.OutcomeRecorded
	return nil
}

// notice keeps the text of a notice.
func (b *batch) notice(n *aloi.Notice, res *result) error {
	hash := store.NoticeHash(sha256.Sum256([]byte(n.Text)))
	known, err := b.noticeAt(hash)
	if err != nil || known != nil {
		res.outcome = aloi.OutcomeUnchanged
		return err
	}
	b.ledger.notices[hash] = n
	b.ledger.written = append(b.ledger.written, hash)
	res.outcome, b.ledger.moved = aloi.OutcomeRecorded, true
	return nil
}

// noticeAt returns the notice with a hash, nil for none.
func (b *batch) noticeAt(hash store.NoticeHash) (*aloi.Notice, error) {
	if n, ok := b.ledger.notices[hash]; ok {
		return n, nil
	}
	n, err := b.r.Notice(hash)
	if errors.Is(err, kv.ErrNotFound) {
		n, err = nil, nil
	}
	put(&b.ledger.notices, hash, n)
	return n, err
}

// disclose notes that the PERMITs of a campaign were given out.
func (b *batch) disclose(d *DecisionBatch, res *result) error {
	q := d.Question
	b.logInline(audit.KindDecisions, "", res, decisionPayload{
		Controller: q.Controller, Purpose: string(q.Purpose), Channel: string(q.Channel), Goods: q.Goods, At: q.At.UTC(), KnownAt: q.KnownAt.UTC(),
		Root: hex.EncodeToString(d.Root[:]), Salt: hex.EncodeToString(d.Salt), Permits: d.Permits, Denies: d.Denies,
	})
	res.outcome = aloi.OutcomeRecorded
	return nil
}

// decisionPayload is what the log holds of a campaign.
type decisionPayload struct {
	Controller string    `json:"controller"`
	Purpose    string    `json:"purpose"`
	Channel    string    `json:"channel"`
	Goods      string    `json:"goods,omitempty"`
	At         time.Time `json:"at"`
	KnownAt    time.Time `json:"known_at"`
	Root       string    `json:"root"`
	Salt       string    `json:"salt"`
	Permits    uint64    `json:"permits"`
	Denies     uint64    `json:"denies"`
}

// logInline adds an entry to the log whose payload holds no personal value.
func (b *batch) logInline(kind audit.Kind, actor string, res *result, payload any) {
	text, err := json.Marshal(payload)
	if err != nil {
		panic("engine: a payload of the log: " + err.Error()) // texts, numbers and times within bounds
	}
	l := &logged{kind: kind, actor: actor, payload: text}
	if res != nil {
		l.learn = func(place uint64) { res.place = place }
	}
	b.ledger.log = append(b.ledger.log, l)
	b.ledger.moved = true
}

// last is the entry that was added to the log last.
func (b *batch) last() *logged { return b.ledger.log[len(b.ledger.log)-1] }

// pseudonym stands for who acted, or for a record, in the log.
func (e *Engine) pseudonym(who string) string {
	if who == "" {
		return ""
	}
	h := e.st.Keyed("actor", who)
	return hex.EncodeToString(h[:])
}
