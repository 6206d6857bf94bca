package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"aloi"
)

// summary writes where the columns go: `column=path#part`, roles first.
func summary(m *Mapping) string {
	var list []string
	for _, d := range m.Describe() {
		if d.To != "" {
			list = append(list, d.Column+"="+d.To)
		} else {
			list = append(list, "-"+d.Column)
		}
	}
	return strings.Join(list, "; ")
}

func TestDetect(t *testing.T) {
	for _, c := range []struct{ name, header, want string }{
		{"French", "num_client,civilité,Prénom,Nom,nom_de_naissance,Date de naissance,tél. portable,fixe,courriel,adresse1,adresse2,CP,Ville,carte_fidélité",
			"num_client=record id; civilité=name.civility; Prénom=name.given; Nom=name.family; nom_de_naissance=name.birth; Date de naissance=birth_date; " +
				"tél. portable=phone; fixe=phone; courriel=email; adresse1=address.line (part 1); adresse2=address.line (part 2); CP=address.postal_code; Ville=address.city; carte_fidélité=identifier.loyalty_card"},
		{"English", "id,First Name,LAST_NAME,dob,EMail,phone number,streetNumber,street,addressLine2,zip,town,state,country",
			"id=record id; First Name=name.given; LAST_NAME=name.family; dob=birth_date; EMail=email; phone number=phone; streetNumber=address.line (part 1); " +
				"street=address.line (part 2); addressLine2=address.line (part 3); zip=address.postal_code; town=address.city; state=address.region; country=address.country"},
		{"Polish", "imie,imie2,nazwisko,data_ur,gmina,kraj", "imie=name.given; imie2=name.middle; nazwisko=name.family; data_ur=birth_date; gmina=address.city; kraj=address.country"},
		{"name in use and at birth", "prenom,nom,nom_usage", "prenom=name.given; nom=name.birth; nom_usage=name.family"},
		{"name beside both others", "name,first_name,surname", "name=name.full; first_name=name.given; surname=name.family"},
		{"name alone", "nom,tel", "nom=name.full; tel=phone"},
		{"paths", "name.given,identifier.badge,attribute.job,address.city,note", "name.given=name.given; identifier.badge=identifier.badge; attribute.job=attribute.job; address.city=address.city; note=note"},
		{"number and type of the street", "rue,type_voie,numero_voie,bis_ter", "rue=address.line (part 4); type_voie=address.line (part 3); numero_voie=address.line (part 1); bis_ter=address.line (part 2)"},
		{"date in parts", "birth_day,birth_month,birth_year,nom", "birth_day=birth_date (part 3); birth_month=birth_date (part 2); birth_year=birth_date (part 1); nom=name.full"},
		{"birthday", "BirthDay,email", "BirthDay=birth_date; email=email"},
		{"names and dates in columns of two", "fname_c1,fname_c2,lname_c1,lname_c2,by,bm,bd", "fname_c1=name.given; fname_c2=name.middle; lname_c1=name.family (part 1); " +
			"lname_c2=name.family (part 2); by=birth_date (part 1); bm=birth_date (part 2); bd=birth_date (part 3)"},
		{"date whole and in parts", "ddn,birth_year", "ddn=birth_date; -birth_year"},
		{"social handle", "pseudo,reseau_social,facebook", "pseudo=identifier.social_handle; reseau_social=scope of identifier.social_handle; facebook=identifier.social_handle"},
		{"two of one kind", "email,email2,given_name,forename", "email=email; email2=email; given_name=name.given; -forename"},
		{"qualified", "customer_first_name,PRIMARY_NAME_LAST,client_email_1,contact_phone", "customer_first_name=name.given; PRIMARY_NAME_LAST=name.family; client_email_1=email; contact_phone=phone"},
		{"Salesforce", "Id,FirstName,LastName,MailingStreet,MailingPostalCode,MobilePhone,Birthdate,LastModifiedDate,LeadSource",
			"Id=record id; LastModifiedDate=updated at; FirstName=name.given; LastName=name.family; MailingStreet=address.line; MailingPostalCode=address.postal_code; " +
				"MobilePhone=phone; Birthdate=birth_date; -LeadSource"},
		{"abbreviated", "ID_CLIENT,NOM_CLIENT,PRENOM_CLIENT,DT_NAISS,NUM_TEL,ADR_MAIL,ADR_L1,ADR_L2,ADR_CP,CD_SEXE",
			"ID_CLIENT=record id; NOM_CLIENT=name.family; PRENOM_CLIENT=name.given; DT_NAISS=birth_date; NUM_TEL=phone; ADR_MAIL=email; " +
				"ADR_L1=address.line (part 1); ADR_L2=address.line (part 2); ADR_CP=address.postal_code; CD_SEXE=gender"},
		{"names as on French papers", "nom_famille,prenoms,nom_usage,lieu_naiss", "nom_famille=name.birth; prenoms=name.given; nom_usage=name.family; lieu_naiss=attribute.birth_place"},
		{"another's name, and facts about a value", "mothers_maiden_name,phone_type,email_status,product_name,company_city,tel", "tel=phone; -mothers_maiden_name; -phone_type; -email_status; -product_name; -company_city"},
		{"signs and brackets", "N° carte de fidélité,Rue (domicile),Tél. 1 (domicile),customerPostCode", "N° carte de fidélité=identifier.loyalty_card; Rue (domicile)=address.line; Tél. 1 (domicile)=phone; customerPostCode=address.postal_code"},
		{"till", "CODE_CLI,NOM_CLI,PNOM_CLI,RAISON_SOC,ADR1,CP,VILLE,GSM,MAIL,DDN,NUM_CARTE,DT_CREA",
			"CODE_CLI=record id; DT_CREA=updated at; NOM_CLI=name.family; PNOM_CLI=name.given; RAISON_SOC=attribute.company; ADR1=address.line; CP=address.postal_code; " +
				"VILLE=address.city; GSM=phone; MAIL=email; DDN=birth_date; NUM_CARTE=identifier.loyalty_card"},
		{"three family names", "Nom,Prénom,NOM_USAGE,Nom de jeune fille", "Nom=name.family (part 1); Prénom=name.given; NOM_USAGE=name.family (part 2); Nom de jeune fille=name.birth"},
		{"ordinals", "Nom marital,Nom patronymique,1er prénom,2ème prénom", "Nom marital=name.family; Nom patronymique=name.birth; 1er prénom=name.given; 2ème prénom=name.middle"},
		{"two addresses", "email,billing_address_1,billing_address_2,billing_city,billing_postcode,shipping_address_1,shipping_city,shipping_postcode",
			"email=email; billing_address_1=address.line (part 1); billing_address_2=address.line (part 2); billing_city=address.city; billing_postcode=address.postal_code; " +
				"shipping_address_1=address.line of address 2; shipping_city=address.city of address 2; shipping_postcode=address.postal_code of address 2"},
		{"one address, of which one part says where", "Rue (domicile),CP,Ville,tel", "Rue (domicile)=address.line; CP=address.postal_code; Ville=address.city; tel=phone"},
		{"number beside the street", "Num,Rue,Ville", "Num=address.line (part 1); Rue=address.line (part 2); Ville=address.city"},
		{"a number elsewhere", "Num,prenom,Rue", "prenom=name.given; Rue=address.line; -Num"},
		{"postal code and city in one", "Nom,Adresse complète,CP/Ville", "Nom=name.full; Adresse complète=address.line (part 1); CP/Ville=address.line (part 2)"},
		{"customer alone", "Client,Tel client", "Client=name.full; Tel client=phone"},
		{"customer beside names", "client,nom,prenom", "nom=name.family; prenom=name.given; -client"},
		{"voters", "voter_reg_num,last_name,first_name,midl_name,name_sufx_cd,age,sex_code,res_street_address,res_city_desc,state_cd,zip_code,full_phone_number,birth_year",
			"last_name=name.family (part 1); first_name=name.given; midl_name=name.middle; name_sufx_cd=name.family (part 2); sex_code=gender; res_street_address=address.line; " +
				"res_city_desc=address.city; state_cd=address.region; zip_code=address.postal_code; full_phone_number=phone; birth_year=birth_date; -voter_reg_num; -age"},
		{"German", "Kundennr,Anrede,Vorname,Nachname,Geburtsname,Strasse,Hausnr,PLZ,Ort,Mobil,Kundenkarte", "Kundennr=record id; Anrede=name.civility; Vorname=name.given; Nachname=name.family; " +
			"Geburtsname=name.birth; Strasse=address.line (part 2); Hausnr=address.line (part 1); PLZ=address.postal_code; Ort=address.city; Mobil=phone; Kundenkarte=identifier.loyalty_card"},
		{"Spanish", "ID Cliente,Nombre,Primer apellido,Segundo apellido,Domicilio,Población,Móvil", "ID Cliente=record id; Nombre=name.given; Primer apellido=name.family (part 1); " +
			"Segundo apellido=name.family (part 2); Domicilio=address.line; Población=address.city; Móvil=phone"},
		{"Italian", "Nome,Cognome,Via,Civico,CAP,Comune", "Nome=name.given; Cognome=name.family; Via=address.line (part 2); Civico=address.line (part 1); CAP=address.postal_code; Comune=address.city"},
		{"a full name in Portuguese", "nome,telemóvel", "nome=name.full; telemóvel=phone"},
		{"Dutch", "Voornaam,Tussenvoegsel,Achternaam,Straat,Huisnummer,Toevoeging", "Voornaam=name.given; Tussenvoegsel=name.family (part 1); Achternaam=name.family (part 2); " +
			"Straat=address.line (part 3); Huisnummer=address.line (part 1); Toevoeging=address.line (part 2)"},
		{"French, with the form of the date and neutral words", "N° fiche,enseigne,titre_civilite,IDENTITE_CLIENT,JJMMAAAA_NAISSANCE,Tél. privé",
			"N° fiche=record id; enseigne=source; titre_civilite=name.civility; IDENTITE_CLIENT=name.full; JJMMAAAA_NAISSANCE=birth_date; Tél. privé=phone"},
		{"German date in parts", "Geburtstag,Geburtsmonat,Geburtsjahr,Kd.-Nr.", "Kd.-Nr.=record id; Geburtstag=birth_date (part 3); Geburtsmonat=birth_date (part 2); Geburtsjahr=birth_date (part 1)"},
		{"German words in parts", "Filiale,Zweitname,Geb.-Datum,Telefon privat,Ortsteil,Ort", "Filiale=source; Zweitname=name.middle; Geb.-Datum=birth_date; Telefon privat=phone; Ortsteil=address.line; Ort=address.city"},
		{"Spanish shop", "id_registro,tienda,segundo_nombre,Teléfono fijo,Tarjeta cliente", "id_registro=record id; tienda=source; segundo_nombre=name.middle; Teléfono fijo=phone; Tarjeta cliente=identifier.loyalty_card"},
		{"Italian and Portuguese", "Data di nascita (gg/mm/aaaa),Telefono fisso,data nasc.,Telefone casa", "Data di nascita (gg/mm/aaaa)=birth_date; Telefono fisso=phone; Telefone casa=phone; -data nasc."},
		{"numbers in German and Dutch words", "Klantnr,Telefonnummer,Kartennr.,Huisnr.,Straatnaam", "Klantnr=record id; Telefonnummer=phone; Kartennr.=identifier.loyalty_card; " +
			"Huisnr.=address.line (part 1); Straatnaam=address.line (part 2)"},
		{"lines and full names", "Nombre y apellidos,F. nacimiento,LIGNE1,LIGNE2,N. civico,Prov.", "Nombre y apellidos=name.full; F. nacimiento=birth_date; LIGNE1=address.line (part 2); " +
			"LIGNE2=address.line (part 3); N. civico=address.line (part 1); Prov.=address.region"},
		{"British", "Ref,Store,House name/number,Street,Locality,Post town,RewardsNumber", "Ref=record id; Store=source; House name/number=address.line (part 1); " +
			"Street=address.line (part 2); Locality=address.line (part 3); Post town=address.city; RewardsNumber=identifier.loyalty_card"},
		{"a locality alone", "Street,Locality", "Street=address.line; Locality=address.city"},
		{"month first by its name", "DOB MM/DD/YYYY,nom", "DOB MM/DD/YYYY=birth_date (month first); nom=name.full"},
		{"neutral words alone, and words that disagree", "fiche externe privé,nom du fichier,ville email,line_number,prenom", "prenom=name.given; -fiche externe privé; -nom du fichier; -ville email; -line_number"},
		{"truth is no attribute", "entity_id,cluster,true_id,label,cluster_id,match_id,gold_id,ncid,nom,prenom", "nom=name.family; prenom=name.given; -entity_id; -cluster; -true_id; -label; -cluster_id; -match_id; -gold_id; -ncid"},
		{"not understood", "prenom,income,,income", "prenom=name.given; -income; -(column 3); -income"},
		{"ids and times", "id,customer_id,record_id,source,updated_at,created_at,version,email",
			"record_id=record id; source=source; version=version; updated_at=updated at; customer_id=identifier.customer_number; email=email; -id; -created_at"},
	} {
		m, err := Detect(strings.Split(c.header, ","))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := summary(m); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestDetectRefuses(t *testing.T) {
	if _, err := Detect([]string{"12", "Anne"}); !errors.Is(err, ErrNothingUnderstood) {
		t.Errorf("a table without header: %v", err)
	}
	if _, err := Detect(slices.Repeat([]string{"email"}, MaxColumns+1)); err == nil {
		t.Error("too many columns: no error")
	}
}

// TestEveryColumnIsDescribed: whatever the names, each column goes somewhere or has a
// reason.
func TestEveryColumnIsDescribed(t *testing.T) {
	var header []string
	for _, a := range attributeNames {
		header = append(header, strings.Fields(a.names)...)
	}
	for _, r := range roleNames {
		header = append(header, strings.Fields(r.names)...)
	}
	for start := 0; start < len(header); start += 100 {
		part := header[start:min(start+100, len(header))]
		m, err := Detect(part)
		if err != nil && !errors.Is(err, ErrNothingUnderstood) {
			t.Fatal(err)
		}
		described := map[string]int{}
		for _, d := range m.Describe() {
			described[d.Column]++
		}
		for _, h := range part {
			if described[h] == 0 {
				t.Errorf("column %q is dropped in silence", h)
			}
		}
		if unused := m.Unused(part); len(unused) > 0 {
			t.Errorf("unused: %v", unused)
		}
	}
}

// TestAliasesAreDistinct: one name of a column has one meaning, in any order of its
// words and in any choice of synonyms.
func TestAliasesAreDistinct(t *testing.T) {
	names, inOrder := map[string]string{}, map[string]bool{}
	for _, a := range attributeNames {
		path, _, _ := strings.Cut(a.to, ":")
		if k, _ := parsePath(path); k == kindNone {
			t.Errorf("%s is no attribute path", a.to)
		}
		for _, n := range strings.Fields(a.names) {
			key := bag(strings.Split(n, "_"))
			if other, ok := names[key]; ok && other != a.to && key != "birth day" {
				t.Errorf("%q stands for %s and for %s", n, other, a.to)
			}
			names[key] = a.to
			if folded := strings.ReplaceAll(n, "_", ""); inOrder[folded] {
				t.Errorf("%q is there twice", n)
			} else {
				inOrder[folded] = true
			}
		}
	}
}

// build makes one record of a detected mapping.
func build(t *testing.T, header, row string) *aloi.Record {
	t.Helper()
	columns := strings.Split(header, ";")
	m, err := Detect(columns)
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Bind(columns, "web", false)
	if err != nil {
		t.Fatal(err)
	}
	r := &aloi.Record{}
	if v := p.Build(r, strings.Split(row, ";"), 7, 8); len(v) > 0 {
		t.Fatal(v)
	}
	return r
}

func TestBuild(t *testing.T) {
	for _, c := range []struct{ name, header, row, want string }{
		{"house number", "numero_voie;rue;complement", "12 bis;rue Victor Hugo;Bâtiment B", "12 bis rue Victor Hugo, Bâtiment B"},
		{"house number alone in its column", "street_number;type_voie;rue", "3;avenue;Foch", "3 avenue Foch"},
		{"no number", "numero_voie;rue;complement", ";Le Bourg;Bâtiment B", "Le Bourg, Bâtiment B"},
		{"blank", "adresse1;adresse2", "  ;12 rue Basse", "12 rue Basse"},
		{"two lines", "adresse1;adresse2", "12 rue Basse;Résidence du Lac", "12 rue Basse, Résidence du Lac"},
	} {
		if got := build(t, c.header, c.row).Addresses[0].Line; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	r := build(t, "id;source;updated_at;version;birth_year;birth_month;birth_day;mobile;landline;facebook;nom_complet;native_name_full",
		"a1;Boutique d'Été;02/01/2024 10:30;3;1984;3;2;0639980001;;anne.l;Anne L;安妮")
	want := aloi.RecordRef{Source: "Boutique-d-Ete", ID: "a1"}
	if r.Ref != want || r.Version != 3 || r.UpdatedAt.Format("2006-01-02T15:04") != "2024-01-02T10:30" || r.BirthDate != "1984-03-02" ||
		fmt.Sprint(r.Phones) != "[0639980001]" || r.Identifiers[0] != (aloi.Identifier{Type: "social_handle", Scope: "facebook", Value: "anne.l"}) ||
		len(r.Names) != 2 || r.Names[1].Full != "安妮" {
		t.Errorf("got %+v", *r)
	}
	if r := build(t, "nom;prenom;dob (mm/dd/yyyy);nom_usage;nom_jf;billing_city;shipping_city;suffix", "Martin;Anne;02/01/1984;MARTIN;Roy;;Vertou;Jr"); len(r.Addresses) != 1 || r.Addresses[0].City != "Vertou" ||
		r.BirthDate != "1984-02-01" || r.Names[0] != (aloi.Name{Given: "Anne", Family: "Martin Jr", Birth: "Roy"}) {
		t.Errorf("got %+v", *r)
	}
	if r := build(t, "prenom;nom", "Anne;"); r.Ref != (aloi.RecordRef{Source: "web", ID: "7"}) || len(r.Addresses) != 0 || r.Names[0] != (aloi.Name{Given: "Anne"}) {
		t.Errorf("a row without id: %+v", *r)
	}
}

func TestBuildNotices(t *testing.T) {
	columns := []string{"id", "prenom", "updated_at", "version"}
	m, _ := Detect(columns)
	p, _ := m.Bind(columns, "web", false)
	for i, row := range [][]string{{"1", "Anne", "hier", "x"}, {"2", "Paul", "31/02/2024", "1"}} {
		p.Build(&aloi.Record{}, row, i+1, i+2)
	}
	want := []Notice{{"version", "not a whole number: left out", 1, 2}, {"updated_at", "not understood as a time: left out", 2, 2}}
	if got := p.Notices().All(); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestSourceName(t *testing.T) {
	for text, want := range map[string]string{"Été 2024": "Ete-2024", "  ": "file", "../x": "x", "a/b:c_d.e": "a/b:c_d.e", strings.Repeat("é", 100): strings.Repeat("e", 64), "李": "Li"} {
		if got := SourceName(text); got != want {
			t.Errorf("SourceName(%q) = %q, want %q", text, got, want)
		}
		if v := aloi.ValidateRef("r", aloi.RecordRef{Source: SourceName(text), ID: "1"}); len(v) > 0 {
			t.Errorf("SourceName(%q) is no valid source: %v", text, v)
		}
	}
}
