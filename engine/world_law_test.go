package engine

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"aloi"
)

// A world is a small set of invented people from whom records are drawn: families
// at one address, namesakes, a shop phone that too many records share.
type world struct {
	rng    *rand.Rand
	name   string // before the ids of its records
	people []resident
	refs   []aloi.RecordRef
	judged map[[2]aloi.RecordRef]bool // pairs that have a lane
}

type resident struct {
	given, family, birth, birthDate, gender string
	line, postal, city                      string
	mobile, landline, email, card           string
}

// shopPhone is shared by many records, so that its block crosses its cap.
const shopPhone = "0142681153"

var (
	givenNames  = []string{"Anne", "Éric", "Jean-Pierre", "Zoé", "Françoise", "Mehdi", "Camille", "Marie", "Luc", "Hélène", "Aurélie", "Noël", "Théo", "Inès"}
	familyNames = []string{"Lefèvre", "Dupont", "de La Tour", "Nguyen", "Garcia", "Müller", "Benali", "O'Connor", "Petit", "Saint-Martin", "Rousseau", "Girard"}
	towns       = [][2]string{{"69003", "Lyon"}, {"75011", "Paris"}, {"44000", "Nantes"}, {"97410", "Saint-Pierre"}, {"35000", "Rennes"}}
	streets     = []string{"rue Victor Hugo", "avenue des Tilleuls", "chemin du Moulin", "bd Gambetta", "place de l'Église"}
	lawSources  = []string{"store", "web", "sav", "social"}
)

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// newWorld draws n people in households of one to four.
func newWorld(rng *rand.Rand, n int) *world {
	w := &world{rng: rng, judged: map[[2]aloi.RecordRef]bool{}}
	for len(w.people) < n {
		town := pick(rng, towns)
		home := resident{
			family: pick(rng, familyNames), postal: town[0], city: town[1],
			line:     fmt.Sprintf("%d %s", 1+rng.IntN(40), pick(rng, streets)),
			landline: fmt.Sprintf("04%08d", rng.IntN(100_000_000)),
		}
		for range 1 + rng.IntN(4) {
			w.people = append(w.people, w.resident(home))
		}
	}
	w.people = w.people[:n]
	return w
}

func (w *world) resident(home resident) resident {
	p := home
	p.given, p.gender = pick(w.rng, givenNames), pick(w.rng, []string{"M", "F"})
	if w.rng.IntN(4) == 0 {
		p.birth = pick(w.rng, familyNames)
	}
	p.birthDate = time.Date(1940+w.rng.IntN(60), time.Month(1+w.rng.IntN(12)), 1+w.rng.IntN(28), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	p.mobile = fmt.Sprintf("06%08d", w.rng.IntN(100_000_000))
	p.email = strings.ToLower(fmt.Sprintf("%.1s.%s%d@example.org", p.given, strings.ReplaceAll(p.family, " ", ""), w.rng.IntN(100)))
	p.card = fmt.Sprintf("298%010d", w.rng.IntN(1_000_000_000))
	return p
}

// ref draws a new reference.
func (w *world) ref() aloi.RecordRef {
	r := aloi.RecordRef{Source: pick(w.rng, lawSources), ID: fmt.Sprintf("%s%c-%d", w.name, 'A'+rune(w.rng.IntN(3)), len(w.refs))}
	w.refs = append(w.refs, r)
	return r
}

// record draws what a source says of a person: some of the fields, with slips.
func (w *world) record(ref aloi.RecordRef, p resident) *aloi.Record {
	rng := w.rng
	r := &aloi.Record{Ref: ref, UpdatedAt: w.time(), Version: int64(rng.IntN(3))}
	n := aloi.Name{Given: w.slip(p.given), Family: w.slip(p.family)}
	switch rng.IntN(8) {
	case 0:
		n = aloi.Name{Full: n.Given + " " + n.Family}
	case 1:
		n.Given = ""
	case 2:
		n.Given, n.Family = n.Family, n.Given
	case 3:
		n.Birth = p.birth
	case 4:
		n.Family = "INCONNU"
	}
	r.Names = []aloi.Name{n}
	maybe := func(set func()) {
		if rng.IntN(2) == 0 {
			set()
		}
	}
	maybe(func() { r.BirthDate = w.slip(p.birthDate) })
	maybe(func() { r.Gender = p.gender })
	maybe(func() { r.Emails = append(r.Emails, w.slip(p.email)) })
	maybe(func() { r.Phones = append(r.Phones, p.mobile) })
	maybe(func() { r.Phones = append(r.Phones, pick(rng, []string{p.landline, "0600000000"})) })
	maybe(func() {
		r.Addresses = []aloi.Address{{Line: w.slip(p.line), PostalCode: p.postal, City: strings.ToUpper(p.city)}}
	})
	if rng.IntN(5) == 0 {
		r.Identifiers = []aloi.Identifier{{Type: aloi.IdentifierLoyaltyCard, Value: p.card}}
	}
	if rng.IntN(5) == 0 {
		r.Attributes = []aloi.FreeAttribute{{Name: "occupation", Value: pick(rng, []string{"infirmière", "boulanger", "Infirmière"})}}
	}
	w.events(r)
	return r
}

// time draws an instant of few, so that instants tie.
func (w *world) time() time.Time {
	return time.Date(2024, 1, 1+w.rng.IntN(12), 9, 0, 0, 500_000*w.rng.IntN(2), time.UTC)
}

// events adds consent events and interactions, now and then with an id that is
// used for something else too.
func (w *world) events(r *aloi.Record) {
	for w.rng.IntN(3) == 0 {
		e := aloi.ConsentEvent{
			Kind: pick(w.rng, aloi.ConsentKinds), Time: w.time(), SourceEventID: fmt.Sprintf("e%d", w.rng.IntN(4)),
			Purposes: []string{"newsletter"}, Channels: []string{pick(w.rng, []string{"email", "sms"})},
		}
		r.Consents = append(r.Consents, e)
	}
	for w.rng.IntN(4) == 0 {
		r.Interactions = append(r.Interactions, aloi.Interaction{
			ID: fmt.Sprintf("i%d", w.rng.IntN(4)), Kind: pick(w.rng, []string{"purchase", "sav_ticket"}), Time: w.time(),
		})
	}
}

// slip writes a text as a hurried person does.
func (w *world) slip(text string) string {
	b := []rune(text)
	switch w.rng.IntN(8) {
	case 0:
		return strings.ToUpper(text)
	case 1:
		i := w.rng.IntN(len(b))
		return string(b[:i]) + string(b[i+1:])
	case 2:
		if i := w.rng.IntN(len(b)); i > 0 {
			b[i-1], b[i] = b[i], b[i-1]
		}
		return string(b)
	case 3:
		b[w.rng.IntN(len(b))] = rune('a' + w.rng.IntN(26))
		return string(b)
	}
	return text
}
