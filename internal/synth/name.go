package synth

import (
	"strings"

	"aloi"
)

// name writes the name as the channel does, with the name that is in use at the time.
func (w *writer) name() {
	p, r := w.p, w.r
	given, family := p.given, p.birthName
	if p.married != "" && w.day >= p.marriedOn && !w.mistake(60) {
		family = p.married
		if w.mistake(40) {
			family = p.birthName + pick(r, []string{"-", " "}) + p.married
		}
	}
	given = w.given(given)
	family = w.family(family)
	if r.chance(w.c.second) {
		given += " " + p.second
	}
	if w.mistake(12) {
		given, family = family, given
	}
	n := aloi.Name{Given: w.caps.put(given), Family: w.caps.put(family)}
	if !r.chance(w.c.given) {
		n.Given = ""
	}
	if p.married != "" && w.day >= p.marriedOn && r.chance(w.c.birthName) {
		n.Birth = w.caps.put(p.birthName)
	}
	if r.chance(w.c.civility) {
		n.Civility = w.civility()
	}
	if r.chance(w.c.fullName) {
		n = w.full(n)
	}
	w.rec.Names = []aloi.Name{n}
}

// given writes a given name: short, wrong, or as it is.
func (w *writer) given(name string) string {
	r := w.r
	nick := 20
	if w.c.handle > 0 {
		nick = 120 // a social network
	}
	switch {
	case len(w.t.nicknames[name]) > 0 && r.chance(nick):
		return pick(r, w.t.nicknames[name])
	case w.mistake(22):
		return name[:len(firstRune(name))] + pick(r, []string{"", "."})
	case strings.Contains(name, "-") && w.mistake(200):
		return compound(r, name)
	case w.mistake(35):
		return typo(r, name)
	case w.mistake(35):
		return misspell(r, name)
	case w.mistake(5):
		return pick(r, []string{"NC", "?", "Inconnu", "X"})
	}
	return name
}

// family writes a family name.
func (w *writer) family(name string) string {
	r := w.r
	switch {
	case strings.ContainsAny(name, " -'") && w.mistake(120):
		return strings.NewReplacer(" ", pick(r, []string{"-", ""}), "-", " ", "'", pick(r, []string{" ", ""})).Replace(name)
	case w.mistake(35):
		return typo(r, name)
	case w.mistake(40):
		return misspell(r, name)
	case w.mistake(12):
		return misread(r, name)
	}
	return name
}

// compound writes a compound given name in another way: Jean Pierre, Jeanpierre, J-Pierre,
// JP, or its first part.
func compound(r *rng, name string) string {
	first, second, _ := strings.Cut(name, "-")
	switch r.below(5) {
	case 0:
		return first + " " + second
	case 1:
		return first + strings.ToLower(second)
	case 2:
		return firstRune(first) + "-" + second
	case 3:
		return firstRune(first) + firstRune(second)
	}
	return first
}

func (w *writer) civility() string {
	woman := w.p.gender == 'F'
	if w.mistake(8) {
		woman = !woman
	}
	if !woman {
		return pick(w.r, []string{"M.", "M", "Monsieur", "Mr"})
	}
	if w.p.married == "" && w.p.year > firstYear-30 && w.r.chance(300) {
		return "Mlle"
	}
	return pick(w.r, []string{"Mme", "Mme", "Madame"})
}

// full writes a name on one line.
func (w *writer) full(n aloi.Name) aloi.Name {
	r := w.r
	if w.c.handle > 0 && r.chance(60) {
		return aloi.Name{Full: w.p.handle} // a pseudonym
	}
	parts := []string{n.Given, n.Family}
	if w.c.handle == 0 && r.chance(650) {
		parts = []string{n.Family, n.Given}
	}
	if n.Civility != "" && r.chance(500) {
		parts = append([]string{n.Civility}, parts...)
	}
	if n.Birth != "" {
		parts = append(parts, pick(r, []string{"née", "nee", "NÉE"}), n.Birth)
	}
	return aloi.Name{Full: strings.Join(strings.Fields(strings.Join(parts, " ")), " ")}
}
