package mapping

import "strings"

// alias is what the name of a column stands for.
type alias struct {
	// to is an attribute path, or one of the roles below.
	to string
	// rank orders the names of one target: of two columns that cannot both be it, the
	// lower rank is.
	rank int
	// network is the scope of a social handle whose column is named after it.
	network string
	// whole is set for names that mean something only when nothing was left out of them.
	whole bool
}

// The roles of a column that is no attribute.
const (
	roleRecordID  = "record id"
	roleSource    = "source"
	roleUpdatedAt = "updated at"
	roleVersion   = "version"
	roleNetwork   = "network of the social handle"
	// roleName is a family name beside a given name, and a full name alone.
	roleName = "name"
	// roleGiven is a given name beside a family name, and a full name alone.
	roleGiven = "given or full name"
	// rolePerson is a full name where no column is a name.
	rolePerson = "person"
)

// Roles of the parts of a family name, of an address line and of a birth date, in the
// order in which they are written.
const (
	partParticle   = "name.family:-1" // van der
	partFirst      = "name.family:1"  // primer apellido
	partSecond     = "name.family:2"
	partSuffix     = "name.family:9" // Jr
	partNumber     = "address.line:1"
	partNumberBis  = "address.line:2"
	partStreetType = "address.line:3"
	partStreet     = "address.line:4"
	partComplement = "address.line:5"
	partPlace      = "address.line:6" // 75015 Paris in one column
	partYear       = "birth_date:1"
	partMonth      = "birth_date:2"
	partDay        = "birth_date:3"
)

// roleNames are the columns of the roles, the surest name first.
var roleNames = []struct{ to, names string }{
	{roleRecordID, `record_id ref_record_id rec_id row_id source_record_id unique_id external_id uid uuid guid id
		identifiant id_enregistrement numero_enregistrement record_number record_key id_source key pk
		dossier numero_dossier ticket
		numero_fiche id_fiche ref_fiche code_fiche fiche ref_externe id_externe external_ref externe_id id_extern reference ref
		id_registro numero_registro registro id_registre datensatz_id datensatz_nr datensatz id_registrazione id_rekordu record_no`},
	{roleSource, `source ref_source data_source source_system source_name source_dataset src origine origin provenance
		systeme system canal channel dataset fichier file
		origine_fiche origine_client origen herkunft quelle herkomst bron fonte fuente zrodlo
		magasin enseigne boutique point_de_vente store shop branch filiale tienda negozio winkel sklep loja`},
	{roleUpdatedAt, `updated_at modified_at last_modified last_update last_updated updated modified update_date modification_date
		date_maj maj maj_le date_modification date_mise_a_jour derniere_modification modifie_le timestamp horodatage
		last_modified_date date_upd date_derniere_modification date_derniere_maj derniere_maj modified_time changed_at last_changed last_modification_date
		created_at creation_date create_date created date_creation date_add cree_le registered_at registration_date date_inscription inscrit_le
		date_derniere_modification date_derniere_maj derniere_maj modified_time changed_at last_changed last_modification_date added_time date_added added_at`},
	{roleVersion, `version record_version revision`},
	{roleNetwork, `social_network reseau_social network reseau social_platform plateforme_sociale`},
	{roleName, `nom name nazwa naam zuname nom_raison_sociale nom_ou_raison_sociale`},
	{roleGiven, `nombre nome`},
	{rolePerson, `client customer cliente kunde klant klient`},
}

// attributeNames are the columns of the attributes, the surest name first. French
// and English are meant to be complete; the others are the words for the same things.
var attributeNames = []struct{ to, names string }{
	{"name.civility", `civility civilite civ salutation title titre name_prefix name_title anrede tytul
		prefix aanhef trattamento tratamiento titel tratamento forma_grzecznosciowa`},
	{"name.given", `given_name first_name given name_given name_first prenom prenoms premier_prenom prenom_usuel forename fname
		first christian_name vorname voornaam imie prenume fornavn etunimi
		pnom pren voorletters prenom_usage first_names given_names forenames nombre_de_pila nome_proprio`},
	{"name.middle", `middle_name middle_names middle second_name second_given_name middle_initial name_middle deuxieme_prenom
		autres_prenoms second_prenom prenoms_suivants other_given_names mname zweiter_vorname drugie_imie
		midl_name midl mi additional_name autre_prenom deuxieme_prenoms
		zweitname weitere_vornamen segundo_nombre segundo_nome secondo_nome tweede_voornaam`},
	{"name.family", `family_name surname last_name family name_family name_last nom_usage nom_d_usage nom_de_famille nom_famille
		nom_marital nom_epouse nom_d_epouse married_name lname last nachname familienname apellido apellidos cognome
		achternaam sobrenome nazwisko etternavn efternamn sukunimi patronyme
		nom_patronymique apelido family_names last_names`},
	{partParticle, `tussenvoegsel particule name_particle`},
	{partFirst, `primer_apellido primeiro_apelido`},
	{partSecond, `segundo_apellido segundo_apelido`},
	{partSuffix, `suffix name_suffix name_sufx name_sufx_cd name_suffix_lbl suffixe`},
	{"name.birth", `birth_name maiden_name maiden nom_naissance nom_de_naissance nom_jeune_fille nom_de_jeune_fille njf nom_jf
		nee name_birth birth_surname birth_family_name geburtsname nazwisko_rodowe apellido_de_soltera
		nazwisko_panienskie meisjesnaam madchenname cognome_da_nubile`},
	{"name.full", `full_name name_full nom_complet complete_name nom_prenom prenom_nom nom_et_prenom prenom_et_nom display_name
		nom_affiche nom_prenoms identite raison_nom name_org imie_nazwisko imie_i_nazwisko nombre_completo nome_completo
		nombre_y_apellidos apellidos_y_nombre nome_e_cognome nome_cognome cognome_e_nome vor_und_nachname vorname_nachname
		vorname_und_nachname nachname_vorname nazwisko_i_imie volledige_naam naam_voluit`},
	{"birth_date", `birth_date date_of_birth dob birthday birth date_naissance date_de_naissance naissance ddn ne_le anniversaire born born_on bday geburtsdatum fecha_nacimiento fecha_de_nacimiento data_nascita
		data_di_nascita geboortedatum data_ur data_urodzenia data_nascimento
		data_nasc geburtstag nacimiento geboren geboren_am nato_il nata_il f_nacimiento f_nac`},
	{partYear, `birth_year dob_year by year_of_birth annee_naissance annee_de_naissance yob
		geburtsjahr ano_nacimiento anno_nascita ano_nascimento rok_urodzenia geboortejaar`},
	{partMonth, `birth_month dob_month bm month_of_birth mois_naissance mois_de_naissance
		geburtsmonat mes_nacimiento mese_nascita mes_nascimento miesiac_urodzenia geboortemaand`},
	{partDay, `day_of_birth dob_day bd jour_naissance jour_de_naissance
		geburtstag_tag dia_nacimiento giorno_nascita dia_nascimento dzien_urodzenia geboortedag`},
	{"gender", `gender sex sexe genre sex_code geschlecht sexo sesso geslacht plec
		id_gender genere`},
	{"email", `email emails mail mails courriel mel email_address mail_address adresse_email adresse_mail
		adresse_courriel adresse_electronique adresse_de_messagerie messagerie correo correo_electronico posta_elettronica emailadres adres_email
		business_email emailadresse`},
	{"phone", `phone telephone tel phones addr_phone phone_number telephone_number tel_number mobile mobile_phone mobile_number portable tel_portable
		telephone_portable tel_mobile telephone_mobile numero_telephone numero_de_telephone cell cell_phone gsm
		landline landline_phone fixe tel_fixe telephone_fixe home_phone fixed_line telefon telefono telefoon telefone
		handy telefon_komorkowy komorka movil cellulare
		sms whatsapp business_phone business_tel full_phone_number mobil mobiltelefon handynummer telefonnummer rufnummer festnetz telefoonnummer mobiel telemovel num_tel_mob tel_port tel_dom tel_bur`},
	{partNumber, `street_number street_no street_num house_number house_no house_num numero_voie num_voie no_voie numero_rue num_rue
		numero_de_voie numero_de_rue addr_number hausnummer huisnummer numer_domu numero_civico
		hausnr nr_domu civico huisnr num_civico
		house_name_number house_number_name house_name`},
	{partNumberBis, `indice_repetition bis_ter indice_de_repetition
		toevoeging toev huisnummer_toevoeging hausnummerzusatz`},
	{partStreetType, `type_voie type_de_voie street_type nature_voie`},
	{partStreet, `address street address_line addr line ligne addr_full addr_line full_address address_full adresse adresse_ligne adresse_complete
		adresse_postale ligne_adresse rue voie nom_voie libelle_voie nom_rue street_name street_address strasse straat
		direccion calle indirizzo via endereco rua ulica adres address_street
		morada domicilio nom_de_rue libelle_de_voie straatnaam strassenname
		numero_et_voie numero_et_rue numero_et_nom_de_voie strasse_hausnr strasse_hausnummer strasse_und_hausnummer strasse_nr
		straat_huisnummer straat_en_huisnummer ulica_nr_domu`},
	{partComplement, `address_complement complement complement_adresse adresse_complement complement_d_adresse address_extra
		apartment appartement flat unit batiment residence address_unit
		apt_no apartment_no apt flat_no nr_lokalu
		lieu_dit nr_mieszkania numer_mieszkania etage piso adresszusatz address_suite suite po_box
		ortsteil stadtteil barrio bairro frazione wijk osiedle`},
	{partPlace, `cp_ville code_postal_ville ville_cp plz_ort cp_poblacion cap_citta postcode_plaats`},
	{"address.postal_code", `postal_code postcode zip zip_code code_postal cp addr_postal_code address_postal_code
		addr_zip plz postleitzahl codigo_postal cap kod_pocztowy cep`},
	{"address.city", `city town post_town ville commune localite locality addr_city address_city suburb municipality municipalite miasto
		miejscowosc gmina ort stadt wohnort ciudad citta comune plaats woonplaats stad cidade
		poblacion localidad localidade localita city_desc city_name town_name bureau_distributeur`},
	{"address.region", `region state province county departement state_code region_code province_code state_region addr_province_code addr_province addr_state address_region address_state addr_region
		bundesland provincia prov wojewodztwo estado distrito
		st`},
	{"address.country", `country pays country_region country_code code_pays addr_country address_country land kraj pais paese pays_residence
		country_id pais_residencia`},
	{"identifier.loyalty_card", `loyalty_card loyalty_card_number loyalty_number loyalty_id carte_fidelite numero_carte_fidelite num_carte_fidelite
		no_carte_fidelite carte_de_fidelite num_fidelite numero_fidelite fidelite card_loyalty fidelity_card
		numero_carte num_carte no_carte carte carte_client numero_carte_client numero_adherent num_adherent no_adherent id_adherent code_adherent kundenkarte tessera_fedelta klantenkaart tarjeta_fidelidad karta_lojalnosciowa
		kartennummer numero_tarjeta tarjeta numero_tessera tessera kaartnummer numero_cartao numer_karty`},
	{"identifier.customer_number", `customer_number customer_id customer_no customer_num client_id client_number client_no num_client numero_client
		no_client id_client code_client ref_client reference_client user_id id_utilisateur contact_id id_contact member_id
		kundennummer numer_klienta
		codigo_cliente codice_cliente klantnummer kundennr nr_klienta numero_cliente patient_id kdnr
		account_id id_compte acct_no acct_id`},
	{"identifier.social_handle", `social_handle handle pseudo compte_social identifiant_social social_account social_id`},
	{"identifier.device", `device device_id id_appareil appareil advertising_id`},
	{"identifier.ip", `ip ip_address adresse_ip`},
	{"identifier.ssn", `ssn soc_sec_id ssn_number social_security_number social_security_no nir numero_securite_sociale num_secu
		numero_secu national_insurance_number nino
		ni_number`},
	{"identifier.passport", `passport passport_number passeport numero_passeport`},
	{"identifier.national_id", `national_id national_identifier national_id_number numero_identite carte_identite numero_cni cni pesel dni codice_fiscale
		nhs_number nif nie bsn`},
	{"identifier.drivers_license", `drivers_license drivers_license_number driver_license permis_conduire numero_permis
		drivers`},
	{"identifier.tax_id", `tax_id tax_id_number numero_fiscal vat_number
		taxvat`},
	{"identifier.lei", `lei lei_number`},
	{"attribute.occupation", `occupation job profession metier job_title`},
	{"attribute.company", `company company_name employer societe entreprise raison_sociale organisation organization employeur
		raison_soc`},
	{"attribute.birth_place", `birth_place place_of_birth lieu_naissance lieu_de_naissance ville_naissance ville_de_naissance
		commune_naissance miejsce_urodzenia
		luogo_di_nascita geburtsort lugar_de_nacimiento geboorteplaats`},
	{"note", `note notes comment comments commentaire commentaires remarque remarques remark remarks observation observations memo`},
}

// networks are the columns that hold a handle on the network that they are named after.
const networks = `facebook instagram twitter linkedin tiktok snapchat youtube pinterest`

// ownNames are names of attributes that mean something else beside other words: a line of
// an order has a number.
var ownNames = set(`line ligne`)

// aliases are the meanings by folded name, bags by the words of the name in any order.
var aliases, bags = buildAliases()

func buildAliases() (byName, byWords map[string]alias) {
	byName, byWords = map[string]alias{}, map[string]alias{}
	add := func(name string, a alias) {
		byName[strings.ReplaceAll(name, "_", "")] = a
		if key := bag(strings.Split(name, "_")); byWords[key].to == "" {
			byWords[key] = a
		}
	}
	for _, r := range roleNames {
		for rank, n := range strings.Fields(r.names) {
			add(n, alias{to: r.to, rank: rank, whole: r.to != roleName && r.to != roleGiven && r.to != roleNetwork})
		}
	}
	for _, t := range attributeNames {
		for rank, n := range strings.Fields(t.names) {
			add(n, alias{to: t.to, rank: rank, whole: ownNames[n]})
		}
	}
	for n := range strings.FieldsSeq(networks) {
		for _, name := range []string{n, n + "_handle", n + "_id", "compte_" + n} {
			add(name, alias{to: "identifier.social_handle", rank: 100, network: n})
		}
	}
	return byName, byWords
}
