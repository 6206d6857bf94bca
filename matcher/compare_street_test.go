package matcher

import (
	"testing"

	"aloi"
)

// gradeLines grades two lines of one town.
func gradeLines(a, b string) level {
	p := prepare(&aloi.Record{Addresses: []aloi.Address{{Line: a, PostalCode: "69003", City: "Lyon"}}}, nil).Addresses[0]
	q := prepare(&aloi.Record{Addresses: []aloi.Address{{Line: b, PostalCode: "69003", City: "LYON 3E"}}}, nil).Addresses[0]
	l, _ := gradeAddresses(&p, &q)
	m, _ := gradeAddresses(&q, &p)
	if l != m {
		return none
	}
	return l
}

func TestGradeStreets(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want level
	}{
		{"12 rue Victor Hugo", "12 R V HUGO", addressExact}, {"12 rue Victor Hugo", "12 RUE HUGO", addressTown}, {"12 av. J. Jaurès", "12 AVENUE JEAN JAURES", addressExact},
		{"12 rue de la Paix", "12 RUE PAIX", addressExact}, {"12 rue du Gal de Gaulle", "12 RUE CHARLES DE GAULLE", addressExact}, {"12 av du Maréchal Leclerc", "12 AVENUE DU GENERAL LECLERC", addressExact},
		{"12 av du Gal Leclerc", "12 AVENUE LECLERC", addressExact}, {"12 rue du 8 mai 1945", "12 RUE DU HUIT MAI", addressExact}, {"12 rue du 8 mai 1945", "12 RUE DU 11 NOVEMBRE 1918", addressTown},
		{"12 rue J.J. Rousseau", "12 RUE JEAN-JACQUES ROUSSEAU", addressExact}, {"12 bis rue Pasteur", "12 RUE PASTEUR", addressExact}, {"12-14 rue Pasteur", "12 RUE PASTEUR BAT A", addressExact},
		{"12 rue Pasteur", "RUE PASTEUR", addressStreet}, {"12 rue Pasteur", "14 RUE PASTEUR", addressNeighbour}, {"12 rue Pasteur", "12 AVENUE PASTEUR", addressExact},
		{"12 rue Pasteur Le Clos Fleuri", "12 RUE PASTEUR", addressExact}, {"12 rue Pasteur Le Clos Fleuri", "14 RUE PASTEUR", addressTown}, {"12 rue Pasteur", "12 RUE PASTUER", addressExact},
		{"12 rue Jean Jaurès", "12 RUE JEAN MOULIN", addressTown}, {"12 rue Saint Jean", "12 RUE SAINT PAUL", addressTown}, {"5 rue du 4 septembre", "5 RUE DU 14 JUILLET", addressTown},
		{"Poste restante", "POSTE RESTANTE", addressPlace}, {"BP 12", "12 rue Pasteur", addressPlace}, {"lot. les Mimosas 14", "14 LOTISSEMENT LES MIMOSAS", addressExact},
	} {
		if got := gradeLines(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: level %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestSameArea(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"69003", "69100", true}, {"69003", "38000", false}, {"97100", "97110", true}, {"97100", "97400", false}, {"2A004", "20000", true}, {"2000", "2650", true}, {"2000", "3000", false}, {"2000", "20000", false}, {"SW1A1AA", "SW1A2AA", false},
	} {
		if got := sameArea(&PreparedAddress{PostalCode: c.a}, &PreparedAddress{PostalCode: c.b}); got != c.want {
			t.Errorf("%s and %s in one area: %t, want %t", c.a, c.b, got, c.want)
		}
	}
}
