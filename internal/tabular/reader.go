package tabular

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aloi"
	"aloi/internal/mapping"
)

// Stdin is the path that stands for the standard input.
const Stdin = "-"

// Options say how a file is read. The zero value finds everything by itself.
type Options struct {
	// Mapping says where the columns go; nil finds it from their names.
	Mapping *mapping.Mapping
	// Source is the source of rows that name none; empty is the name of the file.
	Source string
	// Stdin is what the path "-" reads.
	Stdin io.Reader
}

// Row is where a record comes from.
type Row struct {
	Line   int    // of the beginning of the row, from 1
	Number int    // of the row, from 1; bad rows count, the header does not
	ID     string // the record id column as it came, also of a bad row as far as it could be read; the number without such a column
}

// row is a row before it is mapped.
type row struct {
	line   int
	cells  []string
	record aloi.Record // what was read whole
	grown  bool        // there are new columns
}

// rows reads a table of one format.
type rows interface {
	header() []string
	next() (row, error) // *RowError goes on, any other error ends
}

// Reader reads the records of one file. It is not safe for concurrent use, except
// Offset.
type Reader struct {
	stored  *counter
	size    int64
	closers []func()
	rows    rows
	enc     encoding
	mapping *mapping.Mapping
	plan    *mapping.Plan
	source  string
	number  int
	sparse  bool
}

// Open opens a file, or the standard input for "-". Close it after use.
func Open(path string, o Options) (*Reader, error) {
	if path == Stdin {
		return NewReader(o.Stdin, "stdin", -1, o)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	size := int64(-1)
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		size = info.Size()
	}
	r, err := NewReader(f, path, size, o)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r.closers = append(r.closers, func() { f.Close() })
	return r, nil
}

// NewReader reads a file of a name and a size in bytes, -1 when it is not known.
func NewReader(in io.Reader, name string, size int64, o Options) (*Reader, error) {
	r := &Reader{stored: &counter{r: in}, size: size, source: o.Source, mapping: o.Mapping}
	if r.source == "" {
		r.source = mapping.SourceName(baseName(name))
	}
	text, closeText, err := expand(r.stored)
	if err != nil {
		return nil, err
	}
	r.closers = append(r.closers, closeText)
	if err := r.start(newWindow(text)); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// baseName is the name of a file without its folder and endings.
func baseName(path string) string {
	name := filepath.Base(path)
	for _, ending := range []string{".gz", ".zst", ".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

// start finds the format and the mapping.
func (r *Reader) start(w *window) error {
	for len(w.rest()) < sampleBytes && w.more() {
	}
	if bytes.HasPrefix(w.rest(), bomUTF16LE) || bytes.HasPrefix(w.rest(), bomUTF16BE) {
		return errUTF16
	}
	if bytes.HasPrefix(w.rest(), bomUTF8) {
		w.take(len(bomUTF8))
		r.enc = unicode
	} else {
		r.enc = detectEncoding(w.rest())
	}
	first := bytes.TrimLeft(w.rest(), " \t\r\n")
	switch {
	case len(first) == 0 && w.failed() != nil:
		return w.failed()
	case len(first) == 0:
		return errors.New("the file is empty")
	case first[0] == '[':
		return errors.New("a JSON array: write one JSON object a line instead")
	}
	r.sparse = first[0] == '{'
	sample := bytes.Clone(w.rest()[:min(len(w.rest()), sampleBytes)])
	var err error
	if r.rows, err = r.table(w, &r.enc); err != nil {
		return err
	}
	return r.bind(sample)
}

// table reads a text in the format of the file.
func (r *Reader) table(w *window, enc *encoding) (rows, error) {
	if r.sparse {
		return newJSON(w, enc), nil
	}
	return newCSV(w, enc)
}

// firstRows reads the rows at the beginning of the file once more. Bad ones are passed
// over.
func (r *Reader) firstRows(sample []byte) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		enc := r.enc
		table, err := r.table(newWindow(bytes.NewReader(sample)), &enc)
		for err == nil {
			var first row
			if first, err = table.next(); err == nil && !yield(first.cells) {
				return
			}
			if bad := (*RowError)(nil); errors.As(err, &bad) {
				err = nil
			}
		}
	}
}

// bind makes the mapping and applies it to the columns; sample is the beginning of the
// file.
func (r *Reader) bind(sample []byte) (err error) {
	header := r.rows.header()
	if r.mapping == nil {
		r.mapping, err = mapping.Detect(header)
		if errors.Is(err, mapping.ErrNothingUnderstood) && r.sparse {
			err = nil // a full record may have lists only
		}
		if err != nil {
			return err
		}
	} else {
		// The caller's mapping may serve several files: what this one leaves out stays here.
		own := *r.mapping
		own.Columns, own.Unmapped = slices.Clone(own.Columns), slices.Clone(own.Unmapped)
		r.mapping = &own
	}
	r.extend()
	r.mapping.ReadDateOrder(header, r.firstRows(sample))
	r.plan, err = r.mapping.Bind(header, r.source, r.sparse)
	return err
}

// extend takes what came up into the mapping.
func (r *Reader) extend() {
	for _, column := range r.mapping.Unused(r.rows.header()) {
		r.mapping.Extend(column)
	}
	if j, ok := r.rows.(*jsonRows); ok {
		r.mapping.Whole = slices.Clone(j.lists)
	}
}

// rebind takes in the columns that came up in this row.
func (r *Reader) rebind() error {
	r.extend()
	plan, err := r.mapping.Bind(r.rows.header(), r.source, r.sparse)
	if err != nil {
		return err
	}
	plan.Adopt(r.plan)
	r.plan = plan
	return nil
}

// Next returns the next record. The error is a *RowError for a bad row, after which
// Next goes on; io.EOF at the end; any other error ends the reading.
func (r *Reader) Next() (*aloi.Record, Row, error) {
	raw, err := r.rows.next()
	var bad *RowError
	if err != nil && !errors.As(err, &bad) {
		return nil, Row{}, err
	}
	if raw.grown {
		if err := r.rebind(); err != nil {
			return nil, Row{}, err
		}
	}
	r.number++
	at := Row{Line: raw.line, Number: r.number, ID: r.plan.RowID(raw.cells, r.number)}
	if bad != nil {
		return nil, at, bad
	}
	record := roomFor(&raw.record)
	if wrong := r.plan.Build(record, raw.cells, r.number, raw.line); len(wrong) > 0 {
		return nil, at, &RowError{Line: raw.line, Field: FieldName(wrong[0].Field), Reason: wrong[0].Reason}
	}
	withoutRoom(record)
	return record, at, nil
}

// Mapping returns the mapping in use. Keys of JSON objects that come up late are in it
// once they have been read.
func (r *Reader) Mapping() *mapping.Mapping { return r.mapping }

// Notices returns what was changed or left out without rejecting a row.
func (r *Reader) Notices() []mapping.Notice {
	list := r.plan.Notices().All()
	if r.enc == windows1252 {
		list = append(list, mapping.Notice{Field: "encoding", Reason: "not UTF-8: read as Windows-1252 (Latin-1)", Rows: r.number, FirstLine: 1})
	}
	return list
}

// Size returns the size of the file as it is stored, in bytes, -1 when not known.
func (r *Reader) Size() int64 { return r.size }

// Offset returns how much of it was read. It may be called at any time.
func (r *Reader) Offset() int64 { return r.stored.n.Load() }

// Close frees what the reader holds.
func (r *Reader) Close() {
	for _, c := range r.closers {
		c()
	}
	r.closers = nil
}

// FieldName is the field of a violation as people who have a file know it: without
// the record that it is in.
func FieldName(field string) string {
	return strings.TrimPrefix(strings.TrimPrefix(field, "record."), "ref.")
}
