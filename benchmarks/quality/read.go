package main

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aloi"
)

// set is one truth set: records and the entity of each.
type set struct {
	name    string
	folder  string
	records []*aloi.Record
	truth   map[string]string // record id → entity id
}

// load reads a set of the data folder; drop is a column to leave out. The error is
// fs.ErrNotExist when the set is not there.
func load(folder string, w wanted) (*set, error) {
	rows, err := readCSV(filepath.Join(folder, w.folder, "records.csv"))
	if err != nil {
		return nil, err
	}
	truthRows, err := readCSV(filepath.Join(folder, w.folder, "truth.csv"))
	if err != nil {
		return nil, err
	}
	s := &set{name: w.name, folder: filepath.Join(folder, w.folder), truth: map[string]string{}}
	for _, r := range truthRows {
		s.truth[r["record_id"]] = r["entity_id"]
	}
	for _, r := range rows {
		delete(r, w.drop)
		s.records = append(s.records, toRecord(r))
	}
	return s, nil
}

// readCSV reads a file with a header into one map a row.
func readCSV(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, v := range line {
			row[lines[0][i]] = v
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func toRecord(r map[string]string) *aloi.Record {
	one := func(names ...string) string {
		for _, n := range names {
			if v := r[n]; v != "" {
				return v
			}
		}
		return ""
	}
	joined := func(sep string, names ...string) string {
		var parts []string
		for _, n := range names {
			if v := r[n]; v != "" {
				parts = append(parts, v)
			}
		}
		return strings.Join(parts, sep)
	}
	rec := &aloi.Record{Ref: aloi.RecordRef{Source: one("source", "file", "DATA_SOURCE", "record_id"), ID: r["record_id"]}}
	n := aloi.Name{
		Civility: r["civility"], Given: one("given_name", "givenname", "first_name", "imie", "PRIMARY_NAME_FIRST"),
		Middle: one("middle_names", "imie2", "PRIMARY_NAME_MIDDLE"), Family: one("surname", "nazwisko", "PRIMARY_NAME_LAST"),
		Birth: r["birth_name"], Full: one("full_name", "PRIMARY_NAME_FULL", "PRIMARY_NAME_ORG"),
	}
	if n != (aloi.Name{}) {
		rec.Names = append(rec.Names, n)
	}
	rec.BirthDate = one("birth_date", "dob", "date_of_birth", "data_ur", "DATE_OF_BIRTH")
	rec.Gender = one("gender", "GENDER")
	a := aloi.Address{
		Line:       joined(" ", "street_number", "address_1", "address_2", "address_line1", "address_line2", "ADDR_LINE1", "ADDR_FULL"),
		PostalCode: one("postal_code", "postcode", "ADDR_POSTAL_CODE"), City: one("city", "suburb", "gmina", "ADDR_CITY"),
		Region: one("state", "ADDR_STATE"), Country: one("country", "kraj", "ADDR_COUNTRY"),
	}
	if a != (aloi.Address{}) {
		rec.Addresses = append(rec.Addresses, a)
	}
	for _, c := range []string{"email", "EMAIL_ADDRESS"} {
		if r[c] != "" {
			rec.Emails = append(rec.Emails, r[c])
		}
	}
	for _, c := range []string{"mobile", "landline", "phone number", "PHONE_NUMBER"} {
		if r[c] != "" && !slices.Contains(rec.Phones, r[c]) {
			rec.Phones = append(rec.Phones, r[c])
		}
	}
	for c, t := range map[string]string{"loyalty_card": "loyalty_card", "soc_sec_id": "soc_sec_id", "SSN_NUMBER": "ssn", "PASSPORT_NUMBER": "passport", "DRIVERS_LICENSE_NUMBER": "driving_licence", "NATIONAL_ID_NUMBER": "national_id", "TAX_ID_NUMBER": "tax_id", "social_handle": "social_handle"} {
		if r[c] != "" {
			x := aloi.Identifier{Type: t, Value: r[c]}
			if t == "social_handle" {
				x.Scope = r["social_network"]
			}
			rec.Identifiers = append(rec.Identifiers, x)
		}
	}
	return rec
}
