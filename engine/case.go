package engine

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"aloi"
	"aloi/consent"
	"aloi/matcher"
	"aloi/store"
	"aloi/store/kv"
)

// asking is what questions to one state of the store share. Several goroutines may use it.
type asking struct {
	e      *Engine
	r      *store.Reader
	model  *matcher.Model
	judged bool // judgements are stored
}

func (e *Engine) asking(r *store.Reader) (*asking, error) {
	c, err := r.Counters()
	return &asking{e: e, r: r, model: e.Model(), judged: c.Judgements > 0}, err
}

// part is a record of a case.
type part struct {
	number  uint64
	id      string // in the case: the number in decimal
	dossier *consent.Dossier
}

func (p *part) owns(point string) bool {
	_, found := slices.BinarySearch(p.dossier.ContactPoints, point)
	return found
}

// person is an entity with all that bears on questions about it, but for what others said
// of the contact point asked about.
type person struct {
	entity  uint64
	members []part // ascending by number
	around  []part // of the entities one weak link away, ascending
	points  []casePoint
	c       consent.Case
}

// casePoint is a contact point of a case: whose it is, and what is kept on it.
type casePoint struct {
	text    string
	hash    store.PointHash
	owner   *part // that has it, of several the one with the least reference; nil: none of the case
	entries []store.PointEntry
}

// find returns the part with a number, nil for none.
func find(parts []part, number uint64) *part {
	i, found := slices.BinarySearchFunc(parts, number, func(p part, n uint64) int { return cmp.Compare(p.number, n) })
	if !found {
		return nil
	}
	return &parts[i]
}

// part returns a record of the case, nil for one that is not of it.
func (p *person) part(number uint64) *part {
	if found := find(p.members, number); found != nil {
		return found
	}
	return find(p.around, number)
}

// least returns the part with the least reference: what does not depend on the order in
// which records came.
func least(parts []part, fits func(*part) bool) *part {
	var best *part
	for i := range parts {
		p := &parts[i]
		if fits(p) && (best == nil || p.dossier.Ref.Compare(best.dossier.Ref) < 0) {
			best = p
		}
	}
	return best
}

// person reads an entity.
func (a *asking) person(entity uint64, numbers []uint64) (*person, error) {
	p := &person{entity: entity}
	var err error
	if p.members, err = a.parts(numbers); err != nil {
		return nil, err
	}
	near, err := a.linkMembers(p)
	if err != nil {
		return nil, err
	}
	sayings := &sayings{a: a, c: &p.c}
	sayings.room(p.members)
	if err := sayings.add(p.members); err != nil {
		return nil, err
	}
	for _, n := range near {
		if err := a.addNeighbour(p, n, sayings); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(p.around, func(x, y part) int { return cmp.Compare(x.number, y.number) })
	sayings.resolve()
	return p, a.addPoints(p)
}

// parts reads the dossiers of records, which ascend.
func (a *asking) parts(numbers []uint64) ([]part, error) {
	list := make([]part, len(numbers))
	for i, n := range numbers {
		d, err := a.dossier(n)
		if err != nil {
			return nil, err
		}
		list[i] = part{n, strconv.FormatUint(n, 10), d}
	}
	return list, nil
}

// readDossier reads the dossier of a record as it is stored.
func readDossier(r *store.Reader, number uint64) (*consent.Dossier, error) {
	text, err := r.Dossier(number)
	if err != nil {
		return nil, err
	}
	d, err := consent.ReadDossier(text)
	if err != nil {
		return nil, &aloi.Error{Code: aloi.CodeCorrupt, Message: "dossier of " + record(number), Err: err}
	}
	return d, nil
}

// dossier reads the dossier of a record, with its events from the ledger where they are
// too many.
func (a *asking) dossier(number uint64) (*consent.Dossier, error) {
	d, err := readDossier(a.r, number)
	if err != nil || !d.Partial {
		return d, err
	}
	entries, err := a.r.Entries(number)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		content, err := store.ConsentContent(entries[i].ConsentEvent)
		if err != nil {
			return nil, err
		}
		d.Events = append(d.Events, a.e.dossierEvent(d.Ref, content, &entries[i]))
	}
	return d, nil
}

// addRecord adds a record to a case.
func addRecord(c *consent.Case, p *part) {
	d := p.dossier
	c.Records = append(c.Records, consent.Record{
		ID: p.id, ContactPoints: d.ContactPoints, Birth: d.Birth, LastAction: d.LastAction, Bought: d.Bought,
	})
}

// linkMembers adds the members and their links to the case, and returns the records
// outside that are one weak link away, ascending.
func (a *asking) linkMembers(p *person) (near []uint64, err error) {
	for i := range p.members {
		m := &p.members[i]
		addRecord(&p.c, m)
		links, err := a.r.Links(m.number)
		if err != nil {
			return nil, err
		}
		ruled, err := a.rulings(m)
		if err != nil {
			return nil, err
		}
		for _, l := range links {
			same, known := ruled[l.Other]
			switch other := find(p.members, l.Other); {
			case known && (same || other != nil):
			case other == nil && !l.Veto && !known:
				near = append(near, l.Other)
				p.c.Links = append(p.c.Links, weak(m.id, l.Other))
			case other != nil && l.Other > m.number:
				p.c.Links = append(p.c.Links, consent.Link{A: m.id, B: other.id, Strength: strength(a.model, linkOf(l))})
			}
		}
		for _, n := range sortedKeys(ruled) {
			switch other := find(p.members, n); {
			case !ruled[n]:
			case other == nil: // the steward's word was not enough to join them
				near = append(near, n)
				p.c.Links = append(p.c.Links, weak(m.id, n))
			case n > m.number:
				p.c.Links = append(p.c.Links, consent.Link{A: m.id, B: other.id, Strength: aloi.LinkAsserted})
			}
		}
	}
	p.hold()
	slices.Sort(near)
	return slices.Compact(near), nil
}

func weak(id string, other uint64) consent.Link {
	return consent.Link{A: id, B: strconv.FormatUint(other, 10), Strength: aloi.LinkWeak}
}

func linkOf(l store.Link) matcher.Link {
	return matcher.Link{Weight: matcher.Weight(l.Weight), Veto: l.Veto, Deterministic: l.Deterministic}
}

// rulings returns the stored records that a member was judged with, and how.
func (a *asking) rulings(m *part) (map[uint64]bool, error) {
	if !a.judged {
		return nil, nil
	}
	list, err := a.r.Judged(a.e.st.RefHash(m.dossier.Ref))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ruled := make(map[uint64]bool, len(list))
	for _, j := range list {
		n, err := a.r.Number(j.Other)
		if err != nil {
			return nil, err
		}
		if n != 0 {
			ruled[n] = j.Same
		}
	}
	return ruled, nil
}

// hold links members that no link holds to the others as STRONG: they are one golden
// record all the same. Links and entities disagree while a model is being adopted, and no
// stop may be lost meanwhile.
func (p *person) hold() {
	if len(p.members) == 1 {
		return
	}
	group := map[string]string{}
	root := func(id string) string {
		for group[id] != "" {
			id = group[id]
		}
		return id
	}
	for _, l := range p.c.Links {
		if l.Strength == aloi.LinkWeak || l.Strength == "" {
			continue
		}
		if x, y := root(l.A), root(l.B); x != y {
			group[x] = y
		}
	}
	first := p.members[0].id
	for i := range p.members {
		if x, y := root(p.members[i].id), root(first); x != y {
			group[x] = y
			p.c.Links = append(p.c.Links, consent.Link{A: first, B: p.members[i].id, Strength: aloi.LinkStrong})
		}
	}
}

// addNeighbour adds the entity of a record that is one weak link away, once. How its
// members are linked to one another plays no part: what they stop, they stop together.
func (a *asking) addNeighbour(p *person, near uint64, sayings *sayings) error {
	if slices.ContainsFunc(p.around, func(x part) bool { return x.number == near }) {
		return nil
	}
	entity, err := a.r.EntityOf(near)
	if err != nil {
		return err
	}
	numbers, err := a.r.EntityMembers(entity)
	if err != nil {
		return err
	}
	parts, err := a.parts(numbers)
	if err != nil {
		return err
	}
	for i := range parts {
		addRecord(&p.c, &parts[i])
		if i > 0 {
			p.c.Links = append(p.c.Links, consent.Link{A: parts[0].id, B: parts[i].id, Strength: aloi.LinkStrong})
		}
	}
	p.around = append(p.around, parts...)
	return sayings.add(parts)
}

// addPoints reads what is kept on the contact points of the case, and gives what has no
// owner of its own to the record that has the point.
func (a *asking) addPoints(p *person) error {
	for _, parts := range [][]part{p.members, p.around} {
		p.own(parts)
	}
	for i := range p.points {
		cp := &p.points[i]
		cp.hash = a.e.st.PointHash(cp.text)
		var err error
		if cp.entries, err = a.r.Point(cp.hash); err != nil {
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
			p.c.Events = append(p.c.Events, event)
		}
	}
	return nil
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
func (a *asking) on(p *person, point string) (*consent.Case, error) {
	c := p.c
	if point == "" {
		return &c, nil
	}
	i := slices.IndexFunc(p.points, func(cp casePoint) bool { return cp.text == point })
	var cp casePoint
	if i >= 0 {
		cp = p.points[i]
	} else {
		cp = casePoint{text: point, hash: a.e.st.PointHash(point)}
		var err error
		if cp.entries, err = a.r.Point(cp.hash); err != nil {
			return nil, err
		}
	}
	c.Events = slices.Clip(c.Events)
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

// home returns the records of the entity that a record is in.
func (a *asking) home(number uint64) ([]part, error) {
	entity, err := a.r.EntityOf(number)
	if err != nil {
		return nil, err
	}
	numbers, err := a.r.EntityMembers(entity)
	if err != nil {
		return nil, err
	}
	return a.parts(numbers)
}

// memberNumbers returns an entity with its records; an id that was merged away leads to the one
// that it became.
func (a *asking) memberNumbers(entity uint64) (uint64, []uint64, error) {
	numbers, err := a.r.EntityMembers(entity)
	if !errors.Is(err, kv.ErrNotFound) {
		return entity, numbers, err
	}
	if entity, err = followRedirects(a.r, entity); err != nil {
		return 0, nil, err
	}
	numbers, err = a.r.EntityMembers(entity)
	return entity, numbers, err
}
