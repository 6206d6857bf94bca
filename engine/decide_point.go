package engine

import (
	"math"
	"slices"
	"strings"

	"aloi"
	"aloi/consent"
	"aloi/matcher"
)

// decidePoint answers a question about whoever has a contact point.
func (a *asking) decidePoint(point string, q consent.Question) ([]Verdict, error) {
	point, _ = canonicalPoint(point)
	if q.ContactPoint == "" {
		q.ContactPoint = point
	}
	owners, err := a.owners(point)
	if err != nil {
		return nil, err
	}
	if len(owners) == 0 {
		return a.nobody(q)
	}
	var verdicts []Verdict
	for _, entity := range owners {
		numbers, err := a.r.EntityMembers(entity)
		if err != nil {
			return nil, err
		}
		p, err := a.person(entity, numbers)
		if err != nil {
			return nil, err
		}
		anchor := least(p.members, func(m *part) bool { return m.owns(point) })
		v, err := a.verdictOfAny(p, anchor, q)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, v)
	}
	return verdicts, nil
}

// owners returns the entities that have a contact point, ascending: those of the records
// that a blocking key of it leads to, and of those that said something of it. An address
// of a function (info@…) has no key.
func (a *asking) owners(point string) ([]uint64, error) {
	numbers, err := a.known(point)
	if err != nil {
		return nil, err
	}
	var owners []uint64
	for _, n := range numbers {
		d, err := readDossier(a.r, n)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(d.ContactPoints, point) {
			continue
		}
		entity, err := a.r.EntityOf(n)
		if err != nil {
			return nil, err
		}
		owners = append(owners, entity)
	}
	slices.Sort(owners)
	return slices.Compact(owners), nil
}

// known returns the records that may have a contact point, ascending.
func (a *asking) known(point string) ([]uint64, error) {
	var numbers []uint64
	entries, err := a.r.Point(a.e.st.PointHash(point))
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if entry.Record != 0 {
			numbers = append(numbers, entry.Record)
		}
	}
	for _, key := range a.exactKeys(point) {
		id := blockID(a.e.st, key)
		block, err := a.r.Block(id, math.MaxInt)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, block.Members...)
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), nil
}

// exactFamilies are the families of blocking keys that stand for a whole contact point.
var exactFamilies = []string{"e", "p", "i"}

// exactKeys returns the blocking keys that every record with a contact point has, but one
// with more of its kind than give keys.
func (a *asking) exactKeys(point string) []string {
	probe := &aloi.Record{Ref: aloi.RecordRef{Source: "point", ID: "point"}}
	kind, value, _ := strings.Cut(point, ":")
	switch kind {
	case pointEmail:
		probe.Emails = []string{value}
	case pointPhone:
		probe.Phones = []string{value}
	case pointSocial:
		network, handle, _ := strings.Cut(value, ":")
		probe.Identifiers = []aloi.Identifier{{Type: aloi.IdentifierSocialHandle, Scope: network, Value: handle}}
	case pointDevice:
		probe.Identifiers = []aloi.Identifier{{Type: aloi.IdentifierDevice, Value: value}}
	}
	keys := matcher.ContactKeys(a.e.matcher().Prepare(probe))
	return slices.DeleteFunc(keys, func(key string) bool { return !slices.Contains(exactFamilies, matcher.KeyFamily(key)) })
}
