// Package truthset reads the sets of records whose true entities are known, plain or
// compressed: folders of records.csv, truth.csv and, for some, persons.csv and
// noise.csv, each of which may end in .zst or .gz too. The repository has them in
// benchmarks/data.
package truthset

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"aloi"
	"aloi/internal/mapping"
	"aloi/internal/tabular"
)

// Set is one truth set. Records and IDs have the same order.
type Set struct {
	Folder  string
	Records []*aloi.Record
	IDs     []string          // of the records, as the truth has them
	Truth   map[string]string // record id → entity id
}

// Load reads the set of a folder, its columns mapped as for a user who says nothing,
// less the column drop if that is not empty. The error is fs.ErrNotExist when the set
// is not there, and another one when a record has no true entity.
func Load(folder, drop string) (*Set, error) {
	s := &Set{Folder: folder, Truth: map[string]string{}}
	rows, err := Rows(folder, "truth.csv")
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		s.Truth[r["record_id"]] = r["entity_id"]
	}
	path, err := Find(folder, "records.csv")
	if err != nil {
		return nil, err
	}
	in, err := open(path, drop)
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
		if _, ok := s.Truth[row.ID]; !ok {
			return nil, fmt.Errorf("%s: record %d is not in the truth", path, row.Number)
		}
		s.Records, s.IDs = append(s.Records, record), append(s.IDs, row.ID)
	}
}

// open reads the records of a file less a column.
func open(path, drop string) (*tabular.Reader, error) {
	in, err := tabular.Open(path, tabular.Options{})
	if err != nil || drop == "" {
		return in, err
	}
	m := *in.Mapping()
	in.Close()
	m.Unmapped = append(slices.Clone(m.Unmapped), mapping.Unmapped{Column: drop, Reason: "left out of this measurement"})
	m.Columns = slices.DeleteFunc(slices.Clone(m.Columns), func(c mapping.Column) bool { return c.Name == drop })
	return tabular.Open(path, tabular.Options{Mapping: &m})
}

// endings of the files that are read, plain first.
var endings = []string{"", ".zst", ".gz"}

// Find returns the path of a file of a set, plain or compressed; the error is
// fs.ErrNotExist when there is none.
func Find(folder, name string) (string, error) {
	for _, ending := range endings {
		path := filepath.Join(folder, name+ending)
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return path, err
		}
	}
	return "", fs.ErrNotExist
}

// Rows reads a file of a set that has a header, one map of its columns for each row.
// The error is fs.ErrNotExist when there is none.
func Rows(folder, name string) ([]map[string]string, error) {
	path, err := Find(folder, name)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := expand(f, path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer text.Close()
	lines, err := csv.NewReader(text).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("%s: no header", path)
	}
	rows := make([]map[string]string, 0, len(lines)-1)
	for _, line := range lines[1:] {
		row := make(map[string]string, len(line))
		for i, v := range line {
			row[lines[0][i]] = v
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// expand reads a file as the ending of its name says.
func expand(r io.Reader, path string) (io.ReadCloser, error) {
	b := bufio.NewReader(r)
	switch {
	case strings.HasSuffix(path, ".zst"):
		z, err := zstd.NewReader(b)
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	case strings.HasSuffix(path, ".gz"):
		return gzip.NewReader(b)
	}
	return io.NopCloser(b), nil
}
