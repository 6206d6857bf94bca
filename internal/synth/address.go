package synth

import (
	"fmt"
	"strings"
)

// address is where somebody lives. kind is the type of street, empty for a hamlet;
// number may be empty there too.
type address struct{ number, kind, street, complement, code, city string }

// hamletPeople is how many people a commune has where hamlets stand for streets.
const hamletPeople = 2000

// makeAddress draws an address in a commune.
func makeAddress(t *tables, r *rng, at *place) address {
	a := address{code: pick(r, at.codes), city: at.name}
	a.number = fmt.Sprint(1 + r.below(1+r.below(min(180, 20+at.people/50))))
	switch {
	case at.people < hamletPeople && r.chance(300):
		a.street = pick(r, t.hamlets)
		if r.chance(500) {
			a.number = ""
		}
		return a
	case r.chance(120): // the road to another commune of the département
		a.kind, a.street = pick(r, []string{"route", "route", "rue", "chemin"}), towards(pick(r, t.departments[department(a.code)]).name)
	case r.chance(120): // somebody of whom the town thinks well
		who := pick(r, []byte{'M', 'M', 'M', 'M', 'M', 'F'})
		a.kind, a.street = t.streetTypes.draw(r), t.givenName(r, who, firstDecade)+" "+t.familyName(r)
	default:
		a.kind, a.street = t.streetTypes.draw(r), t.streets.draw(r)
	}
	if r.chance(40) {
		a.number += pick(r, []string{" bis", " ter", "B", " A"})
	}
	if r.chance(min(80+at.people/100, 350)) {
		a.complement = pick(r, t.complements)
	}
	return a
}

// move draws the commune that somebody moves to: mostly the same or one near.
func move(t *tables, r *rng, from address, at *place) *place {
	switch {
	case r.chance(350):
		return at
	case r.chance(500):
		return pick(r, t.departments[department(from.code)])
	}
	return t.place(r)
}

// department is the département of a postal code, near enough: Corsica is one.
func department(code string) string { return code[:2] }

// towards names a road after where it leads: de Nantes, d'Aix, du Mans, des Lilas.
func towards(city string) string {
	switch {
	case strings.HasPrefix(city, "Les "):
		return "des " + city[len("Les "):]
	case strings.HasPrefix(city, "Le "):
		return "du " + city[len("Le "):]
	case strings.ContainsAny(firstRune(plain(city)), "AEIOUY"):
		return "d'" + city
	}
	return "de " + city
}
