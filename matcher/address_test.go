package matcher

import (
	"strings"
	"testing"

	"aloi"
)

func prepareAddress(a aloi.Address) string {
	p := prepare(&aloi.Record{Addresses: []aloi.Address{a}}, nil)
	if len(p.Addresses) == 0 {
		return ""
	}
	x := p.Addresses[0]
	return strings.TrimRight(strings.Join([]string{x.Number, x.Street, x.Complement, x.PostalCode, x.City, x.Region, x.Country}, "|"), "|")
}

func TestPrepareAddressLine(t *testing.T) {
	for in, want := range map[string]string{
		"12 rue de la Paix": "12|RUE DE LA PAIX", "12, r. de la Paix": "12|RUE DE LA PAIX", "12 bis, av. Victor-Hugo": "12B|AVENUE VICTOR HUGO",
		"12BIS AVE VICTOR HUGO": "12B|AVENUE VICTOR HUGO", "94B rue de la Chapelle": "94B|RUE DE LA CHAPELLE", "3 TER RUE DU CALVAIRE": "3T|RUE DU CALVAIRE",
		"5 bd du Gal Leclerc": "5|BOULEVARD DU GENERAL LECLERC", "7 pl. St-Pierre": "7|PLACE SAINT PIERRE", "119, ALL DES NOYERS": "119|ALLEE DES NOYERS",
		"146 rue Jacques Prévert apt 44": "146|RUE JACQUES PREVERT|APPARTEMENT 44", "12 rue Pasteur Bât B appt 12": "12|RUE PASTEUR|BATIMENT B APPARTEMENT 12",
		"Résidence les Lilas 12 rue Pasteur": "12|RUE PASTEUR|RESIDENCE LES LILAS", "12 rue Pasteur\nRésidence les Lilas": "12|RUE PASTEUR|RESIDENCE LES LILAS",
		"Résidence les Lilas": "|RESIDENCE LES LILAS", "12 rue Pasteur BP 123": "12|RUE PASTEUR|BP 123", "1er étage 12 rue Pasteur": "12|RUE PASTEUR|1ER ETAGE",
		"12 rue de la Tour": "12|RUE DE LA TOUR", "48 bis, rue du 8 Mai 1945": "48B|RUE DU 8 MAI", "rue du 11 novembre 1918": "|RUE DU 11 NOVEMBRE",
		"avenue Anatole France": "|AVENUE ANATOLE FRANCE", "12-14 rue Pasteur": "12|RUE PASTEUR", "Chez M. Garcia 12 rue Pasteur": "12|RUE PASTEUR|CHEZ M GARCIA",
		"rue Pasteur 12": "12|RUE PASTEUR", "lieu-dit Le Bourg": "|LE BOURG", "N° 12 rue Pasteur": "12|RUE PASTEUR", "12 rue Pasteur porte gauche": "12|RUE PASTEUR|PORTE GAUCHE",
		"12 rue Pasteur digicode 12a45": "12|RUE PASTEUR|DIGICODE 12A45", "30 dow street": "30|DOW STREET", "30 Dow St": "30|DOW STREET", "30 dow sthreet": "30|DOW STHREET",
		"31 massey street ainslie house": "31|MASSEY STREET|AINSLIE HOUSE", "6 ashburton circuit": "6|ASHBURTON CIRCUIT", "123 E Main St": "123|EAST MAIN STREET",
		"3/45 Smith Rd": "45|SMITH ROAD", "1450 N City Rd Suite 900": "1450|NORTH CITY ROAD|SUITE 900", "Chrysler Building, 405 Lexington Avenue": "405|LEXINGTON AVENUE|CHRYSLER BUILDING",
		"Ansbacher Strasse 23": "23|ANSBACHER STRASSE", "PO BOX 12987": "||PO BOX 12987",
		"3 R DU FBG ST HONORE": "3|RUE DU FAUBOURG SAINT HONORE", "5 VLA DES ROSES": "5|VILLA DES ROSES", "RPT DES LILAS": "|ROND POINT DES LILAS", "Grand'Rue": "|GRANDE RUE", "5 gde rue": "5|GRANDE RUE",
		"5 RUE DU HUIT MAI 1945": "5|RUE DU 8 MAI", "5 r. du 8-mai-1945": "5|RUE DU 8 MAI", "allée du 11 11 1918": "|ALLEE DU 11 NOVEMBRE",
		"R. DES BLEUETS\nBT D APPARTEMENT 52": "|RUE DES BLEUETS|BATIMENT D APPARTEMENT 52", "RUE DU DIX NEUF MARS 1962": "|RUE DU 19 MARS", "5 rue du Premier Mai": "5|RUE DU 1 MAI", "5 rue du 1er mai": "5|RUE DU 1 MAI",
		"5 RUE FRANCOIS 1ER": "5|RUE FRANCOIS PREMIER", "5 avenue de la 2ème DB": "5|AVENUE DE LA 2E DB", "14 LOT LES MIMOSAS": "14|LOTISSEMENT LES MIMOSAS", "LOT LES MIMOSAS 14": "14|LOTISSEMENT LES MIMOSAS",
		"12 rue Pasteur ZA Nord": "12|RUE PASTEUR|ZONE ARTISANALE NORD", "12 ZI NORD": "12|ZONE INDUSTRIELLE NORD", "ZAC DE LA BERGERIE": "|ZONE AMENAGEMENT CONCERTE DE LA BERGERIE",
		"ESC 2 ETG 3 APT 12 12 RUE PASTEUR": "12|RUE PASTEUR|ESCALIER 2 ETAGE 3 APPARTEMENT 12", "BAT12 APPT3 12 RUE PASTEUR": "12|RUE PASTEUR|BATIMENT 12 APPARTEMENT 3", "12 RUE PASTEUR BL 5": "12|RUE PASTEUR|BL 5",
		"Poste restante": "||POSTE RESTANTE", "SP 85123": "||SP 85123", "12 route de Lyon km 5": "12|ROUTE DE LYON|KM 5", "12 rue Pasteur Lyon": "12|RUE PASTEUR", "12 rue de Lyon": "12|RUE DE LYON", "route nationale 7": "|ROUTE NATIONALE 7",
		"NC": "", "-": "", "12": "12",
	} {
		if got := prepareAddress(aloi.Address{Line: in, City: "Lyon"}); got != strings.TrimRight(want+strings.Repeat("|", 4-strings.Count(want, "|"))+"LYON", "|") {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestPrepareHouseNumber(t *testing.T) {
	for in, want := range map[string]string{
		"12bis": "12B", "12 BIS": "12B", "12, bis": "12B", "12-bis": "12B", "12 B": "12B", "12 T": "12T", "12 Q": "12Q", "12 quater": "12Q", "12 E": "12E", "0012": "12",
		"12-14": "12", "12/14": "12", "12 - 14": "12", "12 à 14": "12", "12 et 14": "12", "N°12": "12", "No 12": "12", "num 12": "12", "S/N": "", "sans numéro": "",
	} {
		if got := prepareAddress(aloi.Address{Line: in + " rue Pasteur", City: "Lyon"}); got != want+"|RUE PASTEUR|||LYON" {
			t.Errorf("%q: %s, want the number %s", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"rue Pasteur, 12": "12", "rue Pasteur n° 12": "12", "RUE PASTEUR 12 BIS": "12B", "12RUE PASTEUR": "12", "12R PASTEUR": "12", "RUE PASTEUR 12/34": "12",
	} {
		if got := prepareAddress(aloi.Address{Line: in, City: "Lyon"}); got != want+"|RUE PASTEUR|||LYON" {
			t.Errorf("%q: %s, want the number %s", in, got, want)
		}
	}
}

func TestPrepareStreetAbroad(t *testing.T) {
	for in, want := range map[string]string{
		"ul. Marszałkowska 12/34": "12|MARSZALKOWSKA", "Marszałkowska 12 m. 34": "12|MARSZALKOWSKA", "os. Bohaterów 5/12": "5|OSIEDLE BOHATEROW", "Hauptstr. 12": "12|HAUPTSTRASSE",
		"Hauptstraße 12a": "12A|HAUPTSTRASSE", "Haupt Str. 12": "12|HAUPT STRASSE", "Kerkstraat 12 bus 3": "12|KERKSTRAAT|BUS 3", "Rue de la Loi 12 bte 3": "12|RUE DE LA LOI|BOITE 3",
		"C/ Mayor 12": "12|CALLE MAYOR", "Calle Mayor, nº 12": "12|CALLE MAYOR", "Avda. de América 5": "5|AVENIDA DE AMERICA", "Via Roma, 12/A": "12A|VIA ROMA", "123 W Main Street": "123|WEST MAIN STREET",
		"4/12 Smith St": "12|SMITH STREET", "Unit 4, 12 Smith St": "12|SMITH STREET|UNIT 4", "GPO Box 123": "||GPO BOX 123", "Flat 3, 12 High Street": "12|HIGH STREET|FLAT 3",
	} {
		if got := prepareAddress(aloi.Address{Line: in, City: "X Y"}); !strings.HasPrefix(got, want+"|") {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestPrepareAddressOnOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"12 rue de la Paix 75002 Paris":                    "12|RUE DE LA PAIX||75002|PARIS",
		"12 rue de la Paix, 75002 PARIS 2e, France":        "12|RUE DE LA PAIX||75002|PARIS||FR",
		"Bât A, 12 rue de la Paix, 35000 Rennes cedex":     "12|RUE DE LA PAIX|BATIMENT A|35000|RENNES",
		"123 Main Street, Las Vegas NV 89132":              "123|MAIN STREET||89132|LAS VEGAS|NV",
		"9304 W. 15th St La Blanca, FL 60527":              "9304|WEST 15TH STREET||60527|LA BLANCA|FL",
		"80 Delaware Ave SE Washington DC 40040":           "80|DELAWARE AVENUE||40040|SE WASHINGTON|DC",
		"173 John Lane, 08030":                             "173|JOHN LANE||08030",
		"10 Downing Street, London SW1A 1AA":               "10|DOWNING STREET||SW1A1AA|LONDON",
		"445 Overpass Rd San Ramon":                        "445|OVERPASS ROAD|||SAN RAMON",
		"Ansbacher Strasse 23, 56422 Dusseldorf":           "23|ANSBACHER STRASSE||56422|DUSSELDORF",
		"12 RUE DE LA PAIX PARIS 75002":                    "12|RUE DE LA PAIX||75002|PARIS",
		"12 rue de la Paix - 75 002 - Paris":               "12|RUE DE LA PAIX||75002|PARIS",
		"12 rue de la Paix, Paris, 75002":                  "12|RUE DE LA PAIX||75002|PARIS",
		"12 rue de la Paix, F-75002 PARIS CEDEX 02":        "12|RUE DE LA PAIX||75002|PARIS",
		"12 rue de la Paix, Paris":                         "12|RUE DE LA PAIX|||PARIS",
		"133 New Bridge Road, Chinatown, Singapore 059413": "133|NEW BRIDGE ROAD|CHINATOWN|059413|SINGAPORE",
	} {
		if got := prepareAddress(aloi.Address{Line: in}); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestPreparePlace(t *testing.T) {
	for _, c := range []struct {
		in   aloi.Address
		want string
	}{
		{aloi.Address{PostalCode: "1000", City: "BOURG-EN-BRESSE"}, "|||01000|BOURG EN BRESSE"},
		{aloi.Address{PostalCode: "1000", City: "Bruxelles", Country: "Belgique"}, "|||1000|BRUXELLES||BE"},
		{aloi.Address{PostalCode: "75 012", City: "Paris 12e"}, "|||75012|PARIS"}, {aloi.Address{PostalCode: "F-69003", City: "LYON 03"}, "|||69003|LYON"},
		{aloi.Address{City: "Paris 12ème arrondissement"}, "|||75012|PARIS"}, {aloi.Address{City: "35031 RENNES CEDEX 9"}, "|||35031|RENNES"},
		{aloi.Address{City: "St-Étienne"}, "||||SAINT ETIENNE"}, {aloi.Address{City: "Ste Maxime"}, "||||SAINTE MAXIME"}, {aloi.Address{City: "Villiers-s/-Marne"}, "||||VILLIERS SUR MARNE"},
		{aloi.Address{PostalCode: "750O2"}, "|||75002|PARIS"}, {aloi.Address{PostalCode: "00000", City: "NC"}, ""}, {aloi.Address{PostalCode: "89132-1234", Country: "USA"}, "|||89132|||US"},
		{aloi.Address{PostalCode: "SW1A 1AA", Country: "UK"}, "|||SW1A1AA|||GB"}, {aloi.Address{Region: "Ohio"}, "|||||OH"}, {aloi.Address{City: "San Francisco, CA"}, "||||SAN FRANCISCO CA"}, {aloi.Address{City: "Atlanta, Georgia"}, "||||ATLANTA GEORGIA"},
		{aloi.Address{City: "Bruxelles, Belgique"}, "||||BRUXELLES||BE"}, {aloi.Address{City: "Saint-Denis (La Réunion)"}, "||||SAINT DENIS||FR"}, {aloi.Address{City: "Fort-de-France"}, "||||FORT DE FRANCE"}, {aloi.Address{City: "West Jordan"}, "||||WEST JORDAN"}, {aloi.Address{Country: "Atlantide"}, ""},
		{aloi.Address{Line: "12 rue Pasteur 69003 Lyon", PostalCode: "69003", City: "Lyon"}, "12|RUE PASTEUR||69003|LYON"},
	} {
		if got := prepareAddress(c.in); got != c.want {
			t.Errorf("%+v: %s, want %s", c.in, got, c.want)
		}
	}
}

func FuzzPrepareAddress(f *testing.F) {
	f.Add("12 bis, rue de la Paix", "75002", "Paris 2e", "", "FR")
	f.Add("1/2-3 c/o P.O. Box 1, NV 89132", "", "", "", "")
	f.Add("1er étage bât", "F", "CEDEX", "S", "nc")
	for _, s := range hostile {
		f.Add(s, s, s, s, s)
	}
	f.Fuzz(func(t *testing.T, line, code, city, region, country string) {
		p := prepare(&aloi.Record{Addresses: []aloi.Address{{Line: line, PostalCode: code, City: city, Region: region, Country: country}}}, nil)
		for _, a := range p.Addresses {
			for _, s := range []string{strings.NewReplacer("-", "", "/", "").Replace(a.Number), a.Street, a.Complement, a.PostalCode, a.City, a.Region, a.Country} {
				if s != "" && (!isFolded(strings.NewReplacer("-", "", "/", "").Replace(s)) || len(s) > maxAddressBytes) {
					t.Fatalf("%q in %+v", s, a)
				}
			}
		}
	})
}
