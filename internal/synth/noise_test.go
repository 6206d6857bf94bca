package synth

import (
	"strings"
	"testing"
	"time"

	"aloi"
)

// TestNoise: how much is missing, and how much is wrong, in records whose person is
// known. Bounds are in a thousand records, or values of the kind where it says so.
func TestNoise(t *testing.T) {
	g := New(19, 30_000)
	count, of := map[string]int{}, map[string]int{}
	add := func(what string, among, is bool) {
		if among {
			of[what]++
			if is {
				count[what]++
			}
		}
	}
	for {
		v, ok := g.schedule.next()
		if !ok {
			break
		}
		shape := g.schedule.shape(v.household)
		who := shape.who(v.slot)
		r := g.write(v, &shape, who)
		p := &makeHousehold(g.tables, g.schedule.seed, v.household, &shape, who).people[who]
		n := r.Names[0]
		split := n.Full == ""
		family := letters(n.Family)
		add("no name in parts", true, !split)
		add("given name is another", split && n.Given != "", !strings.HasPrefix(letters(n.Given), letters(p.given)))
		add("family name is another", split, family != letters(p.birthName) && family != letters(p.married))
		add("given name is an initial", split, len(letters(n.Given)) == 1)
		add("names swapped", split, strings.HasPrefix(family, letters(p.given)) && letters(n.Given) == letters(p.birthName))
		add("birth date given", true, r.BirthDate != "")
		add("birth date is another", r.BirthDate != "", !bornOn(r.BirthDate, p))
		add("e-mail address given", true, len(r.Emails) > 0)
		add("e-mail address is another", len(r.Emails) > 0, !oneOf(r.Emails, strings.ToLower, p.email, p.formerEmail))
		add("mobile is another", len(r.Phones) > 0 && mobileIn(r), !oneOf(r.Phones, lastDigits, lastDigits(p.mobile), lastDigits(p.formerMobile)))
		add("nothing to reach them by", true, len(r.Emails)+len(r.Phones)+len(r.Addresses)+len(r.Identifiers) == 0)
	}
	for _, c := range []struct {
		what      string
		low, high int
	}{
		{"no name in parts", 100, 180},
		{"given name is another", 80, 220},
		{"family name is another", 80, 220},
		{"given name is an initial", 10, 60},
		{"names swapped", 5, 30},
		{"birth date given", 200, 350},
		{"birth date is another", 40, 120},
		{"e-mail address given", 450, 650},
		{"e-mail address is another", 60, 250},
		{"mobile is another", 30, 120},
		{"nothing to reach them by", 5, 60},
	} {
		if share := 1000 * count[c.what] / of[c.what]; share < c.low || share > c.high {
			t.Errorf("%s: %d in a thousand, want %d to %d", c.what, share, c.low, c.high)
		}
	}
}

// bornOn says whether a date as it is written is the person's.
func bornOn(date string, p *person) bool {
	for i := range channels {
		for _, layout := range channels[i].birthLayouts {
			d, err := time.Parse(layout, date)
			if err == nil && d.Year()%100 == p.year%100 && int(d.Month()) == p.month && d.Day() == p.day {
				return true
			}
		}
	}
	return false
}

// oneOf says whether one of the values, reduced, is among those wanted.
func oneOf(values []string, reduce func(string) string, wanted ...string) bool {
	for _, v := range values {
		for _, w := range wanted {
			if w != "" && reduce(v) == w {
				return true
			}
		}
	}
	return false
}

// lastDigits are the digits of a number after the country code or the zero.
func lastDigits(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	return digits[max(len(digits)-9, 0):]
}

// mobileIn says whether the record has a mobile number.
func mobileIn(r *aloi.Record) bool {
	n := lastDigits(r.Phones[0])
	return n[0] == '6' || n[0] == '7'
}
