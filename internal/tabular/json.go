package tabular

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"aloi"
	"aloi/internal/mapping"
)

// jsonRows reads one JSON object a line. Objects inside an object become columns with
// a dotted name (`address.city`), elements of an array numbered columns (`emails`,
// `emails.2`); the lists of a full record are read as what they are (see recordLists).
type jsonRows struct {
	w       *window
	enc     *encoding
	columns []string
	index   map[string]int
	cells   []string
	lists   []string // of full records, that came up so far
	grown   bool     // columns or lists were added since the last row
}

// newJSON collects the columns of the objects at the beginning of the text.
func newJSON(w *window, enc *encoding) *jsonRows {
	j := &jsonRows{w: w, enc: enc, index: map[string]int{}}
	for len(w.rest()) < sampleBytes && w.more() {
	}
	for line := range bytes.Lines(w.rest()[:min(len(w.rest()), sampleBytes)]) {
		if text, ok := enc.decode(bytes.TrimSpace(line)); ok {
			// What is wrong with a line is found again when it is read.
			_ = j.object(text, &aloi.Record{})
		}
	}
	j.grown = false
	return j
}

func (j *jsonRows) header() []string { return j.columns }

func (j *jsonRows) next() (row, error) {
	for {
		line, size, long, ok := j.w.physical()
		r := row{line: j.w.line}
		if !ok {
			if err := j.w.failed(); err != nil {
				return row{}, err
			}
			return row{}, io.EOF
		}
		if long {
			j.w.skip()
			return r, atLine(errLong(), r.line)
		}
		text, valid := j.enc.decode(bytes.TrimSpace(line))
		empty := len(text) == 0
		var err error
		switch {
		case empty:
		case !valid:
			err = &RowError{Reason: "not valid UTF-8"}
		default:
			err = j.object(text, &r.record)
		}
		j.w.take(size)
		if empty {
			continue
		}
		err = atLine(err, r.line)
		r.cells, r.grown = j.cells, j.grown
		j.grown = false
		return r, err
	}
}

// object reads one object: its values into cells, its lists into the record.
func (j *jsonRows) object(text []byte, r *aloi.Record) error {
	j.cells = make([]string, len(j.columns), len(j.columns)+8)
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var top map[string]any
	if err := d.Decode(&top); err != nil || top == nil {
		return &RowError{Reason: "not a JSON object" + where(err)}
	}
	var first error // what is wrong first; the rest is read for the id of the row
	if _, err := d.Token(); err != io.EOF {
		first = &RowError{Reason: "text after the JSON object"}
	}
	for _, key := range slices.Sorted(maps.Keys(top)) {
		read, isList := recordLists[key]
		if list, ok := top[key].([]any); ok && isList && holdsObjects(list) {
			if !slices.Contains(j.lists, key) {
				j.lists, j.grown = append(j.lists, key), true
			}
			if err := read(r, list); err != nil && first == nil {
				first = &RowError{Field: key, Reason: err.Error()}
			}
			continue
		}
		if err := j.flatten(key, top[key], 1); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// where says at which byte of the line a JSON error is.
func where(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf(" (at byte %d)", syntax.Offset)
	}
	return ""
}

// flatten sets the column of a value, or those of its parts.
func (j *jsonRows) flatten(column string, value any, depth int) error {
	if depth > maxDepth {
		return &RowError{Field: topLevel(column), Reason: fmt.Sprintf("nested deeper than %d", maxDepth)}
	}
	switch v := value.(type) {
	case nil:
	case string:
		return j.set(column, v)
	case json.Number:
		return j.set(column, v.String())
	case bool:
		return j.set(column, strconv.FormatBool(v))
	case []any:
		for i, e := range v {
			name := column
			if i > 0 {
				name = fmt.Sprintf("%s.%d", column, i+1)
			}
			if err := j.flatten(name, e, depth+1); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if err := j.flatten(column+"."+key, v[key], depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (j *jsonRows) set(column, value string) error {
	if len(value) > MaxFieldBytes {
		return &RowError{Field: topLevel(column), Reason: fmt.Sprintf("longer than %d bytes", MaxFieldBytes)}
	}
	i, ok := j.index[column]
	if !ok {
		if len(j.columns) == mapping.MaxColumns {
			return &RowError{Reason: fmt.Sprintf("more than %d different keys", mapping.MaxColumns)}
		}
		i = len(j.columns)
		j.index[column] = i
		j.columns = append(j.columns, column)
		j.grown = true
	}
	for len(j.cells) <= i {
		j.cells = append(j.cells, "")
	}
	j.cells[i] = value
	return nil
}

// topLevel shortens a column to what is surely a name of a key and not a value that
// was used as one.
func topLevel(column string) string {
	const most = 64 // bytes
	if i := bytes.IndexByte([]byte(column), '.'); i >= 0 {
		column = column[:i]
	}
	return column[:min(len(column), most)]
}

func holdsObjects(list []any) bool {
	for _, e := range list {
		if _, ok := e.(map[string]any); !ok {
			return false
		}
	}
	return true
}
