package synth

import (
	"fmt"
	"strings"
)

const (
	// maxHousehold is the most people of a household.
	maxHousehold = 5
	// slots is the most records of a household; a power of two.
	slots = 32
	// maxRecords is the most records of a person.
	maxRecords = 8

	// firstYear is when the records begin; they end after years.
	firstYear = 2015
	years     = 10

	// youngest is the last year in which a customer was born.
	youngest = 2001
)

// recordWeights say how many records people have, from 1.
var recordWeights = []int{400, 240, 140, 90, 50, 40, 22, 18}

// kinds of household, with their weights and their sizes.
var (
	kindWeights = []int{400, 290, 130, 110, 40, 30}
	kindSizes   = []int{1, 2, 3, 4, 5, 2} // the last is one parent with a child
)

const kindOneParent = 5

// shape is how many people a household has and how many records each: what must be
// known of all households before the first record.
type shape struct {
	kind    int
	people  int
	records [maxHousehold]int
	total   int
}

func shapeOf(seed, household uint64) shape {
	r := newRNG(seed, streamShape, household)
	s := shape{kind: r.weighted(kindWeights)}
	s.people = kindSizes[s.kind]
	for i := range s.people {
		n := min(1+r.weighted(recordWeights), maxRecords, slots-s.total)
		s.records[i], s.total = n, s.total+n
	}
	return s
}

// who returns which person a slot belongs to, and the number of the record among theirs.
func (s *shape) who(slot int) (person, record int) {
	for slot >= s.records[person] {
		slot -= s.records[person]
		person++
	}
	return person, slot
}

// person is somebody, with their life in days since the beginning of firstYear.
type person struct {
	gender                byte
	given, second         string
	birthName, married    string // married is empty for those who kept their name
	marriedOn             int
	year, month, day      int // of birth
	home, formerHome      address
	movedOn               int
	mobile, formerMobile  string
	email, formerEmail    string
	changedOn             int // of the mobile and the e-mail address
	card, network, handle string
	agrees                int // in a thousand: how gladly they agree to be written to
}

type address struct{ number, street, complement, code, city string }

// never is after all records.
const never = 1 << 30

// household is people at one address.
type household struct {
	people   []person
	landline string
	email    string // of the family, empty for none
}

// makeHousehold makes the people of a household.
func makeHousehold(t *tables, seed, number uint64, s *shape) *household {
	r := newRNG(seed, streamHousehold, number)
	h := &household{people: make([]person, s.people)}
	home := makeAddress(t, &r)
	former, movedOn := address{}, -1
	if r.chance(400) {
		former, movedOn = makeAddress(t, &r), r.below(years*365)
	}
	if r.chance(450) {
		h.landline = landline(&r, home.code)
	}
	family := t.familyName(&r)
	adult := bornIn(&r)
	if s.people > 2 || s.kind == kindOneParent {
		adult = min(adult, 1965+r.below(10)) // so that the children are old enough to be customers
	}
	for i := range h.people {
		p := &h.people[i]
		*p = person{home: home, formerHome: former, movedOn: movedOn, marriedOn: never}
		switch {
		case i == 0:
			p.gender = pick(&r, []byte{'M', 'F'})
			p.birthName, p.year = family, adult
		case i == 1 && s.kind != kindOneParent:
			h.partner(t, &r, p)
		default:
			h.child(t, &r, p, family, i)
		}
		p.finish(t, &r)
	}
	if s.people > 1 && r.chance(220) {
		h.email = fmt.Sprintf("famille.%s%d@%s", letters(family), r.below(100), t.domains.draw(&r))
	}
	if s.people > 1 && r.chance(120) {
		h.people[1].card = h.people[0].card // one loyalty card for two
	}
	return h
}

// bornIn draws the year of birth of an adult.
func bornIn(r *rng) int {
	decade := r.weighted([]int{4, 13, 17, 19, 18, 17, 12})
	return 1930 + 10*decade + r.below(10)
}

// partner makes the second adult. Women who marry take the name in four of five cases;
// one marriage in six falls among the records.
func (h *household) partner(t *tables, r *rng, p *person) {
	first := &h.people[0]
	p.gender = 'M' + 'F' - first.gender
	if r.chance(30) {
		p.gender = first.gender
	}
	p.birthName = t.familyName(r)
	p.year = min(max(first.year+r.between(-6, 6), 1930), youngest)
	on := -1
	if r.chance(170) {
		on = r.below(years * 365)
	}
	if r.chance(800) {
		if p.gender == 'F' {
			p.married, p.marriedOn = first.birthName, on
		} else {
			first.married, first.marriedOn = p.birthName, on
		}
	}
}

// child makes a child with the name of the father; one in a hundred has the given name
// of the first parent too, and one in forty is the twin of the child before.
func (h *household) child(t *tables, r *rng, p *person, family string, i int) {
	first := &h.people[0]
	p.gender = pick(r, []byte{'M', 'F'})
	p.birthName = family
	if i > 1 && first.gender == 'F' && h.people[1].gender == 'M' && len(h.people) > 2 {
		p.birthName = h.people[1].birthName
	}
	p.year = min(first.year+r.between(20, 34), youngest)
	if p.gender == first.gender && r.chance(10) {
		p.given = first.given
	}
	if before := &h.people[i-1]; i > 2 && r.chance(25) {
		p.year, p.month, p.day = before.year, before.month, before.day
	}
	if p.year+22 < firstYear+years && r.chance(500) {
		p.formerHome, p.home, p.movedOn = p.home, makeAddress(t, r), max((p.year+22-firstYear)*365, 0)
	}
}

// finish draws what does not depend on the others.
func (p *person) finish(t *tables, r *rng) {
	if p.given == "" {
		p.given = t.givenName(r, p.gender, p.year)
	}
	p.second = t.givenName(r, p.gender, p.year-25)
	if p.month == 0 {
		p.month, p.day = r.between(1, 12), r.between(1, 28)
	}
	p.mobile, p.formerMobile = mobile(r), ""
	p.email = makeEmail(t, r, p)
	if r.chance(450) {
		p.changedOn, p.formerMobile, p.formerEmail = r.below(years*365), mobile(r), makeEmail(t, r, p)
	}
	p.card = card(r)
	p.network = t.socialNames.draw(r)
	p.handle = makeHandle(r, p)
	p.agrees = pick(r, []int{50, 300, 700})
}

// makeAddress draws an address.
func makeAddress(t *tables, r *rng) address {
	at := t.place(r)
	a := address{code: pick(r, at.codes), city: at.name, street: t.streetTypes.draw(r) + " " + pick(r, t.streets)}
	a.number = fmt.Sprint(1 + r.below(1+r.below(180)))
	if r.chance(40) {
		a.number += pick(r, []string{" bis", " ter", "B", " A"})
	}
	if r.chance(180) {
		a.complement = pick(r, t.complements)
	}
	return a
}

// makeHandle draws the name somebody has on a network.
func makeHandle(r *rng, p *person) string {
	given, family := letters(p.given), letters(p.birthName)
	switch r.below(5) {
	case 0:
		return given + "." + family
	case 1:
		return given + family
	case 2:
		return fmt.Sprintf("%s_%d", given, p.year%100)
	case 3:
		return fmt.Sprintf("%s%s%d", given[:1], family, r.below(100))
	}
	return strings.Repeat(given[:min(3, len(given))], 2) + fmt.Sprint(r.below(1000))
}
