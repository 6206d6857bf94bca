package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"aloi/internal/mapping"
	"aloi/internal/tabular"
)

// outputBuffer is how much of an output file is gathered before it is written, in bytes.
const outputBuffer = 1 << 20

// pendingFile is an output file that takes its name only once it is whole: a run that
// fails leaves what was there before.
type pendingFile struct {
	*os.File
	path string
}

func createFile(path string) (*pendingFile, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	return &pendingFile{f, path}, nil
}

// commit gives the file its name.
func (p *pendingFile) commit() error {
	const readable = 0o644
	err := errors.Join(p.Chmod(readable), p.Sync(), p.Close())
	if err == nil {
		err = os.Rename(p.Name(), p.path)
	}
	return err
}

// discard removes the file, if it was not committed.
func (p *pendingFile) discard() {
	p.Close()
	os.Remove(p.Name())
}

// writeFile writes a whole file or none.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := createFile(path)
	if err != nil {
		return err
	}
	defer f.discard()
	w := bufio.NewWriterSize(f, outputBuffer)
	if err := errors.Join(write(w), w.Flush()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return f.commit()
}

// shownBadRows is how many bad rows are printed when no file takes them.
const shownBadRows = 5

// rejectSink takes the bad rows of a run. Without a file it shows the first of them.
type rejectSink struct {
	file  *pendingFile
	w     *tabular.Rejects
	total int
}

// createRejects opens the reject file; several says that rows come from more than one
// input, so that each needs the name of its file. Without a path there is no file.
func createRejects(path string, several bool) (*rejectSink, error) {
	if path == "" {
		return &rejectSink{}, nil
	}
	f, err := createFile(path)
	if err != nil {
		return nil, err
	}
	return &rejectSink{file: f, w: tabular.NewRejects(f, several)}, nil
}

// add takes a bad row of a file.
func (s *rejectSink) add(e *env, file string, bad *tabular.RowError) {
	s.total++
	if s.w != nil {
		s.w.Add(file, bad)
	} else if s.total <= shownBadRows {
		fmt.Fprintf(e.stderr, "aloi: %s: %v\n", file, bad)
	}
}

func (s *rejectSink) count() int { return s.total }

// commit ends the reject file.
func (s *rejectSink) commit() error {
	if s.file == nil {
		return nil
	}
	if err := s.w.Flush(); err != nil {
		return err
	}
	return s.file.commit()
}

func (s *rejectSink) close() {
	if s.file != nil {
		s.file.discard()
	}
}

// inputSummary is what became of one input file.
type inputSummary struct {
	File     string                `json:"file"`
	Rows     int                   `json:"rows"`
	Rejected int                   `json:"rejected"`
	Columns  []mapping.Description `json:"columns"`
	Notices  []mapping.Notice      `json:"notices,omitempty"`
}

// report prints where the columns went, and what was left out.
func (s *inputSummary) report(e *env) {
	if e.json || e.quiet {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d rows, %d rejected\n", s.File, s.Rows, s.Rejected)
	var unmapped []string
	for _, d := range s.Columns {
		if d.To == "" {
			unmapped = append(unmapped, fmt.Sprintf("%s (%s)", d.Column, d.Reason))
		} else {
			fmt.Fprintf(&b, "  %-24s %s\n", d.Column, d.To)
		}
	}
	for _, u := range unmapped {
		fmt.Fprintf(&b, "  not used: %s\n", u)
	}
	for _, n := range s.Notices {
		fmt.Fprintf(&b, "  note: %s: %s (%d rows, first on line %d)\n", n.Field, n.Reason, n.Rows, n.FirstLine)
	}
	io.WriteString(e.stderr, b.String())
}

// inputError marks what is wrong with the content of a file as wrong input; a file that
// cannot be reached stays what it is.
func inputError(err error) error {
	var path *os.PathError
	if err == nil || errors.As(err, &path) {
		return err
	}
	return usage(err)
}
