package server_test

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"aloi"
	"aloi/consent"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// persona is what a record says of who it is. What the shipped model makes of two of them
// is what a vector asks for; the test asks Why before it asks anything else.
type persona struct{ given, family, line, code, city, card string }

// cities are where people live.
var cities = [][2]string{{"29200", "Brest"}, {"67000", "Strasbourg"}, {"35000", "Rennes"}, {"59800", "Lille"}, {"21000", "Dijon"}, {"64000", "Pau"}, {"57000", "Metz"}}

// resident is somebody with a name and an address; n tells families apart.
func resident(given string, n int) persona {
	heart, tail, city := hearts[n%len(hearts)], tails[n%len(tails)], cities[n%len(cities)]
	return persona{given: given, family: heads[n%len(heads)] + heart + tail, line: fmt.Sprintf("%d rue %s", n%90+3, heart+tail), code: city[0], city: city[1]}
}

// her are given names of one generation, about as common as each other.
var her = []string{"Sylvie", "Nathalie", "Isabelle", "Catherine", "Martine", "Christine"}

// The people of a vector, which n stands for. With her card a record is Sylvie's for
// certain; without, by name and street, in all likelihood. (In every vector she has
// another name.)
type people struct {
	sylvie    persona
	moved     persona   // may be she: her name, in another city
	nowhere   persona   // may be she where the mailboxes are two: her name, and no address
	married   persona   // may be she where the mailbox is one: another name, in another city
	household persona   // may be she, or Anne: no given name
	anne      persona   // of her family
	strangers []persona // who have nothing to do with her
}

// familiesPerVector is how many families a vector may need, and no divisor of how many
// syllables there are, so that those of two vectors share few.
const familiesPerVector = 5

func peopleOf(n int) people {
	given := her[n%len(her)]
	n *= familiesPerVector
	p := people{sylvie: resident(given, n), strangers: []persona{resident("Ahmed", n+1), resident("Bastien", n+2)}}
	p.moved, p.household, p.anne = p.sylvie, p.sylvie, p.sylvie
	p.household.given, p.anne.given = "", "Anne"
	p.married = resident(given, n+3)
	p.nowhere.given, p.nowhere.family = p.sylvie.given, p.sylvie.family
	p.moved.line, p.moved.code, p.moved.city = p.married.line, p.married.code, p.married.city
	return p
}

func herCard(n int) string { return fmt.Sprintf("29812345%05d", n*7919%100_000) }

// unusual gives the records of vectors for which the usual cast would give other links.
var unusual = map[string]func(people) []persona{
	"C93": func(p people) []persona { return []persona{p.sylvie, p.household, p.anne} }, // two links in review, none from end to end
	"M10": func(p people) []persona { return []persona{p.sylvie, p.household, p.anne} },
	"I05": func(p people) []persona { return []persona{p.sylvie, p.married} }, // in review although the mailbox is one
}

// cast gives each record of a vector who it is.
func cast(v *consent.Vector, n int) []persona {
	p := peopleOf(n)
	if of := unusual[v.ID]; of != nil {
		return of(p)
	}
	if len(v.Case.Records) == 1 {
		return make([]persona, 1) // her contact points are enough
	}
	of := make([]persona, len(v.Case.Records))
	group := unite(v, func(s aloi.LinkStrength) bool { return s == aloi.LinkStrong || s == aloi.LinkDeterministic })
	others := 0
	for i, r := range v.Case.Records {
		switch first, near := group[r.ID], weakTo(v, r.ID); {
		case first < i:
			of[i] = of[first]
		case i == 0:
			of[i] = p.sylvie
		case near != nil && len(near.ContactPoints) > 0 && len(r.ContactPoints) > 0:
			of[i] = p.nowhere
		case near != nil:
			of[i] = p.moved
		default:
			of[i] = p.strangers[others]
			others++
		}
	}
	for i, r := range v.Case.Records {
		of[i].card = ""
		for _, l := range v.Case.Links {
			if l.Strength == aloi.LinkDeterministic && (l.A == r.ID || l.B == r.ID) {
				of[i].card = herCard(n)
			}
		}
	}
	return of
}

// weakTo returns the record to which a record of a vector has a weak link, nil for none.
func weakTo(v *consent.Vector, id string) *consent.Record {
	for _, l := range v.Case.Links {
		if l.Strength == aloi.LinkWeak && (l.A == id || l.B == id) {
			other := l.A
			if other == id {
				other = l.B
			}
			return &v.Case.Records[slices.IndexFunc(v.Case.Records, func(r consent.Record) bool { return r.ID == other })]
		}
	}
	return nil
}

// unite returns, for each record of a vector, the place of the first that links lead to.
func unite(v *consent.Vector, along func(aloi.LinkStrength) bool) map[string]int {
	group := map[string]int{}
	for i, r := range v.Case.Records {
		group[r.ID] = i
	}
	for range v.Case.Records {
		for _, l := range v.Case.Links {
			if along(l.Strength) {
				least := min(group[l.A], group[l.B])
				group[l.A], group[l.B] = least, least
			}
		}
	}
	return group
}

// point is a contact point of a vector as sources write it, so that vectors in one store
// have nothing in common. n stands for the vector.
func point(text string, n int) string {
	kind, value, _ := strings.Cut(text, ":")
	switch text {
	case "":
		return ""
	case "email:a@ex.fr":
		return fmt.Sprintf("email:amelot%d@orange.fr", n)
	case "email:b@ex.fr":
		return fmt.Sprintf("email:tournesol%d@free.fr", n)
	case "email:j.doe@corp.fr":
		return fmt.Sprintf("email:j.doe%d@corp.fr", n)
	case "phone:+33600000001":
		return fmt.Sprintf("phone:+336%08d", 41_570_000+n*7919)
	case "phone:+33600000002":
		return fmt.Sprintf("phone:+337%08d", 81_570_000+n*7919)
	}
	switch kind {
	case "email":
		return text // one of a kind
	case "post", "postal":
		return fmt.Sprintf("postal:%d%s", n, value)
	}
	return fmt.Sprintf("%s:%s-%d", kind, value, n)
}

// recordOf is a record of a vector as its source sends it.
func recordOf(r *consent.Record, who persona, ref *aloiv1.RecordRef, n int) *aloiv1.Record {
	m := &aloiv1.Record{Ref: ref, Version: 2}
	if who.family != "" {
		m.Names = []*aloiv1.Name{{Given: who.given, Family: who.family}}
	}
	if who.card != "" {
		m.Identifiers = append(m.Identifiers, &aloiv1.Identifier{Type: aloi.IdentifierLoyaltyCard, Value: who.card})
	}
	if who.line != "" {
		m.Addresses = []*aloiv1.Address{{Line: who.line, PostalCode: who.code, City: who.city}}
	}
	for _, cp := range r.ContactPoints {
		kind, value, _ := strings.Cut(point(cp, n), ":")
		switch kind {
		case "email":
			m.Emails = append(m.Emails, value)
		case "phone":
			m.Phones = append(m.Phones, value)
		case "postal":
			line, city, _ := strings.Cut(value, ", ")
			code, city, _ := strings.Cut(city, " ")
			m.Addresses = []*aloiv1.Address{{Line: line, PostalCode: code, City: city}}
		default:
			m.Identifiers = append(m.Identifiers, &aloiv1.Identifier{Type: kind, Value: value})
		}
	}
	if !r.Birth.IsZero() {
		m.BirthDate = r.Birth.Format("2006-01-02")
	}
	if !r.LastAction.IsZero() {
		m.Interactions = []*aloiv1.Interaction{{Id: "last", Kind: aloi.InteractionPageView, Time: timestamppb.New(r.LastAction)}}
	}
	return m
}

// refOf names a record of a vector, in one of the four sources.
func refOf(v *consent.Vector, id string, n int) *aloiv1.RecordRef {
	sources := []string{"store", "web", "sav", "social"}
	return servertest.Ref(sources[n%len(sources)], v.ID+"-"+id)
}
