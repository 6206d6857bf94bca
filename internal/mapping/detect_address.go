package mapping

import (
	"slices"
	"strings"
)

// addressGroups are the words that say which of several addresses a column is of, in
// lists of one meaning.
var addressGroups = []map[string]bool{
	set(`home domicile dom maison perso personal personnel personnelle`),
	set(`work office bureau business pro professionnel professionnelle`),
	set(`billing bill facturation invoice facture`),
	set(`shipping ship delivery livraison deliver`),
	set(`mailing correspondance`),
	set(`other autre second secondary secondaire alt alternate alternative`),
}

// houseNumber settles what `num` or `no` beside a street is: the number of the house.
func (d *detector) houseNumber() {
	names := set(`num no numero nr number n`)
	for _, g := range d.guesses {
		if g.to != partStreet && g.to != partStreetType {
			continue
		}
		for _, i := range []int{g.index - 1, g.index + 1} {
			if i < 0 || i >= len(d.header) || !d.isFree(i) {
				continue
			}
			if w := words(d.header[i]); len(w) == 1 && names[w[0]] {
				d.m.Unmapped = slices.DeleteFunc(d.m.Unmapped, func(u Unmapped) bool { return u.Column == d.header[i] })
				d.guesses = append(d.guesses, guess{index: i, column: d.header[i], meaning: meaning{alias: alias{to: partNumber}}})
				return
			}
		}
	}
}

// isFree reports whether a column was not understood.
func (d *detector) isFree(index int) bool {
	return !slices.ContainsFunc(d.guesses, func(g guess) bool { return g.index == index || g.to == partNumber }) &&
		slices.ContainsFunc(d.m.Unmapped, func(u Unmapped) bool { return u.Column == d.header[index] && u.Reason == notUnderstood })
}

// addresses tells the addresses of a row apart: columns of two groups (billing, shipping)
// are of two addresses where both have the same part. A group that has other parts than
// those before it completes them.
func (d *detector) addresses() {
	var parts [MaxAddresses]map[string]bool // of each address
	places := map[int]int{}                 // group → place of its address
	for _, group := range d.groupsOf() {
		own := map[string]bool{}
		for _, g := range d.guesses {
			if path, _, _ := strings.Cut(g.to, ":"); isAddress(path) && g.group() == group {
				own[path] = true
			}
		}
		for place := range parts {
			if overlaps(parts[place], own) && place < MaxAddresses-1 {
				continue
			}
			if parts[place] == nil {
				parts[place] = map[string]bool{}
			}
			for path := range own {
				parts[place][path] = true
			}
			places[group] = place + 1
			break
		}
	}
	for i, g := range d.guesses {
		if path, _, _ := strings.Cut(g.to, ":"); isAddress(path) {
			d.guesses[i].address = places[g.group()]
		}
	}
}

// groupsOf lists the groups of the address columns in order of the table.
func (d *detector) groupsOf() []int {
	var groups []int
	for _, g := range d.guesses {
		if path, _, _ := strings.Cut(g.to, ":"); isAddress(path) && !slices.Contains(groups, g.group()) {
			groups = append(groups, g.group())
		}
	}
	return groups
}

func isAddress(path string) bool {
	k, _ := parsePath(path)
	return k.ofAddress()
}

// group returns which of several addresses the name of a column says that it is of; 0 is
// none. A second city or postal code is of a second address; a second line is not.
func (g guess) group() int {
	for _, w := range words(g.column) {
		for i, group := range addressGroups {
			if group[w] {
				return i + 1
			}
		}
	}
	if path, _, _ := strings.Cut(g.to, ":"); path != "address.line" && g.number > 1 {
		return len(addressGroups) + g.number
	}
	return 0
}

func overlaps(a, b map[string]bool) bool {
	for path := range b {
		if a[path] {
			return true
		}
	}
	return false
}

// smallPlaces are the words of a part of a town, where the town stands too.
var smallPlaces = set(`locality localite localidad localidade localita suburb`)

// localities settles what `Locality` is: beside the town of the same address it is a
// part of it, elsewhere it is the town.
func (d *detector) localities() {
	const city = "address.city"
	small := func(g guess) bool {
		return slices.ContainsFunc(words(g.column), func(w string) bool { return smallPlaces[w] })
	}
	for i, g := range d.guesses {
		if g.to == city && small(g) && slices.ContainsFunc(d.guesses, func(o guess) bool { return o.to == city && o.address == g.address && !small(o) }) {
			d.guesses[i].to = partComplement
		}
	}
}
