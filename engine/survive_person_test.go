package engine

import (
	"testing"

	"aloi"
)

func TestSurviveBirthDate(t *testing.T) {
	runSurvivors(t, []string{"birth_date"}, []survivorCase{
		{"forms of one date agree",
			[]Contribution{said("a", 1, born("02/03/1984")), said("b", 2, born("1984-03-02")), said("c", 9, born("3 mars 1984"))},
			[]string{"birth_date[0]=1984-03-02 ← b, most_frequent 2/3"}},
		{"a whole date over its year", []Contribution{said("a", 9, born("1984")), said("b", 1, born("02/03/1984"))},
			[]string{"birth_date[0]=1984-03-02 ← b, most_complete 1/2"}},
		{"a year is all that is known", []Contribution{said("a", 9, born("1984"))}, []string{"birth_date[0]=1984 ← a, only_value 1/1"}},
		{"placeholders and impossible dates do not survive, however frequent",
			[]Contribution{said("a", 1, born("02/03/1984")), said("b", 8, born("01/01/1900")), said("c", 9, born("31/02/1984")), said("d", 9, born("inconnue"))},
			[]string{"birth_date[0]=1984-03-02 ← a, only_value 1/1"}},
		{"of two slips the date between them",
			[]Contribution{said("a", 9, born("1984-03-12")), said("b", 1, born("1984-03-02")), said("c", 8, born("1984-08-02"))},
			[]string{"birth_date[0]=1984-03-02 ← b, most_typical 1/3"}},
	})
}

func TestSurviveGender(t *testing.T) {
	gender := func(g, civility string) aloi.Record {
		return aloi.Record{Gender: g, Names: []aloi.Name{{Civility: civility, Family: "Petit"}}}
	}
	runSurvivors(t, []string{"gender"}, []survivorCase{
		{"words for one gender agree, civilities count",
			[]Contribution{said("a", 1, gender("féminin", "")), said("b", 2, gender("", "Mme")), said("c", 9, gender("H", ""))},
			[]string{"gender[0]=F ← b, most_frequent 2/3"}},
		{"of two as frequent the last", []Contribution{said("a", 1, gender("F", "")), said("b", 2, gender("Homme", ""))},
			[]string{"gender[0]=M ← b, most_recent 1/2"}},
		{"nothing is understood", []Contribution{said("a", 1, gender("?", "")), said("b", 2, gender("NC", "Dr"))}, nil},
	})
}

func TestSurviveFreeAttributes(t *testing.T) {
	runSurvivors(t, []string{"attribute."}, []survivorCase{
		{"the last, each name by itself",
			[]Contribution{said("a", 1, free("magasin", "Lyon Part-Dieu")), said("b", 2, free("magasin", "Nantes Graslin")), said("c", 9, free("pointure", "38"))},
			[]string{"attribute.magasin[0]=Nantes Graslin ← b, most_recent 1/2", "attribute.pointure[0]=38 ← c, only_value 1/1"}},
		{"NON and 0 may be answers",
			[]Contribution{said("a", 1, free("enfants", "2")), said("b", 2, free("enfants", "0"))},
			[]string{"attribute.enfants[0]=0 ← b, most_recent 1/2"}},
		{"blanks are no value", []Contribution{said("a", 9, free("magasin", "  "))}, nil},
	})
}

// Without preparation every value counts as understood, and is compared folded.
func TestSurviveUnprepared(t *testing.T) {
	raw := func(id string, on int, r aloi.Record) Contribution {
		c := said(id, on, r)
		c.Prepared = nil
		return c
	}
	a := aloi.Record{Names: []aloi.Name{{Civility: "Mme", Given: "Zoé", Family: "PETIT"}}, BirthDate: "le 2 mars", Gender: "Femme",
		Emails: []string{" Zoe@LaPoste.net "}, Phones: []string{"06 39"}, Addresses: []aloi.Address{{City: "LYON"}}}
	b := aloi.Record{Names: []aloi.Name{{Given: "ZOE", Family: "Petit"}}, Phones: []string{"0639"}, Addresses: []aloi.Address{{City: "Lyon"}}}
	survives(t, DefaultRules(), []Contribution{raw("a", 1, a), raw("b", 2, b)}, []string{""}, []string{
		"address.city[0]=Lyon ← b, only_value 2/2", "birth_date[0]=le 2 mars ← a, only_value 1/1", "email[0]=zoe@laposte.net ← a, only_value 1/1",
		"gender[0]=F ← a, only_value 1/1", "name.civility[0]=Mme ← a, only_value 1/1", "name.family[0]=Petit ← b, only_value 2/2",
		"name.given[0]=Zoé ← a, only_value 2/2", "phone[0]=0639 ← b, only_value 2/2",
	})
}
