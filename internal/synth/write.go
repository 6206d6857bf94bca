package synth

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"aloi"
)

// Writer writes records to a file. Errors are kept until Flush.
type Writer interface {
	Write(r *aloi.Record)
	Flush() error
}

// columns are those of the CSV form.
var columns = []string{
	"record_id", "source", "updated_at", "civility", "given_name", "surname", "birth_name", "full_name", "birth_date", "gender",
	"email", "phone", "phone_2", "address", "postal_code", "city", "country", "loyalty_card", "social_network", "social_handle",
	"optin_email", "optin_sms", "optin_date",
}

// Mapping is the mapping of the CSV form. All columns but those of the consents are
// found without it: no name of a column says what was agreed to, and with whom.
const Mapping = `record_id: record_id
source: {column: source}
updated_at: updated_at
columns:
  civility: name.civility
  given_name: name.given
  surname: name.family
  birth_name: name.birth
  full_name: name.full
  birth_date: birth_date
  gender: gender
  email: email
  phone: phone
  phone_2: phone
  address: address.line
  postal_code: address.postal_code
  city: address.city
  country: address.country
  loyalty_card: identifier.loyalty_card
  social_handle: {to: identifier.social_handle, scope: {column: social_network}}
consents:
  - {purpose: newsletter, channel: EMAIL, controller: Maison Bellerive, column: optin_email, given: [oui], refused: ["non"], withdrawn: [stop], time: optin_date}
  - {purpose: newsletter, channel: SMS, controller: Maison Bellerive, column: optin_sms, given: [oui], refused: ["non"], withdrawn: [stop], time: optin_date}
`

// csvForm writes one line for each record. What a table cannot hold is left out: the
// proof of a consent, and interactions.
type csvForm struct{ w *csv.Writer }

// NewCSV returns a writer of the CSV form, and writes its header.
func NewCSV(w io.Writer) Writer {
	c := csvForm{csv.NewWriter(w)}
	c.w.Write(columns)
	return c
}

// answers are the words for a consent.
var answers = map[aloi.ConsentKind]string{aloi.ConsentGiven: "oui", aloi.ConsentRefused: "non", aloi.ConsentWithdrawn: "stop"}

func (c csvForm) Write(r *aloi.Record) {
	var n aloi.Name
	var a aloi.Address
	if len(r.Names) > 0 {
		n = r.Names[0]
	}
	if len(r.Addresses) > 0 {
		a = r.Addresses[0]
	}
	at := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return ""
	}
	var card, network, handle string
	for _, id := range r.Identifiers {
		if id.Type == aloi.IdentifierLoyaltyCard {
			card = id.Value
		} else {
			network, handle = id.Scope, id.Value
		}
	}
	var email, sms, answered string
	for _, e := range r.Consents {
		if answers[e.Kind] == "" {
			continue
		}
		answered = e.Time.Format(time.DateTime)
		if e.Channels[0] == "SMS" {
			sms = answers[e.Kind]
		} else {
			email = answers[e.Kind]
		}
	}
	c.w.Write([]string{r.Ref.ID, r.Ref.Source, r.UpdatedAt.Format(time.DateTime), n.Civility, n.Given, n.Family, n.Birth, n.Full, r.BirthDate, r.Gender,
		at(r.Emails, 0), at(r.Phones, 0), at(r.Phones, 1), a.Line, a.PostalCode, a.City, a.Country, card, network, handle, email, sms, answered})
}

func (c csvForm) Flush() error {
	c.w.Flush()
	return c.w.Error()
}

// jsonForm writes one JSON object for each record, with everything in it.
type jsonForm struct {
	e   *json.Encoder
	err error
}

// NewJSON returns a writer of the JSON Lines form, whose names are those of the wire.
func NewJSON(w io.Writer) Writer {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return &jsonForm{e: e}
}

func (j *jsonForm) Write(r *aloi.Record) {
	if err := j.e.Encode(jsonOf(r)); err != nil && j.err == nil {
		j.err = err
	}
}

func (j *jsonForm) Flush() error { return j.err }

// Readme describes a set in its folder.
func Readme(seed uint64, records int, file string) string {
	more := ""
	if file == "records.csv" {
		more = "\n- mapping.yaml: says what the columns of the consents mean; give it with --mapping"
	}
	return fmt.Sprintf(`# Invented customers

%d records of invented French customers in four systems (store, web, sav, social), made
by `+"`aloi synth --records %d --seed %d`"+`. The same command makes the same bytes.

- %s: the records, in order of time
- truth.csv: the person of each record (record_id,entity_id)%s

Names, ages and places are drawn by their frequency in France. Source: Insee (Fichier des
prénoms, edition 2022; Fichier des noms de famille, edition 2008; Code officiel
géographique). The people do not exist; a telephone number may all the same be somebody's:
send nothing to any of them.
`, records, records, seed, file, more)
}
