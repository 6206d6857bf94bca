package engine

import (
	"slices"
	"strconv"

	"aloi/consent"
	"aloi/store"
)

// casePoint is a contact point of a case: whose it is, and what is kept on it.
type casePoint struct {
	text    string
	hash    store.PointHash
	owner   *part              // that has it, of several the one with the least reference; nil: none of the case
	entries []store.PointEntry // of a crowded one those without an owner
	crowded bool
}

// addPoints reads what is kept on the contact points of the case, and gives what has no
// owner of its own to the record that has the point.
func (a *asking) addPoints(p *person) error {
	for _, parts := range [][]part{p.members, p.around} {
		p.own(parts)
	}
	for i := range p.points {
		cp := &p.points[i]
		if err := a.readPoint(cp); err != nil {
			return err
		}
		for _, entry := range cp.entries {
			if entry.Record != 0 {
				continue
			}
			event, err := a.e.pointEvent(cp.text, entry.Entry)
			if err != nil {
				return err
			}
			event.Record = cp.owner.id
			p.c.Shared = append(p.c.Shared, &event)
		}
	}
	return nil
}

// readPoint reads what is kept on a contact point.
func (a *asking) readPoint(cp *casePoint) error {
	cp.hash = a.e.st.PointHash(cp.text)
	n, err := a.r.PointCount(cp.hash)
	switch {
	case err != nil || n == 0:
		return err
	case n > crowdedPoint:
		cp.crowded = true
		cp.entries, err = a.r.PointOwnerless(cp.hash)
	default:
		cp.entries, err = a.r.Point(cp.hash)
	}
	return err
}

// own adds the contact points of records that no others have before.
func (p *person) own(parts []part) {
	if len(parts) == 1 && len(p.points) == 0 { // nearly everybody
		p.points = make([]casePoint, len(parts[0].dossier.ContactPoints))
		for i, text := range parts[0].dossier.ContactPoints {
			p.points[i] = casePoint{text: text, owner: &parts[0]}
		}
		return
	}
	before := len(p.points)
	seen := make(map[string]int, before)
	for i := range p.points {
		seen[p.points[i].text] = i
	}
	for i := range parts {
		for _, text := range parts[i].dossier.ContactPoints {
			at, known := seen[text]
			switch {
			case !known:
				seen[text] = len(p.points)
				p.points = append(p.points, casePoint{text: text, owner: &parts[i]})
			case at >= before && parts[i].dossier.Ref.Compare(p.points[at].owner.dossier.Ref) < 0:
				p.points[at].owner = &parts[i]
			}
		}
	}
}

// pointEvent is an entry on a contact point alone as decisions see it. The entry has the
// point's hash only.
func (e *Engine) pointEvent(point string, entry *store.Entry) (consent.Event, error) {
	content, err := store.ConsentContent(entry.ConsentEvent)
	if err != nil {
		return consent.Event{}, err
	}
	event := consent.EventOf(e.eventAt(e.st.PointHash(point), content), "", &entry.ConsentEvent)
	event.ContactPoint = point
	return event, nil
}

// on returns the case for a question about a contact point: with what others said of it,
// and the suppressions.
func (a *asking) on(p *person, q *consent.Question) (*consent.Case, error) {
	c, point := p.c, q.ContactPoint
	if point == "" {
		return &c, nil
	}
	i := slices.IndexFunc(p.points, func(cp casePoint) bool { return cp.text == point })
	var cp casePoint
	if i >= 0 {
		cp = p.points[i]
	} else {
		cp.text = point
		if err := a.readPoint(&cp); err != nil {
			return nil, err
		}
	}
	if cp.crowded {
		events, ok, err := a.crowd(p, &cp, q)
		if err != nil {
			return nil, err
		}
		if c.Events = events; !ok {
			if cp.entries, err = a.r.Point(cp.hash); err != nil {
				return nil, err
			}
		}
	}
	for i, entry := range cp.entries {
		if i > 0 && entry.Record != 0 && entry.Record == cp.entries[i-1].Record {
			continue // all of a record's is read at once
		}
		events, err := a.fromOutside(p, &cp, &entry)
		if err != nil {
			return nil, err
		}
		c.Events = append(c.Events, events...)
	}
	list, err := a.r.Suppressions(cp.hash)
	for _, s := range list {
		c.Suppressions = append(c.Suppressions, consent.Suppression{
			ContactPoint: point, Controllers: s.Controllers, Time: s.Time, Until: s.Until, Reason: consent.SuppressionReason(s.Reason),
		})
	}
	return &c, err
}

// fromOutside returns what counts of an entry on a contact point that is of no record of
// the case: a stop or a bounce and, since who bounced may have come back, what the record
// that it is of did on the same point.
func (a *asking) fromOutside(p *person, cp *casePoint, entry *store.PointEntry) ([]consent.Event, error) {
	switch {
	case entry.Record == 0 && cp.owner != nil, entry.Record != 0 && p.part(entry.Record) != nil:
		return nil, nil // in the case already
	case entry.Record == 0:
		event, err := a.e.pointEvent(cp.text, entry.Entry)
		return []consent.Event{event}, err
	}
	d, err := a.dossier(entry.Record)
	if err != nil {
		return nil, err
	}
	var events []consent.Event
	for i := range d.Events {
		if d.Events[i].ContactPoint != cp.text {
			continue
		}
		said := d.Events[i]
		var of []part
		if len(said.Said) > 0 {
			if of, err = a.home(entry.Record); err != nil {
				return nil, err
			}
		}
		how, err := a.standing(&said, entry.Record, of)
		if err != nil {
			return nil, err
		}
		if how.counts() {
			said.Record, said.Inherited = strconv.FormatUint(entry.Record, 10), how == inherited
			events = append(events, said.Event)
		}
	}
	return events, nil
}
