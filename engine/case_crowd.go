package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"aloi"
	"aloi/consent"
	"aloi/store"
)

// crowdedPoint is how many entries a contact point has at most that are read one by one:
// fewer in tests. Past it, as on the address of a shop that was noted for its customers,
// decisions about today read the digest: of acts that stop the same, the latest.
var crowdedPoint uint64 = 16

// latestOfAKind is how many acts that stop the same a digest keeps. A grant that is later
// than the latest is later than all; the second is for the case that the first is hers.
const latestOfAKind = 2

// A digest of a crowded point is stored as a dossier: in Actions when the last of its acts
// was known and had begun, in Said of each event its record. An event without a kind
// stands for a record whose acts on the point must be read, since it depends on others how
// they count.

// crowd returns what strangers said of a crowded contact point, and whether its digest
// answers the question: one about the past needs all.
func (a *asking) crowd(p *person, cp *casePoint, q *consent.Question) (events []consent.Event, ok bool, err error) {
	text, err := a.r.PointDigest(cp.hash, func() ([]byte, error) { return a.digest(cp) })
	if err != nil {
		return nil, false, err
	}
	d, err := consent.ReadDossier(text)
	if err != nil {
		return nil, false, &aloi.Error{Code: aloi.CodeInternal, Message: "the digest of a contact point", Err: err}
	}
	if len(d.Actions) > 0 && (q.At.Before(d.Actions[0]) || q.KnownAt.Before(d.Actions[0])) {
		return nil, false, nil
	}
	for i := range d.Events {
		e := &d.Events[i]
		record := e.Said[0]
		switch {
		case p.part(record) != nil: // in the case already
		case e.Kind == "":
			more, err := a.fromOutside(p, cp, &store.PointEntry{Record: record})
			if err != nil {
				return nil, false, err
			}
			events = append(events, more...)
		default:
			e.Record = strconv.FormatUint(record, 10)
			events = append(events, e.Event)
		}
	}
	return events, true, nil
}

// digest reads a crowded point.
func (a *asking) digest(cp *casePoint) ([]byte, error) {
	entries, err := a.r.Point(cp.hash)
	if err != nil {
		return nil, err
	}
	byKind := map[string][]consent.DossierEvent{}
	d := &consent.Dossier{}
	var newest time.Time
	for i := range entries {
		record := entries[i].Record
		if record == 0 || i > 0 && record == entries[i-1].Record {
			continue
		}
		r, err := a.dossier(record)
		if err != nil {
			return nil, err
		}
		said, live := strangerSaid(r, cp.text)
		if live {
			d.Events = append(d.Events, consent.DossierEvent{Event: consent.Event{ID: "live"}, Said: []uint64{record}})
			continue
		}
		for _, e := range said {
			first, _ := a.e.policy.When(&e.Event)
			newest = latestOf(newest, e.Recorded, first)
			e.Said = []uint64{record}
			byKind[kindOf(&e.Event)] = append(byKind[kindOf(&e.Event)], e)
		}
	}
	for _, list := range byKind {
		slices.SortFunc(list, func(x, y consent.DossierEvent) int {
			_, xEnds := a.e.policy.When(&x.Event)
			_, yEnds := a.e.policy.When(&y.Event)
			return cmp.Or(yEnds.Compare(xEnds), strings.Compare(x.ID, y.ID))
		})
		d.Events = append(d.Events, list[:min(len(list), latestOfAKind)]...)
	}
	if !newest.IsZero() {
		d.Actions = []time.Time{newest}
	}
	slices.SortFunc(d.Events, func(x, y consent.DossierEvent) int { return strings.Compare(x.ID, y.ID) })
	return consent.AppendDossier(nil, d), nil
}

// strangerSaid returns what a record said on a contact point that can bear on others; live
// says that it depends on where other records are now.
func strangerSaid(r *consent.Dossier, point string) (said []consent.DossierEvent, live bool) {
	for i := range r.Events {
		e := &r.Events[i]
		switch {
		case e.ContactPoint != point:
		case len(e.Said) > 0 || e.Kind == aloi.ConsentBounced:
			return nil, true
		case isPointed(e.Kind, e.Refers):
			said = append(said, *e)
		}
	}
	return said, false
}

// kindOf is the same for acts that stop the same.
func kindOf(e *consent.Event) string {
	list := func(names any) string { return fmt.Sprintf("%q", names) }
	return strings.Join([]string{string(e.Kind), list(e.Purposes), list(e.Channels), list(e.Controllers), list(e.By), strconv.FormatBool(e.SharedOK)}, "\x00")
}

func latestOf(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }
