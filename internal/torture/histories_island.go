package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"aloi"
	aloiv1 "aloi/proto/aloi/v1"
)

// The size of an island, and of what is sent to it.
const (
	members  = 5                           // records
	pairs    = members * (members - 1) / 2 // of records
	persons  = 3                           // who the records may be of
	versions = 6                           // of a record
	maxActs  = 64                          // acts of consent: one bit each
)

// noAct is the number of no act.
const noAct = -1

// island is a few records that share no value with those of another island, so that what
// happens there hangs on nothing that happens elsewhere.
//
// Who a record is of follows from its version, by chance but always the same; records of
// one person have the name, the birth date and the customer number in common, those of two
// persons nothing. So records merge when one of them gets a version of the other's person,
// and come apart again with the next. Each record has an e-mail address of its own, on
// which consent is given and withdrawn.
type island struct {
	source string
	begin  time.Time // of the acts: act n happened n hours later
	person [members][versions + 1]int8
	people [persons]identity
}

// identity is what the records of a person have in common.
type identity struct{ given, family, birth, number string }

// newIsland draws an island. Two of one name and generator are alike.
func newIsland(rng *rand.Rand, source string, now time.Time) *island {
	in := &island{source: source, begin: now.Add(-maxActs * 2 * time.Hour)}
	for p := range in.people {
		in.people[p] = identity{
			given: word(rng, 3), family: word(rng, 4), number: fmt.Sprintf("K%09d", rng.IntN(1e9)),
			birth: fmt.Sprintf("%04d-%02d-%02d", 1940+rng.IntN(60), 1+rng.IntN(12), 1+rng.IntN(28)),
		}
	}
	for r := range in.person {
		for v := range in.person[r] {
			in.person[r][v] = int8(rng.IntN(persons))
		}
	}
	return in
}

// word makes up a name of a few syllables.
func word(rng *rand.Rand, syllables int) string {
	const starts, vowels = "bdfgjklmnprstvz", "aeiou"
	var b strings.Builder
	for range syllables {
		b.WriteByte(starts[rng.IntN(len(starts))])
		b.WriteByte(vowels[rng.IntN(len(vowels))])
	}
	return strings.ToUpper(b.String()[:1]) + b.String()[1:]
}

func (in *island) ref(r int8) aloi.RecordRef {
	return aloi.RecordRef{Source: in.source, ID: fmt.Sprint(r)}
}

func (in *island) refMessage(r int8) *aloiv1.RecordRef {
	return &aloiv1.RecordRef{Source: in.source, RecordId: fmt.Sprint(r)}
}

func (in *island) email(r int8) string { return fmt.Sprintf("%s.%d@example.org", in.source, r) }

func (in *island) point(r int8) string { return "email:" + in.email(r) }

// record returns a version of a record: always the same.
func (in *island) record(r, version int8) *aloi.Record {
	p := in.people[in.person[r][version]]
	return &aloi.Record{
		Ref: in.ref(r), Version: int64(version), UpdatedAt: in.begin,
		Names: []aloi.Name{{Given: p.given, Family: p.family}}, BirthDate: p.birth,
		Emails:      []string{in.email(r)},
		Identifiers: []aloi.Identifier{{Type: "customer_number", Value: p.number}},
	}
}

// isStop reports whether an act withdraws; the others give.
func isStop(act int8) bool { return act%2 == 1 }

// act returns an act of a record: the newsletter, on the record's own address, an hour
// after the act before.
func (in *island) act(r, n int8) *aloiv1.ConsentEvent {
	e := &aloiv1.ConsentEvent{
		SourceEventId: fmt.Sprint(n), Kind: string(aloi.ConsentGiven),
		Time:     timestamppb.New(in.begin.Add(time.Duration(n) * time.Hour)),
		Purposes: []string{"Newsletter"}, Channels: []string{"EMAIL"}, Controllers: []string{controller},
		ContactPoint: in.point(r), Method: "web_form",
		Evidence: []*aloiv1.FreeAttribute{{Name: "auth", Value: "doi"}},
	}
	if isStop(n) {
		e.Kind, e.Evidence = string(aloi.ConsentWithdrawn), nil
	}
	return e
}

// controller is who asks and is given consent.
const controller = "C1"

// question is what is asked of a record: the newsletter, on its own address.
func (in *island) question(r int8) *aloiv1.Question {
	return &aloiv1.Question{Controller: controller, Purpose: "Newsletter", Channel: "EMAIL", ContactPoint: in.point(r)}
}

// pair is the number of a pair of records.
func pair(a, b int8) int {
	a, b = min(a, b), max(a, b)
	return int(b)*(int(b)-1)/2 + int(a)
}
