package mapping

import (
	"cmp"
	"slices"
	"strings"
)

// inUse are words of a family name that is not the one at birth.
var inUse = set(`usage marital epouse married`)

// names settles what `nom` or `name` is: beside a given name it is the family name,
// or the name at birth (the French nom de famille) when there is a married name too;
// elsewhere a full name.
func (d *detector) names() {
	list := append(d.take(roleName), d.givenNames()...)
	var given, family, birth, married bool
	for _, g := range d.guesses {
		given = given || g.to == "name.given"
		family = family || g.to == "name.family"
		birth = birth || g.to == "name.birth"
		married = married || g.saysInUse()
	}
	if married && !birth {
		d.papers()
	}
	for _, g := range list {
		switch {
		case given && !family:
			g.to = "name.family"
		case given && married && !birth:
			g.to = "name.birth"
		case given && married: // nom, nom_usage and nom_jeune_fille
			g.to, g.joins = "name.family", true
		default:
			g.to = "name.full"
		}
		d.guesses = append(d.guesses, g)
	}
	d.person()
	slices.SortFunc(d.guesses, func(a, b guess) int { return cmp.Compare(a.index, b.index) })
}

// givenNames settles what `nombre` or `nome` is: a given name beside a family name. It
// returns those that are not.
func (d *detector) givenNames() []guess {
	list := d.take(roleGiven)
	if !slices.ContainsFunc(d.guesses, func(g guess) bool { return strings.HasPrefix(g.to, "name.family") }) {
		return list
	}
	for _, g := range list {
		g.to = "name.given"
		d.guesses = append(d.guesses, g)
	}
	return nil
}

// person makes `client` a full name where no column is a name.
func (d *detector) person() {
	list := d.take(rolePerson)
	named := slices.ContainsFunc(d.guesses, func(g guess) bool { return strings.HasPrefix(g.to, "name.") && g.to != "name.civility" })
	for i, g := range list {
		if named || i > 0 {
			d.unmapped(g.column, "other columns give the name")
			continue
		}
		g.to = "name.full"
		d.guesses = append(d.guesses, g)
	}
}

// saysInUse reports whether a column says of its family name that it is in use.
func (g guess) saysInUse() bool {
	return g.to == "name.family" && slices.ContainsFunc(words(g.column), func(w string) bool { return inUse[w] })
}

// papers makes the family name beside a name in use the name at birth, as French papers
// have it: nom de famille, nom d'usage.
func (d *detector) papers() {
	for i, g := range d.guesses {
		if g.to == "name.family" && !g.saysInUse() {
			d.guesses[i].to = "name.birth"
			return
		}
	}
}
