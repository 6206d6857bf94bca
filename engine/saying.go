package engine

import (
	"strings"

	"aloi"
	"aloi/consent"
)

// standing is what has become of an event that was said to several records at once, each
// of which has a copy.
type standing int8

const (
	stands    standing = iota // counts as it is
	inherited                 // a copy of what a person said who was taken apart since: counts, to be ruled on
	fallen                    // a grant of such a person: nobody knows whose it is
	replaced                  // another copy stands for it
)

// counts reports whether decisions see the event.
func (s standing) counts() bool { return s == stands || s == inherited }

// standing says what has become of an event of a record, seen from the records of its
// entity. While all the records that it was said to and that are still stored are in the
// entity, one of its copies stands for them: that of the record with the least reference.
func (a *asking) standing(ev *consent.DossierEvent, number uint64, of []part) (standing, error) {
	switch {
	case ev.Assigned < 0:
		return replaced, nil
	case ev.Assigned > 0 || len(ev.Said) == 0:
		return stands, nil
	}
	var bearer *part
	apart := false
	for _, n := range ev.Said {
		if p := find(of, n); p != nil {
			if bearer == nil || p.dossier.Ref.Compare(bearer.dossier.Ref) < 0 {
				bearer = p
			}
			continue
		}
		home, err := a.r.EntityOf(n)
		if err != nil {
			return 0, err
		}
		apart = apart || home != 0
	}
	switch {
	case apart && ev.Permits():
		return fallen, nil
	case apart:
		return inherited, nil
	case bearer == nil || bearer.number != number:
		return replaced, nil
	}
	return stands, nil
}

// sayings gathers the events of the records of a case.
type sayings struct {
	a     *asking
	c     *consent.Case
	refer []reference
}

// reference is an event that names another by the id that a source gave it.
type reference struct {
	event  *consent.Event
	source string
}

// add adds the events of the records of one entity, as they stand in their dossiers, which
// are the case's alone.
func (s *sayings) add(parts []part) error {
	for i := range parts {
		p := &parts[i]
		for k := range p.dossier.Events {
			ev := &p.dossier.Events[k]
			how, err := s.a.standing(ev, p.number, parts)
			if err != nil {
				return err
			}
			if !how.counts() {
				continue
			}
			if ev.Refers != "" {
				s.refer = append(s.refer, reference{&ev.Event, p.dossier.Ref.Source})
			}
			ev.Record, ev.Inherited = p.id, how == inherited
			s.c.Shared = append(s.c.Shared, &ev.Event)
		}
	}
	return nil
}

// resolve makes what events refer to unique in the case: the id that a source gave,
// behind the name of the source. It names each event that the source gave this id.
func (s *sayings) resolve() {
	if len(s.refer) == 0 {
		return
	}
	known := make(map[string]bool, len(s.c.Shared))
	for _, e := range s.c.Shared {
		known[e.SourceID] = true
	}
	for _, r := range s.refer {
		e := r.event
		told, _, _ := strings.Cut(e.SourceID, "\x00") // who told of the act, where it is another
		for _, source := range []string{told, r.source} {
			if id := source + "\x00" + e.Refers; known[id] {
				e.Refers = id
				break
			}
		}
	}
}

// sourceOf is the system that told of an event of a record.
func sourceOf(ref aloi.RecordRef, e *aloi.ConsentEvent) string {
	if e.Source != "" {
		return e.Source
	}
	return ref.Source
}
