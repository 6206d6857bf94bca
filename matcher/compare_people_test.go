package matcher

import (
	"testing"

	"aloi"
)

// person builds a record: given name, family name, birth date, then options.
func person(given, family, birth string, more ...func(*aloi.Record)) *aloi.Record {
	r := &aloi.Record{Names: []aloi.Name{{Given: given, Family: family}}, BirthDate: birth}
	for _, f := range more {
		f(r)
	}
	return r
}

func mail(v string) func(*aloi.Record) {
	return func(r *aloi.Record) { r.Emails = append(r.Emails, v) }
}
func phone(v string) func(*aloi.Record) {
	return func(r *aloi.Record) { r.Phones = append(r.Phones, v) }
}
func sex(v string) func(*aloi.Record)  { return func(r *aloi.Record) { r.Gender = v } }
func born(v string) func(*aloi.Record) { return func(r *aloi.Record) { r.Names[0].Birth = v } }
func card(v string) func(*aloi.Record) {
	return func(r *aloi.Record) {
		r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: aloi.IdentifierLoyaltyCard, Value: v})
	}
}
func handle(v string) func(*aloi.Record) {
	return func(r *aloi.Record) {
		r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: aloi.IdentifierSocialHandle, Scope: "instagram", Value: v})
	}
}
func home(line, code, city string) func(*aloi.Record) {
	return func(r *aloi.Record) {
		r.Addresses = append(r.Addresses, aloi.Address{Line: line, PostalCode: code, City: city})
	}
}

var gare = home("12 rue de la Gare", "44120", "Vertou")

// couple shares everything that a couple can share.
var couple = [2]*aloi.Record{
	person("Sylvie", "Kerbrat", "", mail("kerbrat44@orange.fr"), phone("0240123456"), card("2981234567890"), gare),
	person("Yannick", "Kerbrat", "", mail("kerbrat44@orange.fr"), phone("0240123456"), card("2981234567890"), gare),
}

// TestPeople compares pairs that a person can judge.
func TestPeople(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		a, b *aloi.Record
		same bool
	}{
		{"a couple that shares all", couple[0], couple[1], false},
		{"twins", person("Lucas", "Perrot", "14/07/1998", gare, phone("0647281953")), person("Hugo", "Perrot", "14/07/1998", gare, phone("0698174462")), false},
		{"father and son of one name", person("Paul", "Gautier", "02/05/1951", gare), person("Paul", "Gautier", "19/11/1979", gare), false},
		{"sister and brother", person("Léa", "Perrot", "", gare, sex("F")), person("Léo", "Perrot", "", gare, sex("M")), false},
		{"strangers of one name", person("Marie", "Martin", "", home("", "75015", "Paris")), person("Marie", "Martin", "", home("", "13008", "Marseille")), false},
		{"one city, common name, nothing else", person("Marie", "Martin", "", home("", "", "Paris")), person("Marie", "Martin", "", home("", "", "Paris")), false},
		{"one name, one birth date", person("Marie", "Martin", "12/03/1984"), person("MARIE", "MARTIN", "1984-03-12"), true},
		{"one name, one mobile", person("Marie", "Martin", "", phone("0647281953")), person("Marie", "Martin", "", phone("+33 6 47 28 19 53")), true},
		{"a slip in each name, one address", person("Sylvie", "Kerbrat", "", gare), person("Slyvie", "Kerbratt", "", gare), true},
		{"married since", person("Sylvie", "Kerbrat", "12/03/1984", sex("F"), mail("sylvie.k@orange.fr")), person("Sylvie", "Lebrun", "12/03/1984", sex("F"), mail("sylvie.k@orange.fr")), true},
		{"married since, name at birth given", person("Sylvie", "Lebrun", "12/03/1984", born("Kerbrat")), person("Sylvie", "Kerbrat", "12/03/1984"), true},
		{"names swapped", person("Kerbrat", "Sylvie", "", phone("0647281953")), person("Sylvie", "Kerbrat", "", phone("0647281953")), true},
		{"moved, but same card and name", person("Sylvie", "Kerbrat", "", card("2981234567890"), gare), person("Sylvie", "Kerbrat", "", card("2981234567890"), home("4 quai Foch", "67000", "Strasbourg")), true},
		{"nothing in common but an address", person("Sylvie", "Kerbrat", "", gare), person("Ahmed", "Benali", "", gare), false},
		{"no name at all, one e-mail", &aloi.Record{Emails: []string{"sylvie.kerbrat@orange.fr"}}, person("Sylvie", "Kerbrat", "", mail("sylvie.kerbrat@orange.fr")), true},
		{"missing given name is no agreement", person("", "Kerbrat", "", gare), person("Sylvie", "Kerbrat", "", gare), false},
		{"nothing at all", &aloi.Record{}, &aloi.Record{}, false},
		{"one handle, a pseudonym", person("Sylvie", "Kerbrat", "", handle("sylvie.kerbrat")), &aloi.Record{Identifiers: []aloi.Identifier{{Type: "social_handle", Scope: "instagram", Value: "sylvie.kerbrat"}}}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := m.Compare(m.Prepare(c.a), m.Prepare(c.b), nil)
			if same := x.Weight >= m.model.Same && !x.Veto; same != c.same {
				t.Errorf("same = %v, want %v; weight %.1f bits", same, c.same, x.Weight.Bits())
				for _, e := range x.Evidence {
					t.Log(e.Sentence(aloi.English))
				}
			}
		})
	}
}

func TestDeterministic(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		a, b *aloi.Record
		want bool
	}{
		{"one card, one name", person("Sylvie", "Kerbrat", "", card("2981234567890")), person("Sylvie", "Kerbrat", "", card("2981234567890")), true},
		{"one card, other given names", couple[0], couple[1], false},
		{"one card, other birth dates", person("Sylvie", "Kerbrat", "12/03/1984", card("2981234567890")), person("Sylvie", "Kerbrat", "05/11/1991", card("2981234567890")), false},
		{"no card", person("Sylvie", "Kerbrat", "12/03/1984"), person("Sylvie", "Kerbrat", "12/03/1984"), false},
	} {
		if got := m.Weigh(m.Prepare(c.a), m.Prepare(c.b), nil).Deterministic; got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestVetoes(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		a, b *aloi.Record
		want string
	}{
		{"other given name and birth date", person("Lucas", "Perrot", "14/07/1998"), person("Michel", "Perrot", "02/01/1965"), "other given names and other birth dates"},
		{"other given name alone", person("Lucas", "Perrot", ""), person("Michel", "Perrot", ""), ""},
		{"other birth date alone", person("Lucas", "Perrot", "14/07/1998"), person("Lucas", "Perrot", "02/01/1965"), ""},
	} {
		if got := m.Compare(m.Prepare(c.a), m.Prepare(c.b), nil).VetoReason.In(aloi.English); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
