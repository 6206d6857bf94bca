package main

import (
	"errors"
	"io"
	"runtime"
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
	chunks  [][]batchRow
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

// batchRow is one row of the input. A rejected row has an id only.
type batchRow struct {
	id       string // as it came
	ref      aloi.RecordRef
	version  int64
	updated  time.Time
	content  store.ContentHash
	prepared *matcher.Prepared // nil: rejected
	record   *aloi.Record      // nil when it is not needed any more
}

func newRowSet(m *matcher.Matcher, golden bool) *rowSet { return &rowSet{matcher: m, golden: golden} }

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
		s.chunks, s.count = append(s.chunks, chunk), s.count+len(chunk)
		workers.Go(func() error { return s.prepare(chunk) })
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
func (in *inputSummary) readChunk(e *env, r *tabular.Reader, rejects *rejectSink) ([]batchRow, error) {
	chunk := make([]batchRow, 0, chunkRows)
	for len(chunk) < chunkRows {
		record, at, err := r.Next()
		var bad *tabular.RowError
		switch {
		case errors.As(err, &bad):
			rejects.add(e, in.File, bad)
			in.Rejected++
			chunk = append(chunk, batchRow{id: at.ID})
		case err != nil:
			return chunk, err
		default:
			chunk = append(chunk, batchRow{id: at.ID, ref: record.Ref, version: record.Version, updated: record.UpdatedAt, record: record})
		}
		in.Rows++
	}
	return chunk, nil
}

// prepare normalises the records of a chunk.
func (s *rowSet) prepare(chunk []batchRow) (err error) {
	for i := range chunk {
		row := &chunk[i]
		if row.record == nil {
			continue
		}
		if row.content, err = store.ContentOf(row.record); err != nil {
			return err
		}
		row.prepared = s.matcher.Prepare(row.record)
		if !s.golden {
			row.record = nil
		}
	}
	return nil
}
