package engine

import (
	"slices"

	"aloi"
	"aloi/internal/audit"
	"aloi/store"
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
