package matcher

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"aloi"
)

// Every commune is found by its own name and postal code, and stays as it is.
func TestCommunesFindThemselves(t *testing.T) {
	table := communes()
	count := 0
	for number := range frenchCodes {
		code := fmt.Sprintf("%05d", number)
		for _, c := range table.byCode.of(code) {
			if !slices.Contains(c.codes, code) || len(code) != frenchCodeDigits {
				t.Fatalf("%s is listed under %q", c.name, code)
			}
			if got := table.at(code, c.name); got == nil || got.keys[0] != c.keys[0] {
				t.Errorf("%s %s is not found", code, c.name)
			}
			count++
		}
	}
	if count < 35_000 {
		t.Errorf("%d postal codes of communes, want those of France", count)
	}
}

func TestCheckPlace(t *testing.T) {
	for _, c := range []struct{ code, city, want, flag string }{
		// The city as it is written on maps, and as people write it.
		{"63000", "CLERMONT FD", "63000 CLERMONT FERRAND", ""}, {"13100", "Aix en Pce", "13100 AIX EN PROVENCE", ""}, {"13100", "AIX", "13100 AIX EN PROVENCE", ""},
		{"59650", "Villeneuve Ascq", "59650 VILLENEUVE D ASCQ", ""}, {"59650", "VILLENEUVE DASCQ", "59650 VILLENEUVE D ASCQ", ""}, {"91940", "Ulis", "91940 LES ULIS", ""},
		{"17000", "LAROCHELLE", "17000 LA ROCHELLE", ""}, {"74400", "Chamonix", "74400 CHAMONIX MONT BLANC", ""}, {"92400", "Courbevoie La Défense", "92400 COURBEVOIE", ""},
		{"97400", "St Denis de la Réunion", "97400 SAINT DENIS", ""}, {"14000", "CAN", "14000 CAEN", ""}, {"94350", "Villiers/Marne", "94350 VILLIERS SUR MARNE", ""},
		{"95380", "Épiais-lès-Louvres", "95380 EPIAIS LES LOUVRES", ""}, {"75011", "FORT DE FRANCE", "75011 FORT DE FRANCE", FlagDisagrees}, {"01380", "BAGE", "01380 BAGE", ""},
		// Renamed and merged communes.
		{"51000", "Châlons-sur-Marne", "51000 CHALONS EN CHAMPAGNE", ""}, {"", "Châlons-sur-Marne", " CHALONS EN CHAMPAGNE", ""}, {"50470", "Tourlaville", "50470 CHERBOURG EN COTENTIN", ""},
		{"35400", "Paramé", "35400 SAINT MALO", ""},
		// Arrondissements.
		{"", "PARIS 11", "75011 PARIS", ""}, {"", "Paris XI", "75011 PARIS", ""}, {"", "Paris XIe", "75011 PARIS", ""}, {"", "Paris onzième", "75011 PARIS", ""}, {"", "LYON 3E ARR", "69003 LYON", ""},
		{"", "Lyon 3 ème", "69003 LYON", ""}, {"", "Marseille 08", "13008 MARSEILLE", ""}, {"75000", "PARIS 11EME", "75011 PARIS", ""}, {"75111", "PARIS", "75011 PARIS", ""}, {"75116", "", "75016 PARIS", ""},
		{"69383", "Lyon", "69003 LYON", ""}, {"13210", "Marseille", "13010 MARSEILLE", ""}, {"13210", "Saint-Rémy-de-Provence", "13210 SAINT REMY DE PROVENCE", ""}, {"", "PARIS 75", " PARIS", ""},
		{"", "Paris 42", " PARIS", ""}, {"75012", "Paris 11", "75012 PARIS", ""}, {"75741", "PARIS CEDEX 15", "75015 PARIS", ""}, {"92291", "BAGNEUX CEDEX", "92220 BAGNEUX", ""}, {"35031", "Rennes Cedex", "35031 RENNES", ""},
		// Slips in the code, which the city gives away.
		{"67140", "Drusenheim", "67410 DRUSENHEIM", FlagCorrected}, {"67411", "Drusenheim", "67410 DRUSENHEIM", FlagCorrected}, {"6741", "Drusenheim", "67410 DRUSENHEIM", FlagCorrected},
		{"674100", "Drusenheim", "67410 DRUSENHEIM", FlagCorrected}, {"075011", "Paris", "75011 PARIS", FlagCorrected}, {"2A000", "Ajaccio", "20000 AJACCIO", FlagCorrected},
		{"75000", "Paris", "75000 PARIS", ""}, {"69003", "Marseille", "69003 MARSEILLE", FlagDisagrees},
		// Zeros lost and not lost.
		{"1000", "Bourg", "01000 BOURG EN BRESSE", ""}, {"6000", "Nice", "06000 NICE", ""}, {"1000.0", "Bourg en Bresse", "01000 BOURG EN BRESSE", ""}, {"1003", "Lausanne", "1003 LAUSANNE", ""}, {"1003", "", "1003", ""},
		// Fields swapped and in one.
		{"Paris", "75011", "75011 PARIS", ""}, {"", "PARIS 75011", "75011 PARIS", ""}, {"75011 Paris", "", "75011 PARIS", ""}, {"75011 PARIS", "Paris", "75011 PARIS", ""}, {"75741 CEDEX 15", "Paris", "75741 PARIS", ""}, {"", "F-75011 Paris", "75011 PARIS", ""}, {"FR-75011", "PARIS, France", "75011 PARIS", ""},
		{"", "PARIS (75011)", "75011 PARIS", ""}, {"", "75 011 PARIS FRANCE", "75011 PARIS", ""}, {"", "Bruxelles, Belgique", " BRUXELLES", ""}, {"B-1000", "Bruxelles", "1000 BRUXELLES", ""},
		// What is missing, where there is one choice.
		{"35400", "", "35400 SAINT MALO", ""}, {"67410", "", "67410", ""}, {"", "Saint-Pierre", " SAINT PIERRE", ""}, {"98000", "Monaco", "98000 MONACO", ""}, {"97100", "Basse-Terre", "97100 BASSE TERRE", ""},
	} {
		p := prepare(&aloi.Record{Addresses: []aloi.Address{{PostalCode: c.code, City: c.city}}}, nil)
		var flag string
		if len(p.Flags) > 0 {
			flag = p.Flags[0].Reason
		}
		if a := p.Addresses[0]; strings.TrimRight(a.PostalCode+" "+a.City, " ") != c.want || flag != c.flag {
			t.Errorf("%q %q: %s %s (%s), want %s (%s)", c.code, c.city, a.PostalCode, a.City, flag, c.want, c.flag)
		}
	}
}

// What was checked stays as it is when it is checked again.
func TestCheckPlaceTwice(t *testing.T) {
	for _, c := range []struct{ code, city string }{
		{"6741", "Drusenheim"}, {"75741", "Paris cedex 15"}, {"1003", "Lausanne"}, {"", "Lyon 3e"}, {"50470", "Tourlaville"}, {"13210", "Marseille"}, {"2A004", "Ajaccio"},
	} {
		once := prepare(&aloi.Record{Addresses: []aloi.Address{{PostalCode: c.code, City: c.city}}}, nil).Addresses[0]
		again := prepare(&aloi.Record{Addresses: []aloi.Address{{PostalCode: once.PostalCode, City: once.City}}}, nil).Addresses[0]
		if once != again {
			t.Errorf("%q %q: %+v, then %+v", c.code, c.city, once, again)
		}
	}
}

// Every commune is found under each of its codes, by each of its names, as a look through all
// communes of the code finds it: by the name of today first.
func TestCommunesOfACode(t *testing.T) {
	table := communes()
	for _, list := range table.byKey {
		for _, c := range list {
			for _, code := range c.codes {
				if !slices.Contains(table.byCode.of(code), c) {
					t.Errorf("%s is not listed under %s", c.name, code)
				}
				for _, key := range c.keys {
					if got, want := table.at(code, key), namedPlain(table.byCode.of(code), cityKey(key)); want != nil && got != want {
						t.Errorf("%s %s is %v, want %v", code, key, got, want)
					}
				}
			}
		}
	}
	for _, code := range []string{"", "7500", "750011", "75O11", "-5011", "00000", "99999"} {
		if list := table.byCode.of(code); len(list) > 0 {
			t.Errorf("%q has %d communes", code, len(list))
		}
	}
}

// namedPlain returns the first commune that has a key now, else the first that had it.
func namedPlain(list []*commune, key string) *commune {
	var former *commune
	for _, c := range list {
		if c.keys[0] == key {
			return c
		}
		if former == nil && slices.Contains(c.keys, key) {
			former = c
		}
	}
	return former
}
