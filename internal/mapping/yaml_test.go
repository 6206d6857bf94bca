package mapping

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"aloi"
)

const example = `
record_id: rec_id            # column that identifies the row in its source
source: {column: source}
updated_at: {column: created_at, format: "2006-01-02"}
version: v
columns:
  first: name.given
  dob: {to: birth_date, format: "yyyymmdd"}
  street_no: {to: address.line, part: 1}
  street: {to: address.line, part: 2}
  mail: email
  mobile: phone
  card: identifier.loyalty_card
  handle: {to: identifier.social_handle, scope: {column: network}}
  device: {to: identifier.device, scope: {value: android}}
  job: attribute.occupation
consents:
  - {purpose: newsletter, channel: EMAIL, controller: C1, column: optin, given: ["1", oui], refused: "0", time: optin_date, notice: v3, method: web_form}
`

var exampleHeader = strings.Fields("rec_id source created_at v first dob street_no street mail mobile card handle network device job optin optin_date other")

func TestLoad(t *testing.T) {
	m, err := Load(strings.NewReader(example))
	if err != nil {
		t.Fatal(err)
	}
	if unused := m.Unused(exampleHeader); fmt.Sprint(unused) != "[other]" {
		t.Errorf("unused: %v", unused)
	}
	p, err := m.Bind(exampleHeader, "crm", false)
	if err != nil {
		t.Fatal(err)
	}
	r := &aloi.Record{}
	row := strings.Split("42|magasin|2024-01-31|5|Zoé|19840302|12|rue Basse|z@example.fr|0639980001|298|zoe|instagram|d-1|libraire|OUI|31/01/2024|x", "|")
	if v := p.Build(r, row, 1, 2); len(v) > 0 {
		t.Fatal(v)
	}
	day := time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC)
	want := aloi.Record{
		Ref: aloi.RecordRef{Source: "magasin", ID: "42"}, Version: 5, UpdatedAt: day,
		Names: []aloi.Name{{Given: "Zoé"}}, BirthDate: "1984-03-02", Addresses: []aloi.Address{{Line: "12 rue Basse"}},
		Emails: []string{"z@example.fr"}, Phones: []string{"0639980001"},
		Identifiers: []aloi.Identifier{{Type: "loyalty_card", Value: "298"}, {Type: "social_handle", Scope: "instagram", Value: "zoe"}, {Type: "device", Scope: "android", Value: "d-1"}},
		Attributes:  []aloi.FreeAttribute{{Name: "occupation", Value: "libraire"}},
		Consents: []aloi.ConsentEvent{{Kind: aloi.ConsentGiven, Time: day, Purposes: []string{"newsletter"}, Channels: []string{"EMAIL"}, Controllers: []string{"C1"},
			Notice: "v3", Method: "web_form"}},
	}
	if got, want := fmt.Sprintf("%+v", *r), fmt.Sprintf("%+v", want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestLoadErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", "record_id: a\ncolums:\n  a: email\n", `line 2: unknown key "colums"`},
		{"unknown path", "columns:\n  a: email\n  b: name.givn\n", `line 3: unknown attribute path "name.givn"`},
		{"unknown path, long form", "columns:\n  b:\n    to: adress.line\n", `line 3: unknown attribute path`},
		{"unknown key of a column", "columns:\n  b: {to: email, fromat: x}\n", `line 2: unknown key "fromat"`},
		{"no path", "columns:\n  b: {part: 1}\n", `line 2: column "b" has no attribute`},
		{"key twice", "columns:\n  b: email\n  b: phone\n", "line 3:"},
		{"two parts without order", "columns:\n  a: address.city\n  b: address.city\n", "line 3: several columns give address.city"},
		{"same part", "columns:\n  a: {to: address.line, part: 1}\n  b: {to: address.line, part: 1}\n", "line 3: two columns are part 1"},
		{"part of an e-mail", "columns:\n  a: {to: email, part: 1}\n", "line 2: part is for"},
		{"part is no number", "columns:\n  a: {to: note, part: first}\n", "line 2: part must be"},
		{"address is too far", "columns:\n  a: {to: address.city, address: 9}\n", "line 2: address must be"},
		{"address of an e-mail", "columns:\n  a: {to: email, address: 2}\n", "line 2: address is for"},
		{"format", "columns:\n  a: {to: birth_date, format: date}\n", "line 2: no date format"},
		{"format elsewhere", "columns:\n  a: {to: email, format: yyyy}\n", "line 2: format is for birth_date"},
		{"scope elsewhere", "columns:\n  a: {to: email, scope: {value: x}}\n", "line 2: scope is for identifiers"},
		{"source", "source: {column: a, value: b}\ncolumns:\n  a: email\n", "line 1: source must have either"},
		{"source value", "source: {value: a b}\ncolumns:\n  a: email\n", "line 1: source"},
		{"consent without controller", "columns:\n  a: email\nconsents:\n  - {purpose: p, channel: EMAIL, column: b, given: [x]}\n", "line 4: a consent needs"},
		{"columns a list", "columns:\n  - a\n", "line 2: columns must be"},
		{"no columns", "record_id: a\n", "columns is missing"},
		{"empty", "", "one YAML document"},
		{"no YAML", "columns: {a: [", "line 1"},
		{"alias", "record_id: &x a\ncolumns:\n  a: *x\n", "line"},
		{"two documents", "columns: {a: email}\n---\ncolumns: {a: email}\n", "one YAML document"},
		{"too large", strings.Repeat("#", maxYAMLBytes+1), "larger than"},
	} {
		_, err := Load(strings.NewReader(c.text))
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestBindNamesTheMissingColumn(t *testing.T) {
	m, err := Load(strings.NewReader("columns: {Courriel: email}"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Bind([]string{"email"}, "web", false); err == nil || !strings.Contains(err.Error(), `"Courriel"`) {
		t.Errorf("got %v", err)
	}
	for _, header := range []string{"Courriel", "COURRIEL", "courriel "} {
		if _, err := m.Bind([]string{header}, "web", false); err != nil {
			t.Errorf("%q: %v", header, err)
		}
	}
}

func TestConsentValues(t *testing.T) {
	m, err := Load(strings.NewReader(`
columns: {email: email}
consents:
  - {purpose: p, channel: SMS, controller: C, column: ok, given: [oui], refused: ["non"], withdrawn: [stop], time: {column: at, format: dd/mm/yyyy}}
`))
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Bind([]string{"email", "ok", "at"}, "web", false)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		value, at string
		kind      aloi.ConsentKind
		time      string
	}{
		{"Oui", "02/03/2024", aloi.ConsentGiven, "2024-03-02"}, {" NON ", "", aloi.ConsentRefused, "0001-01-01"},
		{"stop", "2024-03-02", aloi.ConsentWithdrawn, "0001-01-01"}, {"", "02/03/2024", "", ""}, {"peut-être", "", "", ""},
	} {
		r := &aloi.Record{}
		p.Build(r, []string{"a@example.fr", c.value, c.at}, i+1, i+2)
		switch {
		case c.kind == "" && len(r.Consents) > 0:
			t.Errorf("%q: recorded %+v", c.value, r.Consents)
		case c.kind != "" && (len(r.Consents) != 1 || r.Consents[0].Kind != c.kind || r.Consents[0].Time.Format(isoDate) != c.time):
			t.Errorf("%q: recorded %+v, want %s at %s", c.value, r.Consents, c.kind, c.time)
		}
	}
	if got := p.Notices().All(); len(got) != 2 || got[0].FirstLine != 4 || got[1].FirstLine != 6 {
		t.Errorf("notices: %+v", got)
	}
}

func TestTimes(t *testing.T) {
	for _, c := range []struct{ value, format, want string }{
		{"2024-01-31", "", "2024-01-31T00:00:00Z"}, {"31/01/2024", "", "2024-01-31T00:00:00Z"}, {"1/2/2024 08:05", "", "2024-02-01T08:05:00Z"},
		{"31.01.2024", "", "2024-01-31T00:00:00Z"}, {"20240131", "", "2024-01-31T00:00:00Z"}, {"20240131102030", "", "2024-01-31T10:20:30Z"},
		{"2024-01-31T10:20:30+02:00", "", "2024-01-31T08:20:30Z"}, {"2024-01-31 10:20:30", "", "2024-01-31T10:20:30Z"},
		{"1706696430", "", "2024-01-31T10:20:30Z"}, {"1706696430000", "", "2024-01-31T10:20:30Z"},
		{"31012024", "ddmmyyyy", "2024-01-31T00:00:00Z"}, {"31/01/2024", " dd/mm/yyyy ", "2024-01-31T00:00:00Z"}, {"31/01/24 10h", "jj/mm/aa hhh", "2024-01-31T10:00:00Z"}, {"31/01/2024 10:20", "dd/mm/yyyy hh:mm", "2024-01-31T10:20:00Z"},
		{"Jan 31 2024", "Jan 2 2006", "2024-01-31T00:00:00Z"}, {"31/01/2024", "2006-01-02", ""},
		{"31/02/2024", "", ""}, {"2024", "", ""}, {"hier", "", ""}, {"99999999", "", ""},
	} {
		l := ""
		if c.format != "" {
			var err error
			if l, err = layout(c.format); err != nil {
				t.Errorf("%q: %v", c.format, err)
			}
		}
		got, ok := parseTime(c.value, l)
		if ok != (c.want != "") || ok && got.Format(time.RFC3339) != c.want {
			t.Errorf("%q by %q: %v %v, want %s", c.value, c.format, got, ok, c.want)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(example)
	f.Add("columns: {a: {to: note, part: 1}}")
	f.Add("? a\n: b\n")
	f.Add("columns:\n  <<: {a: b}\n  !!x : *y\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Load(strings.NewReader(text))
		if err != nil {
			return
		}
		if len(m.Columns) == 0 {
			t.Error("a mapping without columns was accepted")
		}
		header := m.used()
		if len(header) > MaxColumns {
			return
		}
		p, err := m.Bind(header, "web", true)
		if err != nil {
			t.Fatalf("a mapping that was accepted does not bind: %v", err)
		}
		p.Build(&aloi.Record{}, header, 1, 2)
	})
}

func FuzzDetect(f *testing.F) {
	f.Add("Prénom,nom,e-mail,n° de rue", "Anne,Lefèvre,a@example.fr,12 bis")
	f.Add("birth_year,birth_month,adresse1,adresse2", "1984,3,1,2")
	f.Add("email,"+strings.Repeat("aA1_", 4000)+","+strings.Repeat("李", 5000), strings.Repeat("\ufdfa", 1300)+",\x00,\xff")
	f.Add(strings.Repeat("e-mail,", MaxColumns), strings.Repeat("a@b.fr,", MaxColumns))
	f.Add("nom\u0301\u202e,\ufeffid,n°"+strings.Repeat("°", 1000)+",", "\xed\xa0\x80")
	f.Add("adresse1,adresse2,adresse3,adresse9,ville2,cp 99999999999999999999", "1,2,3,9,Lyon,69001")
	f.Fuzz(func(t *testing.T, header, row string) {
		columns := strings.Split(header, ",")
		m, err := Detect(columns)
		if err != nil {
			return
		}
		if len(m.Describe()) < len(columns) {
			t.Errorf("%d columns, %d described", len(columns), len(m.Describe()))
		}
		p, err := m.Bind(columns, "web", false)
		if err != nil {
			t.Fatal(err)
		}
		p.Build(&aloi.Record{}, strings.Split(row, ","), 1, 2)
	})
}
