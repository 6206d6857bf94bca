package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"aloi"
)

// The shares of what a source does, in percent; what is left are new records.
const (
	shareUpdate = 25 // a later version of a record
	shareStale  = 5  // an earlier version than the last
	shareDelete = 8  // a record is deleted, or sent again after it was
)

// peopleInTown is how many people there are to have records of: few enough that
// records of all streams find one another.
const peopleInTown = 6000

// operation is one thing that a source does to one of its records.
type operation struct {
	record  int   // number of the record in its source
	version int64 // 0: the record is deleted
}

// source makes up what one stream sends. What it does is a function of the seed and
// the name, however often it is interrupted.
type source struct {
	name string
	seed uint64
	rng  *rand.Rand
	ops  []operation
	last []int64 // by record: its last version
	gone []bool
}

func newSource(seed uint64, stream int) *source {
	return &source{
		name: fmt.Sprintf("channel-%d", stream), seed: seed,
		rng: rand.New(rand.NewPCG(seed, uint64(stream))),
	}
}

// at returns operation i; it makes up those before it first.
func (s *source) at(i int) operation {
	for len(s.ops) <= i {
		s.ops = append(s.ops, s.next())
	}
	return s.ops[i]
}

func (s *source) next() operation {
	dice := s.rng.IntN(100)
	if len(s.last) == 0 || dice >= shareUpdate+shareStale+shareDelete {
		s.last, s.gone = append(s.last, 1), append(s.gone, false)
		return operation{len(s.last) - 1, 1}
	}
	r := s.rng.IntN(len(s.last))
	switch {
	case s.gone[r]:
		s.gone[r] = false
		return operation{r, s.last[r]}
	case dice < shareDelete:
		s.gone[r] = true
		return operation{record: r}
	case dice < shareDelete+shareStale && s.last[r] > 1:
		return operation{r, s.last[r] - 1}
	}
	s.last[r]++
	return operation{r, s.last[r]}
}

func (s *source) ref(record int) aloi.RecordRef {
	return aloi.RecordRef{Source: s.name, ID: fmt.Sprintf("%06d", record)}
}

// What the people of the town are made of. Few names or streets would make common
// blocking keys that cross their cap all the time, and the server busy with little else.
var (
	givenNames = []string{"Anne", "Éric", "Jean-Pierre", "Zoé", "Françoise", "Mehdi", "Camille", "Luc", "Hélène", "Aurélie", "Noël", "Théo", "Inès", "Gaëtan",
		"Brigitte", "Damien", "Estelle", "Florian", "Ghislaine", "Henri", "Jocelyne", "Kevin", "Ludivine", "Maxime", "Odile", "Patrick", "Quentin", "Rachida"}
	familyStarts = []string{"Bar", "Chev", "Dur", "Fav", "Gir", "Lam", "Mor", "Nav", "Per", "Rous", "Sal", "Tho", "Val", "Vign", "Bel", "Cor", "Lef", "Mer"}
	familyEnds   = []string{"and", "alier", "eau", "elle", "ier", "in", "on", "oux", "et", "ert", "olin", "ard", "ois", "as"}
	streets      = []string{"rue Victor Hugo", "avenue des Tilleuls", "chemin du Moulin", "boulevard Gambetta", "place de l'Église", "quai Perrache", "allée des Roses", "impasse du Puits"}
	towns        = [][2]string{{"69003", "Lyon"}, {"75011", "Paris"}, {"44000", "Nantes"}, {"97410", "Saint-Pierre"}, {"35000", "Rennes"}, {"59000", "Lille"}, {"13001", "Marseille"}, {"67000", "Strasbourg"}}
)

// record returns a version of a record: always the same.
func (s *source) record(op operation) *aloi.Record {
	rng := rand.New(rand.NewPCG(s.seed, uint64(len(s.name))<<48|uint64(s.name[len(s.name)-1])<<40|uint64(op.record)))
	person := rng.IntN(peopleInTown)
	of := rand.New(rand.NewPCG(s.seed, 1<<63|uint64(person)))
	given := givenNames[of.IntN(len(givenNames))]
	family := familyStarts[of.IntN(len(familyStarts))] + familyEnds[of.IntN(len(familyEnds))]
	town := towns[of.IntN(len(towns))]
	r := &aloi.Record{
		Ref: s.ref(op.record), Version: op.version,
		UpdatedAt: time.Date(2026, 1, 1, 0, 0, int(op.version), 0, time.UTC),
		Names:     []aloi.Name{{Given: given, Family: family}},
		BirthDate: fmt.Sprintf("%04d-%02d-%02d", 1940+of.IntN(65), 1+of.IntN(12), 1+of.IntN(28)),
		Emails:    []string{fmt.Sprintf("client%d@example.org", person)},
		Phones:    []string{fmt.Sprintf("06%08d", 20_000_000+of.IntN(70_000_000))},
		Addresses: []aloi.Address{{Line: fmt.Sprintf("%d %s", 1+of.IntN(90), streets[of.IntN(len(streets))]), PostalCode: town[0], City: town[1]}},
		Consents: []aloi.ConsentEvent{{
			SourceEventID: fmt.Sprintf("%d-%d", op.record, op.version), Kind: aloi.ConsentGiven, Purposes: []string{"newsletter"},
			Channels: []string{"EMAIL"}, Time: time.Date(2026, 1, 1, 0, 0, int(op.version), 0, time.UTC),
		}},
	}
	if rng.IntN(3) == 0 {
		r.Names[0] = aloi.Name{Full: strings.ToUpper(family) + " " + given}
	}
	if (op.version+int64(rng.IntN(2)))%2 == 0 { // changes from version to version
		r.Emails, r.BirthDate = nil, ""
	}
	return r
}
