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

	"aloi"
	"aloi/internal/mapping"
	"aloi/internal/tabular"
)

// set is one truth set: records and the entity of each.
type set struct {
	name    string
	folder  string
	records []*aloi.Record
	ids     []string          // of the records, as the truth has them
	truth   map[string]string // record id → entity id
}

// load reads a set of the data folder, less the column to drop. The error is
// fs.ErrNotExist when the set is not there.
func load(folder string, w wanted) (*set, error) {
	s := &set{name: w.name, folder: filepath.Join(folder, w.folder), truth: map[string]string{}}
	rows, err := readCSV(filepath.Join(s.folder, "truth.csv"))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		s.truth[r["record_id"]] = r["entity_id"]
	}
	path := filepath.Join(s.folder, "records.csv")
	m, err := columns(path, w.drop)
	if err != nil {
		return nil, err
	}
	in, err := tabular.Open(path, tabular.Options{Mapping: m})
	if err != nil {
		return nil, err
	}
	defer in.Close()
	for {
		record, row, err := in.Next()
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		s.records, s.ids = append(s.records, record), append(s.ids, row.ID)
	}
}

// columns maps the columns of a file as a user would get them who says nothing.
func columns(path, drop string) (*mapping.Mapping, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	header, err := csv.NewReader(f).Read()
	if err != nil {
		return nil, err
	}
	m, err := mapping.Detect(header)
	if err != nil {
		return nil, err
	}
	if drop == "" {
		return m, nil
	}
	m.Unmapped = append(m.Unmapped, mapping.Unmapped{Column: drop, Reason: "left out of this measurement"})
	m.Columns = slices.DeleteFunc(m.Columns, func(c mapping.Column) bool { return c.Name == drop })
	return m, nil
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
