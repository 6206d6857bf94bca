package tabular

import (
	"encoding/csv"
	"io"
	"strconv"
)

// Rejects writes the bad rows of a run as CSV: line, field, reason, and the file where
// there are several. It writes no value of a row.
type Rejects struct {
	w     *csv.Writer
	files bool
	n     int
}

// NewRejects writes the header. files adds a column with the name of the file.
func NewRejects(w io.Writer, files bool) *Rejects {
	r := &Rejects{w: csv.NewWriter(w), files: files}
	r.write("file", "line", "field", "reason")
	return r
}

// Add writes one bad row of a file.
func (r *Rejects) Add(file string, bad *RowError) {
	r.n++
	r.write(file, strconv.Itoa(bad.Line), bad.Field, bad.Reason)
}

func (r *Rejects) write(fields ...string) {
	if !r.files {
		fields = fields[1:]
	}
	r.w.Write(fields) // the error is kept for Flush
}

// Count returns how many rows were added.
func (r *Rejects) Count() int { return r.n }

// Flush writes what is buffered and returns the first error of the run.
func (r *Rejects) Flush() error {
	r.w.Flush()
	return r.w.Error()
}
