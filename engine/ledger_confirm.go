package engine

import (
	"errors"

	"aloi"
	"aloi/consent"
	"aloi/store"
	"aloi/store/kv"
)

// The reasons for which a confirmation is refused.
const (
	refusedExpired = "TOKEN_EXPIRED" // more than the policy's TokenLife after the request
	refusedDead    = "TOKEN_DEAD"    // a stop came after the request
)

// refusals says in a sentence why a confirmation is refused.
var refusals = map[string]string{
	refusedExpired: "the token of the confirmation has expired: ask again",
	refusedDead:    "a stop came after the request: its token is dead",
}

// confirm completes a double opt-in: the click proves the contact point that the request
// names, within the policy's TokenLife, and unless a stop came between.
func (b *batch) confirm(c *Confirmation, res *result) error {
	request, number, err := b.requestOf(c.Token)
	if err != nil || request == nil {
		res.outcome = aloi.OutcomeNotFound
		return err
	}
	s, err := b.record(number)
	if err != nil {
		return err
	}
	res.number = number
	asked := request.Time
	if asked.IsZero() || asked.After(request.RecordedTime) {
		asked = request.RecordedTime
	}
	before, err := b.actsOn(number, s)
	if err != nil {
		return err
	}
	for _, e := range before {
		if e.Kind == aloi.ConsentConfirmed && e.Token == c.Token {
			res.outcome = aloi.OutcomeUnchanged
			return nil
		}
	}
	dead, err := b.died(request, number, before)
	switch {
	case err != nil:
		return err
	case dead:
		res.outcome, res.refusal = aloi.OutcomeRejected, refusedDead
		return nil
	case b.now.After(asked.Add(b.e.policy.TokenLife)):
		res.outcome, res.refusal = aloi.OutcomeRejected, refusedExpired
		return nil
	}
	e := aloi.ConsentEvent{
		Kind: aloi.ConsentConfirmed, Time: b.now, Purposes: request.Purposes, Channels: request.Channels, Controllers: request.Controllers,
		ContactPoint: request.ContactPoint, Method: "double_opt_in", Evidence: c.Evidence, Jurisdiction: request.Jurisdiction, Token: c.Token,
	}
	content, err := store.ConsentContent(e)
	if err != nil {
		return err
	}
	return b.addAct(number, s.after.Record.Ref, e, content, nil, res)
}

// requestOf returns the request that a token confirms and the record it is of, nil for none.
func (b *batch) requestOf(token string) (*store.Entry, uint64, error) {
	for _, n := range sortedKeys(b.records) {
		s := b.records[n]
		for _, content := range inOrder(s.consents) {
			if e := s.consents[content]; s.after != nil && isRequest(&e.ConsentEvent) && e.Token == token {
				return e, n, nil
			}
		}
	}
	ref, err := b.r.Token(token)
	if errors.Is(err, kv.ErrNotFound) {
		return nil, 0, nil
	}
	if err != nil || !b.live(ref.Record) {
		return nil, 0, err
	}
	e, err := b.r.EntryAt(ref.Record, ref.Content)
	return e, ref.Record, err
}

// actsOn returns the events of a record, those of the batch included.
func (b *batch) actsOn(number uint64, s *recordState) ([]*store.Entry, error) {
	var list []*store.Entry
	if s.before != nil {
		stored, err := b.r.Entries(number)
		if err != nil {
			return nil, err
		}
		for i := range stored {
			list = append(list, &stored[i])
		}
	}
	for _, content := range inOrder(s.consents) {
		list = append(list, s.consents[content])
	}
	return list, nil
}

// died reports whether a stop on the record, or on the contact point, came after a request.
// One of somebody else who knows that the point is shared is for himself.
func (b *batch) died(request *store.Entry, number uint64, acts []*store.Entry) (bool, error) {
	if request.ContactPoint != "" {
		canonical, _ := canonicalPoint(request.ContactPoint)
		hash := b.e.st.PointHash(canonical)
		onPoint, err := b.r.Point(hash)
		if err != nil {
			return false, err
		}
		for _, p := range onPoint {
			entry := p.Entry
			if p.Record != 0 {
				if entry, err = b.r.EntryAt(p.Record, p.Content); err != nil {
					return false, err
				}
				if entry.SharedOK && p.Record != number {
					continue
				}
			}
			acts = append(acts, entry)
		}
		for _, p := range b.ledger.points {
			if p.point == hash {
				acts = append(acts, p.entry)
			}
		}
	}
	asked := consent.EventOf("", "", &request.ConsentEvent)
	for _, e := range acts {
		stop := consent.EventOf("", "", &e.ConsentEvent)
		stop.ContactPoint = "" // it is on the record, or on the point asked about
		if e.ContactPoint != "" {
			x, _ := canonicalPoint(e.ContactPoint)
			if y, _ := canonicalPoint(request.ContactPoint); x != y {
				continue
			}
		}
		if b.e.policy.Kills(&stop, &asked) {
			return true, nil
		}
	}
	return false, nil
}
