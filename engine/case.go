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
	judged bool // judgements may be stored
}

func (e *Engine) asking(r *store.Reader) *asking {
	return &asking{e: e, r: r, model: e.Model(), judged: e.ruled.Load()}
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
	ordered []*part // all, by reference; nil until asked for
	c       consent.Case
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
	p, err := a.members(entity, numbers)
	if err != nil {
		return nil, err
	}
	return p, a.surround(p)
}

// members reads the records of an entity, and nothing of what bears on them.
func (a *asking) members(entity uint64, numbers []uint64) (*person, error) {
	parts, err := a.parts(numbers)
	return &person{entity: entity, members: parts}, err
}

// surround reads what bears on a person.
func (a *asking) surround(p *person) error {
	near, err := a.linkMembers(p)
	if err != nil {
		return err
	}
	sayings := &sayings{a: a, c: &p.c}
	if err := sayings.add(p.members); err != nil {
		return err
	}
	for _, n := range near {
		if err := a.addNeighbour(p, n, sayings); err != nil {
			return err
		}
	}
	slices.SortFunc(p.around, func(x, y part) int { return cmp.Compare(x.number, y.number) })
	sayings.resolve()
	return a.addPoints(p)
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
	d.Events, err = a.e.ledgerEvents(a.r, number, d.Ref)
	return d, err
}

// addRecord adds a record to a case.
func addRecord(c *consent.Case, p *part) {
	d := p.dossier
	c.Records = append(c.Records, consent.Record{
		ID: p.id, ContactPoints: d.ContactPoints, Birth: d.Birth, Actions: d.Actions, Bought: d.Bought,
	})
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
