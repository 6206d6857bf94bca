package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"aloi/internal/mapping"
	"aloi/internal/tabular"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
)

const (
	// rowsAhead is how many rows are read before they can be sent.
	rowsAhead = 256
	// readerLimit is how long a run that failed waits for the reader of its file.
	readerLimit = time.Second
	// progressEvery is how often, in rows, the progress bar is told.
	progressEvery = 64
)

// ingestCommand is `aloi ingest`: it streams files to a server.
type ingestCommand struct {
	Files   []string `arg:"" name:"file" help:"CSV or JSON Lines, plain, gzip or zstd; - is the standard input."`
	Source  string   `placeholder:"NAME" help:"Source of rows that name none; the name of the file otherwise."`
	Mapping []string `placeholder:"FILE" help:"Which column is which attribute (YAML); found from the header otherwise. INPUT=FILE is for that input only."`
	Rejects string   `placeholder:"FILE" help:"Write the rejected rows there: line, field, reason."`
	target
}

// Help is the long help of the command.
func (ingestCommand) Help() string {
	return `Streams records to a server, and waits until each of them is on disk:

  aloi ingest store.csv web.jsonl.gz
  aloi ingest customers.csv --source web --rejects bad-rows.csv
  some-export | aloi ingest - --source crm --mapping crm.yaml

Says which column went to which attribute, and which columns went nowhere. Sending a
file twice changes nothing. A bad row stops nothing: it is reported, and the exit code
is 1. When the connection breaks, what was not acknowledged is sent again;
when the server's disk is full, that waits for room.

A mapping, when the header does not say it all:

  record_id: rec_id
  source: {value: web}
  updated_at: {column: created_at, format: "2006-01-02"}
  columns:
    first: name.given
    last: name.family
    street_no: {to: address.line, part: 1}
    street: {to: address.line, part: 2}
    card: identifier.loyalty_card`
}

// Run streams the files, one after the other.
func (c *ingestCommand) Run(e *env) error {
	if err := c.check(); err != nil {
		return err
	}
	mappings, err := loadMappings(c.Mapping, c.Files)
	if err != nil {
		return err
	}
	rejects, err := createRejects(c.Rejects, len(c.Files) > 1)
	if err != nil {
		return err
	}
	defer rejects.close()
	report := &ingestReport{e: e, outcomes: map[string]uint64{}, flags: map[string]uint64{}, rejects: rejects}
	start := time.Now()
	failed := c.call(e.ctx, func(cl *client) error {
		for _, path := range c.Files {
			if err := c.file(e, cl, path, mappings[path], report); err != nil {
				return err
			}
		}
		return nil
	})
	// What was done is told in any case, also of a run that failed.
	if err := errors.Join(report.print(time.Since(start)), rejects.commit()); err != nil {
		return err
	}
	if failed == nil && rejects.count() > 0 {
		return &exitError{exitFinding, fmt.Errorf("%d rows were rejected", rejects.count())}
	}
	return failed
}

// check finds the mistakes that would otherwise show after hours.
func (c *ingestCommand) check() error {
	if c.Source != "" && mapping.SourceName(c.Source) != c.Source {
		return usage(errors.New("--source must be letters, digits and . _ : / -, at most 64"))
	}
	for _, path := range c.Files {
		if path == tabular.Stdin {
			continue
		}
		if _, err := os.Stat(path); err != nil {
			return err
		}
	}
	return nil
}

// file streams one file.
func (c *ingestCommand) file(e *env, cl *client, path string, m *mapping.Mapping, report *ingestReport) error {
	r, err := tabular.Open(path, tabular.Options{Mapping: m, Source: c.Source, Stdin: e.stdin})
	if err != nil {
		return inputError(err)
	}
	report.open(path, r)
	bar := e.progress(path, "records", max(r.Size(), 0))
	defer bar.done()
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	rows, ended := readRows(ctx, r)
	s := &sender{client: cl, rows: rows,
		settled: func(x *item, a *aloiv1.Acknowledgement) {
			if report.settled(x, a); report.rows()%progressEvery == 0 {
				bar.at(x.offset, int64(report.rows()))
			}
		},
		lost: report.lost, full: report.full,
	}
	err = s.run(ctx)
	cancel()
	var readErr error
	select {
	case readErr = <-ended:
	case <-time.After(readerLimit): // it waits for a pipe or a terminal, and ends with the program
		return err
	}
	defer r.Close()
	report.close(r)
	bar.at(r.Offset(), int64(report.rows()))
	if err == nil && readErr != nil {
		return inputError(fmt.Errorf("%s: %w", path, readErr))
	}
	return err
}

// readRows reads rows ahead until the file or ctx ends. ended then gets what ended
// the reading early, nil for the end of the file; rows before that are still sent.
func readRows(ctx context.Context, r *tabular.Reader) (rows <-chan *item, ended <-chan error) {
	out, end := make(chan *item, rowsAhead), make(chan error, 1)
	go func() {
		defer close(out)
		for {
			record, row, err := r.Next()
			x := &item{line: row.Line, offset: r.Offset()}
			if err == io.EOF {
				end <- nil
				return
			}
			if err != nil && !errors.As(err, &x.bad) {
				end <- err
				return
			}
			if x.bad == nil {
				x.op = &aloiv1.Operation{Operation: &aloiv1.Operation_Put{Put: server.RecordMessage(record)}}
			}
			select {
			case out <- x:
			case <-ctx.Done():
				end <- nil
				return
			}
		}
	}()
	return out, end
}
