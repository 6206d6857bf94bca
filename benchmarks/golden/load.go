package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
)

// row is one line of a CSV file, by column.
type row map[string]string

func readCSV(path string) ([]row, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("%s: no header", filepath.Base(path))
	}
	var rows []row
	for _, line := range lines[1:] {
		r := row{}
		for i, column := range lines[0] {
			r[column] = line[i]
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// open opens a file or, where there is none, its compressed form.
func open(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	if f, err = os.Open(path + ".zst"); err != nil {
		return nil, err
	}
	d, err := zstd.NewReader(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &compressed{d.IOReadCloser(), f}, nil
}

// compressed is a file that is read decompressed.
type compressed struct {
	io.ReadCloser
	file *os.File
}

func (c *compressed) Close() error { return errors.Join(c.ReadCloser.Close(), c.file.Close()) }

// load reads the persons with their records, in order of the persons.
func load(dir string) ([]person, error) {
	records, err := readCSV(filepath.Join(dir, "records.csv"))
	if err != nil {
		return nil, err
	}
	truth, err := readCSV(filepath.Join(dir, "truth.csv"))
	if err != nil {
		return nil, err
	}
	rows, err := readCSV(filepath.Join(dir, "persons.csv"))
	if err != nil {
		return nil, err
	}
	entity := map[string]string{}
	for _, t := range truth {
		entity[t["record_id"]] = t["entity_id"]
	}
	members := map[string][]engine.Contribution{}
	for _, r := range records {
		x := recordOf(r)
		e := entity[r["record_id"]]
		members[e] = append(members[e], engine.Contribution{Ref: x.Ref, Record: x, Prepared: normal.Prepare(x)})
	}
	var people []person
	for _, p := range rows {
		people = append(people, person{members: members[p["entity_id"]], truth: truthOf(p)})
	}
	return people, nil
}

func recordOf(r row) *aloi.Record {
	x := &aloi.Record{Ref: aloi.RecordRef{Source: r["source"], ID: r["record_id"]}, BirthDate: r["birth_date"], Gender: r["gender"]}
	x.UpdatedAt, _ = time.Parse(time.DateOnly, r["created_at"])
	name := aloi.Name{Civility: r["civility"], Given: r["given_name"], Middle: r["middle_names"], Family: r["surname"], Birth: r["birth_name"], Full: r["full_name"]}
	if name != (aloi.Name{}) {
		x.Names = []aloi.Name{name}
	}
	x.Emails = filled(r["email"])
	x.Phones = filled(r["mobile"], r["landline"])
	line := strings.Join(filled(r["address_line1"], r["address_line2"]), " ")
	if a := (aloi.Address{Line: line, PostalCode: r["postal_code"], City: r["city"], Country: r["country"]}); a != (aloi.Address{}) {
		x.Addresses = []aloi.Address{a}
	}
	if v := r["loyalty_card"]; v != "" {
		x.Identifiers = append(x.Identifiers, aloi.Identifier{Type: aloi.IdentifierLoyaltyCard, Value: v})
	}
	if v := r["social_handle"]; v != "" {
		x.Identifiers = append(x.Identifiers, aloi.Identifier{Type: aloi.IdentifierSocialHandle, Scope: r["social_network"], Value: v})
	}
	return x
}

func filled(values ...string) []string {
	return slices.DeleteFunc(values, func(v string) bool { return strings.TrimSpace(v) == "" })
}

// truthOf returns the right values of a person by attribute path.
func truthOf(p row) map[string][]string {
	family := p["usage_name"]
	if family == "" {
		family = p["birth_name"]
	}
	line := strings.Join(filled(p["address"], p["complement"]), " ")
	return map[string][]string{
		"name.given": filled(p["given_name"]), "name.middle": filled(p["second_name"]),
		"name.family": filled(family), "name.birth": filled(p["birth_name"]),
		"birth_date": filled(p["birth_date"]), "gender": filled(p["gender"]),
		"address.line": filled(line), "address.postal_code": filled(p["postal_code"]), "address.city": filled(p["city"]),
		"email": filled(strings.Split(p["emails"], "|")...), "phone": filled(append(strings.Split(p["mobiles"], "|"), p["landline"])...),
		"identifier.loyalty_card": filled(p["loyalty_card"]),
	}
}

// attributes are the lines of the report.
var attributes = []attribute{
	{"name.given", names(func(n *aloi.Name) string { return n.Given }), folded, true},
	{"name.middle", names(func(n *aloi.Name) string { return n.Middle }), folded, true},
	{"name.family", names(func(n *aloi.Name) string { return n.Family }), folded, true},
	{"name.birth", names(func(n *aloi.Name) string { return n.Birth }), folded, true},
	{"birth_date", func(r *aloi.Record, p *matcher.Prepared) []string {
		if p.Birth.IsZero() {
			return nil
		}
		return []string{fmt.Sprint(p.Birth)}
	}, folded, false},
	{"gender", func(_ *aloi.Record, p *matcher.Prepared) []string {
		if p.Gender == 0 {
			return nil
		}
		return []string{string(rune(p.Gender))}
	}, folded, false},
	{"address.line", address(func(a *aloi.Address) string { return a.Line }), street, true},
	{"address.postal_code", address(func(a *aloi.Address) string { return a.PostalCode }), folded, false},
	{"address.city", address(func(a *aloi.Address) string { return a.City }), town, true},
	{"email", func(r *aloi.Record, _ *matcher.Prepared) []string { return r.Emails }, strings.ToLower, false},
	{"phone", func(_ *aloi.Record, p *matcher.Prepared) []string { return p.Phones }, national, false},
	{"identifier.loyalty_card", func(r *aloi.Record, _ *matcher.Prepared) (v []string) {
		for _, id := range r.Identifiers {
			if id.Type == aloi.IdentifierLoyaltyCard {
				v = append(v, id.Value)
			}
		}
		return v
	}, folded, false},
}

func folded(v string) string { return strings.ReplaceAll(matcher.Fold(v), " ", "") }

// normal prepares values for comparison.
var normal = func() *matcher.Matcher {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		panic(err) // the shipped model is tested
	}
	return m
}()

// street compares lines by number and street.
func street(v string) string {
	p := normal.Prepare(&aloi.Record{Addresses: []aloi.Address{{Line: v}}})
	if len(p.Addresses) == 0 {
		return ""
	}
	return p.Addresses[0].Number + " " + p.Addresses[0].Street
}

// town compares towns without CEDEX and arrondissement, Saint for St.
func town(v string) string {
	p := normal.Prepare(&aloi.Record{Addresses: []aloi.Address{{City: v}}})
	if len(p.Addresses) == 0 {
		return ""
	}
	return p.Addresses[0].City
}

// national compares French numbers by their last nine digits, as persons.csv has
// them in the national form.
func national(v string) string { return v[max(0, len(v)-9):] }

func names(part func(*aloi.Name) string) func(*aloi.Record, *matcher.Prepared) []string {
	return func(r *aloi.Record, _ *matcher.Prepared) (v []string) {
		for i := range r.Names {
			v = append(v, part(&r.Names[i]))
		}
		return v
	}
}

func address(part func(*aloi.Address) string) func(*aloi.Record, *matcher.Prepared) []string {
	return func(r *aloi.Record, _ *matcher.Prepared) (v []string) {
		for i := range r.Addresses {
			v = append(v, part(&r.Addresses[i]))
		}
		return v
	}
}
