package synth

import (
	"fmt"
	"slices"
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

// shape is how many people a household has, how many records each, and when in its life
// they come: what must be known of all households before the first record.
type shape struct {
	kind    int
	people  int
	records [maxHousehold]int
	total   int
	pace    int
	steps   [slots]uint8 // of each record; see schedule
}

func shapeOf(seed, household uint64) shape {
	r := newRNG(seed, streamShape, household)
	s := shape{kind: r.weighted(kindWeights)}
	s.people = kindSizes[s.kind]
	for i := range s.people {
		n := min(1+r.weighted(recordWeights), maxRecords, slots-s.total)
		s.records[i], s.total = n, s.total+n
	}
	s.pace = r.weighted(paceWeights)
	for i := range s.total {
		s.steps[i] = uint8(r.below(steps))
	}
	return s
}

// cut keeps the first n records and the people that they are about. The kind stays: the
// others are people of whom there is no record.
func (s *shape) cut(n int) {
	for s.total > n {
		last := s.people - 1
		less := min(s.records[last], s.total-n)
		s.records[last] -= less
		s.total -= less
		if s.records[last] == 0 {
			s.people--
		}
	}
}

// who returns which person a slot belongs to.
func (s *shape) who(slot int) int {
	person := 0
	for slot >= s.records[person] {
		slot -= s.records[person]
		person++
	}
	return person
}

// person is somebody, with their life in days since the beginning of firstYear.
type person struct {
	gender               byte
	given, second        string
	namesake             bool   // has the given name of the first person of the household
	birthName, married   string // married is empty for those who kept their name
	marriedOn            int
	year, month, day     int // of birth
	home, formerHome     address
	movedOn              int
	mobile, formerMobile string
	email, formerEmail   string
	changedOn            int // of the mobile, the e-mail address and the card
	card, formerCard     string
	network, handle      string
	agrees               int // in a thousand: how gladly they agree to be written to
}

// never is after all records.
const never = 1 << 30

// household is people at one address.
type household struct {
	people   []person
	landline string
	email    string // of the family, empty for none
}

// makeHousehold makes the people of a household: whole are the one asked for and the
// first, from whom others borrow.
func makeHousehold(t *tables, seed, number uint64, s *shape, who int) *household {
	r := newRNG(seed, streamHousehold, number)
	h := &household{people: make([]person, s.people)}
	at := t.place(&r)
	home := makeAddress(t, &r, at)
	former, movedOn := address{}, -1
	if r.chance(400) {
		former, movedOn = home, r.below(years*365)
		at = move(t, &r, home, at)
		home = makeAddress(t, &r, at)
	}
	if r.chance(450) {
		h.landline = landline(number, home.code)
	}
	family := t.familyName(&r)
	adult := bornIn(&r)
	if s.people > 2 || s.kind == kindOneParent {
		adult = min(adult, 1965+r.below(10)) // so that the children are old enough to be customers
	}
	for i := range h.people {
		p := &h.people[i]
		*p = person{home: home, formerHome: former, movedOn: movedOn, marriedOn: never, month: r.between(1, 12), day: r.between(1, 28)}
		switch {
		case i == 0:
			p.gender = pick(&r, []byte{'M', 'F'})
			p.birthName, p.year = family, adult
		case i == 1 && s.kind != kindOneParent:
			h.partner(t, &r, p)
		default:
			h.child(t, &r, p, family, i)
			if p.year+22 < firstYear+years && r.chance(500) { // a home of their own
				p.formerHome, p.home = p.home, makeAddress(t, &r, move(t, &r, home, at))
				p.movedOn = max((p.year+22-firstYear)*365, 0)
			}
		}
	}
	for _, i := range slices.Compact([]int{0, who}) {
		h.finish(t, seed, number, i)
	}
	if s.people > 1 && r.chance(220) {
		h.email = fmt.Sprintf("famille.%s%d@%s", letters(family), r.between(10, 9999), t.domains.draw(&r))
	}
	if s.people > 1 && r.chance(120) {
		h.people[1].card, h.people[1].formerCard = h.people[0].card, h.people[0].formerCard // one loyalty card for two
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
		p.namesake = true
	}
	if before := &h.people[i-1]; i > 2 && r.chance(25) {
		p.year, p.month, p.day = before.year, before.month, before.day
	}
}

// finish draws what does not depend on the others. The first person comes first.
func (h *household) finish(t *tables, seed, number uint64, i int) {
	p, n := &h.people[i], number*maxHousehold+uint64(i)
	own := newRNG(seed, streamPerson, n)
	r := &own
	if p.given = t.givenName(r, p.gender, p.year); p.namesake {
		p.given = h.people[0].given
	}
	p.second = t.givenName(r, p.gender, p.year-25)
	p.mobile, p.card, p.email = mobile(2*n), card(2*n), makeEmail(t, r, p)
	if r.chance(450) {
		p.changedOn, p.formerMobile, p.formerEmail = r.below(years*365), mobile(2*n+1), makeEmail(t, r, p)
		if r.chance(250) {
			p.formerCard = card(2*n + 1)
		}
	}
	p.network = t.socialNames.draw(r)
	p.handle = makeHandle(t, r, p)
	p.agrees = pick(r, []int{50, 300, 700})
}
