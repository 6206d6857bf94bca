package main

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"aloi"
	"aloi/internal/tabular"
	"aloi/matcher"
	"aloi/store"
)

// rowSet is all rows of a batch, in order of the input.
type rowSet struct {
	matcher *matcher.Matcher
	golden  bool // keep the records, for golden records
	chunks  []*rowChunk
	count   int

	files    []inputSummary
	rejected int // rows
}

// batchInputs are the files of a command that works without a server.
type batchInputs struct {
	paths   []string
	mapping []string
	source  string
	model   string
	rejects string
}

// While rows are read nearly everything is garbage at once and what stays is small, so that
// memory is given for time. Once the records are decoded that turns round: they are most of
// the memory, they stay to the end, and the rest makes little garbage. GOGC says otherwise.
const (
	readGCPercent    = 400
	resolveGCPercent = 50
)

// collectAt sets how much garbage there may be, in per cent of what is needed.
func collectAt(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// read reads all files for the model, reports on each, and writes the reject file.
func (b batchInputs) read(e *env, golden bool) (*rowSet, error) {
	mappings, err := loadMappings(b.mapping, b.paths)
	if err != nil {
		return nil, err
	}
	m, err := loadModel(b.model)
	if err != nil {
		return nil, err
	}
	rejects, err := createRejects(b.rejects, len(b.paths) > 1)
	if err != nil {
		return nil, err
	}
	defer rejects.close()
	collectAt(readGCPercent)
	set := newRowSet(m, golden)
	for _, path := range b.paths {
		in, err := set.read(e, path, tabular.Options{Mapping: mappings[path], Source: b.source, Stdin: e.stdin}, rejects)
		if err != nil {
			return nil, err
		}
		in.report(e)
		set.files = append(set.files, *in)
	}
	set.rejected = rejects.count()
	return set, rejects.commit()
}

// rowChunk is some rows that follow one another. What is kept of them is in few pieces of
// memory: a batch may have many millions of rows.
type rowChunk struct {
	ids    []byte   // as they came, one after another
	idEnds []uint32 // where that of each row ends

	rows    []batchRow     // nil once the prepared records are decoded
	encoded []byte         // these, one after another; the same
	records []*aloi.Record // nil for a rejected row, and for all where they are not kept
}

// batchRow is what is known of one row of the input. A rejected row has an id only.
type batchRow struct {
	encodedEnd uint32 // in what is encoded of its chunk; a rejected row has nothing there
	rejected   bool
	order      rowOrder
	tie        matcher.Tie // of its reference
	near       uint64      // see matcher.Near
}

// rowOrder tells which of two versions of a record is in force.
type rowOrder struct {
	version     int64
	seconds     int64 // of when it was updated
	nanoseconds int32
	content     store.ContentHash
}

func orderOf(version int64, updated time.Time, content store.ContentHash) rowOrder {
	return rowOrder{version: version, seconds: updated.Unix(), nanoseconds: int32(updated.Nanosecond()), content: content}
}

// compare orders versions as the server does: by version, time and content.
func (a *rowOrder) compare(b *rowOrder) int {
	return cmp.Or(cmp.Compare(a.version, b.version), cmp.Compare(a.seconds, b.seconds),
		cmp.Compare(a.nanoseconds, b.nanoseconds), bytes.Compare(a.content[:], b.content[:]))
}

// id returns the id of a row, as it came.
func (c *rowChunk) id(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = c.idEnds[i-1]
	}
	return c.ids[from:c.idEnds[i]]
}

// encodedOf returns what is encoded of a row.
func (c *rowChunk) encodedOf(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = c.rows[i-1].encodedEnd
	}
	return c.encoded[from:c.rows[i].encodedEnd]
}

func newRowSet(m *matcher.Matcher, golden bool) *rowSet { return &rowSet{matcher: m, golden: golden} }

// usualEncodedBytes is more than most encoded records take.
const usualEncodedBytes = 128

// chunkRows is how many rows are prepared together, while the next are being read.
const chunkRows = 4096

// read adds the rows of one file.
func (s *rowSet) read(e *env, path string, o tabular.Options, rejects *rejectSink) (*inputSummary, error) {
	r, err := tabular.Open(path, o)
	if err != nil {
		return nil, inputError(err)
	}
	defer r.Close()
	bar := e.progress("reading "+path, "rows", r.Size())
	defer bar.done()
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	in := &inputSummary{File: path}
	for {
		chunk, err := in.readChunk(e, r, rejects)
		if err != nil && err != io.EOF {
			return nil, errors.Join(inputError(err), workers.Wait())
		}
		s.chunks, s.count = append(s.chunks, chunk), s.count+len(chunk.rows)
		workers.Go(func() error {
			s.prepare(chunk)
			return nil
		})
		bar.at(r.Offset(), int64(in.Rows))
		if err == io.EOF {
			break
		}
		if e.ctx.Err() != nil {
			return nil, errors.Join(e.ctx.Err(), workers.Wait())
		}
	}
	in.Columns, in.Notices = r.Mapping().Describe(), r.Notices()
	return in, workers.Wait()
}

// readChunk reads the next rows; with io.EOF, the last.
func (in *inputSummary) readChunk(e *env, r *tabular.Reader, rejects *rejectSink) (*rowChunk, error) {
	chunk := &rowChunk{rows: make([]batchRow, 0, chunkRows), records: make([]*aloi.Record, 0, chunkRows)}
	for len(chunk.rows) < chunkRows {
		record, at, err := r.Next()
		var bad *tabular.RowError
		switch {
		case err == nil:
		case errors.As(err, &bad):
			rejects.add(e, in.File, bad)
			in.Rejected++
		default:
			return chunk, err
		}
		in.Rows++
		chunk.ids = append(chunk.ids, at.ID...)
		chunk.rows = append(chunk.rows, batchRow{rejected: record == nil})
		chunk.idEnds = append(chunk.idEnds, uint32(len(chunk.ids)))
		chunk.records = append(chunk.records, record)
	}
	return chunk, nil
}

// prepare normalises the records of a chunk, and encodes what that gives.
func (s *rowSet) prepare(c *rowChunk) {
	c.ids = slices.Clip(c.ids)
	encoded := make([]byte, 0, chunkRows*usualEncodedBytes)
	for i, record := range c.records {
		row := &c.rows[i]
		if record != nil {
			encoded, row.tie, row.near = s.matcher.AppendRecord(encoded, record)
			row.order = orderOf(record.Version, record.UpdatedAt, store.ContentOf(record))
		}
		row.encodedEnd = uint32(len(encoded))
		if !s.golden {
			c.records[i] = nil
		}
	}
	if !s.golden {
		c.records = nil
	}
	c.encoded = bytes.Clone(encoded)
}
